"""What one process at a time does, whatever the number of nodes: a row says who, and until when."""

from sqlalchemy.orm import Mapped, mapped_column

from idp.core import clock
from idp.core.db import Base
from idp.core.runtime import current


class Lease(Base):
    """A work by its name, who does it, and until when others keep away."""

    __tablename__ = "lease"
    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    ends_at: Mapped[int]


def take(name: str, holder: str, seconds: int) -> bool:
    """Take, or keep for `seconds` from now, what nobody else holds; whether `holder` has it.

    Who dies with it is followed when the time is over, by the clock of the node that asks.
    """
    row = current().sql.one(
        "INSERT INTO lease (name, holder, ends_at) VALUES (:name, :holder, :ends_at)"
        " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, ends_at = excluded.ends_at"
        " WHERE lease.holder = excluded.holder OR lease.ends_at <= :now RETURNING 1",
        {"name": name, "holder": holder, "ends_at": clock.now() + seconds, "now": clock.now()},
    )
    return row is not None


def leave(name: str, holder: str) -> None:
    """Let the next one begin at once."""
    current().sql.run("DELETE FROM lease WHERE name = :name AND holder = :holder", {"name": name, "holder": holder})
