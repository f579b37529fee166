"""Where pools of batches by schedules end: which are pulled back to the source, the steps to it, a route by pairs."""

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.reference import at_infinity, linear_iterate
from theory.derivation import Derivation
from theory.laws.pool_limit import budget_limits
from theory.laws.symbols import alpha, delta
from theory.scenario import InputError, Scenario
from theory.scenario.sample_size import Constant, Geometric, Polynomial

DIGITS = 120
COUNTED, FADED = 200, 5e-13  # fits that are gone through; what real points still take from a pool that is at its end
EARLY, FALLS = (4, 8, 16), 0.9  # fits between which what is off from the limit falls by such a factor at least


def growth(batches: object) -> tuple[float, float] | None:
    """The ratio and the power of t with which batches grow; None for a list, which ends."""
    if isinstance(batches, Constant):
        return 1.0, 0.0
    if isinstance(batches, Polynomial):
        return 1.0, batches.power
    return (batches.ratio, 0.0) if isinstance(batches, Geometric) else None


def pulled_back(scenario: Scenario) -> bool:
    """Whether the sum of n_t/N_t is infinite: schedules of which the real one grows at least as fast."""
    real, synthetic = growth(scenario.retention.real), growth(scenario.retention.synthetic)
    return real is not None and synthetic is not None and real >= synthetic


def outgrown(scenario: Scenario) -> bool:
    """Whether synthetic points grow so much faster that real ones fade before they can no more be counted."""
    real, synthetic = growth(scenario.retention.real), growth(scenario.retention.synthetic)
    if real is None or synthetic is None or synthetic[0] <= real[0]:
        return False
    last, retention = last_counted(scenario), scenario.retention
    share = retention.real_points(last) / max(retention.synthetic_points(last), 1)
    return last < COUNTED and share < FADED * (1 - real[0] / synthetic[0])


def ends(scenario: Scenario) -> bool:
    """Whether it is known where a pool by schedules ends."""
    return pulled_back(scenario) or outgrown(scenario)


def end(scenario: Scenario, source: float, value: Callable[[np.ndarray], np.ndarray]) -> float:
    """What is true of the source where the pool is pulled back to it, else of the last pool that can be counted."""
    return source if pulled_back(scenario) else float(value(np.array([last_counted(scenario)]))[0])


@lru_cache(maxsize=64)
def last_counted(scenario: Scenario) -> int:
    """The last generation whose points can be counted, of the first ones."""
    for fit in range(1, COUNTED + 1):
        try:
            scenario.retention.synthetic_points(fit), scenario.retention.real_points(fit)
        except InputError:
            return fit - 1
    return COUNTED


def late_shares(scenario: Scenario) -> tuple[Fraction, Fraction]:
    """Of late batches that of real points, and of the pool that of the newest batch."""
    real, synthetic = scenario.retention.real, scenario.retention.synthetic
    fastest = growth(real)
    assert fastest is not None
    share = Fraction(real.size, real.size + synthetic.size) if fastest == growth(synthetic) else Fraction(1)
    return share, 1 - 1 / Fraction(repr(fastest[0]))


def long_run(d: Derivation) -> None:
    """What is off from the source is pulled back by n_t/N_t and pushed by summable noise."""
    u, n, m, N, g = sp.symbols("U n m N G", positive=True)
    d.algebra(
        g + (n * (1 - g) + m * ((1 - delta) * u / N)) / (N + n + m),
        (N * g + n + m * (g + (1 - delta) * u / N)) / (N + n + m),
        because="for t = inf: G is the mean square of the points of the pool about mu_0, in units of v_0, and U + D is "
        "G + (1 - delta) U/N of its model. Real points pull G back by n/(N+n+m); the rest is summable, as m/(N(N+n+m)) "
        "is at most 1/N less 1/(N+n+m)",
    )  # fmt: skip
    d.algebra(
        (n + m * u) / (N + n + m) ** 2 - (n + m) / (N + n + m) ** 2, m * (u - 1) / (N + n + m) ** 2,
        because="the noise of new points in the error D is summable in the same way, and D is multiplied by (1 - "
        "n/(N+n+m))^2. So if the sum of n_t/N_t is infinite D vanishes, G ends at 1, and v_t at v_0; schedules of "
        "which the real one grows at least as fast have such a sum. If it is finite, early errors stay",
    )  # fmt: skip
    _outgrown_run(d)


