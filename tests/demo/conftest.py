"""What the tests of the demo share."""

import pytest
import servers


@pytest.fixture
def free_port():
    """A port of 127.0.0.1 that nobody listens on."""
    return servers.free_port()
