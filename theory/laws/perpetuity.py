r"""How far the mean of a refitted Gaussian strays: given the variances it is normal, with a perpetuity as variance.

In units of $v_0$, $\mu_t-\mu_0$ is $N(0,V_t)$ with $MV_t=1+S_1+S_1S_2+\dots$ of $t$ terms, which in law is
$1+S(1+S(1+\dots))$: with $X=\log(MV-1)$, one more fit is $X'=\log S+\log(1+e^X)$, a chain on the line. Its densities
are analytic, so that sums over a grid are its integrals to rounding, for every $t$ and for the stationary law.
"""

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from jaxtyping import Float
from scipy import special

from theory.laws.chi_square import mean_log_factor
from theory.laws.first_passage import Step

Points = Float[np.ndarray, " N"]
BEYOND = 40.0  # the grid ends where the stationary law has e^-40 left
WORK = 4e9  # multiplications of one answer at a finite t


def mean_tail(x: float, M: int, offset: float, t: float) -> float:
    """P(|mu_t - mu_0| > x), x >= 0 in units of sqrt(v_0), t >= 1 or inf; E log S < 0.

    Right to 1e-12 of itself where it is at least 1e-12; of less the grid resolves fewer digits.
    """
    if t == 1:
        return float(special.erfc(x * math.sqrt(M / 2)))
    points, density = _stationary(M, offset) if math.isinf(t) else _after(M, offset, int(t))
    return float(density @ special.erfc(x * np.sqrt(M / 2 / (1 + np.exp(points))))) * (points[1] - points[0])


def student_tail(x: float, offset: float) -> float:
    """The limit of large M: mu_inf is Student with 2(1+offset) degrees of freedom over sqrt(1+offset), in sqrt(v_0)."""
    return float(special.betainc(1 + offset, 0.5, 2 / (2 + x * x)))


def mean_over_paths(function: Callable[[Points], Points], M: int, offset: float) -> float:
    """E f(X), X = log(MV - 1), over the stationary law; E log S < 0 and f analytic, f(X) P(X) falling in both tails."""
    points, density = _stationary(M, offset)
    return float(density @ function(points)) * (points[1] - points[0])


def most_fits(M: int, offset: float) -> float:
    """The largest finite t that is answered within seconds."""
    return WORK // len(_points(M, offset)) ** 2


@lru_cache(maxsize=8)
def _points(M: int, offset: float) -> Points:
    step = Step(M, offset)
    low = -step.left
    high = (BEYOND + math.log(M)) / min(1.0, step.exponent) + step.right
    return np.arange(low, high, min(step.sd / 2, 0.165))


@lru_cache(maxsize=2)
def _kernel(M: int, offset: float) -> Float[np.ndarray, "N N"]:
    points = _points(M, offset)
    return Step(M, offset).density(points[:, None] - np.logaddexp(0.0, points)[None, :]) * (points[1] - points[0])


@lru_cache(maxsize=16)
def _after(M: int, offset: float, t: int) -> tuple[Points, Points]:
    """The density of X after t >= 2 fits."""
    points, kernel = _points(M, offset), _kernel(M, offset)
    density = Step(M, offset).density(points)
    for _ in range(t - 2):
        density = kernel @ density
    return points, density


@lru_cache(maxsize=8)
def _stationary(M: int, offset: float) -> tuple[Points, Points]:
    """The density that one more fit leaves as it is: the equations of all points but one, and the total."""
    if mean_log_factor(M, offset) >= 0:
        raise ValueError("the mean of a chain converges where its variance vanishes")
    points = _points(M, offset)
    system = np.eye(len(points)) - _kernel(M, offset)
    middle = int(np.argmin(np.abs(points - math.log(M))))
    system[middle] = points[1] - points[0]
    total = np.zeros(len(points))
    total[middle] = 1.0
    return points, np.linalg.solve(system, total)
