"""Each direction is lost faster than the one before it, so a volume goes much faster than a variance."""

from collections.abc import Mapping

import numpy as np

from paper.drawing import COLOURS, Drawing, expect, measured, panel_title, panels, stacked, theory
from paper.figures._beside import Beside, beside
from paper.figures._two_ways import filled, handles
from simulations.store import Store
from simulations.sweep import Cell
from theory.predict import predict

NEEDS = ("gaussian", "gaussian-dimensions")
DIVISORS = {"mle": "maximum likelihood", "unbiased": "unbiased"}


def volumes(stores: Mapping[str, Store], divisor: str, size: int) -> dict[int, tuple[Cell, Beside]]:
    """The mean log-determinant from one dimension up; in one it is the log-variance."""
    found = {}
    for name, statistic in (("gaussian", "log_variance"), ("gaussian-dimensions", "log_determinant")):
        for cell in stores[name].sweep.cells:
            scenario = cell.scenario
            if (scenario.first_size, scenario.estimator.divisor, scenario.retention.kind) == (size, divisor, "replace"):
                found[scenario.source.dimension] = cell, beside(stores[name], cell, statistic)
    return dict(sorted(found.items()))


def draw(stores: Mapping[str, Store]) -> Drawing:
    """M times the rates of loss, per fit: of direction j, and of the volume in d dimensions."""
    figure, ((left, right),) = panels(1, 2, height=2.7)
    sizes = sorted({cell.scenario.first_size for cell in stores["gaussian-dimensions"].sweep.cells})
    parts = []
    for size, divisor in ((size, divisor) for size in sizes for divisor in DIVISORS):
        place, series = sizes.index(size), list(DIVISORS).index(divisor)
        found = volumes(stores, divisor, size)
        dimensions = np.array(list(found))
        largest = found[dimensions[-1]][0].scenario
        exponents = predict(largest, "lyapunov_exponents").value[0]
        expect(np.all(np.diff(exponents) < 0), f"M = {size}, {divisor}: the exponents do not fall")
        expect(np.allclose(dimensions, 1 + np.arange(len(exponents))), "a dimension is missing")
        nearly = -(dimensions + (divisor == "mle")) / size
        expect(np.all(exponents < nearly), f"M = {size}, {divisor}: slower than -j/M")
        t = found[1][1].t[-1]
        log_volume = np.array([each.mean[-1] for _, each in found.values()])
        error = np.array([each.standard_error[-1] for _, each in found.values()])
        # exponents do not depend on the dimension: one more dimension adds one more of them to the log-determinant
        measured_exponents = np.diff(log_volume, prepend=0) / t
        of_difference = np.hypot(error, np.append(0, error[:-1])) / t
        agrees = np.abs(measured_exponents - exponents) < 6 * of_difference + 1e-12
        expect(np.all(agrees), f"the exponents of M = {size}, {divisor} leave their prediction")
        colour = {"color": COLOURS[place]}
        theory(left, dimensions, -size * exponents, series, **colour)
        measured(left, dimensions, -size * measured_exponents, size * of_difference, series, **filled(place))
        line = np.array([each.theory[-1] / t for _, each in found.values()])
        expect(np.allclose(line, np.cumsum(exponents)), "the volume does not shrink by all exponents")
        theory(right, dimensions, -size * line, series, **colour)
        measured(right, dimensions, -size * log_volume / t, size * error / t, series, **filled(place))
        parts.append({
            "M": size, "divisor": divisor, "j": dimensions, "t": t, "exponent": measured_exponents,
            "exponent_standard_error": of_difference, "exponent_theory": exponents,
            "log_volume_per_fit": log_volume / t, "log_volume_standard_error": error / t, "log_volume_theory": line,
        })  # fmt: skip
    for shift in (0, 1):  # as M grows: j, and one more under maximum likelihood
        for axes, limit in ((left, dimensions + shift), (right, np.cumsum(dimensions + shift))):
            theory(axes, dimensions, limit, 5, linestyle=":", linewidth=0.9)
    left.set(xlabel="direction $j$", ylabel=r"$-M\lambda_j$, nats", xticks=dimensions, ylim=(0, None))
    right.set(
        xlabel="dimension $d$", ylabel=r"$-M\,\mathrm{E}\,\log\det\Sigma_t\,/\,t$, nats", xticks=dimensions,
        ylim=(0, None),
    )  # fmt: skip
    panel_title(left, "a", "Lyapunov exponents")
    panel_title(right, "b", "their sum: the log-volume")
    legend = handles(list(DIVISORS.values()), [f"$M={size}$" for size in sizes])
    figure.legend(handles=legend, loc="outside upper center", ncols=4)
    return Drawing(figure, stacked(parts))
