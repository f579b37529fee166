r"""With fresh real points the squared Wasserstein distance varies over chains by a spread that settles.

With $d=\mu_t-\mu_0$ and $e=\sqrt{v_t}-\sqrt{v_0}$ it is $d^2+e^2$, whose variance is that of $d^2$, a closed form, and
$\operatorname{Var}e^2+2\operatorname{Cov}(d^2,e^2)$, two means over the joint law of mean and variance, which goes from
fit to fit by the density of a fit. None is a difference of large terms; the error is below $10^{-10}$.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind, exact
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED, retains
from theory.claims.gaussian.moment_bounds import ERROR, FOURTH, moment
from theory.claims.gaussian.real_share import offset_of, setting
from theory.claims.gaussian.real_share_distance_reference import first_fit, spread_of_distance
from theory.claims.gaussian.real_share_law import DIVISOR, FRESH
from theory.claims.gaussian.real_share_passage import LARGEST, LEAST_SHARE, density_of_a_fit, fresh_points
from theory.claims.gaussian.replace_wasserstein import distance, sorted_coupling_is_optimal
from theory.claims.gaussian.weighted_wasserstein_variance import Var, error, width
from theory.derivation import Derivation
from theory.laws.fresh_widths import FreshWidths, widths_by_coins, widths_stratified
from theory.laws.symbols import E, t, v0
from theory.scenario import Scenario

LEAST, MOST, MOST_BY_CHANCE = 10, 4500, 1800


def _resolved(scenario: Scenario) -> bool:
    points = fresh_points(scenario)
    if points is None:
        return False
    (size, share), by_chance = points, scenario.retention.scheme == "iid"
    if share < LEAST_SHARE or share * size < LEAST or (1 - share) * size < (LEAST if by_chance else 1):
        return False
    return law_of(scenario).count <= (MOST_BY_CHANCE if by_chance else MOST)


RESOLVED = Assumption(
    f"of at most {LARGEST} points a tenth and {LEAST} are real, not all, with scheme iid {LEAST} expected of either "
    f"kind, and {MOST} models, with scheme iid {MOST_BY_CHANCE}, resolve a fit: the fewer, the larger the share",
    _resolved,
)


def law_of(scenario: Scenario) -> FreshWidths:
    """The joint law of mean and variance; the same object for the same numbers."""
    size, offset = scenario.sample_size.constant, float(offset_of(scenario))
    if scenario.retention.scheme == "iid":
        return widths_by_coins(size, scenario.retention.share_of(size), offset)
    return widths_stratified(size, scenario.retention.real_points(size), offset)


def derive() -> Derivation:
    """The distance in two errors, its square, and the joint law of both in one fit."""
    d = Derivation("d = mu_t - mu_0 and e = sqrt v_t - sqrt v_0 are not independent: both know the model before.")
    d.given(
        distance**2, error**2 + width**2, source="villani2003", check=sorted_coupling_is_optimal,
        because="on the line the optimal coupling matches quantiles",
    )  # fmt: skip
    density_of_a_fit(d)
    square = d.algebra(
        (error**2 + width**2) ** 2, error**4 + 2 * error**2 * width**2 + width**4, because="the distance squared again"
    )  # fmt: skip
    total = d.given(
        Var(distance**2), E(square.rhs) - E(error**2 + width**2) ** 2, source="villani2003",
        check=sorted_coupling_is_optimal,
        because="the mean square less the squared mean; E d^2 and E d^4 are closed forms of their own",
    )  # fmt: skip
    return d.concludes(sp.Eq(total.lhs, total.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """Means after one fit, where d and e are independent, by quadrature over one chi-square."""
    second, fourth = first_fit(scenario)
    unit, error_ = mpf(repr(scenario.source.variance)), mpf(1) / scenario.sample_size.constant

    def mean(expression: sp.Expr) -> sp.Float:
        with mpmath.workdps(30):
            squared = any(power.exp == 4 for power in expression.atoms(sp.Pow))
            value = unit**2 * (3 * error_**2 + 2 * error_ * second + fourth) if squared else unit * (error_ + second)
            return sp.Float(value, 30)

    return {t: generation, v0: exact(scenario.source.variance), E: mean}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """Var W_2^2(model t, source) over chains in data units to the fourth; t counts fits.

    Takes 0.3 to 4 s for a new setting, 2 to 10 s with scheme "iid".
    """
    times, unit = np.asarray(generations, dtype=np.float64), scenario.source.variance
    errors, fourths = moment(scenario, ERROR, times) / unit, moment(scenario, FOURTH, times) / unit**2
    return unit**2 * np.array([
        _spread(scenario, *one) if one[0] else 0.0 for one in zip(times.tolist(), errors, fourths, strict=True)
    ])  # fmt: skip


def _spread(scenario: Scenario, t_: float, second: float, fourth: float) -> float:
    if not math.isfinite(fourth):
        return math.inf
    _, own, together = law_of(scenario).spread(t_, second)
    return fourth - second**2 + own + 2 * together


def limit(scenario: Scenario, at: None = None) -> float:
    """The stationary law's."""
    return float(evaluate(scenario, np.array([np.inf]))[0])


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """One and two fits by nested quadrature, from the fifth on polynomials for the law; d^2 and d^4 apart."""
    return mpf(repr(scenario.source.variance)) ** 2 * spread_of_distance(scenario, generation)


CLAIM = Claim(
    id="gaussian-real-share-wasserstein2-squared-variance",
    title="With a share of fresh real points the variance over chains of the squared Wasserstein distance settles: a "
    "closed form and two means over the joint law of mean and variance",
    kind=Kind.EXACT,
    statistic="wasserstein2_squared_variance",
    assumptions=(
        GAUSSIAN, MOMENTS, retains("real_share"), FRESH, CONSTANT_SIZE, FAITHFUL, UNDISTURBED, DIVISOR, RESOLVED,
    ),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-9,
    examples=(
        Example(setting("stratified", 60, "mle", real=40), t=(1,), simulate=False),
        Example(setting("stratified", 60, "mle", real=40), t=(2,), algebra=False),
        Example(setting("stratified", 60, "mle", real=40), t=(0, 8, np.inf), algebra=False, simulate=False),
        Example(setting("iid", 40, "unbiased", share=0.5), t=(1, 2), algebra=False, simulate=False),
    ),
)  # fmt: skip
