"""What the NIR door answers instead of opening; none of them repeats what was typed."""


class NirRefused(Exception):
    """The one refusal: unknown NIR, wrong password, none ever made, rows in conflict; nobody is told which."""


class AccountBlocked(Exception):
    """The password is right, and the old portal had blocked the account: unlock it first (S8)."""

    def __init__(self, member_id: bytes) -> None:
        super().__init__("blocked")
        self.member_id = member_id


class AlreadyChanged(Exception):
    """The password is right, and the identifier has been changed: sign in with the email address (S9)."""

    def __init__(self, member_id: bytes) -> None:
        super().__init__("changed")
        self.member_id = member_id


class BridgeClosed(Exception):
    """The last day of the NIR door has passed."""


class ProofSpent(Exception):
    """A link, code or letter was used, replaced or is too old, or what it was good for has been done meanwhile."""


class WrongBirthDate(Exception):
    """The link of a message was opened in another browser than the one that asked, with another birth date."""
