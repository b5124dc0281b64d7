"""Another password for the account that is to be linked: the message, and what comes of it (S11, S12, S13).

Where it was set in the browser that asked, it is not typed a third time; set elsewhere it proves nothing here.
"""

from dataclasses import dataclass
from typing import cast

from idp.accounts import recovery
from idp.accounts.sending import Asked, Sending
from idp.core.runtime import current
from idp.legacy_bridge import linking, linking_factors
from idp.legacy_bridge.identifier_change import WrongStep, read
from idp.legacy_bridge.linking import NotEvaluated, Standing
from idp.legacy_bridge.linking_factors import FactorDue
from idp.legacy_bridge.models import IdentifierChange


@dataclass(frozen=True, slots=True)
class Reset:
    """A message that left for a change: how the account stood, and whether its password was set since."""

    standing: Standing
    is_done: bool


def send(change_id: bytes, asked: Asked) -> tuple[bytes, Sending]:
    """Write to the mailbox of the account to link, at most once a minute and three times a day.

    Returns the recovery's id, under which its code may be typed in this browser, and what became of the message.
    Raises `NotEvaluated` for a frozen account, `TooManyAttempts`, `Busy`, `WrongStep`.
    """
    change, _ = read(change_id)
    if change.state != "link":
        raise WrongStep(change.state)
    account = linking.target_of(change)
    standing = linking.standing_of(account)
    if standing == "frozen":
        raise NotEvaluated(standing)
    recovery_id, sending = recovery.begin_for(account, asked, change_id)
    value = {"account": account.id.hex(), "epoch": account.epoch, "standing": standing}
    current().ephemeral.put(_key(change_id), value, current().settings.change_life)
    return recovery_id, sending


def find(change: IdentifierChange) -> Reset | None:
    """The message last asked for; None where there was none, or it was for another account."""
    value = current().ephemeral.get(_key(change.id))
    account = linking.target(change)
    if value is None or account is None or value["account"] != account.id.hex():
        return None
    return Reset(cast(Standing, value["standing"]), is_done=value["epoch"] != account.epoch)


def was_set_here(change: IdentifierChange, browser: str) -> bool:
    """Whether this browser has just set the password of the account, so that it is not asked for."""
    account = linking.target(change)
    return account is not None and recovery.fresh_proof(change.id, browser) == (account.id, account.epoch)


def prove(change_id: bytes, browser: str, *, source: str) -> str:
    """Prove the account by the password just set in this browser; returns the new state.

    Raises `NotEvaluated`, `AnotherEspace`, `FactorDue`, and `WrongStep` where none was set here, or the account has
    moved since.
    """
    change, _ = read(change_id)
    account = linking.target_of(change)
    if recovery.take_fresh_proof(change_id, browser) != (account.id, account.epoch):
        raise WrongStep(change.state)
    standing = linking.standing_of(account)
    if standing != "open":
        raise NotEvaluated(standing)
    if account.member_ref is not None:
        raise linking.AnotherEspace
    if linking_factors.ask(change_id, account, browser, password_due=False, by="reset"):
        raise FactorDue
    return linking.prove(change_id, account, password_due=False, by="reset", source=source)


def _key(change_id: bytes) -> str:
    return f"linking-reset:{change_id.hex()}"
