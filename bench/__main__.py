"""`make bench`: the floors of the machine, both engines, the peers if there are any, and what has fallen.

Ends with 1 where a figure is beyond its floor in `bench/floors.toml`, or an operation failed.
"""

import sys
import tomllib
from pathlib import Path

from bench import deployment, floors, peers
from bench.driver import Measured, measure

WORKLOADS = ("w1", "w2", "w3", "w4", "w5", "w6")
_SECONDS = 3
_PEER_OF = dict(zip(deployment.ENGINES, peers.NAMES, strict=True))
Results = dict[str, Measured]


def main() -> int:
    """Measure, compare, and tell; the exit code."""
    limits = tomllib.loads((Path(__file__).parent / "floors.toml").read_text())
    print("The machine")
    machine = floors.measure_all()
    problems: list[str] = []
    for engine in deployment.ENGINES:
        print(f"\nOurs, {engine}")
        with deployment.running(engine) as aim:
            ours = {workload: measure(aim, workload, seconds=_SECONDS) for workload in WORKLOADS}
            hashes = floors.argon2()
        problems += [f"{engine} {each.workload}: {each.counted.sample}" for each in ours.values() if _failed(each)]
        problems += _against_floors(engine, ours, limits[engine], machine["rsa"].cpu_ms, hashes.rate)
        if (where := peers.folder()) is not None:
            problems += _against_peer(engine, ours, limits[engine]["peer"], where)
    print("\n" + "\n".join(f"FALLEN  {problem}" for problem in problems) if problems else "\nnothing has fallen")
    return 1 if problems else 0


def _failed(measured: Measured) -> bool:
    return bool(measured.counted.failures) or not measured.counted.latencies


def _against_floors(
    engine: str, ours: Results, limits: dict[str, dict[str, float]], signature: float, hashes: float
) -> list[str]:
    problems = []
    for workload, each in ours.items():
        cost = each.cpu_ms / signature
        most = limits["cost"].get(workload)
        print(f"{each}   {cost:6.2f} signatures" + (f" (at most {most})" if most else ""))
        if most and cost > most:
            problems.append(f"{engine} {workload}: {cost:.2f} signatures, at most {most}")
    part, least = ours["w3"].rate / hashes, limits["hash"]["w3"]
    print(f"w3 reaches {part:.2f} of the argon2id floor, {hashes:.0f}/s beside it (at least {least})")
    if part < least:
        problems.append(f"{engine} w3: {part:.2f} of the argon2id floor, at least {least}")
    return problems


def _against_peer(engine: str, ours: Results, limits: dict[str, float], where: Path) -> list[str]:
    name, problems = _PEER_OF[engine], []
    print(f"\n{name}")
    with peers.running(name, where) as aim:
        # Its compiler has to see the code a while.
        measure(aim, "w2", seconds=1)
        theirs = {workload: measure(aim, workload, seconds=_SECONDS) for workload in limits}
    for workload, each in theirs.items():
        faster = ours[workload].rate / each.rate if each.rate else 0.0
        cheaper = ours[workload].cpu_ms / each.cpu_ms if each.cpu_ms else 0.0
        print(f"{each}\n     ours: {faster:.2f} x as fast (at least {limits[workload]}), {cheaper:.2f} x its CPU")
        if faster < limits[workload]:
            problems.append(f"{engine} {workload}: {faster:.2f} x {name}, at least {limits[workload]}")
    return problems


if __name__ == "__main__":
    sys.exit(main())
