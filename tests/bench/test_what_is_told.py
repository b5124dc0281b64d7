import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bench import __main__ as bench
from bench import deployment, machine, prepare
from bench.driver import Counted, Measured


def test_the_cost_of_a_process_is_counted_with_its_children() -> None:
    """CPU and memory of a tree of processes are those of all of them."""
    burn = "import time\nwhile time.process_time() < 0.3: pass\n"
    script = (
        f"import subprocess, sys, time\np = subprocess.Popen([sys.executable, '-c', {burn + 'time.sleep(60)'!r}])\n"
    )
    with subprocess.Popen([sys.executable, "-c", script + "time.sleep(60)"]) as process:
        try:
            found: list[int] = []
            while len(found) < 2 or machine.cpu_seconds(found) < 0.3:
                found = machine.family([process.pid])
            assert machine.cpu_seconds(found) > machine.cpu_seconds([process.pid])
            assert machine.memory_mib(found) > machine.memory_mib([process.pid]) > 1
        finally:
            for child in machine.family([process.pid])[::-1]:
                subprocess.run(["kill", str(child)], check=True)


def _results(cost: float, rate: float) -> dict[str, Measured]:
    return {
        workload: Measured(workload, 1.0, Counted([1.0] * int(rate)), cost, 0.0, 0.0) for workload in bench.WORKLOADS
    }


@pytest.mark.parametrize("engine", deployment.ENGINES)
def test_a_figure_beyond_its_floor_has_fallen(engine: str) -> None:
    """Costs are compared in signatures, and sign-ins with the hashes that the machine can make."""
    limits = tomllib.loads((Path(bench.__file__).parent / "floors.toml").read_text())[engine]
    signature = 0.2
    assert bench._against_floors(engine, _results(0.1, 100), limits, signature, 110) == []
    fallen = bench._against_floors(engine, _results(10.0, 10), limits, signature, 110)
    assert {problem.split()[1] for problem in fallen} == {f"{workload}:" for workload in (*limits["cost"], "w3")}


def test_the_parts_of_a_percentile_are_of_all_who_were_counted() -> None:
    """The p99 of two processes is that of their latencies together."""
    one, other = Counted([1.0] * 99), Counted([50.0], failures=1, sample="late")
    one.add(other)
    assert (one.percentile(0.5), one.percentile(0.99)) == (1.0, 50.0)
    assert (one.failures, one.sample) == (1, "late")


def test_a_deployment_is_never_made_over_another(tmp_path: Path) -> None:
    """A folder that holds one already is left as it is."""
    (tmp_path / "clients").mkdir()
    with pytest.raises(FileExistsError):
        prepare.prepare(tmp_path, 1)
