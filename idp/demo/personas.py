"""The ten people of the demo: who they are, for `personas.json` and for the terminal."""

import csv
import textwrap
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
MEMBERS = DATA / "members.csv"
IDENTITIES = DATA / "identities.csv"
WIDTH = 79


@dataclass(frozen=True)
class Persona:
    """Somebody to be. `nir` has 15 characters, `birth_date` is ISO 8601; what a person doesn't have is empty."""

    key: str
    name: str
    nir: str
    birth_date: str
    password: str
    email: str
    story: str
    # Of the member who changes identifier while the demo is prepared: what the old file has.
    old_password: str = ""

    def as_json(self) -> dict[str, str]:
        """The person as `personas.json` has them."""
        return {name: value for name, value in asdict(self).items() if name != "old_password"}


def load_personas() -> list[Persona]:
    """The ten people, in the order of their stories."""
    with MEMBERS.open(encoding="utf-8", newline="") as file:
        members = {row["member_ref"]: row for row in csv.DictReader(file)}
    told = tomllib.loads((DATA / "personas.toml").read_text("utf-8"))["persona"]
    return [_persona(each, members.get(each.get("member_ref"), {})) for each in told]


def _persona(told: dict[str, Any], row: dict[str, str]) -> Persona:
    return Persona(
        key=told["key"],
        name=told.get("name") or f"{row['first_name']} {row['last_name']}",
        nir=row.get("nir", ""),
        birth_date=row.get("birth_date", ""),
        password=told["password"],
        email=told["email"],
        story=told["story"],
        old_password=told.get("old_password", ""),
    )


def as_text(personas: Sequence[Persona]) -> str:
    """Who to be, with what to type and what happens, in lines of at most 79 characters."""
    return "\n".join(line for each in personas for line in _lines(each))


def _lines(persona: Persona) -> Iterator[str]:
    yield f"{persona.key:<18}{persona.name}"
    if persona.nir:
        yield f"  number    {_spaced(persona.nir)}   born {persona.birth_date}"
    yield f"  password  {persona.password or '(none was ever made)'}"
    if persona.email:
        yield f"  email     {persona.email}"
    yield from textwrap.wrap(persona.story, WIDTH, initial_indent="  ", subsequent_indent="  ")
    yield ""


def _spaced(nir: str) -> str:
    ends = (1, 3, 5, 7, 10, 13, 15)
    return " ".join(nir[start:end] for start, end in zip((0, *ends), ends, strict=False))
