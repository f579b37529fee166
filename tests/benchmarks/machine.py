"""What a benchmark was measured on: processor, versions, device and date; no names of hosts or folders."""

import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from simulations.cost import processors
from simulations.provenance import environment


def provenance() -> dict[str, Any]:
    """The machine as it says itself, and the versions; needs JAX loaded."""
    known = environment()
    return {
        "processor": processor(),
        "cores": processors(),
        "instruction_set": known["instruction_set"],
        "system": known["system"],
        "python": known["python"],
        "libraries": {name: known["libraries"][name] for name in ("numpy", "jax", "jaxlib")},
        "backend": known["backend"],
        "device": known["device"],
        "commit": known["commit"],
        "threads": {"numpy, 1 thread": 1, "numpy, 2 threads": 2, "ours": 2, "ours on 1 core": 1},
        "date": datetime.now(UTC).date().isoformat(),
    }


def processor() -> str:
    """The processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
