r"""The mean number of fits until the variance lies below a threshold: Wald's identity and the mean overshoot.

$\log(v_t/x)$ is a random walk with steps $\log(\chi^2_{M-1}/L)$ of mean $\ell$; if $\ell<0$ it goes below 0 after
$$E\,T=\frac{\log(v_0/x)+o}{-\ell}$$
fits, $o$ the mean of $\log(x/v_T)$. Without the overshoot the mean is too small, by an eighth at M = 10. The law of $T$
is skewed: the median lies far below the mean.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float
from mpmath import mpf
from scipy import special

from theory.claim import Claim, Example, Kind, Source, exact
from theory.claims.assumptions import GAUSSIAN_REPLACE, sample_size_at_least
from theory.claims.gaussian.one_fit import cochran, mellin, order
from theory.claims.gaussian.passage_transform import far_overshoot, mean_time_from_threshold
from theory.claims.gaussian.reference import DIGITS
from theory.claims.gaussian.replace import bindings as replace_bindings
from theory.claims.gaussian.replace import setting, size_and_offset
from theory.derivation import Derivation, Verdict, agree
from theory.laws.chi_square import mean_log_factor
from theory.laws.first_passage import mean_overshoot, mean_passage_time, survival
from theory.laws.log_chi_square_sum import log_sum_survival
from theory.laws.symbols import E, L, M, nu, v0, x
from theory.scenario import InputError, Scenario

o = sp.Symbol("o", positive=True)
MOST_STEPS = 200_000


def derive() -> Derivation:
    """The mean of one step from the transform, and Wald's identity for their sum until it is negative."""
    d = Derivation(
        "The logarithm of v_t/x is a sum of independent terms of negative mean if L > 2 exp(psi((M-1)/2)), so for "
        "every divisor from M - 1 on; T is the first t where it is negative, and 0 where v_0 < x."
    )
    cochran(d)
    slope = d.algebra(
        sp.Subs(sp.Derivative(sp.log(mellin(d).subs(nu, M - 1) / L**order), order), order, 0),
        sp.polygamma(0, (M - 1) / sp.Integer(2)) - sp.log(L / 2),
        because="the mean of one term is the derivative of the log-Mellin transform at 0",
    )  # fmt: skip
    wald = d.given(
        E(sp.Symbol("T")), (sp.log(v0 / x) + o) / (-slope.rhs), source="wald1944", check=time_from_the_threshold,
        because="at T the sum is log(v_T/v_0) = -log(v_0/x) - log(x/v_T), and its mean is E T times that of a term",
    )  # fmt: skip
    return d.concludes(sp.Eq(wald.lhs, wald.rhs, evaluate=False))


def time_from_the_threshold() -> list[Verdict]:
    """From v_0 = x on, E T = exp(sum_n P(S_n >= 0)/n) by Spitzer's identity, S_n the sum of n terms."""
    return [
        agree(mean_passage_time(0.0, size, offset), spitzer(size, offset), 1e-11)
        for size, offset in ((2, 0.0), (5, 1.0), (20, 1.0))
    ]


def spitzer(size: int, offset: float) -> float:
    """exp(sum_n P(v_n >= v_0)/n), from the law of the variance after n fits."""
    shift, total, n = math.log((size - 1) / (size - 1 + offset)), 0.0, 0
    while True:
        n += 1
        term = log_sum_survival(-n * shift, size - 1, n) / n
        total += term
        if term < 1e-17:
            return math.exp(total)


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    """Where v_0 >= at; the overshoot is a float, all that is known of it."""
    size, offset = size_and_offset(scenario)
    overshoot = mean_overshoot(math.log(scenario.source.variance / at), size, offset)
    return {**replace_bindings(scenario, 0), x: exact(at), o: sp.Float(overshoot, 40)}


def limit(scenario: Scenario, at: float) -> float:
    """E T in generations: 0 where v_0 < at, infinity where almost every chain grows."""
    start = math.log(scenario.source.variance / at)
    return mean_passage_time(start, *size_and_offset(scenario)) if scenario.source.variance >= at else 0.0


