r"""With weight on fresh real points the squared Wasserstein distance varies over chains by a spread that settles.

With $d=\mu_t-\mu_0$ and $e=\sqrt{v_t}-\sqrt{v_0}$ it is $d^2+e^2$: its second moment is $E d^4+2E d^2e^2+E e^4$. The
first is a closed form; the others are means over the law of $v_t$, and over the mean of $d^2$ given it, which is linear
from fit to fit. None of them is a difference of large terms.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.gaussian import weighted, weighted_chain_reference
from theory.claims.gaussian.one_fit import mu0, mut, v
from theory.claims.gaussian.reference import DIGITS, chi_square_mean
from theory.claims.gaussian.replace_wasserstein import distance, sorted_coupling_is_optimal
from theory.claims.gaussian.weighted import fit_of, numbers, setting
from theory.claims.gaussian.weighted_chain_law import WEIGHTED_CHAIN, chain_of, density_of_one_fit
from theory.derivation import Derivation
from theory.laws.symbols import E, t, v0
from theory.laws.weighted_fourth import weighted_fourth, weighted_fourth_limit
from theory.laws.weighted_mixing import weighted_limits
from theory.scenario import Scenario

ORDER = 6


def _sixth(scenario: Scenario) -> bool:
    retention = scenario.retention
    if retention.kind != "weighted" or scenario.estimator.kind != "moments" or retention.synthetic < 2:
        return retention.kind == "weighted" and scenario.estimator.kind == "moments"
    m, divisor = retention.synthetic, scenario.estimator.divide_by(retention.synthetic)
    factors = [(1 - retention.weight) * (m - 1 + 2 * k) / divisor for k in range(ORDER)]
    return float(np.prod(factors)) < 1


LIGHT_TAILED = Assumption(
    "(1-w)^6 E B^6 < 1 for the variance B of m values of variance 1: no heavy tails to the sixth order", _sixth
)
error, width = mut - mu0, sp.sqrt(v(t)) - sp.sqrt(v0)
Var = sp.Function("Var")


def derive() -> Derivation:
    """The distance in two errors, its square, and how d^2 goes from fit to fit."""
    d = Derivation("d = mu_t - mu_0 and e = sqrt v_t - sqrt v_0 are not independent: both know the variances before.")
    d.given(
        distance**2, error**2 + width**2, source="villani2003", check=sorted_coupling_is_optimal,
        because="on the line the optimal coupling matches quantiles",
    )  # fmt: skip
    density_of_one_fit(d)
    y, z, x = sp.symbols("w y z", real=True)
    d.algebra(
        (((1 - x) * y + z) ** 2 + ((1 - x) * y - z) ** 2) / 2, (1 - x) ** 2 * y**2 + z**2,
        because="the mean of d^2 after a fit, given v before and after, with weight w: the normal error z of the batch "
        "means has a symmetric law of variance w^2 v_0/n + (1-w)^2 v_t/m that knows nothing of the new variance",
    )  # fmt: skip
    square = d.algebra(
        (error**2 + width**2) ** 2,
        error**4 + 2 * error**2 * width**2 + width**4, because="its square"
    )  # fmt: skip
    total = d.given(
        Var(distance**2), E(square.rhs) - E(error**2 + width**2) ** 2, source="villani2003",
        check=sorted_coupling_is_optimal, because="the mean square less the squared mean",
    )  # fmt: skip
    return d.concludes(sp.Eq(total.lhs, total.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """Means after one fit, where d and e are independent, by quadrature over one chi-square."""
    _, real, _, offset = numbers(scenario)
    unit, divisor = mpf(repr(scenario.source.variance)), real - 1 + mpf(offset.numerator) / offset.denominator

    def mean(expression: sp.Expr) -> sp.Float:
        with mpmath.workdps(DIGITS):
            second, fourth = (
                chi_square_mean(lambda X, p=p: (mpmath.sqrt(X / divisor) - 1) ** p, real - 1) for p in (2, 4)
            )
            error_ = mpf(1) / real
            squared = any(power.exp == 4 for power in expression.atoms(sp.Pow))
            value = unit**2 * (3 * error_**2 + 2 * error_ * second + fourth) if squared else unit * (error_ + second)
            return sp.Float(value, DIGITS)

    return {**weighted.bindings(scenario, generation), E: mean}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """Var W_2^2(model t, source) over chains in data units to the fourth; t counts fits. Takes 0.1 to 1 s."""
    fourth = weighted_fourth(*numbers(scenario), generations)
    errors = fit_of(scenario).mean_squared_error(generations)
    return np.array([_spread(scenario, float(t), *both) for t, *both in zip(generations, errors, fourth, strict=True)])


def _spread(scenario: Scenario, t: float, second: float, fourth: float) -> float:
    if t == 0:
        return 0.0
    square, quartic, both = chain_of(scenario, 0.0).widths(t)
    return scenario.source.variance**2 * (fourth + 2 * both + quartic - (second + square) ** 2)


def limit(scenario: Scenario, at: None = None) -> float:
    """The stationary law's."""
    second = float(weighted_limits(*numbers(scenario))[1])
    return _spread(scenario, np.inf, second, float(weighted_fourth_limit(*numbers(scenario))))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Two fits by nested quadrature; more by the densities of another matrix, with d^2 and d^4 carried along."""
    if generation == 0:
        return mpf(0)
    second, fourth, square, quartic, both = weighted_chain_reference.widths(scenario, generation)
    return mpf(repr(scenario.source.variance)) ** 2 * (fourth + 2 * both + quartic - (second + square) ** 2)


CLAIM = Claim(
    id="gaussian-weighted-wasserstein2-squared-variance",
    title="With weight on fresh real points the variance over chains of the squared Wasserstein distance settles: a "
    "closed form and two means over a chain",
    kind=Kind.EXACT,
    statistic="wasserstein2_squared_variance",
    assumptions=(*WEIGHTED_CHAIN, LIGHT_TAILED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-10,
    examples=(
        Example(setting(20, 20, 0.6, "mle"), t=(1,), simulate=False),
        Example(setting(20, 20, 0.6, "mle"), t=(2,), algebra=False),
        Example(setting(4, 12, 0.6, "mle"), t=(3, np.inf), algebra=False, simulate=False),
        Example(setting(200, 100, 0.5, "unbiased"), t=(1,), simulate=False),
        Example(setting(200, 100, 0.5, "unbiased"), t=(0, 2), algebra=False, simulate=False),
        Example(setting(10, 10, 1.0, "mle"), t=(1,), simulate=False),
    ),
)  # fmt: skip
