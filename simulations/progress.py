"""Runs a sweep for a person at a terminal: the estimate first, a bar while it runs, and what to do after Ctrl-C."""

from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from simulations.run import Plan, counted_cells, planned, run_sweep
from simulations.store import existing_store
from simulations.store_folder import refuse_unusable
from simulations.sweep import Sweep


def run_with_progress(sweep: Sweep, folder: Path, dry_run: bool) -> None:
    """Complete the store of a sweep in a folder.

    Whatever can be said without JAX is said before it starts: that nothing is missing, what cannot be, the estimate.
    """
    store = existing_store(folder, sweep)
    missing = sweep.cells if store is None else store.missing()
    if not missing:
        print(f"{folder} is up to date: {_there(sweep)}")
        return
    refuse_unusable(folder)
    print(described(planned(sweep, missing), sweep), flush=True)
    if dry_run:
        return
    from simulations.prepare import prepare_jax

    prepare_jax()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    carried: Counter[str] = Counter()
    try:
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task(sweep.name, total=None)
            run_sweep(
                sweep,
                folder,
                lambda done, total, label: bar.update(task, completed=done, total=total, description=label),
                lambda _, few: carried.update(few),
            )
    except KeyboardInterrupt:
        raise KeyboardInterrupt(_interrupted(sweep, folder)) from None
    if carried:
        rare = ", ".join(f"{label} ({counted_cells(number)})" for label, number in carried.items())
        print(f"! few chains carry some means of {rare}: their standard errors are no guide, and show marks them")
    number = len(sweep.cells)
    print(
        f"{counted_cells(number)} of {sweep.name} {_is(number)} in {folder}; look: python -m simulations show {folder}"
    )


def described(plan: Plan, sweep: Sweep) -> str:
    """One line: what will be computed and what it is expected to cost."""
    kept = len(sweep.cells) - len(plan.cells)
    already = f" ({kept} more {_is(kept)} there already)" if kept else ""
    return (
        f"{sweep.name}: {counted_cells(len(plan.cells))}{already}, {plan.chain_generations:.3g} chain-generations, "
        f"{plan.cost}, {plan.by}"
    )


def _there(sweep: Sweep) -> str:
    number = len(sweep.cells)
    return f"{'its only cell is' if number == 1 else f'all {number} cells of {sweep.name} are'} there"


def _interrupted(sweep: Sweep, folder: Path) -> str:
    store = existing_store(folder, sweep)
    if store is None:
        return "interrupted before the first cell; nothing was written"
    number = len(sweep.cells)
    done = number - len(store.missing())
    return (
        f"interrupted; {done} of {counted_cells(number)} {_is(number)} safe in {folder}. "
        f"Resume with: python -m simulations resume {folder}"
    )


def _is(number: int) -> str:
    return "is" if number == 1 else "are"
