"""What a command sets before it computes: float64, and compiled programs kept between processes.

Importing a library module changes no configuration; whoever runs chains calls ``prepare_jax`` once, before the
first array.
"""

import os
from pathlib import Path

from simulations.provenance import instruction_set

QUICKEST_KEPT = 0.1  # seconds: programs that compile faster than this are not worth a file


def prepare_jax() -> None:
    """Switch JAX to float64 and keep what it compiles in the user's cache folder."""
    import jax

    jax.config.update("jax_enable_x64", True)
    folder = compilation_cache(jax.__version__)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return  # a read-only home: every process compiles for itself
    if os.access(folder, os.W_OK):
        jax.config.update("jax_compilation_cache_dir", str(folder))
        jax.config.update("jax_persistent_cache_min_compile_time_secs", QUICKEST_KEPT)


def compilation_cache(version: str) -> Path:
    """A folder per JAX version and instruction set: homes are shared between unlike machines."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "model-collapse-theory" / f"jax-{version}-{instruction_set()}"
