r"""The true values that first-order claims are compared with: spread of $\log v_t$ and of $W_t^2$, up to two fits.

The variance of $\log v_2$ is an integral over its Laplace transform. Given the variance of the first fit, the batches
of the second one are independent chi-squares and the means jointly normal: quadrature over that variance, both batches
and the distance of their means, given which the error of the mean is normal. Beyond two fits the truth is an exact
claim's. In units of the source's variance.
"""

import math
from functools import cache, reduce

import mpmath
import numpy as np
from jaxtyping import Float
from mpmath import mpf

from theory.claims.exact_claims import exact_claim
from theory.claims.gaussian.bounded_reference import PLACES, STEP, S, chi_square, normal, reading, second_fit
from theory.scenario import Scenario
from theory.scenario.retention import Accumulate, Replace
from theory.scenario.sample_size import Constant

NEGLIGIBLE = 1e-10
Nodes = tuple[Float[np.ndarray, " Q"], ...]  # chance, v_2, and mean and variance of the error of the mean given it


def log_spread(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """sd log v_t; with weights from the recursion of the transform, which knows no moment of v_t."""
    scenario = plainer(scenario, generation)
    claim = exact_claim(scenario, "log_variance_sd", generation)
    if claim is not None and scenario.retention.kind == "weighted":
        return mpf(float(claim.value(scenario, np.array([float(generation)]))[0]))
    if claim is not None:
        return claim.reference(scenario, generation)
    if generation == 2:
        return mpf(math.sqrt(_log_variance_from(second_fit(scenario))))
    square, mean = (reading(scenario, generation, f, float) for f in (_squared_log, mpmath.log))
    return mpmath.sqrt(square - mean**2)


def plainer(scenario: Scenario, generation: float) -> Scenario:
    """The same up to this t as replacement or accumulation, of which everything is known, where it is that."""
    retention = scenario.retention
    plain = retention.kind == "window" and not retention.refreshed
    if plain and (retention.length == 1 or generation <= retention.length):
        return scenario.model_copy(update={"retention": Replace() if retention.length == 1 else Accumulate()})
    if retention.kind == "pool" and retention.budget is None and generation > 1:
        later = range(2, int(generation) + 1)
        sizes = {retention.synthetic_points(k) for k in later}
        if len(sizes) == 1 and not any(retention.real_points(k) for k in later):
            policy, size = Accumulate(first=scenario.first_size), Constant(kind="constant", size=sizes.pop())
            return scenario.model_copy(update={"retention": policy, "sample_size": size})
    return scenario


def distance_spread(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Var W_t^2 over chains."""
    claim = exact_claim(scenario, "wasserstein2_squared_variance", generation)
    if claim is not None:
        return claim.reference(scenario, generation)
    unit = mpf(repr(scenario.source.variance)) ** 2
    if generation <= 1:
        M = scenario.first_size
        root = [reading(scenario, generation, power, float) for power in POWERS]
        within = root[3] - 4 * root[2] + 6 * root[1] - 4 * root[0] + 1 - (root[1] - 2 * root[0] + 1) ** 2
        return unit * (mpf(2) / M**2 * (generation > 0) + within)
    if generation > 2:
        raise ValueError(f"the spread of the distance is known up to t = 2 here, got {generation}")
    return unit * mpf(_distance_variance(*two_fits(scenario)))


def _distance_variance(chance: np.ndarray, v: np.ndarray, error: np.ndarray, spread: np.ndarray) -> float:
    width, square = (np.sqrt(v) - 1) ** 2, error**2 + spread
    fourth = error**4 + 6 * error**2 * spread + 3 * spread**2
    mean = float(chance @ (square + width))
    return float(chance @ (fourth + 2 * square * width + width**2)) - mean**2


@cache
def two_fits(scenario: Scenario) -> Nodes:
    """Nodes of a second fit that sees nothing of the first training set."""
    retention, divide = scenario.retention, scenario.estimator.divide_by
    if retention.kind == "weighted":
        n, m, w = retention.real, retention.synthetic, retention.weight
        chance, X, Y, Z = _grid(chi_square(n - 1), chi_square(n - 1), chi_square(m - 1))
        first = X / divide(n)
        variance = w * Y / divide(n) + (1 - w) * first * Z / divide(m)
        return chance, variance, np.zeros_like(first), w**2 / n + (1 - w) ** 2 * (1 / n + first / m)
    scheme, M = getattr(retention, "scheme", retention.kind), scenario.first_size
    if scheme == "stratified":
        return _batches(M, divide(M), retention.real_points(M))
    if scheme != "iid":
        raise ValueError(f"the second fit is not integrated here with retention {scheme}")
    a, parts = retention.share_of(M), []
    for k in range(M + 1):
        weight = math.comb(M, k) * a**k * (1 - a) ** (M - k)
        if weight > NEGLIGIBLE:
            chance, *state = _batches(M, divide(M), k)
            parts.append((weight * chance, *state))
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))


def _batches(M: int, L: float, k: int) -> Nodes:
    """k real points and M - k of the first model."""
    m, (size, likely) = M - k, normal()
    if k in (0, M):
        chance, X, Y = _grid(chi_square(M - 1), chi_square(M - 1))
        first = np.ones_like(X) if k else X / L
        return chance, first * Y / L, np.zeros_like(X), first / M + (not k) / M
    both = np.concatenate((-size[:0:-1], size)), np.concatenate((likely[:0:-1], likely)) / 2
    both[1][len(size) - 1] *= 2  # the place 0 has but one sign
    chance, X, Y, Z, g = _grid(chi_square(M - 1), chi_square(k - 1), chi_square(m - 1), both)
    first = X / L
    apart = 1 / k + 1 / M + first / m  # variance of the distance of the two means
    together = 1 / M - m / M**2 - first / M  # its covariance with the error of the mean of all points
    whole = k / M**2 + (m / M) ** 2 * (1 / M + first / m)
    variance = (Y + first * Z + k * m / M * apart * g**2) / L
    return chance, variance, together * g / np.sqrt(apart), whole - together**2 / apart


def _grid(*nodes: tuple[np.ndarray, np.ndarray]) -> Nodes:
    """Chances and values of all combinations of the nodes, but those of no weight."""
    likely = [weights > NEGLIGIBLE * weights.max() for _, weights in nodes]
    values, weights = zip(*((x[kept], p[kept]) for (x, p), kept in zip(nodes, likely, strict=True)), strict=True)
    chance = reduce(np.multiply.outer, weights)
    places = np.nonzero(chance > NEGLIGIBLE * chance.max())
    chance = chance[places]
    return chance / chance.sum(), *(x[place] for x, place in zip(values, places, strict=True))


def _log_variance_from(transform: Float[np.ndarray, " S"]) -> float:
    """Var log v from E exp(-sv): the integrals of exp(-s) - E exp(-sv), and of that times log s, over ds/s."""
    difference, ratio = np.exp(-S) - transform, np.exp(-STEP) / (1 - np.exp(-STEP))
    before = (1 - transform[0]) - S[0]  # to the left of the grid the difference is this times s/s_0
    first = STEP * (difference.sum() + before * ratio)
    second = STEP * (difference @ PLACES + before * ratio * (PLACES[0] - STEP * (1 + ratio)))
    return float(-2 * np.euler_gamma * first - 2 * second - first**2)


def _squared_log(x: mpf) -> mpf:
    return mpmath.log(x) ** 2


def _identity(x: mpf) -> mpf:
    return x


def _three_halves(x: mpf) -> mpf:
    return x * mpmath.sqrt(x)


def _squared(x: mpf) -> mpf:
    return x * x


POWERS = (mpmath.sqrt, _identity, _three_halves, _squared)