def squares_run(d: Derivation) -> None:
    """The same of second moments: all chains end alike."""
    u, n, m, N, e, x = sp.symbols("U n m N d x", positive=True)
    s = sp.Symbol("s", positive=True)
    density = sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi)
    d.algebra(
        ((N + m) * u + n) / (N + n + m) - 1, (N + m) * (u - 1) / (N + n + m),
        because="for t = inf: but for noise whose variance is of the order (n+m)/(N+n+m)^2, and summable, the variance "
        "of a model over v_0 is pulled back to 1 by n/(N+n+m), in the mean square as well",
    )  # fmt: skip
    d.algebra(
        sp.Integral((e + sp.sqrt(s) * x) ** 4 * density, (x, -sp.oo, sp.oo)), e**4 + 6 * e**2 * s + 3 * s**2,
        because="and the fourth power of the error of the mean, pulled back by the fourth power of 1 - n/(N+n+m), "
        "gains this from noise of a summable variance s: both end as for the source if the sum of n_t/N_t is infinite, "
        "as it is for schedules of which the real one grows at least as fast",
    )  # fmt: skip
    _outgrown_run(d)


def _outgrown_run(d: Derivation) -> None:
    n, m, N = sp.symbols("n m N", positive=True)
    d.algebra(
        1 - (N + m) / (N + m + n), n / (N + m + n),
        because="if the synthetic schedule grows faster by a factor, all that real points take from the pool is "
        "summable, and so is the noise: mean and variance settle at what is random, and their moments at those of "
        "model t within a multiple of n_t/N_t",
    )  # fmt: skip


def budget_run(d: Derivation) -> None:
    """Where the pool of a budget ends."""
    share, size, w, kappa = sp.symbols("phi b w kappa", positive=True)
    rest, left = 1 - alpha, 2 - share * alpha
    q = share * rest**2 * w / (size * alpha * left)
    d.algebra(
        (1 - share * alpha) ** 2 * q + share**2 * rest**2 * w / size, q,
        because="for t = inf, with the share alpha of real points in late batches and phi of the newest batch in the "
        "pool: the squared error q of the pool's mean, to which a batch adds the noise of b draws",
    )  # fmt: skip
    bar = 1 - rest * kappa + share * rest**2 / (size * left)
    end = q.subs(w, alpha / bar)
    d.algebra(
        alpha + rest * (kappa * alpha / bar + end) - end, alpha / bar,
        because="and its variance w, with w + q the mean square of its points: that of real ones is v_0, of synthetic "
        "ones kappa w + q, kappa = (b-1)/(b-1+delta) + 1/b. Below 0, or at it, the last denominator lets both grow "
        "beyond all bounds",
    )  # fmt: skip


def settled(scenario: Scenario, target: mpf, value: Callable[[int], mpf]) -> mpf:
    """The limit that is said, if values approach it by a factor with each doubling of t; else the last of them.

    Where synthetic points have outgrown the real ones, the value of the last pool that can be counted.
    """
    if not pulled_back(scenario):
        return value(last_counted(scenario))
    off = [abs(value(fit) - target) for fit in EARLY]
    falls = all(later < FALLS * earlier for earlier, later in pairwise(off))
    return target if falls else value(EARLY[-1])


def budget_limit(scenario: Scenario, which: int) -> float:
    """E v_t (0) or E (mu_t - mu_0)^2 (1) as t grows, in squared data units."""
    limits = budget_limits(scenario.retention.budget, offset_of(scenario), *late_shares(scenario))
    return scenario.source.variance * limits[which]


def by_pairs(scenario: Scenario, which: int) -> mpf:
    """E v_t (0) or E (mu_t - mu_0)^2 (1) under a budget as t grows, from mean products of one and of two points.

    Where batches grow by a power, a fit changes the pool by (power + 1)/t: that is followed in the logarithm of t.
    """
    share, newest = (mpf(x.numerator) / x.denominator for x in late_shares(scenario))
    budget, offset = scenario.retention.budget, offset_of(scenario)
    with mpmath.workdps(DIGITS):
        kept = (budget - 1) / (budget - 1 + mpf(offset.numerator) / offset.denominator) if budget > 1 else mpf(0)
        apart = [mpf(0), mpf(1), mpf(-1)]  # of (1, square, product): what differs between one point and two
        product = [x / budget + (i == 2) for i, x in enumerate(apart)]
        square = [one + kept * x for one, x in zip(product, apart, strict=True)]
        step = mpmath.matrix(3, 3)
        for i in range(3):
            step[1, i] = share * (i == 0) + (1 - share) * square[i] - (i == 1)
            step[2, i] = -2 * share * (i == 2)
            if newest:
                old, own = 1 - newest, newest * (1 - share)
                step[1, i] = newest * step[1, i] + (i == 1)
                step[2, i] = (old**2 + 2 * old * own) * (i == 2) + own**2 * product[i]
        if newest:
            step[0, 0] = 1
        else:
            step = mpmath.expm(step)
        reading = product if which else [kept * x for x in apart]
        end = at_infinity(lambda fits: mpmath.fdot(reading, linear_iterate(step, [mpf(1), mpf(1), mpf(0)], fits)))
        return mpf(repr(scenario.source.variance)) * end
