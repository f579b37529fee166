"""`python -m tests.benchmarks`: how fast the engine is, beside numpy, jax.random, a plain loop and its own limit."""

import time
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from paper.benchmarks import Benchmarks, load_benchmarks, save_benchmarks
from tests.benchmarks.groups import CURVES, GROUPS, Effort, curves_of, rows_of
from theory.commandline import InputError, new_app, run_app
from theory.scenario.errors import alternatives, nearest, shown

DEFAULT_OUT = Path("paper") / "data" / "benchmarks.json"
QUICK_OUT = Path("results") / "benchmarks-quick.json"
ROUNDS, QUICK_ROUNDS = 9, 3

app = new_app("python -m tests.benchmarks", "Measure the engine beside its peers; ratios within interleaved rounds.")


@app.default
def benchmarks(
    *,
    quick: Annotated[bool, Parameter(negative="", help="small ensembles and few rounds: a minute or so")] = False,
    only: Annotated[str | None, Parameter(help=f"one group: {', '.join((*GROUPS, CURVES))}")] = None,
    out: Annotated[Path | None, Parameter(help="a JSON file; its CSV stands beside it")] = None,
    rounds: Annotated[int | None, Parameter(help=f"rounds of every comparison (default {ROUNDS})")] = None,
) -> None:
    """Measure the engine beside its peers; ratios within interleaved rounds.

    Prints a table and saves it, by default to paper/data/benchmarks.json (results/benchmarks-quick.json with --quick or
    --only). A whole run takes some ten minutes; let nothing else run beside it.
    """
    chosen = _groups(only)
    rounds = rounds if rounds is not None else QUICK_ROUNDS if quick else ROUNDS
    if rounds < 1:
        raise InputError(f"--rounds must be at least 1, got {rounds}")
    file = out or (QUICK_OUT if quick or only else DEFAULT_OUT)
    if file.suffix != ".json":
        raise InputError(f"--out must end in .json, got {shown(str(file))}")
    if file.is_dir() or (file.parent.exists() and not file.parent.is_dir()):
        raise InputError(f"--out must be a file in a folder, got {shown(str(file))}")
    found = run(chosen, quick, rounds)
    save(found, file)


def run(chosen: tuple[str, ...], quick: bool, rounds: int) -> Benchmarks:
    """Measure the chosen groups, telling which is at work."""
    from rich.console import Console

    from simulations.prepare import prepare_jax

    prepare_jax()
    console = Console(stderr=True, highlight=False, markup=False)
    rows, curves = [], []
    with console.status("") as status:
        for group in chosen:
            begun = time.perf_counter()
            effort = Effort(rounds, quick, lambda what, group=group: status.update(f"{group}: {what}"))
            if group == CURVES:
                curves = curves_of(effort)
            else:
                rows.extend(rows_of(group, effort))
            console.print(f"{group}: {time.perf_counter() - begun:.0f} s")
    from tests.benchmarks.machine import provenance

    return Benchmarks(rows, curves, provenance(), rounds, quick)


def save(found: Benchmarks, file: Path) -> None:
    """Print the run, write it and its CSV, and say where."""
    from tests.benchmarks.tables import csv_text, print_benchmarks

    save_benchmarks(found, file)
    file.with_suffix(".csv").write_text(csv_text(found), encoding="utf-8")
    print_benchmarks(load_benchmarks(file))
    print(f"saved in {file} and {file.with_suffix('.csv')}")


def _groups(only: str | None) -> tuple[str, ...]:
    every = (*GROUPS, CURVES)
    if only is None:
        return every
    if only not in every:
        raise InputError(f"--only must be {alternatives(every)}, got {shown(only)}{nearest(only, every)}")
    return (only,)


if __name__ == "__main__":
    run_app(app)
