r"""Markov's inequality: the variance exceeds x with a chance of at most $U/x$, $U=E v_t$, whatever the policy.

Weak where chains differ little, as the true chance then falls exponentially; strong where $U$ vanishes.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.exact_claims import reach_of, settles
from theory.claims.gaussian import pool, real_share, replace, subsample, weighted, window
from theory.claims.gaussian.bounded_cdf import P, chance_below, markov_for_one_fit
from theory.claims.gaussian.moment_bounds import (
    GAUSSIAN_FITS,
    MEAN_VARIANCE,
    VARIANCE,
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
    """Markov's inequality for the variance."""
    d = Derivation("A variance is not negative: U(t) = E v_t is at least x times the chance that v_t exceeds x.")
    bound = d.given(
        P(sp.Le(v(t), x)), sp.Max(0, 1 - U(t) / x), relation=r"\ge", source="hardy1952inequalities",
        check=markov_for_one_fit, because="Markov's inequality, for x > 0",
    )  # fmt: skip
    return d.concludes(sp.Ge(bound.lhs, bound.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """1 - U/x, or 0 where that is negative; t counts fits."""
    mean = moment(scenario, VARIANCE, generations)
    return np.maximum(0.0, 1 - mean / at) if at > 0 else np.zeros(len(mean))


CLAIM = Claim(
    id="gaussian-variance-cdf-lower-bound",
    title="P(v_t <= x) >= 1 - E v_t/x, whatever the policy",
    kind=Kind.LOWER_BOUND,
    statistic="variance_cdf",
    assumptions=(*GAUSSIAN_FITS, MEAN_VARIANCE),
    derive=derive,
    bindings=bindings(U),
    evaluate=evaluate,
    reference=chance_below,
    limit=at_infinity(evaluate),
    settles=settles(VARIANCE),
    reach=reach_of(VARIANCE),
    examples=(
        Example(real_share.setting("stratified", 10, "mle", real=2), t=(0, 1), at=3.0),
        Example(real_share.setting("fixed", 20, "mle", real=5), t=(1,), at=2.5, simulate=False),
        Example(window.setting(10, 4, "unbiased"), t=(1,), at=4.0, simulate=False),
        Example(pool.setting(*pool.SMALL, "mle"), t=(1,), at=4.0, simulate=False),
        Example(subsample.setting(20, False, "mle"), t=(1,), at=4.0, simulate=False),
        Example(weighted.setting(8, 12, 0.25, "offset", offset=0.5), t=(1, 2), at=3.0, simulate=False),
        Example(replace.setting(10, "mle"), t=(5, 60), at=1.0, simulate=False),
        Example(replace.setting(10, "mle"), t=(1, np.inf), at=0.1, algebra=False, simulate=False),
        Example(replace.setting(10, "mle"), t=(0, 1), at=-1.0, algebra=False, simulate=False),
    ),
)  # fmt: skip
