"""Where numbers come from: the versions, commit, device and instruction set that a store records beside every cell.

Bits are promised for one library version, backend and instruction set; this record says which those were. It is
a plain JSON object, and two cells computed alike share one.
"""

import hashlib
import json
import platform
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGE = "model-collapse-theory"
LIBRARIES = ("numpy", "jax", "jaxlib", "xarray", "zarr")
ROOT = Path(__file__).resolve().parent.parent


@cache
def environment() -> dict[str, Any]:
    """This process's record: package, libraries, commit, machine and, once JAX is loaded, backend, device and dtype."""
    return {
        "package": _version(PACKAGE) or _version_of_checkout(),
        "python": platform.python_version(),
        "libraries": {library: _version(library) for library in LIBRARIES},
        "commit": commit(),
        "machine": platform.machine(),
        "system": platform.system(),
        "instruction_set": instruction_set(),
        **_accelerator(),
    }


def environment_key(record: dict[str, Any]) -> str:
    """The first 12 hexadecimal digits of the SHA-256 of a record: what a cell names it by."""
    text = json.dumps(record, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def commit() -> dict[str, Any] | None:
    """Commit of the checkout that the code runs from, and whether the code differs from it; None outside a checkout."""
    head = _git("rev-parse", "HEAD")
    if head is None:
        return None
    changed = _git("status", "--porcelain", "--", "theory", "simulations")
    return {"id": head, "dirty": bool(changed)}


def instruction_set() -> str:
    """The widest vector instructions of this processor that change the last bits of a float."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8").split()
    except OSError:
        return platform.machine()
    for name in ("avx512f", "avx2", "avx", "asimd"):
        if name in flags:
            return name
    return platform.machine()


def _accelerator() -> dict[str, Any]:
    jax = sys.modules.get("jax")
    if jax is None:
        return {"backend": None, "device": None, "dtype": None}
    device = jax.devices()[0]
    dtype = "float64" if jax.config.jax_enable_x64 else "float32"
    return {"backend": jax.default_backend(), "device": device.device_kind, "dtype": dtype}


def _git(*arguments: str) -> str | None:
    if not (ROOT / ".git").exists():
        return None
    try:
        done = subprocess.run(
            ["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _version_of_checkout() -> str | None:
    """The version in the checkout's own ``pyproject.toml``: the folder is the command, it need not be installed."""
    try:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return None
    return project.get("version")
