r"""The density of the variance of a chain that keeps all data, or forgets: one integral over a product of transforms.

$p_{v_t}(x)=\frac1{\pi x}\int_0^\infty\operatorname{Re}\left[\left(\frac x{v_0}\right)^{-iu}\prod_{k\le
t}E F_k^{iu}\right]du$. Where all data are kept the law that chains end with has a density too.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, exact
from theory.claims.gaussian import accumulate, forgetting, varying
from theory.claims.gaussian.factor_quantiles import MOST_FITS, variance_law
from theory.claims.gaussian.factors import (
    INDEPENDENT_FACTORS,
    INTRODUCTION,
    factors,
    replaces,
    settles,
    solve_power,
)
from theory.claims.gaussian.factors_density_at import density_of_variance, inverted_density
from theory.claims.gaussian.factors_transform import bindings as functions
from theory.claims.gaussian.kept_data import keeps_all, until_full
from theory.claims.gaussian.one_fit import mellin, order
from theory.claims.gaussian.replace_variance_density import density as density_of
from theory.claims.gaussian.replace_variance_density import inversion_of_known_laws
from theory.derivation import Derivation
from theory.laws.saddle_inversion import density
from theory.laws.symbols import t, v0, x
from theory.scenario import Scenario

product_density = sp.Function("h_t")


def derive() -> Derivation:
    """The transform of one factor, the product of all, and the inversion of that."""
    y = sp.Symbol("y", positive=True)
    d = Derivation(INTRODUCTION)
    factors(d)
    mellin(d)
    transform = solve_power(d, order).subs(order, sp.I * y) * (x / v0) ** (-sp.I * y)
    inverted = d.given(
        product_density(x / v0) / v0, sp.Integral(sp.re(transform), (y, 0, sp.oo)) / (sp.pi * x),
        source="springer1970", check=inversion_of_known_laws,
        because="Mellin's inversion: the density of log v_t at log x from its characteristic function, which is the "
        "transform on the imaginary axis, over x",
    )  # fmt: skip
    return d.concludes(sp.Eq(density_of, inverted.lhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: float) -> dict:
    """The density of the product at a level, a float: by the integral of the derivation."""

    def of_product(level: sp.Expr) -> sp.Float:
        y = float(sp.log(level).evalf(30))
        return sp.Float(inverted_density(scenario, generation, y), 30) / level

    given = functions(scenario, generation)
    return {t: given[t], v0: given[v0], x: exact(at), product_density: of_product}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The density of v_t at ``at``, to 1e-11 of itself; t counts fits. At t = 0, of a point mass, it is 0 or infinite.

    Takes 0.1 s after 1000 fits to samples of different sizes, milliseconds elsewhere.
    """
    unit = scenario.source.variance
    if at <= 0:
        return np.zeros(np.shape(generations))
    level = math.log1p((at - unit) / unit) if unit / 2 <= at <= 2 * unit else math.log(at) - math.log(unit)
    source = math.inf if at == unit else 0.0
    return np.array([density(variance_law(scenario, n), level) / at if n else source for n in generations])


def limit(scenario: Scenario, at: float) -> float:
    """The density of the law at t = inf where all data are kept; 0 under forgetting."""
    if at <= 0 or not keeps_all(scenario):
        return 0.0
    return float(evaluate(scenario, np.array([np.inf]), at)[0])  # type: ignore[arg-type]


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """The density of the first fit averaged over later factors; for many the transform."""
    if at <= 0:
        return mpf(0)
    if generation == 0:
        return mpf("inf") if at == scenario.source.variance else mpf(0)
    if generation == mpmath.inf and not keeps_all(scenario):
        return mpf(0)
    return density_of_variance(scenario, generation, at)


CLAIM = Claim(
    id="gaussian-factors-variance-density",
    title="With all data kept, under exponential forgetting, and for replaced data with sizes that vary, the density "
    "of the variance of model t is one integral over the transforms of its factors",
    kind=Kind.EXACT,
    statistic="variance_density",
    assumptions=INDEPENDENT_FACTORS,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=settles,
    reach=lambda scenario: MOST_FITS if replaces(scenario) else until_full(scenario),
    tolerance=1e-11,
    examples=(
        Example(accumulate.setting(5), t=(1, 2, 3), at=1.5, simulate=False),
        Example(accumulate.setting(10, first=25, divisor="unbiased"), t=(1, 3, 10), at=2.25, simulate=False),
        Example(forgetting.setting(10, 0.3, "mle"), t=(1, 2, 3, 50), at=1.0, simulate=False),
        Example(forgetting.setting(2, 0.25, "mle"), t=(2, 3, 40), at=0.125, simulate=False),
        Example(accumulate.setting(2, first=3), t=(3,), at=32.0, algebra=False, simulate=False),
        Example(accumulate.setting(5), t=(101, 1_000_000, np.inf), at=1.5, algebra=False, simulate=False),
        Example(accumulate.setting(5), t=(0, 4, np.inf), at=0.0, algebra=False, simulate=False),
        Example(forgetting.setting(5, 1.0, "mle"), t=(0, 1, 4, np.inf), at=0.5, algebra=False, simulate=False),
        Example(varying.setting({"kind": "explicit", "sizes": [30, 15, 100]}, "offset", offset=0.5),
                t=(1, 2, 3), at=1.5, simulate=False),
        Example(varying.setting({"kind": "geometric", "size": 4, "ratio": 1.5}),
                t=(2, 12), at=1.5, algebra=False, simulate=False),
    ),
)  # fmt: skip
