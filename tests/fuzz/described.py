"""A campaign out of the OpenAPI description of the endpoints, by schemathesis: data that fits it, and that does not."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import schemathesis
import yaml
from fuzz.target import Target
from hypothesis import Verbosity, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

DESCRIPTION = Path(__file__).parents[2] / "docs" / "openapi.yaml"
# Whether data that fits is good is for the protocol to say: a code that fits was still never issued.
_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def by_description(target: Target, rules: settings) -> None:
    """As many requests of each operation; every answer must be one that the description tells of."""
    schema = schemathesis.openapi.from_dict(yaml.safe_load(DESCRIPTION.read_text("utf-8")))
    schema.app = target.app
    operations = [result.ok() for result in schema.get_all_operations()]
    for operation in operations:
        for mode in GenerationMode:
            count = max(rules.max_examples // len(operations) // 2, 1)
            each = settings(rules, max_examples=count, verbosity=Verbosity.quiet)
            # An endpoint that takes nothing cannot be given anything wrong.
            with suppress(Unsatisfiable):
                _campaign(target, operation.as_strategy(generation_mode=mode), each)


def _campaign(target: Target, cases: Any, rules: settings) -> None:
    @rules
    @given(case=cases)
    def each(case: Case) -> None:
        target.requests += 1
        case.call_and_validate(checks=_CHECKS)

    each()
