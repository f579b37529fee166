r"""The largest value of a random walk with steps $\xi=\log(\chi^2_\nu/L)$ of negative mean: $P(\max_nX_n>y)$.

With $\theta>0$ the root of $E e^{\theta\xi}=1$, the law tilted by $e^{\theta\xi}$ is that of
$\log(\chi^2_{\nu+2\theta}/L)$, whose walk rises, and $P(\max_nX_n>y)=e^{-\theta y}h(y)$ with $h(y)$ the tilted mean of
$e^{-\theta O}$, $O$ the overshoot of the level. $h$ is constant far from 0, so that its equation lives on some thirty
standard deviations of a step: Nystrom's method with Gauss-Legendre panels.
"""

import math
from functools import lru_cache

import numpy as np
from jaxtyping import Float

from theory.laws.chi_square import mean_log_factor
from theory.laws.first_passage import Step


def ever_above(y: float, M: int, offset: float) -> float:
    """P(max over n >= 0 of X_n > y), from X_0 = 0, relatively accurate to 1e-12; 1 unless E xi < 0."""
    if y < 0 or mean_log_factor(M, offset) >= 0:
        return 1.0
    return math.exp(-tilt(M, offset) * y) * discount(y, M, offset)


def discount(y: float, M: int, offset: float) -> float:
    """h(y), y >= 0: the tilted mean of exp(-theta O) for the overshoot O of the level y."""
    end, values = _discounts(M, offset)
    if y >= end:
        return float(values[-1])
    theta = tilt(M, offset)
    step = rising(M, offset)
    points, weights = step.panels(0.0, end)
    within = step.density(y - points) * weights @ values
    return float(_beyond(step, theta, np.array([y]))[0] + within + _below(step, np.array([end - y]))[0] * values[-1])


@lru_cache(maxsize=64)
def tilt(M: int, offset: float) -> float:
    """theta: 1 for the unbiased divisor, about 2 under maximum likelihood."""
    return 1.0 if offset == 0 else Step(M, offset).exponent


def rising(M: int, offset: float) -> Step:
    """One step of the tilted walk: 2 theta more degrees of freedom and the same divisor."""
    theta = tilt(M, offset)
    return Step(M + 2 * theta, offset - 2 * theta)


def _beyond(step: Step, theta: float, y: Float[np.ndarray, " Y"]) -> Float[np.ndarray, " Y"]:
    """E[exp(-theta (xi - y)); xi > y] for y >= 0."""
    points, weights = step.panels(0.0, max(step.right, step.sd))
    return step.density(y[:, None] + points) @ (weights * np.exp(-theta * points))


def _below(step: Step, y: Float[np.ndarray, " Y"]) -> Float[np.ndarray, " Y"]:
    """P(xi < -y) for y >= 0."""
    points, weights = step.panels(0.0, max(step.left, step.sd))
    return step.density(-y[:, None] - points) @ weights


@lru_cache(maxsize=32)
def _discounts(M: int, offset: float) -> tuple[float, Float[np.ndarray, " N"]]:
    """Where h is constant, and its values at the panels' points up to there."""
    step, theta = rising(M, offset), tilt(M, offset)
    end = 16 * step.sd + 45 / step.a + abs(step.shift)
    points, weights = step.panels(0.0, end)
    kernel = step.density(points[:, None] - points[None, :]) * weights
    kernel[:, -1] += _below(step, end - points)
    return end, np.linalg.solve(np.eye(len(points)) - kernel, _beyond(step, theta, points))
