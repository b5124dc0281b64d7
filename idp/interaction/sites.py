"""What the pages need to know of the site that asked, without knowing the protocol: oidc/ installs the look-up."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """A relying party as a person sees it."""

    client_id: str
    name: str
    home_url: str
    # Where a sign-in is started again (`initiate_login_uri`), once an answer would come too late.
    restart_url: str
    # Whether the NIR door, and the creation of an account, are offered on the way to it.
    nir_door: bool
    registration: bool
    # Whether it serves only people with an Espace personnel.
    requires_member: bool
    # Whether it learns which Espace personnel is the person's.
    sees_member: bool
    # The origins a form may end at on the way back to it.
    targets: tuple[str, ...]
    # What a site that is not MGEN's says of itself: addresses, or None.
    logo_url: str | None = None
    policy_url: str | None = None
    terms_url: str | None = None


Lookup = Callable[[str], Site | None]
Listing = Callable[[], list[Site]]


@dataclass(frozen=True, slots=True)
class Sites:
    """The two questions asked of the clients."""

    find: Lookup
    first_party: Listing
