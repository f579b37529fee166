r"""Kept real points, windows and pools bound the divergence of the source from the model as well, at every finite t.

$E D_{KL}(p_0\Vert p_t)\le\frac12[\Theta+\Upsilon\sqrt{D_4}/v_0-1+\log(U/v_0)]$ with $D_4=E(\mu_t-\mu_0)^4$,
$\Theta\ge v_0E[1/v_t]$ and $\Upsilon\ge v_0(E[1/v_t^2])^{1/2}$: mean and variance need not be independent for it. It is
about three times the truth where a hundred points or more are in each fit.
"""

import math
from functools import cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind, exact
from theory.claims.exact_claims import known, reach_of
from theory.claims.exact_claims import settles as known_limits
from theory.claims.gaussian import bounded_precision, moment_bounds, pool, real_share, window
from theory.claims.gaussian.bounded_forward_reference import divergence_of_source
from theory.claims.gaussian.bounded_kl_forward_lower import KL
from theory.claims.gaussian.bounded_precision import LAST, PRECISE, Theta, above
from theory.claims.gaussian.moment_bounds import D4, FOURTH, MEAN_VARIANCE, VARIANCE, U, log_of_mean, moment
from theory.claims.gaussian.one_fit import divergence_from_source, mu0, mut, v
from theory.claims.gaussian.reference import chi_square_mean
from theory.derivation import Derivation, Verdict, agree, at_most
from theory.laws.precision_tangent import Line, batch_bounds, harmonic_square, window_bounds
from theory.laws.symbols import E, t, v0
from theory.scenario import Scenario

Upsilon = sp.Function("Upsilon")
BY_NUMBER = Assumption(
    "the numbers of real and of synthetic points are not left to chance, and the first fit has at least six points",
    lambda s: getattr(s.retention, "scheme", "") != "iid" and s.first_size >= 6,
)


def derive() -> Derivation:
    """The divergence as an integral, and each of its three means from above."""
    d = Derivation(
        bounded_precision.INTRODUCTION + " And 1/Upsilon(t) is the sum over batches of k points, all real ones of a "
        "pool or share as one, of ((k-3)(k-5))^(1/2) over L, or its weight over the divisor of the batch, over the "
        "Upsilon of the model it was drawn from, without batches of fewer than 6 points."
    )
    divergence_from_source(d)
    above(d)
    d.given(
        v0 * sp.sqrt(E(1 / v(t) ** 2)), Upsilon(t), relation=r"\le", source="hardy1952inequalities",
        check=inverse_squares,
        because="the root of a mean square of a sum is at most the sum of the roots (Minkowski): so 1/(a + b) with the "
        "best r as before, and the mean of 1/X^2 is 1/((nu-2)(nu-4)) for a chi-square of nu degrees of freedom",
    )  # fmt: skip
    d.given(
        E((mut - mu0) ** 2 / v(t)), sp.sqrt(D4(t)) * Upsilon(t) / v0, relation=r"\le", source="hardy1952inequalities",
        check=products_of_two,
        because="the mean of a product is at most the product of the roots of the mean squares (Cauchy and Schwarz)",
    )  # fmt: skip
    log_of_mean(d)
    bound = d.given(
        KL, (Theta(t) + sp.sqrt(D4(t)) * Upsilon(t) / v0 - 1 + sp.log(U(t) / v0)) / 2, relation=r"\le",
        source="jensen1906fonctions", check=products_of_two, because="put together",
    )  # fmt: skip
    return d.concludes(sp.Le(KL, bound.rhs, evaluate=False))


def inverse_squares() -> list[Verdict]:
    """E 1/X^2 of a chi-square by its density."""
    return [agree(chi_square_mean(_inverse_square, nu), mpf(1) / ((nu - 2) * (nu - 4))) for nu in (5, 12)]


def _inverse_square(x: mpf) -> mpf:
    return 1 / x**2


def products_of_two() -> list[Verdict]:
    """(E a b)^2 against E a^2 E b^2 for two values of each."""
    return [
        at_most((a + b * c) ** 2 / 4, (1 + b**2) / 2 * (a**2 + c**2) / 2)
        for a in (0.1, 3.0) for b in (1.0, 7.0) for c in (0.5, 20.0)
    ]  # fmt: skip


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """[Theta + Upsilon D_4^(1/2)/v_0 - 1 + log(U/v_0)]/2 in nats; t counts fits. Takes up to 0.3 s at t = 10^4."""
    precision = bounded_precision.evaluate(scenario, generations)
    return _bound(scenario, generations, precision, root_precision(scenario, generations))


def limit(scenario: Scenario, at: None = None) -> float:
    """The same of the limits."""
    inverse, precision = _line(scenario).end, bounded_precision.limit(scenario)
    root = 1 / inverse if inverse else math.inf
    return float(_bound(scenario, np.array([np.inf]), np.array([precision]), np.array([root]))[0])


