"""``python -m simulations``: run sweeps of many chains, look at them, and put theory beside them."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from simulations.models.protocol import named_protocols
from simulations.sweep import load_sweep, named_sweeps
from theory.commandline import new_app, print_rendered, run_app
from theory.scenario.errors import InputError

app = new_app(
    "python -m simulations", "Many chains of many settings: run sweeps, look at them, compare them with theory."
)

Statistics = Annotated[
    list[str] | None, Parameter(name="--statistic", negative="", help="Only this statistic; may be given again.")
]


@app.command(help=f"Run a sweep, or what is missing of it. Named sweeps: {', '.join(named_sweeps())}.")
def run(
    sweep: Annotated[str, Parameter(help="A sweep file, or the name of a sweep that comes along.")],
    /,
    *,
    out: Annotated[Path | None, Parameter(help="Folder of the store (default: results/NAME).")] = None,
    changes: Annotated[
        list[str] | None,
        Parameter(name="--set", negative="", help="field=value, written into the sweep; may be given again."),
    ] = None,
    replicates: Annotated[str | None, Parameter(help="Number of chains per cell.")] = None,
    seed: Annotated[str | None, Parameter(help="Seed of the random bits.")] = None,
    dry_run: Annotated[bool, Parameter(negative="", help="Check and estimate only.")] = False,
) -> None:
    from simulations.progress import run_with_progress
    from simulations.run import default_folder

    options = (("replicates", replicates), ("seed", seed))
    checked = load_sweep(
        sweep, [*(changes or []), *(f"{name}={value}" for name, value in options if value is not None)]
    )
    run_with_progress(checked, default_folder(checked) if out is None else out, dry_run)


@app.command
def resume(folder: Path, /) -> None:
    """Finish the sweep of a store folder that was interrupted or has lost a cell.

    Parameters
    ----------
    folder
        The folder that `run` wrote, such as results/demo.
    """
    from simulations.progress import run_with_progress
    from simulations.store import open_store

    run_with_progress(open_store(folder).sweep, folder, dry_run=False)


@app.command
def show(
    folder: Path,
    /,
    *,
    statistic: Statistics = None,
    plot: Annotated[
        Path | None, Parameter(help="The picture: a .png, .pdf or .svg file (default: plot.png in the folder).")
    ] = None,
    as_json: Annotated[
        bool, Parameter(name="--json", negative="", help="Print everything as JSON and draw nothing.")
    ] = False,
) -> int:
    """Print a store as tables and draw it; exit status 1 where cells are missing.

    Parameters
    ----------
    folder
        The folder that `run` wrote, such as results/demo.
    """
    from simulations.show import picture_file, selected_statistics, store_content
    from simulations.store import open_store

    store = open_store(folder)
    path = picture_file(folder / "plot.png" if plot is None else plot)
    statistics = selected_statistics(store, statistic or [])
    content = store_content(store, statistics)
    if as_json:
        _print_json(content)
    else:
        from simulations.plot import save_plot
        from simulations.show import store_tables

        print_rendered(store_tables(content))
        if content["cells"]:
            try:
                save_plot(content, statistics, path)
            except OSError as error:
                raise InputError(f"{path} cannot be written: {error.strerror or error}") from None
            print(f"drawn in {path}")
    return 1 if content["missing"] else 0


@app.command
def compare(
    folder: Path,
    /,
    *,
    statistic: Statistics = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="", help="Print every comparison as JSON.")] = False,
) -> int:
    """Put theory beside a finished sweep or training log, with z-scores; exit status 1 where they disagree.

    Parameters
    ----------
    folder
        The folder that `run` or `train` wrote, such as results/demo.
    """
    from simulations.manifest import NAME
    from simulations.models.log import is_training_log

    if not folder.exists():
        raise InputError(f"{folder} does not exist; the store of a sweep or a training log is expected")
    if not (folder / NAME).exists():
        raise InputError(f"{folder} holds neither the store of a sweep nor a training log: it has no {NAME}")
    content, tables = (_trained if is_training_log(folder) else _swept)(folder, statistic or [])
    if as_json:
        _print_json(content)
    else:
        print_rendered(tables(content))
    return 0 if content["verdict"]["agrees"] else 1


@app.command
def methods(
    scenario: Path,
    /,
    *,
    t: Annotated[str, Parameter(help="Generations to look at, such as 100.")] = "1,10,100",
    statistic: Annotated[
        list[str] | None, Parameter(negative="", help="A statistic to be measured; may be given again.")
    ] = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="", help="Print the table as JSON.")] = False,
) -> int:
    """List the ways to simulate a scenario: what each costs or does not cover, and which would be taken.

    Parameters
    ----------
    scenario
        A scenario file; exit status 1 where no method covers it.
    """
    from simulations.methods import method_rows, method_table
    from theory.scenario import load_scenario

    rows = method_rows(load_scenario(scenario), t, tuple(statistic or ()))
    if as_json:
        _print_json({"methods": rows})
    else:
        print_rendered(method_table(rows))
    return 0 if any(row["chosen"] for row in rows) else 1


@app.command(help=f"Train the models of a protocol, or what is missing of them. Named: {', '.join(named_protocols())}.")
def train(
    protocol: Annotated[str, Parameter(help="A protocol file, or the name of one that comes along.")],
    /,
    *,
    out: Annotated[Path | None, Parameter(help="Folder of the log (default: results/NAME).")] = None,
    quick: Annotated[bool, Parameter(negative="", help="The beginning of the text and few chains.")] = False,
) -> None:
    from simulations.models.command import train_command

    train_command(protocol, out, quick)


def _swept(folder: Path, statistics: list[str]) -> tuple[dict[str, Any], Callable[..., Any]]:
    """What a sweep shows beside theory, and how to print it."""
    from simulations.compare_tables import comparison_content, comparison_tables
    from simulations.show import selected_statistics
    from simulations.store import open_store

    store = open_store(folder)
    return comparison_content(store, selected_statistics(store, statistics)), comparison_tables


def _trained(folder: Path, statistics: list[str]) -> tuple[dict[str, Any], Callable[..., Any]]:
    """What trained models show beside the forecast of theory, and how to print it."""
    from simulations.models.forecast_tables import forecast_content, forecast_tables
    from simulations.models.log import read_log

    if statistics:
        raise InputError(f"--statistic is for sweeps, and {folder} holds a training log")
    return forecast_content(read_log(folder)), forecast_tables


def _print_json(content: dict[str, Any]) -> None:
    json.dump(content, sys.stdout, allow_nan=False)
    print()


if __name__ == "__main__":
    run_app(app)
