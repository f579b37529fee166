r"""A lower bound of the mean log-determinant, one number from fit to fit, by Minkowski's inequality for determinants.

$\det(A+B)^{1/d}\ge\det(A)^{1/d}+\det(B)^{1/d}$ for the scatters $A$ and $B$ of parts of a training set, and
$\log(e^a+e^b)$ is convex: with $\kappa(n)$ the mean of $\frac1d\log\det$ of the scatter of n points $N(0,I)$,
$$\Lambda'=\log\left(e^{\kappa(n)}+e^{\kappa(m)+\Lambda}\right)-\log L$$
after a fit to n real points and m of the model before it bounds $\frac1dE\log\det$ if $\Lambda$ did.
"""

import math
from collections.abc import Iterable

import numpy as np
from jaxtyping import Float, Int
from scipy import optimize, special

Points = Float[np.ndarray, " K"]
HIGHEST = 600.0  # of the logarithm of a bound that settles


def mean_log_scatter(n: Points | Int[np.ndarray, " K"], d: int) -> Points:
    """kappa(n) = (1/d) sum of psi((n-i)/2) + log 2 over i = 1 ... d; -inf for at most d points."""
    n = np.asarray(n, dtype=np.float64)
    pivots = (np.where(n > d, n, d + 1.0)[..., None] - np.arange(1, d + 1)) / 2
    return np.where(n > d, special.digamma(pivots).mean(-1) + math.log(2), -np.inf)


def mixed_step(real: Points, drawn: Points, chances: Points, bound: float) -> float:
    """The next bound, where ``real`` and ``drawn`` are log e^(kappa)/L of both parts, each with its chance."""
    return float(chances @ np.logaddexp(real, drawn + bound))


def mixed_bounds(real: Points, drawn: Points, chances: Points, first: float, last: int) -> Float[np.ndarray, " T"]:
    """The bounds after 0, 1, ... ``last`` fits, the first of them to real points alone."""
    found = [0.0, first]
    while len(found) <= last:
        found.append(mixed_step(real, drawn, chances, found[-1]))
    return np.array(found)


def mixed_limit(real: Points, drawn: Points, chances: Points, first: float) -> float:
    """Where the bounds lead: the fixed point, or without bound."""
    if np.any(np.isinf(real) & np.isinf(drawn) & (chances > 0)):
        return -np.inf
    if np.isinf(real).all():
        growth = float(chances @ drawn)
        return first if growth == 0 or first == -np.inf else math.copysign(np.inf, growth)

    def excess(bound: float) -> float:
        return mixed_step(real, drawn, chances, bound) - bound

    return np.inf if excess(HIGHEST) > 0 else float(optimize.brentq(excess, -HIGHEST, HIGHEST, xtol=1e-14, rtol=1e-15))


def pool_bounds(batches: Iterable[tuple[int, int]], offset: float, d: int) -> Float[np.ndarray, " T"]:
    """The bounds after 0, 1, ... fits to everything so far, n real and m drawn points joining in each."""
    found, pool = [0.0], 0
    for n, m in batches:
        real, drawn = mean_log_scatter(np.array([n, m]), d)
        before = math.log(pool - 1 + offset) + found[-1] if pool - 1 + offset > 0 and pool else -math.inf
        pool += n + m
        parts = np.array([before, real, drawn + found[-1]])
        found.append(float(special.logsumexp(parts)) - math.log(pool - 1 + offset))
    return np.array(found)


def window_bounds(size: int, length: int, offset: float, d: int, last: int) -> Float[np.ndarray, " T"]:
    """The bounds after 0, 1, ... ``last`` fits to the newest ``length`` batches of ``size`` points."""
    scatter, found = float(mean_log_scatter(np.array([size]), d)[0]), [0.0]
    for t in range(1, last + 1):
        batches = min(t, length)
        top = max(found[-batches:])
        summed = sum(math.exp(one - top) for one in found[-batches:]) if top > -math.inf else 0.0
        whole = scatter + top + math.log(summed) if summed else -math.inf
        found.append(whole - math.log(batches * size - 1 + offset))
    return np.array(found)
