"""Every figure draws from stores that hold what theory says, refuses stores that do not, and saves what it drew."""

import csv
import dataclasses
import importlib
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq

from paper.cache import ROOT
from paper.drawing import WIDTH, Drawing, DrawingError, draw_and_save, open_results, panels, save, stacked, style, table
from paper.steps import DATA, needs
from paper.training import train_into_log
from simulations.models.protocol import named_protocols
from simulations.run import default_folder
from simulations.store import Store, create_store
from simulations.sweep import Cell, load_sweep
from tests.fixture_store import PROVENANCE, fixture_result
from theory.predict import predict, quantiles
from theory.scenario.errors import InputError

FIGURES = sorted((ROOT / "paper" / "figures").glob("[!_]*.py"))
NEEDED = sorted({name for figure in FIGURES for name in needs(figure)})


def theoretical_store(folder: Path, name: str, shift: float = 0.0, changes: tuple[str, ...] = ()) -> Store:
    """The named sweep filled with what theory predicts, ``shift`` relative to it, and small standard errors."""
    sweep = load_sweep(name, changes)
    store = create_store(folder / default_folder(sweep).name, sweep)
    for cell in sweep.cells:
        store.write(cell, theoretical_result(sweep, cell, shift), PROVENANCE)
    return store


def theoretical_result(sweep, cell: Cell, shift: float):
    result = fixture_result(sweep, cell)
    mean, error = result.mean.copy(), result.standard_error.copy()
    levels = np.full((len(sweep.quantiles), *mean.shape), np.nan) if sweep.quantiles else None
    for place, statistic in enumerate(sweep.statistics):
        if levels is not None:
            levels[:, place] = theoretical_quantiles(sweep, cell, statistic.name) * (1 + shift)
        try:
            value = predict(cell.scenario, statistic.name, sweep.record, statistic.at).value
        except InputError:
            continue
        mean[place] = value * (1 + shift)
        error[place] = 1e-4 * np.abs(value)
    paths = np.broadcast_to(mean, (sweep.paths, *mean.shape)) if sweep.paths else None
    return dataclasses.replace(result, mean=mean, standard_error=error, quantiles=levels, paths=paths)


def theoretical_quantiles(sweep, cell: Cell, statistic: str):
    """Quantiles of single chains, by level and generation; of the mean's squared error those at which its tail ends."""

    def squared_error(t: int, level: float) -> float:
        def excess(log_distance: float) -> float:
            return predict(cell.scenario, "mean_tail", [t], np.exp(log_distance)).value[0] - (1 - level)

        return np.exp(2 * brentq(excess, -20, 20))

    try:
        if statistic == "mean_squared_error":
            return np.array([[squared_error(t, level) for t in sweep.record] for level in sweep.quantiles])
        return quantiles(cell.scenario, statistic, sweep.record, sweep.quantiles).value.T
    except InputError:
        return np.nan


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Folders of all that the figures need: theory's own numbers as stores, and small models really trained."""
    folder = tmp_path_factory.mktemp("results")
    made = {}
    for name in NEEDED:
        if name in DATA:
            made[name] = DATA[name]
        elif name in named_protocols():
            made[name] = folder / name
            train_into_log(
                (ROOT / "simulations" / "protocols" / f"{name}.toml",), (made[name],), lambda done: None, quick=True
            )
        else:
            made[name] = theoretical_store(folder, name).path
    return made


def drawn(figure: Path, results: dict[str, Path], folder: Path) -> dict[str, bytes]:
    """The four files of a figure."""
    inputs = tuple(results[name] for name in needs(figure))
    outputs = tuple(folder / f"{figure.stem}.{kind}" for kind in ("pdf", "png", "csv", "json"))
    draw_and_save(inputs, outputs, lambda done: None, f"paper.figures.{figure.stem}")
    return {path.suffix: path.read_bytes() for path in outputs}


@pytest.mark.parametrize("figure", FIGURES, ids=lambda path: path.stem)
def test_a_figure_draws_from_what_it_needs(figure, results, tmp_path):
    files = drawn(figure, results, tmp_path)
    assert files[".pdf"].startswith(b"%PDF")
    header, *rows = csv.reader(files[".csv"].decode().splitlines())
    assert len(rows) > 3
    assert all(len(row) == len(header) for row in rows)


