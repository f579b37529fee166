r"""Cantelli's inequality bounds the chance of a variance below x from below, where two moments of $v_t$ are known.

$P(v_t\le x)\ge\frac{(x-U)^2}{S+(x-U)^2}$ for x above $U=E v_t$, with $S=E v_t^2-U^2$: the best that two moments allow
where x is above $U+S/U$, below which Markov's inequality says more.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.exact_claims import reach_of, settles
from theory.claims.gaussian import accumulate, real_share, replace, weighted
from theory.claims.gaussian.bounded_cdf import P, chance_below, one_sided_chances
from theory.claims.gaussian.moment_bounds import (
    GAUSSIAN_FITS,
    MEAN_SQUARE,
    MEAN_VARIANCE,
    SQUARE,
    VARIANCE,
    R,
    U,
    at_infinity,
    bindings,
    moment,
)
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation
from theory.laws.symbols import t, x
from theory.scenario import Scenario


def derive() -> Derivation:
    """The spread over chains, and the one-sided inequality."""
    d = Derivation("Of all laws with these two moments, one on two points, one of them x, is the most above x.")
    d.algebra(
        (v(t) - U(t)) ** 2, v(t) ** 2 - 2 * U(t) * v(t) + U(t) ** 2,
        because="its mean over chains is R(t) - U(t)^2, with U(t) = E v_t and R(t) = E v_t^2",
    )  # fmt: skip
    spread = R(t) - U(t) ** 2
    away = sp.Max(0, x - U(t)) ** 2
    bound = d.given(
        P(sp.Le(v(t), x)), away / (spread + away), relation=r"\ge", source="hardy1952inequalities",
        check=one_sided_chances,
        because="Cantelli: with a >= 0, P(v_t >= U + a) <= E (v_t - U + b)^2/(a + b)^2, at b = (R - U^2)/a",
    )  # fmt: skip
    return d.concludes(sp.Ge(bound.lhs, bound.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """(x - U)^2/(S + (x - U)^2) for x above U, else 0; t counts fits.

    Takes 0.3 s at t = 10^4 in a window of 8 batches, milliseconds elsewhere.
    """
    mean, square = moment(scenario, VARIANCE, generations), moment(scenario, SQUARE, generations)
    with np.errstate(invalid="ignore"):
        spread, away = np.maximum(square - mean**2, 0.0), (at - mean) ** 2
        return np.where((mean < at) & np.isfinite(spread), away / (spread + away), 0.0)


CLAIM = Claim(
    id="gaussian-variance-cdf-lower-bound-by-second-moment",
    title="P(v_t <= x) >= (x - U)^2/(S + (x - U)^2) for x above U = E v_t, S = E v_t^2 - U^2",
    kind=Kind.LOWER_BOUND,
    statistic="variance_cdf",
    assumptions=(*GAUSSIAN_FITS, MEAN_VARIANCE, MEAN_SQUARE),
    derive=derive,
    bindings=bindings(U, R),
    evaluate=evaluate,
    reference=chance_below,
    limit=at_infinity(evaluate),
    settles=settles(VARIANCE, SQUARE),
    reach=reach_of(VARIANCE, SQUARE),
    examples=(
        Example(real_share.setting("stratified", 10, "mle", real=2), t=(0, 1), at=4.0),
        Example(real_share.setting("iid", 20, "unbiased", share=0.1), t=(1,), at=4.0, simulate=False),
        Example(weighted.setting(20, 20, 0.6, "mle"), t=(1, 2), at=4.0, simulate=False),
        Example(weighted.setting(8, 12, 0.25, "offset", offset=0.5), t=(1, 2), at=3.0, simulate=False),
        Example(accumulate.setting(10, divisor="mle"), t=(1,), at=4.0, simulate=False),
        Example(replace.setting(10, "mle"), t=(1, 5), at=3.0, simulate=False),
        Example(replace.setting(10, "unbiased"), t=(1, np.inf), at=9.0, algebra=False, simulate=False),
    ),
)  # fmt: skip
