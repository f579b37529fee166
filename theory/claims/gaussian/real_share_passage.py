"""What exact claims about times to collapse with fresh real points share: conditions, the density of a fit, times."""

import math
from fractions import Fraction

import numpy as np
import sympy as sp
from jaxtyping import Float
from scipy import special

from theory.claim import Assumption
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED, retains
from theory.claims.gaussian.mixed_fit import two_batches
from theory.claims.gaussian.one_fit import cochran
from theory.claims.gaussian.real_share import offset_of, share_of
from theory.claims.gaussian.real_share_law import DIVISOR, FRESH
from theory.claims.gaussian.weighted_chain_law import kummer_functions
from theory.derivation import Derivation, Verdict, agree
from theory.laws.fresh_first_passage import FreshPassage, passage_by_coins, stratified_passage
from theory.laws.symbols import nu
from theory.scenario import InputError, Scenario

LARGEST, LEAST_SHARE, LEAST_REAL, LEAST_OF_EITHER = 2000, Fraction(1, 10), 5, 10
MOST, MOST_BY_CHANCE = 2500, 1200  # points of the grid from the source's variance up
MOST_BELOW, MOST_BELOW_BY_CHANCE = 5000, 1500  # and from the level up
LOWEST = 0.01  # level over the source's variance
LONGEST, LONGEST_BY_CHANCE = 1e140, 1e3  # mean times


def fresh_points(scenario: Scenario) -> tuple[int, Fraction] | None:
    """Sample size and share where real points are fresh and the divisor lies between M - 1 and M."""
    if scenario.sample_size is None or scenario.estimator.kind != "moments" or not 0 <= offset_of(scenario) <= 1:
        return None
    size, retention = scenario.sample_size.constant, scenario.retention
    if size is None or size > LARGEST or retention.kind != "real_share" or retention.scheme == "fixed":
        return None
    return size, share_of(scenario)


def _resolved(scenario: Scenario) -> bool:
    points = fresh_points(scenario)
    if points is None or points[1] < LEAST_SHARE or points[1] * points[0] < LEAST_REAL:
        return False
    size, share = points
    by_chance = _by_chance(scenario)
    if by_chance and min(share, 1 - share) * size < LEAST_OF_EITHER:
        return False
    return math.prod(_chain(scenario, 0.0).counts) <= (MOST_BY_CHANCE if by_chance else MOST)


def _by_chance(scenario: Scenario) -> bool:
    return scenario.retention.scheme == "iid" and share_of(scenario) < 1


RESOLVED = Assumption(
    f"of at most {LARGEST} points a tenth and {LEAST_REAL} at least are real, with scheme iid {LEAST_OF_EITHER} "
    f"expected of either kind, and {MOST} models, with scheme iid {MOST_BY_CHANCE}, resolve a fit: the fewer, the "
    "larger the share",
    _resolved,
)
FRESH_PASSAGE = (
    GAUSSIAN, MOMENTS, retains("real_share"), FRESH, CONSTANT_SIZE, FAITHFUL, UNDISTURBED, DIVISOR, RESOLVED,
)  # fmt: skip


