"""How fresh real data pull the state of a chain, its variance v and D = (mu - mu_0)^2, back on average: one fit.

In units of v_0. E v' = A_v + B_vv v + B_vd D and E D' = A_d + B_dv v + B_dd D; h = v + gamma D then falls by the factor
rho towards a constant, gamma from the left eigenvector of B.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from theory.laws.two_chi_squares import below
from theory.scenario import Scenario

SPLITS = (0.5, 0.7, 0.9)
UNLIKELY, SOME = 1e-12, 16  # numbers of real points by chance that are added up; any part of them gives a bound


@dataclass(frozen=True)
class Drift:
    """E h' <= constant + rho h, h = v + gamma D, and E h after the first fit."""

    constant: float
    rho: float
    gamma: float
    start: float


def drift(scenario: Scenario) -> Drift:
    """With weights, or a share by chance or stratified; D is left out with weights."""
    retention, divide = scenario.retention, scenario.estimator.divide_by
    if retention.kind == "weighted":
        n, m, w = retention.real, retention.synthetic, retention.weight
        return Drift(w * (n - 1) / divide(n), (1 - w) * (m - 1) / divide(m), 0.0, (n - 1) / divide(n))
    M, L = scenario.first_size, divide(scenario.first_size)
    share = retention.share_of(M)
    spread = M * share * (1 - share) if retention.scheme == "iid" else 0.0
    n, m = M * share, M * (1 - share)
    both, square = n * m - spread, m * m + spread
    of_v, of_d = (m - 1 + n / M) / L, both / (M * L)
    back = square / M**2
    rho = (of_v + back) / 2 + math.hypot((of_v - back) / 2, math.sqrt(of_d * m) / M)
    gamma = (rho - of_v) * M**2 / m if m else 0.0
    return Drift((n - 1 + m / M) / L + gamma * n / M**2, rho, gamma, (M - 1) / L + gamma / M)


def least_chance(scenario: Scenario, x: float, highest: float, gamma: float) -> float:
    """A lower bound of the chance of v' < x from every state with v >= x and h up to the highest."""
    retention, divide = scenario.retention, scenario.estimator.divide_by
    if retention.kind == "weighted":
        n, m, w = retention.real, retention.synthetic, retention.weight
        return below(w / divide(n), n - 1, (1 - w) * highest / divide(m), m - 1, x, most=False)
    M = scenario.first_size
    off = math.sqrt(highest / gamma) if gamma else 0.0
    if retention.scheme == "stratified":
        return _of_mixed(M, retention.real_points(M), divide(M) * x, (x, highest), off)
    share = retention.share_of(M)
    n = np.arange(M + 1)
    log = special.gammaln(M + 1.0) - special.gammaln(n + 1.0) - special.gammaln(M - n + 1.0)
    chances = np.exp(log + special.xlogy(n, share) + special.xlog1py(M - n, -share))
    likely = n[chances > UNLIKELY]
    some = sorted({int(likely[i]) for i in np.linspace(0, len(likely) - 1, SOME).round().astype(int)})
    return sum(float(chances[k]) * _of_mixed(M, k, divide(M) * x, (x, highest), off) for k in some)


def _of_mixed(M: int, n: int, squares: float, v: tuple[float, float], off: float) -> float:
    """Of n real points: their own squares and those of the others, and the squared distance of their means, apart.

    The first fall as v grows. The second have a chance that rises and then falls with v, and falls with the error of
    the mean: least at one of both ends.
    """
    m, widest = M - n, max(v)
    if n == 0 or m == 0:
        return below(widest if n == 0 else 1.0, M - 1, 0.0, 0, squares, most=False)

    def apart(part: float) -> float:
        width = math.sqrt(part * squares * M / (n * m))
        spreads = (math.sqrt(1 / n + one / m) for one in v)
        return min(float(special.ndtr((width - off) / sd) - special.ndtr((-width - off) / sd)) for sd in spreads)

    if M == 2:
        return apart(1.0)
    return max(below(1.0, n - 1, widest, m - 1, s * squares, most=False) * apart(1 - s) for s in SPLITS)
