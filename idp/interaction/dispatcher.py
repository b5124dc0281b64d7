"""What is still due before a site has its answer: the first unmet step of the policy.

Steps return here, never to one another. Under `prompt=none` the first unmet step is the error.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from idp.interaction.service import Interaction
from idp.sessions.service import Session


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a request stands when it is asked what is due: plain values, so that a step needs no look-up."""

    session: Session | None
    not_before: int = 0
    account_id: str | None = None
    ticket: str | None = None
    # The level of sign-in without which nothing is answered, and the one that is only wished for; empty: any.
    acr_needed: str = ""
    acr_wished: str = ""
    # What the site asks the person to agree to; None: nothing.
    consent: dict[str, Any] | None = None
    # Whether the site serves only people with an Espace personnel.
    requires_member: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A thing a person may still have to do, the page where it is done, and its error under `prompt=none`."""

    name: str
    is_due: Callable[[Standing], bool]
    path: str
    error: str


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """The ordered steps of `policy.STEPS`, and where a request goes when none is due."""

    steps: Sequence[Step]
    finish_path: str

    def first_due(self, standing: Standing) -> Step | None:
        """The first unmet step, or None."""
        return next((step for step in self.steps if step.is_due(standing)), None)

    def next_url(self, interaction: Interaction, session: Session | None) -> str:
        """Where the person goes now, with the interaction's id."""
        step = self.first_due(standing_of(interaction, session))
        return with_interaction(step.path if step else self.finish_path, interaction.id)


def standing_of(interaction: Interaction, session: Session | None) -> Standing:
    """How a waiting request stands with the session of its browser."""
    return Standing(
        session,
        interaction.not_before,
        interaction.account_id,
        interaction.ticket,
        consent=interaction.consent,
        requires_member=interaction.requires_member,
        acr_needed=interaction.acr_needed,
        acr_wished=interaction.acr_wished,
    )


def with_interaction(path: str, identifier: str | None) -> str:
    """`path` with the interaction's id as its query."""
    return f"{path}?{urlencode({'i': identifier})}" if identifier else path
