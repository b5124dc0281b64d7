"""The stored authorization request: only its id travels, and only the browser that brought it may go on with it."""

import secrets
from dataclasses import dataclass
from typing import Any

from idp.core import clock
from idp.core.runtime import current

# Kept longer than it may be used, so that a late person is still led back to the right site.
_KEPT = 7 * 86_400


class InteractionError(Exception):
    """No way on with this interaction; `client_id` says which site to go back to, where it is known."""

    def __init__(self, client_id: str | None = None) -> None:
        super().__init__(type(self).__name__)
        self.client_id = client_id


class UnknownInteraction(InteractionError):
    """There is none by this id in this browser."""


class ExpiredInteraction(InteractionError):
    """Its hour is over; the site is asked to start again, never given a code with a stale `state`."""


class FinishedInteraction(InteractionError):
    """The site has had its answer, in another tab or before Back."""


@dataclass(slots=True)
class Interaction:
    """An authorization request that waits for a person. `request` belongs to oidc/ and is opaque here."""

    id: str
    browser: str
    client_id: str
    request: dict[str, Any]
    locale: str
    created_at: int
    expires_at: int
    # The session must have signed in at or after this time (prompt=login, max_age).
    not_before: int = 0
    login_hint: str | None = None
    # The one account that may answer, where the site named it (id_token_hint).
    account_id: str | None = None
    # The bridge ticket of a NIR sign-in in this interaction.
    ticket: str | None = None
    # Whether the site serves only people with an Espace personnel.
    requires_member: bool = False
    finished_at: int | None = None
    # What the site asks the person to agree to; oidc/ reads and writes it. None: nothing.
    consent: dict[str, Any] | None = None
    # The level of sign-in that the site needs, and the one it wishes (`sessions.levels`); empty: any.
    acr_needed: str = ""
    acr_wished: str = ""


def create(
    *,
    browser: str,
    client_id: str,
    request: dict[str, Any],
    locale: str,
    not_before: int = 0,
    login_hint: str | None = None,
    account_id: bytes | None = None,
    consent: dict[str, Any] | None = None,
    requires_member: bool = False,
    acr_needed: str = "",
    acr_wished: str = "",
) -> Interaction:
    """Store an accepted authorization request for `interaction_life` seconds."""
    now = clock.now()
    interaction = Interaction(
        secrets.token_urlsafe(16), browser, client_id, request, locale, now,
        now + current().settings.interaction_life, not_before, login_hint,
        account_id.hex() if account_id else None, consent=consent, requires_member=requires_member,
        acr_needed=acr_needed, acr_wished=acr_wished,
    )  # fmt: skip
    save(interaction)
    return interaction


def save(interaction: Interaction) -> None:
    """Keep what has changed."""
    value = {name: getattr(interaction, name) for name in Interaction.__slots__}
    current().ephemeral.put(_key(interaction.id), value, _KEPT)


def load(identifier: str, browser: str) -> Interaction:
    """The interaction `identifier` of this browser.

    Raises `UnknownInteraction`, `ExpiredInteraction` or `FinishedInteraction`.
    """
    value = current().ephemeral.get(_key(identifier)) if len(identifier) == 22 else None
    if value is None or not secrets.compare_digest(value["browser"].encode(), browser.encode()):
        raise UnknownInteraction
    # A node of another version may have stored it, with more or less.
    interaction = Interaction(**{name: value[name] for name in Interaction.__slots__ if name in value})
    if interaction.finished_at is not None:
        raise FinishedInteraction(interaction.client_id)
    if interaction.expires_at <= clock.now():
        raise ExpiredInteraction(interaction.client_id)
    return interaction


def finish(interaction: Interaction) -> bool:
    """Mark the interaction as answered; of two who finish it, one gets False and must not answer again."""
    if not current().ephemeral.put_if_absent(f"finished:{interaction.id}", {}, _KEPT):
        return False
    interaction.finished_at = clock.now()
    save(interaction)
    return True


def _key(identifier: str) -> str:
    return f"interaction:{identifier}"
