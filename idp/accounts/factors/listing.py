"""What an account has besides its password: plain reads."""

from dataclasses import dataclass

from idp.core.runtime import current


@dataclass(frozen=True, slots=True)
class KeptPasskey:
    """A passkey as its owner sees it; `synced`: kept in several places, so that losing a device does not lose it."""

    id: bytes
    name: str
    synced: bool
    created_at: int
    last_used_at: int | None


@dataclass(frozen=True, slots=True)
class KeptTotp:
    """The authenticator application as its owner sees it."""

    created_at: int
    last_used_at: int | None


@dataclass(frozen=True, slots=True)
class Factors:
    """Everything that is set, oldest first."""

    passkeys: tuple[KeptPasskey, ...]
    totp: KeptTotp | None
    codes_left: int

    @property
    def any(self) -> bool:
        """Whether a second factor is set: recovery codes alone are none."""
        return bool(self.passkeys) or self.totp is not None


def of(account_id: bytes) -> Factors:
    """What is set now."""
    sql, values = current().sql, {"account_id": account_id}
    passkeys = sql.all(
        "SELECT id, name, backup_eligible, created_at, last_used_at FROM passkey WHERE account_id = :account_id"
        " ORDER BY id",
        values,
    )
    totp = sql.one("SELECT created_at, last_used_at FROM totp WHERE account_id = :account_id", values)
    codes = sql.one("SELECT count(*) FROM recovery_code WHERE account_id = :account_id", values)
    return Factors(
        tuple(KeptPasskey(row[0], row[1], bool(row[2]), row[3], row[4]) for row in passkeys),
        KeptTotp(*totp) if totp else None,
        codes[0] if codes else 0,
    )


def has_any(account_id: bytes) -> bool:
    """Whether a second factor is set, in one read."""
    row = current().sql.one(
        "SELECT 1 FROM account WHERE id = :account_id AND (EXISTS"
        " (SELECT 1 FROM passkey WHERE account_id = :account_id)"
        " OR EXISTS (SELECT 1 FROM totp WHERE account_id = :account_id))",
        {"account_id": account_id},
    )
    return row is not None
