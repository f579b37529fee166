"""Runs a sweep for a person at a terminal: the estimate first, a bar while it runs, and what to do after Ctrl-C."""

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from simulations.run import Plan, planned, run_sweep
from simulations.store import existing_store
from simulations.sweep import Sweep


def run_with_progress(sweep: Sweep, folder: Path, dry_run: bool) -> None:
    """Complete the store of a sweep in a folder; says so at once, without starting JAX, where nothing is missing."""
    store = existing_store(folder, sweep)
    missing = sweep.cells if store is None else store.missing()
    if not missing:
        print(f"{folder} is up to date: all {len(sweep.cells)} cells of {sweep.name} are there")
        return
    from simulations.prepare import prepare_jax

    prepare_jax()
    print(described(planned(sweep, missing), sweep))
    if dry_run:
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    try:
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task(sweep.name, total=None)
            run_sweep(
                sweep,
                folder,
                lambda done, total, label: bar.update(task, completed=done, total=total, description=label),
            )
    except KeyboardInterrupt:
        raise KeyboardInterrupt(_interrupted(sweep, folder)) from None
    print(f"{len(sweep.cells)} cells of {sweep.name} are in {folder}; look: python -m simulations show {folder}")


def described(plan: Plan, sweep: Sweep) -> str:
    """One line: what will be computed and what it is expected to cost."""
    kept = len(sweep.cells) - len(plan.cells)
    already = f" ({kept} more are there already)" if kept else ""
    return (
        f"{sweep.name}: {len(plan.cells)} cells{already}, {plan.chain_generations:.3g} chain-generations, "
        f"about {_duration(plan.seconds)} and {plan.bytes / 2**20:.0f} MiB"
    )


def _interrupted(sweep: Sweep, folder: Path) -> str:
    store = existing_store(folder, sweep)
    if store is None:
        return "interrupted before the first cell; nothing was written"
    done = len(sweep.cells) - len(store.missing())
    return (
        f"interrupted; {done} of {len(sweep.cells)} cells are safe in {folder}. "
        f"Resume with: python -m simulations resume {folder}"
    )


def _duration(seconds: float) -> str:
    if seconds < 1:
        return "a second"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
