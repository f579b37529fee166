r"""The chance that a fit leaves a variance of at most x, and its density there, for every model before the fit.

Given the model $Ee^{-sv'}$ is a product, analytic off the negative axis, and
$$P(v'\le x)=\frac1{2\pi i}\int e^{sx}Ee^{-sv'}\frac{ds}s,\qquad sx=\rho+\sin\theta+i\sinh(y+i\theta),$$
along a hyperbola by the trapezoidal rule in $y$. As a function of the model the chance is steeper than the polynomials
of a grid: it is found on a finer one and loses there what the law of the model cannot tell from nothing. In units of
the source.
"""

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Complex, Float

from theory.laws.edged_grid import EdgedGrid
from theory.laws.mixed_batches import FreshBatches

CROSSING = 1.5  # where the path crosses the real axis
TILT, STEEPEST = 4.0, 0.6  # times one over the root of the size: what is lost on the left is e^4
FINE, COARSE = 1.6, 0.08  # of the steps, the same; and the longest
DECAYED, FLOOR = 8.0, 40.0  # standard deviations of a fit, and the least, up to where frequencies go
LOST = -45.0  # logarithm of a part that is left out
FINER = 2  # points for log v to one of the grid

Fits = Sequence[tuple[float, FreshBatches]]


def path(size: int) -> tuple[Complex[np.ndarray, " S"], Complex[np.ndarray, " S"]]:
    """s x and weights of the upper half of the path, the other half being its mirror image."""
    theta = min(STEEPEST, TILT / math.sqrt(size))
    step = min(COARSE, FINE / math.sqrt(size))
    y = step * np.arange(math.ceil(math.asinh(DECAYED * math.sqrt(size / 2) + FLOOR) / step) + 1)
    weights = step * np.cosh(y + 1j * theta) / (2 * math.pi) * np.where(y == 0, 1, 2)
    return CROSSING + math.sin(theta) + 1j * np.sinh(y + 1j * theta), weights


def after_the_fit(grid: EdgedGrid, fits: Fits, x: float) -> Float[np.ndarray, "2 N"]:
    """P(v' <= x) and the density of v' at x > 0, as the law of the model before sees them: values at the grid's points.

    ``fits`` are what the fit may be, each with its chance.
    """
    finer = dataclasses.replace(grid, variances=FINER * grid.variances)
    v, squared = finer.variance[:: finer.means], finer.mean[: finer.means] ** 2
    values = np.zeros((2, len(v), len(squared)))
    for chance, fit in fits:
        zeta, weights = path(round(fit.real + fit.synthetic))
        s = zeta[:, None] / (x * fit.divisor)
        k = fit.real * fit.synthetic / (fit.real + fit.synthetic)
        wide = 1 + 2 * s * k * np.array([fit.distance(u)[0] ** 2 for u in v])
        log = zeta[:, None] + fit.log_transform(s, v) - np.log(wide) / 2
        for one, at, rate, own in zip(chance * weights, zeta, k * s / wide, log, strict=True):
            felt = own.real > LOST
            part = one * np.exp(own[felt, None] - rate[felt, None] * squared)
            values[0, felt] += (part / at).real
            values[1, felt] += part.real / x
    return np.array([grid.projected(one, finer) for one in values])
