"""Each contract runs on every engine: a parameter an engine."""

import pytest


@pytest.fixture(params=["sql", "redis"])
def settings(request, make_settings):
    """Settings of an application that keeps short-lived values in this engine."""
    return make_settings(redis_url=request.getfixturevalue("redis_url") if request.param == "redis" else None)
