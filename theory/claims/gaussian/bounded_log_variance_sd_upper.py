r"""A bounded mean precision keeps chains together: $\operatorname{Var}\log v_t\le2(\sqrt{U\Theta/v_0}-1)$, $U=E v_t$.

$\Theta\ge v_0E[1/v_t]$, and $(\log x)^2\le x+1/x-2$: a mean variance and a mean precision both near those of the
source leave no room for a spread. A fifth of fresh real points among a hundred settles below 0.38, and at 0.23 in
truth.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, exact
from theory.claims.exact_claims import reach_of
from theory.claims.gaussian import bounded_precision, moment_bounds, pool, real_share, weighted, window
from theory.claims.gaussian.bounded_precision import INTRODUCTION, LAST, PRECISE, Theta, above, settles
from theory.claims.gaussian.moment_bounds import MEAN_VARIANCE, VARIANCE, U, moment
from theory.claims.gaussian.nearly_normal import Var
from theory.claims.gaussian.nearly_normal_reference import log_spread
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.symbols import t, v0, y
from theory.scenario import Scenario

deviation = sp.Symbol(r"\operatorname{sd}[\log v_t]")


def derive() -> Derivation:
    """The mean precision from above, and the spread that it and the mean variance leave."""
    c, p, q = sp.symbols("c p q", positive=True)
    d = Derivation(INTRODUCTION)
    above(d)
    d.algebra(
        (sp.exp(2 * y) - 1) ** 2 / sp.exp(2 * y), 4 * sp.sinh(y).rewrite(sp.exp) ** 2,
        because="(x - 1)^2/x with x = exp(2y): at least 4y^2 = (log x)^2, as sinh(y) is at least y",
    )  # fmt: skip
    d.algebra(
        sp.Subs(p / c + c * q - 2, c, sp.sqrt(p / q)), 2 * (sp.sqrt(p * q) - 1),
        because="the mean of (v - c)^2/(v c) = v/c + c/v - 2 is p/c + c q - 2 with p = E v, q = E 1/v, least at c = "
        "(p/q)^(1/2); the variance of log v does not exceed the mean of (log v - log c)^2",
    )  # fmt: skip
    bound = 2 * (sp.sqrt(U(t) * Theta(t) / v0) - 1)
    d.given(
        Var(sp.log(v(t))), bound, relation=r"\le", source="hardy1952inequalities", check=two_points,
        because="put together, with U(t) = E v_t",
    )  # fmt: skip
    half = d.algebra(sp.sqrt(bound), sp.sqrt(2) * sp.sqrt(sp.sqrt(U(t) * Theta(t) / v0) - 1), because="its root")
    return d.concludes(sp.Le(deviation, half.rhs, evaluate=False))


def two_points() -> list[Verdict]:
    """The variance of a logarithm that has two values with equal chances."""
    return [
        at_most(np.log(a) ** 2 / 4, 2 * (np.sqrt((1 + a) / 2 * (1 + 1 / a) / 2) - 1)) for a in (1.1, 2.0, 30.0, 1e4)
    ]


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """[2 ((U Theta/v_0)^(1/2) - 1)]^(1/2); t counts fits. A pool takes a tenth of a millisecond for each."""
    return _bound(scenario, generations, bounded_precision.evaluate(scenario, generations))


def limit(scenario: Scenario, at: None = None) -> float:
    """The same of the limits."""
    return float(_bound(scenario, np.array([np.inf]), np.array([bounded_precision.limit(scenario)]))[0])


def _bound(
    scenario: Scenario, generations: Float[np.ndarray, " T"], precision: Float[np.ndarray, " T"]
) -> Float[np.ndarray, " T"]:
    with np.errstate(invalid="ignore", over="ignore"):
        product = moment(scenario, VARIANCE, generations) / scenario.source.variance * precision
        excess = (product - 1) / (np.sqrt(product) + 1)
        return np.where(np.isfinite(product), np.sqrt(2 * np.maximum(excess, 0.0)), np.inf)


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    known = {v0: exact(scenario.source.variance)}
    return known | moment_bounds.bindings(U)(scenario, generation) | bounded_precision.bindings(scenario, generation)


CLAIM = Claim(
    id="gaussian-log-variance-sd-upper-bound",
    title="A mean variance and a mean precision near those of the source keep chains together: sd log v_t is bounded "
    "for real shares, weights, windows and pools",
    kind=Kind.UPPER_BOUND,
    statistic="log_variance_sd",
    assumptions=(*PRECISE, MEAN_VARIANCE),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=log_spread,
    limit=limit,
    settles=settles,
    reach=reach_of(VARIANCE, besides=LAST),
    tolerance=1e-11,
    examples=(
        Example(real_share.setting("stratified", 10, "mle", real=2), t=(0, 1, 2)),
        Example(real_share.setting("stratified", 50, "unbiased", real=5), t=(1, 2), simulate=False),
        Example(real_share.setting("iid", 20, "unbiased", share=0.1), t=(1, 2), simulate=False),
        Example(real_share.setting("fixed", 20, "mle", real=5), t=(1, 2), simulate=False),
        Example(window.setting(10, 4, "unbiased"), t=(1, 2)),
        Example(window.setting(20, 1, "mle"), t=(3, 30), simulate=False),
        Example(pool.setting([10, 5, 1], [0, 5, 2], "mle"), t=(1, 2)),
        Example(weighted.setting(20, 20, 0.6, "mle"), t=(1, 2)),
        Example(weighted.setting(100, 100, 0.05, "mle"), t=(50, np.inf), algebra=False, simulate=False),
        Example(weighted.setting(5, 3, 0.2, "unbiased"), t=(2, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
