"""A relying party in front of the endpoints of programs."""

import pytest
from protocol import Protocol

from idp.core.runtime import Runtime


@pytest.fixture
def op(runtime: Runtime) -> Protocol:
    """The token side of the provider, over a fresh database."""
    return Protocol(runtime)
