r"""The law of the variance of a chain that keeps all data, or forgets: one integral over a product of transforms.

$P(v_t\le x)=\frac12-\frac1\pi\int_0^\infty\operatorname{Im}\left[\left(\frac x{v_0}\right)^{-iu}\prod_{k\le
t}E F_k^{iu}\right]\frac{du}u$. Where all data are kept it has a limit law, with a density: chains end apart, none of
them collapsed. Under forgetting almost every chain vanishes where $E\log F<0$.
"""

import math

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, exact
from theory.claims.gaussian import accumulate, forgetting, varying, window
from theory.claims.gaussian.factor_quantiles import MOST_FITS, drift, variance_law
from theory.claims.gaussian.factors import (
    INDEPENDENT_FACTORS,
    INTRODUCTION,
    factors,
    replaces,
    settles,
    solve_power,
)
from theory.claims.gaussian.factors_density import inverted, law_of_variance
from theory.claims.gaussian.factors_transform import bindings as functions
from theory.claims.gaussian.kept_data import keeps_all, until_full
from theory.claims.gaussian.one_fit import mellin, order, v
from theory.derivation import Derivation, Verdict, agree
from theory.laws.saddle_inversion import cdf
from theory.laws.symbols import t, v0, x
from theory.scenario import Scenario

P, product_cdf = sp.Function("P"), sp.Function("H_t")


def derive() -> Derivation:
    """The transform of one factor, the product of all, and the inversion of that."""
    y = sp.Symbol("y", positive=True)
    d = Derivation(INTRODUCTION)
    factors(d)
    mellin(d)
    power = solve_power(d, order)
    transform = power.subs(order, sp.I * y) * (x / v0) ** (-sp.I * y)
    inverted_ = d.given(
        product_cdf(x / v0), sp.Rational(1, 2) - sp.Integral(sp.im(transform) / y, (y, 0, sp.oo)) / sp.pi,
        source="gilpelaez1951", check=inversion_of_factors,
        because="the distribution function at 0 of log(v_t/x), whose characteristic function is the transform on the "
        "imaginary axis",
    )  # fmt: skip
    return d.concludes(sp.Eq(P(sp.Le(v(t), x)), inverted_.lhs, evaluate=False))


def inversion_of_factors() -> list[Verdict]:
    """One fit beside the incomplete Gamma function, two and three beside its mean over later factors."""
    settings = accumulate.setting(5, variance=1.0), forgetting.setting(4, 0.4, "unbiased", variance=1.0)
    return [agree(inverted(s, n, math.log(0.75)), law_of_variance(s, n, 0.75)) for s in settings for n in (1, 2, 3)]


def bindings(scenario: Scenario, generation: int, at: float) -> dict:
    """The law of the product at a level, a float: by the integral of the derivation."""

    def product_of_factors(level: sp.Expr) -> sp.Float:
        return sp.Float(inverted(scenario, generation, float(sp.log(level).evalf(30))), 30)

    given = functions(scenario, generation)
    return {t: given[t], v0: given[v0], x: exact(at), product_cdf: product_of_factors}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """P(v_t <= at), relatively accurate down to the least positive float; t counts fits.

    Takes 0.1 s after 1000 fits to samples of different sizes, milliseconds elsewhere.
    """
    unit = scenario.source.variance
    if at <= 0:
        return np.zeros(np.shape(generations))
    level = math.log1p((at - unit) / unit) if unit / 2 <= at <= 2 * unit else math.log(at) - math.log(unit)
    return np.array([cdf(variance_law(scenario, n), level) if n else float(at >= unit) for n in generations])


def limit(scenario: Scenario, at: float) -> float:
    """The law at t = inf where all data are kept; under forgetting 1 if chains vanish, 0 if they grow, 1/2 between."""
    if at <= 0:
        return 0.0
    if keeps_all(scenario):
        return float(evaluate(scenario, np.array([np.inf]), at)[0])  # type: ignore[arg-type]
    rate = drift(scenario)
    return 0.5 if rate == 0 else float(rate < 0)


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """The incomplete Gamma function of the first fit averaged over later factors; for many the transform."""
    return law_of_variance(scenario, generation, at)


CLAIM = Claim(
    id="gaussian-factors-variance-cdf",
    title="With all data kept the variance of a chain has a limit law with a density; its distribution function after "
    "t fits, as that under exponential forgetting or of replaced data with sizes that vary, is one integral",
    kind=Kind.EXACT,
    statistic="variance_cdf",
    assumptions=INDEPENDENT_FACTORS,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=settles,
    reach=lambda scenario: MOST_FITS if replaces(scenario) else until_full(scenario),
    examples=(
        Example(accumulate.setting(5), t=(1, 2, 3), at=1.5),
        Example(accumulate.setting(10, first=25, divisor="unbiased"), t=(1, 3, 10), at=2.25),
        Example(forgetting.setting(10, 0.3, "mle"), t=(1, 2, 3, 50), at=1.0),
        Example(forgetting.setting(2, 0.25, "mle"), t=(2, 3, 40), at=0.125),
        Example(window.setting(5, 3, "mle"), t=(2, 3), at=1.5, algebra=False),
        Example(accumulate.setting(1, divisor="unbiased", first=2), t=(2, 3, 10), at=1.0, simulate=False),
        Example(accumulate.setting(2, first=3), t=(2, 3), at=1e-9, algebra=False, simulate=False),
        Example(accumulate.setting(2, first=3), t=(3,), at=64.0, simulate=False),
        Example(accumulate.setting(5), t=(101, 1_000_000, np.inf), at=1.5, algebra=False, simulate=False),
        Example(accumulate.setting(10_000, first=2), t=(2,), at=1.5, algebra=False, simulate=False),
        Example(accumulate.setting(10_000), t=(1, 2), at=2.25, algebra=False, simulate=False),
        Example(accumulate.setting(5), t=(0,), at=2.25, algebra=False, simulate=False),
        Example(accumulate.setting(5), t=(0, 4, np.inf), at=0.0, algebra=False, simulate=False),
        Example(forgetting.setting(2, 0.999, "unbiased"), t=(1, 3, 20), at=0.5, simulate=False),
        Example(forgetting.setting(5, 1.0, "mle"), t=(1, 4), at=0.5, simulate=False),
        Example(forgetting.setting(5, 0.9, "offset", offset=0.5), t=(3,), at=1e-12, algebra=False, simulate=False),
        Example(forgetting.setting(100, 0.001, "mle"), t=(1000,), at=2.0, simulate=False),
        Example(forgetting.setting(10, 0.3, "mle"), t=(np.inf,), at=1e-6, algebra=False, simulate=False),
        Example(forgetting.setting(4, 0.1, "offset", offset=-2.0), t=(np.inf,), at=1e6, algebra=False, simulate=False),
        Example(varying.setting({"kind": "explicit", "sizes": [30, 15, 100]}, "offset", offset=0.5),
                t=(1, 2, 3), at=1.5),
        Example(varying.setting({"kind": "polynomial", "size": 30, "power": 1.0}, "mle"),
                t=(1, 5), at=1.5, algebra=False),
        Example(varying.setting({"kind": "geometric", "size": 4, "ratio": 1.5}),
                t=(2, 12), at=1.5, algebra=False, simulate=False),
        Example(varying.setting({"kind": "explicit", "sizes": [10**9, 2, 150, 3]}, "mle"),
                t=(0, 1, 2, 4), at=1.5, algebra=False, simulate=False),
    ),
)  # fmt: skip
