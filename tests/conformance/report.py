"""What came of the plans: kept as JSON beside the deployment, told in docs/conformance.md."""

import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson
from conformance.suite import BROWSER, Outcome

HTMLUNIT, CHROMIUM = "HtmlUnit", "Chromium"
EXPECTED = Path(__file__).with_name("expected.toml")
RESULTS = ("PASSED", "REVIEW", "SKIPPED", "WARNING", "FAILED", "INTERRUPTED")
_HEAD = """# Conformance

Written by `make conformance`; never by hand. Each plan is one of the OpenID Foundation's conformance suite, run against
a deployment made for it: production refuses what only the plans need (open registration, implicit flows, calls to this
machine). A module that gives a warning fails the run, and so does one that gives something else than
`tests/conformance/expected.toml` says.

*Review* is a pass whose page a person may look at too; the words that it must show were found on it. *Skipped* is what
the suite leaves out because the provider says that it has no such thing. Both are listed below, with the reason.

Suite: {versions}.

To run it again: start the suite, let a name (`OIDF_OP_HOST`, by default `op.test`) lead to this machine, have nginx
installed, and

    OIDF_SUITE_URL=https://suite.test:8443 make conformance
    OIDF_SUITE_URL=https://suite.test:8443 BROWSER=chromium make conformance

`ONLY` and `MODULES`, regular expressions, limit the run; this page is then left as it is.
"""


@dataclass(frozen=True)
class Plan:
    """A plan to run, and what it must give."""

    name: str
    variant: dict[str, str]
    browsers: tuple[str, ...]
    modules: int

    @property
    def title(self) -> str:
        """As people say it."""
        short = self.name.removesuffix("-test-plan").removesuffix("-certification")
        told = [value for name, value in self.variant.items() if value not in _USUAL.get(name, ())]
        return f"{short} ({', '.join(told)})" if told else short


_USUAL = {
    "server_metadata": ("discovery",),
    "response_type": ("code",),
    "openid": ("openid_connect",),
    "fapi_profile": ("plain_fapi",),
    "authorization_request_type": ("simple",),
}


@dataclass(frozen=True)
class Expected:
    """The plans, and the modules that give something else than PASSED, with the reason."""

    plans: list[Plan]
    review: dict[str, str]
    skipped: dict[str, str]

    def allows(self, outcome: Outcome) -> bool:
        """Whether a module ended as it must, and a real browser had nothing to complain of."""
        if any(problem.startswith(BROWSER) for problem in outcome.problems):
            return False
        if outcome.result == "REVIEW":
            return outcome.module in self.review
        if outcome.result == "SKIPPED":
            return outcome.module in self.skipped
        return outcome.result == "PASSED"


def expected() -> Expected:
    """What `expected.toml` says."""
    read = tomllib.loads(EXPECTED.read_text("utf-8"))
    plans = [
        Plan(each["name"], each.get("variant", {}), tuple(each.get("browsers", [HTMLUNIT])), each["modules"])
        for each in read["plan"]
    ]
    return Expected(plans, read["review"], read["skipped"])


def keep(folder: Path, plan: Plan, browser: str, version: str, outcomes: list[Outcome]) -> None:
    """Keep the results of a plan, in the place of older ones."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "title": plan.title,
        "browser": browser,
        "version": version,
        "modules": [asdict(outcome) for outcome in outcomes],
    }
    name = "".join(letter if letter.isalnum() else "-" for letter in f"{plan.title} {browser}")
    (folder / f"{name}.json").write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))


def write(folder: Path, page: Path, plans: Expected) -> None:
    """Write the page out of every result kept."""
    order = {plan.title: place for place, plan in enumerate(plans.plans)}
    runs = [orjson.loads(file.read_bytes()) for file in sorted(folder.glob("*.json"))]
    runs = [run for run in runs if run["title"] in order]
    runs.sort(key=lambda run: (order[run["title"]], run["browser"]))
    versions = ", ".join(sorted({run["version"] for run in runs}))
    lines = [_HEAD.format(versions=versions), *_table(runs), *_left_out(runs, plans), *_modules(runs)]
    page.write_text("\n".join(lines).rstrip("\n") + "\n", "utf-8")


def _table(runs: list[dict[str, Any]]) -> Iterable[str]:
    yield "| plan | browser | " + " | ".join(result.lower() for result in RESULTS) + " |"
    yield "|---|---" + "|---:" * len(RESULTS) + "|"
    for run in runs:
        count = Counter(module["result"] for module in run["modules"])
        numbers = " | ".join(str(count[result] or "") for result in RESULTS)
        yield f"| {run['title']} | {run['browser']} | {numbers} |"


def _left_out(runs: list[dict[str, Any]], plans: Expected) -> Iterable[str]:
    yield "\n## Skipped\n"
    names = {module["module"] for run in runs for module in run["modules"] if module["result"] == "SKIPPED"}
    for name in sorted(names):
        yield f"- `{name}`: {plans.skipped.get(name, 'not expected')}"
    yield "\n## Review\n"
    names = {module["module"] for run in runs for module in run["modules"] if module["result"] == "REVIEW"}
    for name in sorted(names):
        yield f"- `{name}`: {plans.review.get(name, 'not expected')}"


def _modules(runs: list[dict[str, Any]]) -> Iterable[str]:
    yield "\n## Modules"
    for run in runs:
        yield f"\n### {run['title']}, {run['browser']}\n"
        yield "| module | variant | result |"
        yield "|---|---|---|"
        for module in run["modules"]:
            variant = ", ".join(module["variant"].get(name, "") for name in ("response_type", "response_mode"))
            yield f"| {module['module']} | {variant.strip(', ')} | {module['result']} |"
