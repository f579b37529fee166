"""Programs in processes of their own: what they take from their start, and the most memory that they hold."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent


def output_of(*arguments: str) -> str:
    """What Python prints, started with these arguments in a folder of its own, where it finds no compiled program.

    Raises RuntimeError with the last line of its complaint where it fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, *arguments],
            capture_output=True,
            text=True,
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": folder},
            check=False,
        )
    if done.returncode:
        raise RuntimeError((done.stderr.splitlines() or [f"exit status {done.returncode}"])[-1])
    return done.stdout


PEAK = """
import json, resource, sys
from pathlib import Path
from simulations.prepare import prepare_jax
prepare_jax()
from simulations.ensemble import estimate, run_ensemble
from simulations.requested import Requested
from theory.scenario import parse_scenario
case = json.loads(sys.argv[1])
scenario, statistics = parse_scenario(case["scenario"]), [Requested(name) for name in case["statistics"]]
sizes = {"generations": case["generations"], "replicates": case["replicates"], "statistics": statistics}
record = case["record"]
expected = estimate(scenario, **sizes, record=record)
run_ensemble(scenario, **sizes, record=record, seed=0)
status = Path("/proc/self/status")
if status.exists():  # rusage would have what the parent held when it started this process
    held = status.read_text().split("VmHWM:")[1].split()[0]
else:
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([1024 * int(held), expected.bytes]))
"""


def peak_memory(case: dict[str, Any]) -> tuple[float, float]:
    """Bytes that a run holds at its peak, the whole process, and those that its estimate had said."""
    peak, expected = json.loads(output_of("-c", PEAK, json.dumps(case)))
    return float(peak), float(expected)