def _bound(
    scenario: Scenario, generations: Float[np.ndarray, " T"], precision: Float[np.ndarray, " T"],
    root: Float[np.ndarray, " T"],
) -> Float[np.ndarray, " T"]:  # fmt: skip
    unit = scenario.source.variance
    mean, fourth = (moment(scenario, name, generations) for name in (VARIANCE, FOURTH))
    with np.errstate(divide="ignore", invalid="ignore"):
        strayed = np.where(fourth > 0, root * np.sqrt(fourth) / unit, 0.0)
        value = (precision + strayed - 1 + np.log(mean / unit)) / 2
    return np.where(np.isnan(value), np.inf, value)


def root_precision(scenario: Scenario, generations: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """Upsilon(t)."""
    retention, last = scenario.retention, int(generations.max(initial=0))
    offset = scenario.estimator.divide_by(1)
    if retention.kind == "pool":
        batches = ((retention.real_points(k), retention.synthetic_points(k)) for k in range(1, last + 1))
        inverse = batch_bounds(batches, offset, harmonic_square)[generations]
    elif retention.kind == "window":
        size = scenario.sample_size.constant
        inverse = window_bounds(size, retention.length, offset, last, harmonic_square)[generations]
    else:
        inverse = _line(scenario)(generations)
    with np.errstate(divide="ignore"):
        return 1 / inverse


def _line(scenario: Scenario) -> Line:
    """1/Upsilon with the same number of real points, or weight on them, in every fit."""
    retention, divide, N = scenario.retention, scenario.estimator.divide_by, scenario.first_size
    first = harmonic_square(N) / divide(N)
    if retention.kind == "weighted":
        n, m, w = retention.real, retention.synthetic, retention.weight
        drawn = (1 - w) * harmonic_square(m) / divide(m) if m > 5 else 0.0
        return Line(first, w * harmonic_square(n) / divide(n), drawn)
    n = retention.real_points(N)
    return Line(first, harmonic_square(n) / divide(N), harmonic_square(N - n) / divide(N))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """U and D_4 by the statements of their own claims, Theta and Upsilon by their recursions in 25 digits."""
    known_moments = {v0: exact(scenario.source.variance)} | moment_bounds.bindings(U, D4)(scenario, generation)
    return known_moments | bounded_precision.bindings(scenario, generation) | {
        Upsilon: lambda k: sp.Float(exactly(scenario, int(k)), 25)
    }  # fmt: skip


@cache
def exactly(scenario: Scenario, fit: int) -> mpf:
    """Upsilon(t), batch by batch."""
    with mpmath.workdps(25):
        retention, N = scenario.retention, scenario.first_size
        if fit == 0:
            return mpf(1)
        if fit == 1:
            return _divisor(scenario, N) / _squares(N)
        if retention.kind == "weighted":
            n, m, w = retention.real, retention.synthetic, mpf(repr(retention.weight))
            parts = w * _squares(n) / _divisor(scenario, n)
            if m > 5:
                parts += (1 - w) * _squares(m) / _divisor(scenario, m) / exactly(scenario, fit - 1)
            return 1 / parts
        if retention.kind == "pool":
            real = sum(retention.real_points(k) for k in range(1, fit + 1))
            drawn = {k - 1: retention.synthetic_points(k) for k in range(2, fit + 1)}
        elif retention.kind == "window":
            models = range(max(fit - retention.length, 0), fit)
            real, drawn = 0, dict.fromkeys(models, scenario.sample_size.constant)
        else:
            real = retention.real_points(N)
            drawn = {fit - 1: N - real}
        parts = _squares(real) + mpmath.fsum(_squares(m) / exactly(scenario, model) for model, m in drawn.items())
        return _divisor(scenario, real + sum(drawn.values())) / parts


def _squares(points: int) -> mpf:
    return mpmath.sqrt((points - 3) * (points - 5)) if points > 5 else mpf(0)


def _divisor(scenario: Scenario, points: int) -> mpf:
    return mpf(repr(scenario.estimator.divide_by(points)))


CLAIM = Claim(
    id="gaussian-kl-forward-upper-bound-by-fourth-moment",
    title="Kept points, windows and pools too keep the divergence of the source from the model below [Theta + Upsilon "
    "D_4^(1/2)/v_0 - 1 + log(U/v_0)]/2",
    kind=Kind.UPPER_BOUND,
    statistic="kl_forward",
    assumptions=(*PRECISE, BY_NUMBER, MEAN_VARIANCE, known(FOURTH)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=divergence_of_source,
    limit=limit,
    settles=lambda s: s.retention.kind in ("real_share", "weighted") and known_limits(VARIANCE, FOURTH)(s),
    reach=reach_of(VARIANCE, FOURTH, besides=LAST),
    tolerance=1e-11,
    examples=(
        Example(window.setting(10, 4, "unbiased"), t=(1, 3)),
        Example(window.setting(20, 1, "mle"), t=(3,), simulate=False),
        Example(real_share.setting("fixed", 20, "mle", real=10), t=(1,), algebra=False, simulate=False),
        Example(real_share.setting("stratified", 50, "unbiased", real=10), t=(2,), algebra=False, simulate=False),
        Example(pool.setting([10, 5, 1], [0, 5, 2], "mle"), t=(0, 1), algebra=False, simulate=False),
        Example(pool.setting([12, 0, 0], [0, 9, 9], "mle"), t=(2, 3), algebra=False, simulate=False),
    ),
)  # fmt: skip
