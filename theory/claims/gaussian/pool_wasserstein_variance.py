r"""By how much the squared Wasserstein distance varies over chains that keep everything is known fit by fit.

With $d=\mu_t-\mu_0$ and $e=\sqrt{v_t}-\sqrt{v_0}$ it is $d^2+e^2$, whose first two moments are means over the joint law
of mean and variance, carried from fit to fit. Errors are some $10^{-12}$ of the value.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, exact
from theory.claims.gaussian import pool_law, pool_law_reference, pool_limit
from theory.claims.gaussian.one_fit import mu0, mut, v
from theory.claims.gaussian.pool import FEW, constant, growing, setting
from theory.claims.gaussian.pool_law import INTRODUCTION, POOL_LAW, at_the_end, joint_law_of_one_fit, readings
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.reference import DIGITS, chi_square_mean
from theory.claims.gaussian.replace_wasserstein import distance, sorted_coupling_is_optimal
from theory.claims.gaussian.weighted_wasserstein_variance import Var
from theory.derivation import Derivation
from theory.laws.pooled_chain import PoolLaw
from theory.laws.symbols import E, t, v0
from theory.scenario import Scenario

error, width = mut - mu0, sp.sqrt(v(t)) - sp.sqrt(v0)


def derive() -> Derivation:
    """The distance in two errors, its square, and their joint law."""
    d = Derivation(INTRODUCTION)
    d.given(
        distance**2, error**2 + width**2, source="villani2003", check=sorted_coupling_is_optimal,
        because="on the line the optimal coupling matches quantiles",
    )  # fmt: skip
    joint_law_of_one_fit(d)
    square = d.algebra(
        (error**2 + width**2) ** 2,
        error**4 + 2 * error**2 * width**2 + width**4, because="its square, both errors of one law",
    )  # fmt: skip
    total = d.given(
        Var(distance**2), E(square.rhs) - E(error**2 + width**2) ** 2, source="villani2003",
        check=sorted_coupling_is_optimal, because="the mean square less the squared mean",
    )  # fmt: skip
    return d.concludes(sp.Eq(total.lhs, total.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """Means after one fit, where both errors are independent, by quadrature over one chi-square."""
    points, offset = scenario.retention.real_points(1), offset_of(scenario)
    unit, divisor = mpf(repr(scenario.source.variance)), points - 1 + mpf(offset.numerator) / offset.denominator

    def mean(expression: sp.Expr) -> sp.Float:
        with mpmath.workdps(DIGITS):
            second, fourth = (
                chi_square_mean(lambda X, p=p: (mpmath.sqrt(X / divisor) - 1) ** p, points - 1) for p in (2, 4)
            )
            off = mpf(1) / points
            squared = any(power.exp == 4 for power in expression.atoms(sp.Pow))
            value = unit**2 * (3 * off**2 + 2 * off * second + fourth) if squared else unit * (off + second)
            return sp.Float(value, DIGITS)

    return {t: generation, v0: exact(scenario.source.variance), E: mean}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """Var W_2^2(model t, source) over chains in data units to the fourth; t counts fits. 15 ms for every new fit."""
    with np.errstate(over="ignore"):
        unit = scenario.source.variance
        return unit * (unit * readings(scenario, PoolLaw.distance_variance, generations))


def limit(scenario: Scenario, at: None = None) -> float:
    """None where the pool is pulled back to the source, else that of what early models left."""
    return scenario.source.variance * (scenario.source.variance * at_the_end(scenario, PoolLaw.distance_variance))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Plain quadrature of two or three fits."""
    first, second = (
        pool_law_reference.mean(which, scenario, generation)
        for which in (pool_law_reference.DISTANCE, pool_law_reference.SQUARED_DISTANCE)
    )
    return mpf(repr(scenario.source.variance)) ** 2 * (second - first**2)


CLAIM = Claim(
    id="gaussian-pool-wasserstein2-squared-variance",
    title="By how much the squared Wasserstein distance varies over chains that are fitted to everything so far is "
    "known, in batches of any sizes",
    kind=Kind.EXACT,
    statistic="wasserstein2_squared_variance",
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
        Example(setting(*FEW, "mle"), t=(1,)),
        Example(setting(*FEW, "mle"), t=(2,), algebra=False),
        Example(setting(*FEW, "mle"), t=(0, 3), algebra=False, simulate=False),
        Example(setting([16, 2], [0, 1], "unbiased"), t=(2,), algebra=False, simulate=False),
        Example(setting([20, 0, 1], [0, 7, 0], "offset", offset=0.5), t=(2, 3), algebra=False, simulate=False),
        Example(setting(constant(20), constant(5), "mle"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(constant(16), growing(1, 1e7), "mle"), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
