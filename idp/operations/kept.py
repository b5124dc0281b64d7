"""What a backup holds: a table of tables. What can be spent, and what is short-lived, is never in one.

So nothing that was used after a backup comes back to life by restoring it: it is not there. `docs/runbook.md` says what
that means for people; a test compares this list with the schema.
"""

from typing import Final

KEPT: Final[dict[str, str]] = {
    "account": "",
    "audit": "",
    "audit_seal": "",
    "bridge_sunset": "",
    "client": "",
    "consent": "",
    "daily_count": "",
    "digest_form": "",
    "held_address": "",
    "identifier": "",
    # One that is under way holds a password, and may have ended since: it is begun again.
    "identifier_change": "state IN ('done', 'abandoned')",
    "import": "",
    "import_refusal": "",
    "keyring_check": "",
    "known_address": "",
    "legacy_format": "",
    "legacy_member": "",
    # Only what closes an account may serve again (docs/rules.md §3 row 5): it can give nothing to anybody.
    "mailbox_proof": "purpose = 'contest'",
    "membership": "",
    # Messages whose link has died are taken out when it is restored: they are sealed.
    "outbox": "kind != 'letter'",
    # A way that failures have closed stays closed.
    "passkey": "",
    "password_attempts": "",
    "signing_key": "",
    # A link of enrolment may have been used since.
    "staff": "state != 'invited'",
    "staff_passkey": "",
    "totp": "",
}
"""The tables of a backup, and which of their rows (SQL; empty: all)."""

LEFT_OUT: Final = frozenset(
    {
        "address_change",
        "authorization",
        "code",
        "device_code",
        "ephemeral",
        "guided_request",
        "initial_access_token",
        "lease",
        "letter",
        "participation",
        "recovery",
        "recovery_code",
        "registration",
        "remembered_device",
        "revoked",
        "session",
        "staff_request",
        "staff_session",
        "throttle_window",
        "version",
    }
)
"""The other tables: codes, tokens, sessions, links, letters, requests that wait, counters."""
