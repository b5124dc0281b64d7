"""The pages of `/login-adherent/`, a file a moment of the way.

Lives here: what these pages show and read. Does not live here: what they decide (the services of the room).
"""

from idp.legacy_bridge.views.base import blueprint

from . import address, door, ending, help, links, password, resume, waiting

__all__ = ["address", "blueprint", "door", "ending", "help", "links", "password", "resume", "waiting"]
