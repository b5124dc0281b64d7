"""Two versions over one schema, as during an upgrade."""

from idp.cli import prepare_database
from idp.serve import prepare
from idp.web.bare import application


def test_the_version_before_starts_on_a_schema_that_has_been_expanded(settings):
    """A node that is restarted in the middle of an upgrade, or that goes back."""
    with application(settings) as parts:
        parts.sql.run("UPDATE alembic_version SET version_num = '9999'", {})
    prepare_database(settings)
    prepare(settings)
