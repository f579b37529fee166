r"""The independent route of what is exact of weighted data: nested quadrature, then the recurrence backwards.

Two fits draw three chi-squares, each by the trapezoidal rule in its logarithm. Beyond, $h_T(v)=f(v)$ and
$h_t(v)=E\,h_{t+1}(wA+(1-w)vB)$. What $h$ is apart from the growth of $f(1+v)$ settles on both sides of $v=1$ and is a
Chebyshev polynomial in $\log v$: one fit is a matrix. In units of the source's variance.
"""

import math
from collections.abc import Callable
from functools import cache

import mpmath
import numpy as np
from jaxtyping import Float
from mpmath import mpf

from theory.claims.gaussian.reference import chi_square_mean
from theory.scenario import Scenario

FAR, DEGREE = 24.0, 260
STEP = 0.14
NEGLIGIBLE = 1e-16


def expected(function: Callable[[np.ndarray], np.ndarray], scenario: Scenario, generation: float) -> mpf:
    """E f(v_t/v_0), f the logarithm or the root, of any t or inf; one fit in all digits."""
    retention, divide = scenario.retention, scenario.estimator.divide_by
    w, n, m = retention.weight, retention.real, retention.synthetic
    if generation == 0:
        return mpf(0 if function is np.log else 1)
    if generation == 1:
        divisor = mpf(repr(divide(n)))
        if function is np.log:
            return chi_square_mean(mpmath.log, n - 1) - mpmath.log(divisor)
        return chi_square_mean(mpmath.sqrt, n - 1) / mpmath.sqrt(divisor)
    return mpf(_later(function, w, n, m, divide(n), divide(m), generation))


def log_spread(scenario: Scenario, generation: int) -> mpf:
    """sd log v_t after at most two fits."""
    retention, divide = scenario.retention, scenario.estimator.divide_by
    w, n, m = retention.weight, retention.real, retention.synthetic
    if generation == 0:
        return mpf(0)
    if generation == 1:
        return mpmath.sqrt(chi_square_mean(_log_square, n - 1) - chi_square_mean(mpmath.log, n - 1) ** 2)
    if generation > 2:
        raise ValueError(f"two fits are integrated here, got t = {generation}")
    (X, p), (Y, q) = chi_square(n - 1), chi_square(m - 1)
    v = X / divide(n)
    logs = np.log(w * v[:, None, None] + (1 - w) * v[:, None] * Y / divide(m))
    mean = np.einsum("i,j,k,ijk->", p, p, q, logs)
    return mpf(math.sqrt(np.einsum("i,j,k,ijk->", p, p, q, (logs - mean) ** 2)))


def _log_square(x: mpf) -> mpf:
    return mpmath.log(x) ** 2


def _later(
    function: Callable[[np.ndarray], np.ndarray], w: float, n: int, m: int, of_real: float, of_drawn: float, t: float
) -> float:
    (X, weights), (Y, others) = chi_square(n - 1), chi_square(m - 1)
    v = X / of_real
    if t == 2:
        after = w * v[:, None, None] + (1 - w) * v[:, None] * Y / of_drawn
        return float(np.einsum("i,j,k,ijk->", weights, weights, others, function(after)))
    steps = math.ceil(33 / -math.log1p(-w)) if np.isinf(t) else int(t) - 1
    at_nodes = np.exp(FAR * nodes())
    matrix, shift = one_fit(function, w, n, m, of_real, of_drawn)
    apart = function(at_nodes / (1 + at_nodes))
    for _ in range(steps):
        apart = matrix @ apart + shift
    ends = basis(np.log(v)) @ apart
    return float(weights @ (np.sqrt(1 + v) * ends if function is np.sqrt else np.log1p(v) + ends))


def nodes() -> Float[np.ndarray, " P"]:
    """Chebyshev points of the first kind."""
    return np.cos(np.pi * (np.arange(DEGREE) + 0.5) / DEGREE)


def basis(places: Float[np.ndarray, " Q"]) -> Float[np.ndarray, "Q P"]:
    """The value at each log v of the polynomials that are 1 at one node and 0 at the others; constant far out."""
    scale = np.where(np.arange(DEGREE) == 0, 1, 2) / DEGREE
    at_nodes = np.polynomial.chebyshev.chebvander(nodes(), DEGREE - 1) * scale
    return np.polynomial.chebyshev.chebvander(np.clip(places / FAR, -1, 1), DEGREE - 1) @ at_nodes.T


@cache
def one_fit(
    function: Callable[[np.ndarray], np.ndarray], w: float, n: int, m: int, of_real: float, of_drawn: float
) -> tuple[Float[np.ndarray, "P P"], Float[np.ndarray, " P"]]:
    """The map, over one fit, of what is apart from the growth f(1 + v): a matrix, and for a logarithm a shift."""
    (X, p), (Y, q) = chi_square(n - 1), chi_square(m - 1)
    chances = np.outer(p, q)
    kept = chances > NEGLIGIBLE
    chances = chances[kept] / chances[kept].sum()
    rows, shifts = [], []
    for v in np.exp(FAR * nodes()):
        after = (w * X[:, None] / of_real + (1 - w) * v * Y / of_drawn)[kept]
        growth = function((1 + after) / (1 + v))
        polynomials = np.polynomial.chebyshev.chebvander(np.clip(np.log(after) / FAR, -1, 1), DEGREE - 1)
        rows.append((chances if function is np.log else chances * growth) @ polynomials)
        shifts.append(chances @ growth if function is np.log else 0.0)
    scale = np.where(np.arange(DEGREE) == 0, 1, 2) / DEGREE
    at_nodes = np.polynomial.chebyshev.chebvander(nodes(), DEGREE - 1) * scale
    return np.array(rows) @ at_nodes.T, np.array(shifts)


def chi_square(nu: int) -> tuple[Float[np.ndarray, " Q"], Float[np.ndarray, " Q"]]:
    """Values and weights of a chi-square: the trapezoidal rule in its logarithm."""
    y = np.log(nu) + min(STEP, 0.8 / np.sqrt(nu)) * np.arange(-600, 60)
    log_density = nu / 2 * y - np.exp(y) / 2
    weights = np.exp(log_density - log_density.max())
    kept = weights > 1e-18
    return np.exp(y[kept]), weights[kept] / weights[kept].sum()
