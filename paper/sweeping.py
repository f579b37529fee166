"""One sweep of the paper, into a store that can be resumed."""

from collections.abc import Callable
from pathlib import Path

from simulations.prepare import prepare_jax
from simulations.run import run_sweep
from simulations.sweep import load_sweep

QUICK_REPLICATES = 512


def sweep_into_store(
    inputs: tuple[Path, ...], outputs: tuple[Path, ...], advance: Callable[[float], None], quick: bool
) -> None:
    """Run the sweep file ``inputs[0]`` into ``outputs[0]``; a quick one has at most ``QUICK_REPLICATES`` chains a
    cell.
    """
    sweep = load_sweep(inputs[0])
    if quick and sweep.replicates > QUICK_REPLICATES:
        sweep = load_sweep(inputs[0], [f"replicates={QUICK_REPLICATES}"])
    prepare_jax()
    run_sweep(sweep, outputs[0], lambda done, total, label: advance(done / total))