def test_a_figure_is_the_same_bytes_twice(results, tmp_path):
    figure = ROOT / "paper" / "figures" / "tokens_vocabulary.py"
    assert drawn(figure, results, tmp_path) == drawn(figure, results, tmp_path)


@pytest.mark.parametrize(
    "figure",
    [
        "gaussian_fan",
        "gaussian_log_variance",
        "gaussian_mean_limit",
        "gaussian_policies",
        "gaussian_stationary_share",
        "tokens_vocabulary",
        "tokens_real_share",
    ],
)
def test_a_figure_refuses_numbers_that_leave_the_line_it_draws(figure, tmp_path):
    module = importlib.import_module(f"paper.figures.{figure}")
    stores = {name: theoretical_store(tmp_path, name, shift=0.01) for name in module.NEEDS}
    with style(), pytest.raises(DrawingError, match="leaves its prediction"):
        module.draw(stores)


@pytest.mark.parametrize(
    ("figure", "change", "message"),
    [
        ("gaussian_fan", "estimator.divisor=mle", "the divisor is not the unbiased one"),
        ("gaussian_fan", "sample_size.size=200", "nineteen chains in twenty"),
        ("gaussian_fan", "sample_size.size=3", "the log-normal law is too far"),
        ("gaussian_mean_limit", "sample_size.size=[5]", "does not tend to Student's"),
        ("gaussian_policies", 'estimator.divisor=["mle"]', "a policy is missing"),
    ],
)
def test_a_figure_refuses_chains_that_do_not_bear_out_what_it_says(figure, change, message, tmp_path):
    module = importlib.import_module(f"paper.figures.{figure}")
    changed, *others = module.NEEDS
    stores = {name: theoretical_store(tmp_path, name) for name in others}
    stores[changed] = theoretical_store(tmp_path, changed, changes=(change,))
    with style(), pytest.raises(DrawingError, match=message):
        module.draw(stores)


def test_every_figure_stands_in_the_paper_and_every_picture_is_a_figure():
    text = "".join(path.read_text() for path in sorted((ROOT / "paper" / "sections").glob("*.tex")))
    shown = {
        line.split("generated/figures/")[1].split(".pdf")[0] for line in text.splitlines() if "includegraphics" in line
    }
    assert shown == {path.stem for path in FIGURES}


def test_what_is_incomplete_is_not_saved(tmp_path):
    columns = {"x": np.arange(3)}
    with style():
        figure, ((axes,),) = panels()
        with pytest.raises(DrawingError, match="an axes is empty"):
            save(Drawing(figure, columns), "f", tmp_path, {})
        axes.plot([1, 2])
        with pytest.raises(DrawingError, match="no axis has a label"):
            save(Drawing(figure, columns), "f", tmp_path, {})
        axes.set(xlabel="x", ylabel="y")
        with pytest.raises(DrawingError, match="one length"):
            save(Drawing(figure, columns | {"y": np.arange(2)}), "f", tmp_path, {})
        figure.set_figwidth(WIDTH / 2)
        with pytest.raises(DrawingError, match="inches wide"):
            save(Drawing(figure, columns), "f", tmp_path, {})
        figure.set_figwidth(WIDTH)
        assert len(save(Drawing(figure, columns), "f", tmp_path, {"seed": 0})) == 4


def test_the_table_reads_back_to_the_same_numbers():
    columns = stacked(
        [{"name": "a", "t": np.array([1, 2]), "x": np.array([0.1, np.nan])}, {"name": "b", "t": 3, "x": 1 / 3}]
    )
    rows = list(csv.DictReader(table(columns).splitlines()))
    assert [row["name"] for row in rows] == ["a", "a", "b"]
    assert float(rows[2]["x"]) == 1 / 3
    assert rows[1]["x"] == ""


def test_results_are_opened_as_what_they_are(results):
    kinds = {name: type(open_results(folder)).__name__ for name, folder in results.items()}
    expected = dict.fromkeys(named_protocols(), "TrainingLog") | {"benchmarks": "Benchmarks"}
    assert all(kind == expected.get(name, "Store") for name, kind in kinds.items())