def density_of_a_fit(d: Derivation) -> None:
    """The joint law of the next variance and mean given a model, as an integral over the distance of two means."""
    cochran(d)
    two_batches(d)
    z, mean, before, variance = sp.symbols("z y d v_t", positive=True)
    real, drawn = sp.symbols("alpha beta", positive=True)
    d.algebra(
        real * (mean - drawn * z) ** 2 + drawn / variance * (mean - before + real * z) ** 2,
        real * drawn * (z**2 * (drawn + real / variance) - 2 * z * (mean * (1 - 1 / variance) + before / variance))
        + real * mean**2 + drawn * (mean - before) ** 2 / variance,
        because="in units of the source, with alpha = n/M and beta = m/M: batch means that are a distance z apart and "
        "have the mean y together are y - beta z of n real points, N(0, 1/n), and y + alpha z of m synthetic ones, "
        "N(d, v_t/m). The exponent of their density is this, times -M/2, with mixed terms in z d, z y and d y alone",
    )  # fmt: skip
    u, other, squares = sp.symbols("u q Q", positive=True)
    a, b = sp.symbols("a b", positive=True)
    d.algebra(
        squares * (u * squares) ** (a - 1) * sp.exp(-u * squares / 2)
        * (other * squares) ** (b - 1) * sp.exp(-other * squares / variance / 2),
        squares ** (a + b - 1) * u ** (a - 1) * other ** (b - 1) * sp.exp(-squares * (u + other / variance) / 2),
        because="the squares Q = L v_(t+1) - k z^2 about the batch means, k = n m/M, have a share u of the real points "
        "and q = 1 - u of the others: chi-squares with n-1 = 2a and m-1 = 2b degrees of freedom, one times v_t, whose "
        "densities are multiplied but for constants",
    )  # fmt: skip
    c = sp.Symbol("c", positive=True)
    d.given(
        sp.Integral(u ** (a - 1) * (1 - u) ** (b - 1) * sp.exp(-c * u), (u, 0, 1)),
        sp.gamma(a) * sp.gamma(b) / sp.gamma(a + b) * sp.hyper((a,), (a + b,), -c),
        source="dlmf", check=kummer_functions,
        because="over all shares Kummer's function, c = Q(1-1/v_t)/2: an analytic density, and one fit is a matrix on "
        "a grid of log v and mu; with scheme iid its mean over n",
    )  # fmt: skip


def chance_of_staying_above(d: Derivation) -> None:
    """The density of a fit, and P_x = P(v_1 >= x)."""
    density_of_a_fit(d)
    s = sp.Symbol("s", positive=True)
    d.algebra(
        sp.Derivative(-sp.uppergamma(nu / 2, s / 2) / sp.gamma(nu / 2), s),
        s ** (nu / 2 - 1) * sp.exp(-s / 2) / (2 ** (nu / 2) * sp.gamma(nu / 2)),
        because="with nu = M - 1, the density of a chi-square is the slope of one less this tail: P_x is the tail at "
        "s = L x/v_0",
    )  # fmt: skip


def times_of_real_points() -> list[Verdict]:
    """Real points alone: T is geometric, also where it is of the order of 10^12."""
    verdicts = []
    for size, level in ((5, 0.5), (12, 0.3), (12, 0.002)):
        below = special.gammainc((size - 1) / 2, size * level / 2)
        _, mean, sd = FreshPassage(size, ((1.0, size),), 1.0, math.log(level)).times()
        verdicts += [agree(mean, 1 / below, 1e-10), agree(sd, math.sqrt(1 - below) / below, 1e-10)]
    return verdicts


def _chain(scenario: Scenario, level: float) -> FreshPassage:
    size, offset = scenario.sample_size.constant, float(offset_of(scenario))
    if _by_chance(scenario):
        return passage_by_coins(size, scenario.retention.share_of(size), offset, level)
    return stratified_passage(size, int(share_of(scenario) * size), offset, level)


def chain_at(scenario: Scenario, at: float) -> FreshPassage:
    """The chain above v = at. Raises InputError for a level too far below the source's variance."""
    by_chance = _by_chance(scenario)
    chain = _chain(scenario, math.log(at) - math.log(scenario.source.variance))
    near = math.prod(chain.counts) <= (MOST_BELOW_BY_CHANCE if by_chance else MOST_BELOW)
    if not (
        near
        and at >= LOWEST * scenario.source.variance
        and chain.times()[1] <= (LONGEST_BY_CHANCE if by_chance else LONGEST)
    ):
        raise InputError(f"collapse_time: --at must be nearer to the variance of the source here, got {at:g}")
    return chain


def further_fits(scenario: Scenario, at: float) -> tuple[float, float, float]:
    """P(v_1 >= at), mean and standard deviation over these chains of the further fits until v < at."""
    return chain_at(scenario, at).times()


def quantile_of_time(
    scenario: Scenario, generations: Float[np.ndarray, " T"], q: Float[np.ndarray, " Q"], at: float
) -> Float[np.ndarray, "T Q"]:
    """The first t with P(T <= t) >= q, for each q."""
    found = np.zeros(q.shape)
    if scenario.source.variance >= at:
        chain = chain_at(scenario, at)
        found = np.array([chain.quantile(float(p)) for p in q])
    return np.broadcast_to(found, (len(generations), len(q)))
