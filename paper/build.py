"""Runs the steps that are stale: an estimate first, progress while it works, and every finished step is kept.

Interrupted at any moment it leaves the finished steps entered and the sweeps resumable; the same command goes
on from there.
"""

import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from paper.cache import Advance, Cache, Step, stale
from theory.scenario.errors import InputError


class BuildError(InputError):
    """A step could not be finished: its name, and why, one line each."""


def run_steps(steps: Sequence[Step], cached: Cache, console: Console) -> list[Step]:
    """Run what is stale and return it; raises ``BuildError`` at the first step that fails.

    A step that was predicted stale because an earlier one runs is left alone where that one wrote what was
    there before.
    """
    waiting = stale(steps, cached)
    console.print(estimate(steps, waiting, cached))
    done: list[Step] = []
    total = sum(cached.seconds(step) for step in waiting)
    with _progress(console) as progress:
        bar = progress.add_task("", total=max(total, 0.01))
        before = 0.0
        for step in waiting:
            share = cached.seconds(step)
            progress.update(bar, description=step.name, completed=before)
            if not cached.fresh(step):
                seconds = _run(
                    step, cached, lambda part, b=before, s=share: progress.update(bar, completed=b + part * s)
                )
                done.append(step)
                console.print(f"  [green]done[/] {step.name} [dim]{seconds:.1f} s[/]", highlight=False)
            before += share
        progress.update(bar, completed=total)
    return done


def estimate(steps: Sequence[Step], waiting: Sequence[Step], cached: Cache) -> str:
    """One line: how many steps there are, how many will run, and for how long."""
    if not waiting:
        return f"{len(steps)} steps, nothing has changed"
    seconds = sum(cached.seconds(step) for step in waiting)
    measured = sum(step.name in cached.entries for step in waiting)
    basis = "measured on this machine" if measured > len(waiting) / 2 else "measured elsewhere"
    return f"{len(steps)} steps, {len(waiting)} to run: about {duration(seconds)} ({basis})"


def duration(seconds: float) -> str:
    """A length of time as a person says it."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min"


def _run(step: Step, cached: Cache, advance: Advance) -> float:
    key = step.key()
    if step.resumable:
        _set_aside(step, key, cached)
    started = time.perf_counter()
    try:
        step.run(advance)
    except InputError as error:
        raise BuildError([f"{step.name}: {line}" for line in error.lines]) from error
    except Exception as error:
        error.add_note(f"in the step {step.name} of the paper")
        raise
    seconds = time.perf_counter() - started
    cached.enter(step, key, seconds)
    return seconds


def _set_aside(step: Step, key: str, cached: Cache) -> None:
    """Resume what the same inputs and code began; move anything else out of the way, and delete no results."""
    if cached.begun.get(step.name) != key:
        for output in step.outputs:
            if output.exists():
                aside = output.parent / ".replaced" / output.name
                shutil.rmtree(aside, ignore_errors=True)
                aside.parent.mkdir(parents=True, exist_ok=True)
                output.rename(aside)
        cached.begin(step, key)


def _progress(console: Console) -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def shown_path(path: Path) -> str:
    """The path as a person in the current folder would type it."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
