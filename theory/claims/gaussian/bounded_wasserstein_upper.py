r"""Two moments of the variance bound the expected squared Wasserstein distance from above.

Hölder's inequality, $U^3\le R\,(E\sqrt{v_t})^2$ with $U=E v_t$ and $R=E v_t^2$, leaves
$E\sqrt{v_t}\ge U^{3/2}/R^{1/2}$. The bound exceeds the truth by about $\frac34$ of the
variance of $v_t$ over $v_0$ where that is small.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.exact_claims import reach_of, settles
from theory.claims.gaussian import accumulate, real_share, replace, weighted
from theory.claims.gaussian.bounded_reference import distance
from theory.claims.gaussian.bounded_wasserstein_lower import W2
from theory.claims.gaussian.moment_bounds import (
    ERROR,
    GAUSSIAN_FITS,
    MEAN_ERROR,
    MEAN_SQUARE,
    MEAN_VARIANCE,
    SQUARE,
    VARIANCE,
    D,
    R,
    U,
    at_infinity,
    bindings,
    moment,
    squared_distance,
)
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.symbols import t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The distance in three means, and the least value that the mean of a root can have, given two moments."""
    d = Derivation("The mean standard deviation is the only part that the policy's known moments leave open.")
    squared_distance(d)
    bound = d.given(
        W2, D(t) + U(t) + v0 - 2 * sp.sqrt(v0 * U(t) ** 3 / R(t)), relation=r"\le", source="hardy1952inequalities",
        check=moments_are_log_convex,
        because="U^3 <= R (E sqrt v_t)^2 with R(t) = E v_t^2: Hölder for v = sqrt(v)^(2/3) (v^2)^(1/3)",
    )  # fmt: skip
    return d.concludes(sp.Le(bound.lhs, bound.rhs, evaluate=False))


def moments_are_log_convex() -> list[Verdict]:
    """(E v)^3 <= E v^2 (E sqrt v)^2 for two-point laws."""
    return [
        at_most((p * a + b - p * b) ** 3, (p * a**2 + (1 - p) * b**2) * (p * a**0.5 + (1 - p) * b**0.5) ** 2)
        for a in (0.01, 0.2, 3.0) for b in (1.0, 20.0) for p in (0.1, 0.5, 0.9)
    ]  # fmt: skip


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """D + U + v_0 - 2 sqrt(v_0 U^3/R) in squared data units; t counts fits.

    Takes 0.3 s at t = 10^4 in a window of 8 batches, milliseconds elsewhere.
    """
    unit, mean = scenario.source.variance, moment(scenario, VARIANCE, generations)
    square, error = moment(scenario, SQUARE, generations), moment(scenario, ERROR, generations)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where((square > 0) & np.isfinite(mean), mean**2 / square, 0.0)
        root = np.sqrt(unit) * np.where(relative > 0, np.sqrt(mean * relative), 0.0)
    return error + mean + unit - 2 * root


CLAIM = Claim(
    id="gaussian-wasserstein2-squared-upper-bound",
    title="The expected squared Wasserstein distance is at most D + U + v_0 - 2 sqrt(v_0 U^3/R), where R = E v_t^2 is "
    "known",
    kind=Kind.UPPER_BOUND,
    statistic="wasserstein2_squared",
    assumptions=(*GAUSSIAN_FITS, MEAN_VARIANCE, MEAN_SQUARE, MEAN_ERROR),
    derive=derive,
    bindings=bindings(U, D, R),
    evaluate=evaluate,
    reference=lambda scenario, t, at=None: distance(scenario, t),
    limit=at_infinity(evaluate),
    settles=settles(VARIANCE, SQUARE, ERROR),
    reach=reach_of(VARIANCE, SQUARE, ERROR),
    examples=(
        Example(real_share.setting("stratified", 10, "mle", real=2), t=(0, 1, 2)),
        Example(real_share.setting("stratified", 50, "unbiased", real=5), t=(1, 2), simulate=False),
        Example(real_share.setting("iid", 20, "unbiased", share=0.1), t=(1, 2), simulate=False),
        Example(real_share.setting("fixed", 20, "mle", real=5), t=(1, 2), simulate=False),
        Example(weighted.setting(8, 12, 0.25, "offset", offset=0.5), t=(1, 2)),
        Example(accumulate.setting(10, divisor="mle"), t=(1,)),
        Example(replace.setting(10, "unbiased"), t=(0, 5, 100), simulate=False),
        Example(replace.setting(10, "mle"), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
