"""What the commands of the bridge tell an operator, line by line; programs read the same facts as JSON."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from idp.core import clock

Facts = dict[str, Any]
_SHOWN = 10


def facts(report: Any) -> Facts:
    """A report (a dataclass) as the facts of its text, and of its JSON."""
    return asdict(report)


def status(facts: Facts) -> Iterator[str]:
    """The funnel in words."""
    changes, week = facts["changes"], facts["last_7_days"]
    yield f"{facts['members']} members, of whom {facts['changed']} have changed: {facts['share_changed']:.1%}"
    yield from (f"{count:>9}  not changed: {state}" for state, count in facts["not_changed"].items())
    yield from (f"{count:>9}  under way, at the step: {step}" for step, count in changes["open"].items())
    yield f"{changes['finished']:>9}  changes finished, of which {changes['linked']} with an account that was there"
    yield f"{changes['abandoned']:>9}  changes abandoned, still kept"
    yield f"{facts['invited']:>9}  members invited by email"
    yield "In the last seven days:"
    yield "           changed a day, today last: " + " ".join(map(str, week["changed_by_day"].values()))
    yield f"{week['forgotten_passwords']:>9}  asked for another password by number, {week['unlocks']} to be unlocked"
    yield f"{week['letters']:>9}  letters, of which codes used: {week['letters_used']}"
    yield (
        f"{week['account_recoveries']:>9}  recoveries of an account, of which finished:"
        f" {week['account_recoveries_done']}"
    )
    if facts["last_day"]:
        yield f"The NIR door closes after {facts['last_day']}: {facts['days_left']} days left."
    else:
        yield "The NIR door has no last day yet: the first import sets one."


def rehearsal(facts: Facts) -> Iterator[str]:
    """What an import would meet, the first lines of each trouble."""
    addresses = facts["addresses"]
    yield "Read only: nothing was stored, no password was compared."
    yield (
        f"{facts['rows']} rows ({facts['encoding']}, delimiter {facts['delimiter']!r}): {facts['imported']} new,"
        f" {facts['updated']} changed, {facts['unchanged']} unchanged, {facts['refused']} refused"
    )
    yield from (f"{count:>9}  status {name}" for name, count in facts["statuses"].items())
    yield from (f"{count:>9}  password {name}" for name, count in facts["formats"].items())
    yield f"{addresses['usable']:>9}  usable addresses, of which shared by several rows: {addresses['shared']}"
    yield (
        f"{addresses['missing']:>9}  rows without an address, {addresses['malformed']} malformed,"
        f" {addresses['dead']} at a name no network serves"
    )
    for label, troubles in (("refused", facts["refused_lines"]), ("loaded without it", facts["incomplete_lines"])):
        for reason, lines in sorted(troubles.items()):
            shown = ", ".join(map(str, lines[:_SHOWN])) + (", … (--json lists all)" if len(lines) > _SHOWN else "")
            yield f"{label}: {reason} {len(lines)}: line {shown}"


def wave(facts: Facts) -> Iterator[str]:
    """How many are invited, and when."""
    if not facts["invited"]:
        yield "Nobody is left to be invited."
        return
    first, last = (clock.as_datetime(facts[name]).isoformat() for name in ("first_at", "last_at"))
    yield f"{facts['invited']} members {'would be' if facts['dry_run'] else 'are'} invited, from {first} to {last}"


def rotation(facts: Facts) -> Iterator[str]:
    """What became of the digests."""
    would = "would be " if facts["dry_run"] else ""
    yield f"{facts['rows']} digests {would}rotated in {facts['seconds']} s; today's pepper is {facts['pepper']}"
    if facts["taken_up"]:
        yield "An earlier rotation had not come to its end: this one goes on with it."
    yield from (f"{count:>9}  rows of the form {form}" for form, count in facts["forms"].items())
    if not facts["dry_run"]:
        yield "The keyring has changed: keep a copy of its file where the copies of the database are not."


def closing(facts: Facts) -> Iterator[str]:
    """The proof."""
    yield f"The NIR door closed after {facts['last_day']}." + (" Nothing was removed." if facts["dry_run"] else "")
    yield "     before      after"
    for name, before in facts["before"].items():
        yield f"{before:>11}{facts['after'][name]:>11}  {name.replace('_', ' ')}"
    yield f"{facts['never_changed']} members never changed: their rows go after {facts['deleted_after']}."
