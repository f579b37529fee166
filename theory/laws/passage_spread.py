r"""How much the time varies at which a random walk with steps $\xi=\log(\chi^2_\nu/L)$ first lies below 0.

Wald's second identity, $E(X_T-x-\ell T)^2=K\,E\,T$ with $K=\operatorname{Var}\xi$, gives
$$\operatorname{Var}T=\frac{K\,E\,T-\operatorname{Var}O+2|\ell|\operatorname{Cov}(T,O)}{\ell^2}$$
for the overshoot $O=-X_T$. $w=E O^2$ and $q=E[T\,(O-o_\infty)]$, $o_\infty$ the mean overshoot from far away, are
constant far from 0 like $o=E O$, and solve the same equation with other terms of one step.
"""

import math
from functools import lru_cache

import numpy as np
from jaxtyping import Float

from theory.laws.chi_square import log_factor_variance, mean_log_factor
from theory.laws.first_passage import Step


def passage_time_sd(x: float, M: int, offset: float) -> float:
    """sd T from x >= 0, relatively accurate to 1e-11; infinite unless E xi < 0."""
    drift = -mean_log_factor(M, offset)
    if drift <= 0:
        return math.inf
    o, spread, together = overshoot_moments(x, M, offset)
    return math.sqrt(log_factor_variance(M) * (x + o) / drift - spread + 2 * drift * together) / drift


def overshoot_moments(x: float, M: int, offset: float) -> tuple[float, float, float]:
    """Mean and variance of the overshoot from x, and its covariance with T."""
    o, w, q = _at(x, M, offset)
    far = float(_far(M, offset)[1][0, -1])
    return o, w - o * o, q + (far - o) * (x + o) / -mean_log_factor(M, offset)


def _at(x: float, M: int, offset: float) -> tuple[float, float, float]:
    """o, w and q from x."""
    end, values = _far(M, offset)
    if x >= end:
        o, w, q = values[:, -1]
        return float(o), float(w), float(q)
    step = Step(M, offset)
    points, weights = step.panels(0.0, end)
    within = values @ (step.density(points - x) * weights) + values[:, -1] * step.above(np.array([end - x]))[0]
    o, w = _undershoots(step, np.array([x]))[:, 0] + within[:2]
    return float(o), float(w), float(o - values[0, -1] + within[2])


def _undershoots(step: Step, x: Float[np.ndarray, " X"]) -> Float[np.ndarray, "2 X"]:
    """E (x + xi)^- and the mean of its square."""
    points, weights = step.panels(0.0, max(step.left, step.sd))
    density = step.density(-x[:, None] - points)
    return np.array([density @ (weights * points), density @ (weights * points * points)])


@lru_cache(maxsize=32)
def _far(M: int, offset: float) -> tuple[float, Float[np.ndarray, "3 N"]]:
    """Where all three are constant, and their values at the panels' points up to there."""
    step = Step(M, offset)
    end = 20 * step.sd + 60 / step.a + abs(step.shift)
    points, weights = step.panels(0.0, end)
    kernel = step.density(points[None, :] - points[:, None]) * weights
    kernel[:, -1] += step.above(end - points)
    system = np.eye(len(points)) - kernel
    o, w = np.linalg.solve(system, _undershoots(step, points).T).T
    return end, np.array([o, w, np.linalg.solve(system, o - o[-1])])
