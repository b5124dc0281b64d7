"""The pages of `/login-adherent/`, a file a moment of the way.

Lives here: what these pages show and read. Does not live here: what they decide (the services of the room).
"""

from idp.legacy_bridge.views.base import blueprint

from . import (
    address,
    attaching,
    door,
    ending,
    guided,
    guided_links,
    help,
    letter,
    linking,
    linking_factor,
    links,
    password,
    regaining,
    resume,
    uninvite,
    waiting,
)

__all__ = [
    "address",
    "attaching",
    "blueprint",
    "door",
    "ending",
    "guided",
    "guided_links",
    "help",
    "letter",
    "linking",
    "linking_factor",
    "links",
    "password",
    "regaining",
    "resume",
    "uninvite",
    "waiting",
]
