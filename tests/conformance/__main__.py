"""`make conformance`: the plans of expected.toml on the suite that OIDF_SUITE_URL names, against a deployment of ours.

ONLY limits the plans and MODULES the modules, by a regular expression; BROWSER=chromium takes a
real browser, for the plans that say so. OIDF_OP_HOST (op.test) is the provider's name: it leads to this machine.
"""

import os
import re
import sys
from collections import Counter
from contextlib import nullcontext
from pathlib import Path

from conformance import configuration, deployment, report
from conformance.chromium import Chromium
from conformance.deployment import CERTIFICATE_HEADER, Deployment
from conformance.front import Front
from conformance.report import CHROMIUM, HTMLUNIT, Expected, Plan
from conformance.suite import Outcome, Suite, SuiteError
from servers import free_port

from idp.demo.stack import DemoError, Stack

ROOT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("CONFORMANCE_DIR", ROOT / "var" / "conformance"))
PAGE = ROOT / "docs" / "conformance.md"


def main() -> int:
    """Run the plans; 0 when every module ended as expected."""
    url = os.environ.get("OIDF_SUITE_URL")
    if not url:
        print("OIDF_SUITE_URL is not set: start the OpenID Foundation's conformance suite and name its address.")
        return 2
    deployment.empty(FOLDER)
    try:
        suite = Suite(url, FOLDER)
        host = os.environ.get("OIDF_OP_HOST", "op.test")
        port = int(os.environ.get("OIDF_OP_PORT", "0")) or free_port()
        made = deployment.prepare(FOLDER, host, port, suite.url, configuration.ALIAS, suite.certificate)
        front = Front(FOLDER / "front", host, port, made.upstream, CERTIFICATE_HEADER)
        with Stack(FOLDER / "log", made.environment()) as stack:
            deployment.start(made, stack, front)
            return _run(suite, made)
    except (SuiteError, DemoError) as error:
        print(f"conformance: {error}")
        return 2


def _run(suite: Suite, made: Deployment) -> int:
    everything, good = report.expected(), True
    in_chromium = os.environ.get("BROWSER") == "chromium"
    browser = CHROMIUM if in_chromium else HTMLUNIT
    wanted = os.environ.get("ONLY", "")
    for plan in everything.plans:
        if re.search(wanted, plan.title) and browser in plan.browsers:
            good &= _run_plan(suite, made, plan, everything, in_chromium)
    if not wanted and not os.environ.get("MODULES"):
        report.write(FOLDER / "results", PAGE, everything)
    return 0 if good else 1


def _run_plan(suite: Suite, made: Deployment, plan: Plan, everything: Expected, in_chromium: bool) -> bool:
    told = configuration.make(made, plan.name, plan.variant)
    if in_chromium:
        told |= {"browser": [], "override": {}}
    planned = suite.make_plan(plan.name, plan.variant, told)
    print(f"== {plan.title}\n   {suite.url}/plan-detail.html?plan={planned['id']}", flush=True)
    pattern = os.environ.get("MODULES", "")
    modules = [module for module in planned["modules"] if re.search(pattern, module["testModule"])]
    outcomes: list[Outcome] = []
    with Chromium(suite, made) if in_chromium else nullcontext() as browser:
        for module in modules:
            if configuration.asks_to_agree(module["testModule"]):
                made.forget_agreements()
            if browser:
                browser.fresh(module["testModule"])
            drive = browser.drive if browser else _nobody
            outcomes.append(suite.run(planned["id"], module, drive, made.rotate_keys))
            _tell(outcomes[-1], everything)
    count = Counter(outcome.result for outcome in outcomes)
    complete = bool(pattern) or len(outcomes) == plan.modules
    print(f"   {', '.join(f'{number} {result}' for result, number in count.items())}")
    if not complete:
        print(f"   {len(outcomes)} modules, {plan.modules} expected")
    if not pattern:
        browser_name = CHROMIUM if in_chromium else HTMLUNIT
        report.keep(FOLDER / "results", plan, browser_name, suite.version(), outcomes)
    return complete and all(everything.allows(outcome) for outcome in outcomes)


def _nobody(_identifier: str) -> list[str]:
    """The suite drives a browser of its own."""
    return []


def _tell(outcome: Outcome, everything: Expected) -> None:
    mark = " " if everything.allows(outcome) else "!"
    print(f" {mark} {outcome.result:<12}{outcome.seconds:>6} s  {outcome.module}", flush=True)
    if mark == "!":
        for problem in outcome.problems[:6]:
            print(f"{'':24}{problem}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