def evaluate(scenario: Scenario, generations: np.ndarray, at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain."""
    return np.full(generations.shape, limit(scenario, at))


def quantile_of_time(
    scenario: Scenario, generations: np.ndarray, q: Float[np.ndarray, " Q"], at: float
) -> Float[np.ndarray, "T Q"]:
    """The first n with P(T <= n) >= q, for each q.

    Raises InputError where that takes more than minutes.
    """
    size, offset = size_and_offset(scenario)
    found = np.zeros(q.shape)
    if scenario.source.variance >= at:
        if mean_log_factor(size, offset) >= 0:
            raise InputError(
                "collapse_time: quantiles are known where almost every chain collapses, not with L so small"
            )
        try:
            law = survival(math.log(scenario.source.variance / at), size, offset)
            for n, alive in zip(range(1, MOST_STEPS), law, strict=False):
                found[(found == 0) & (1 - alive >= q)] = n
                if (found > 0).all():
                    break
            else:
                raise ValueError
        except ValueError:
            raise InputError(f"collapse_time: quantiles take too long with sample_size.size = {size}") from None
    return np.broadcast_to(found, (len(generations), len(q)))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """From the threshold and from far above integrals over a frequency, between them P(T > n), summed over n."""
    size, offset = size_and_offset(scenario)
    with mpmath.workdps(DIGITS):
        start = mpmath.log(mpf(str(scenario.source.variance)) / mpf(str(at)))
        if start < 0:
            return mpf(0)
        mean = mpmath.digamma(mpf(size - 1) / 2) - mpmath.log((size - 1 + mpf(str(offset))) / 2)
        if mean >= 0:
            return mpf(mpmath.inf)
        if start == 0:
            return mean_time_from_threshold(size, offset)
        if start > 20 * mpmath.sqrt(mpmath.psi(1, mpf(size - 1) / 2)) + mpf(120) / (size - 1):
            return (start + far_overshoot(size, offset)) / -mean
    return mpf(_summed_survival(float(start), size, offset))


def _summed_survival(start: float, size: int, offset: float) -> float:
    """1 + k + K k + K^2 k + ..., k(y) the density of a step from the start: Fejer's rule on narrow panels."""
    a, shift = (size - 1) / 2, math.log((size - 1) / (size - 1 + offset))
    sd = math.sqrt(float(special.polygamma(1, a)))
    angles = (np.arange(14) + 0.5) * np.pi / 14
    weights = 2 / 14 * (1 - 2 * sum(np.cos(2 * k * angles) / (4 * k * k - 1) for k in range(1, 8)))
    width = min(1.3 * sd, 0.7)
    ends = np.arange(0.0, start + 36 + 8 * sd, width)
    points = (ends[:, None] + width * (1 - np.cos(angles)) / 2).ravel()
    masses = np.tile(weights * width / 2, len(ends))

    def density(y: np.ndarray) -> np.ndarray:
        return np.exp(a * (y - shift - np.exp(y - shift)) + a * math.log(a) - math.lgamma(a))

    kernel = density(points[None, :] - points[:, None]) * masses
    means = np.linalg.solve(np.eye(len(points)) - kernel, np.ones(len(points)))
    return 1 + float((density(points - start) * masses) @ means)


CLAIM = Claim(
    id="gaussian-replace-collapse-time",
    title="The variance first lies below x after (log(v_0/x) + o)/|E log S| fits on average, o the mean overshoot",
    kind=Kind.EXACT,
    statistic="collapse_time",
    assumptions=(*GAUSSIAN_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    quantile=quantile_of_time,
    examples=(
        Example(setting(10, "unbiased", variance=1.0), t=(np.inf,), at=0.1),
        Example(setting(2, "unbiased", variance=1.0), t=(np.inf,), at=0.1),
        Example(setting(10, "mle"), t=(np.inf,), at=0.01),
        Example(setting(3, "offset", offset=0.5), t=(np.inf,), at=2.0),
        Example(setting(30, "mle"), t=(np.inf,), at=2.25),
        Example(setting(2, "unbiased"), t=(np.inf,), at=2.25, simulate=False),
        Example(setting(100, "mle", variance=1.0), t=(np.inf,), at=1.0, simulate=False),
        Example(setting(40, "unbiased", variance=1.0), t=(np.inf,), at=0.5, simulate=False),
        Example(setting(2, "mle"), t=(np.inf,), at=1e-8, simulate=False),
        Example(setting(5, "offset", offset=1e5), t=(np.inf,), at=0.1, simulate=False),
        Example(setting(1_000_000_000, "mle"), t=(np.inf,), at=1.0, simulate=False),
        Example(setting(1_000_000, "unbiased"), t=(np.inf,), at=2.25, simulate=False),
        Example(setting(10, "unbiased"), t=(np.inf,), at=2.5, algebra=False, simulate=False),
        Example(setting(10, "offset", offset=-2.5), t=(np.inf,), at=0.1, algebra=False, simulate=False),
    ),
    sources=(
        Source("page1954", "", "cited", "its run length is T", "the integral equation of a mean first passage time"),
        Source("spitzer1956", "", "cited", "its n is t", "the mean time from the threshold itself"),
    ),
)  # fmt: skip
