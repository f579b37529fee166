r"""How far models that are fitted to everything so far stray is known fit by fit: a normal law, averaged.

Given model $t-1$ the next mean is normal about $(1-\frac{n_t}{N_t})\mu_{t-1}$, with variance
$(n_tv_0+m_tv_{t-1})/N_t^2$. The law of mean and variance is carried from fit to fit at points that are exact for
polynomials of a high degree, and inverted by a Fourier series: the error is absolute, below $10^{-11}$.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, exact
from theory.claims.gaussian import pool_law, pool_limit
from theory.claims.gaussian.one_fit import mu0, v
from theory.claims.gaussian.pool import FEW, constant, growing, setting
from theory.claims.gaussian.pool import points as N
from theory.claims.gaussian.pool import real as n
from theory.claims.gaussian.pool import synthetic as m
from theory.claims.gaussian.pool_law import POOL_LAW, tails_of
from theory.claims.gaussian.pool_law_reference import straying
from theory.claims.gaussian.real_share_mean_tail import P, before, one_integral_less, strays
from theory.claims.gaussian.weighted_log_law import DIGITS, nodes
from theory.derivation import Derivation
from theory.laws.symbols import E, t, v0, x
from theory.scenario import Scenario


def derive() -> Derivation:
    """The law of the next mean given a model, and its two tails."""
    d = Derivation(
        "N_t points are in the pool after n_t real and m_t synthetic ones have joined, and one at least has. Given "
        "a model the means of both batches are normal, and so is that of all points."
    )
    real, drawn = sp.symbols("a b", real=True)
    d.algebra(
        ((N - n - m) * before + m * (before + drawn) + n * (mu0 + real)) / N - mu0,
        (1 - n / N) * (before - mu0) + (n * real + m * drawn) / N,
        because="the next mean from mu_0: a and b are the errors of the means of the real and of the synthetic points",
    )  # fmt: skip
    d.algebra(
        (n / N) ** 2 * v0 / n + (m / N) ** 2 * v(t - 1) / m, (n * v0 + m * v(t - 1)) / N**2,
        because="and the variance of what both add, independent of each other and of the model",
    )  # fmt: skip
    y, centre, width = sp.Symbol("y", real=True), sp.Symbol("c", real=True), sp.Symbol("w", positive=True)
    d.algebra(
        sp.Integral(sp.exp(-(y**2) / (2 * width)) / sp.sqrt(2 * sp.pi * width), (y, x - centre, sp.oo)),
        sp.erfc((x - centre) / sp.sqrt(2 * width)) / 2,
        because="the upper tail of a normal law with mean c and variance w; the lower one is that with mean -c",
    )  # fmt: skip
    pool_limit.long_run(d)
    strayed = N * x - (N - n) * (before - mu0)
    tail = d.given(
        P(strays), E(sp.erfc(strayed / sp.sqrt(2 * (n * v0 + m * v(t - 1))))), source="cochran1934",
        check=one_integral_less,
        because="the mean over the law of the model before: both tails are as likely; mean and variance of the first "
        "model are independent",
    )  # fmt: skip
    return d.concludes(sp.Eq(tail.lhs, tail.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: float) -> dict:
    """The mean over the model before, at most one fit, by quadrature over one chi-square."""
    retention = scenario.retention
    first, real, drawn = (
        retention.real_points(1), retention.real_points(generation), retention.synthetic_points(generation)
    )  # fmt: skip

    def mean_over_models(_: sp.Expr) -> sp.Float:
        with mpmath.workdps(DIGITS):
            level = mpf(at) / mpmath.sqrt(mpf(repr(scenario.source.variance)))
            if generation == 1:
                return sp.Float(mpmath.erfc(level * mpmath.sqrt(mpf(first) / 2)), DIGITS)
            points, total = first + real + drawn, mpf(0)
            for X, weight in nodes(first - 1):
                v1 = X / mpf(repr(scenario.estimator.divide_by(first)))
                width = (mpf(first + drawn) ** 2 / first + real + drawn * v1) / points**2
                total += weight * mpmath.erfc(level / mpmath.sqrt(2 * width))
            return sp.Float(total, DIGITS)

    points = sum(retention.real_points(k) + retention.synthetic_points(k) for k in range(1, generation + 1))
    unit = exact(scenario.source.variance)
    return {t: generation, v0: unit, x: exact(at), n: real, m: drawn, N: points, E: mean_over_models}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """P(|mu_t - mu_0| > at); t counts fits. Takes some 30 ms for every fit of a new setting."""
    return np.array([_chance(scenario, int(fit), at) for fit in np.asarray(generations).tolist()])


def _chance(scenario: Scenario, fit: int, at: float) -> float:
    if at < 0 or fit == 0:
        return float(at < 0)
    return tails_of(scenario).law(fit).straying(at / math.sqrt(scenario.source.variance))


def limit(scenario: Scenario, at: float) -> float:
    """No chance of a positive distance where the pool is pulled back to the source, else what early models left."""
    return pool_limit.end(scenario, float(at <= 0), lambda t_: evaluate(scenario, t_, at))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """Plain quadrature of all fits but the last, given which the mean is normal."""
    if at < 0 or generation == 0:
        return mpf(int(at < 0))
    return straying(scenario, generation, at / math.sqrt(scenario.source.variance))


CLAIM = Claim(
    id="gaussian-pool-mean-tail",
    title="How far models stray that are fitted to everything so far, in batches of any sizes, is known at every t: a "
    "normal law averaged over the model before",
    kind=Kind.EXACT,
    statistic="mean_tail",
    assumptions=POOL_LAW,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=pool_limit.ends,
    reach=lambda scenario: pool_law.LAST,
    tolerance=1e-9,
    examples=(
        Example(setting(*FEW, "mle"), t=(1, 2), at=0.3),
        Example(setting(*FEW, "mle"), t=(0, 3), at=0.3, algebra=False, simulate=False),
        Example(setting(*FEW, "mle"), t=(0, 2), at=-1.0, algebra=False, simulate=False),
        Example(setting([20, 0, 9], [0, 7, 40], "offset", offset=0.5), t=(2, 3), at=0.2, algebra=False, simulate=False),
        Example(setting([16, 400], [0, 0], "unbiased"), t=(2,), at=0.05, simulate=False),
        Example(setting(constant(20), constant(5), "mle"), t=(np.inf,), at=0.1, algebra=False, simulate=False),
        Example(setting(constant(16), growing(1, 1e7), "mle"), t=(np.inf,), at=0.4, algebra=False, simulate=False),
    ),
)  # fmt: skip
