r"""The mean precision is at least one over the mean variance, under every policy whose expected variance is known.

Where fits spread the variance over chains it is more, by about the squared relative spread.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.exact_claims import reach_of, settles
from theory.claims.gaussian import pool, real_share, replace, subsample, weighted, window
from theory.claims.gaussian.bounded_mean_precision import mean_precision
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
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.symbols import E, t, z
from theory.scenario import Scenario


def derive() -> Derivation:
    """The tangent of one over a number, at the mean."""
    d = Derivation("Only the mean of v_t is used, so that the policy does not matter: U(t) is what is known of it.")
    x = sp.Symbol("x", positive=True)
    d.algebra(
        1 / x - (2 / z - x / z**2), (x - z) ** 2 / (x * z**2),
        because="not negative: one over x lies above its tangent at z, whose mean is 1/z at z = E v_t",
    )  # fmt: skip
    bound = d.given(
        E(1 / v(t)), 1 / U(t), relation=r"\ge", source="jensen1906fonctions", check=one_fit,
        because="so its mean is at least one over the mean",
    )  # fmt: skip
    return d.concludes(sp.Ge(bound.lhs, bound.rhs, evaluate=False))


def one_fit() -> list[Verdict]:
    """Chi-squares: one over the mean, 1/nu, against the mean of the inverse, 1/(nu - 2)."""
    return [at_most(1 / nu, 1 / (nu - 2)) for nu in (3, 10, 1000)]


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """1/E v_t in one over squared data units; t counts fits. Infinite where the mean vanishes."""
    with np.errstate(divide="ignore"):
        return 1 / moment(scenario, VARIANCE, generations)


CLAIM = Claim(
    id="gaussian-mean-precision-lower-bound",
    title="The mean precision is at least one over the expected variance, whatever the policy",
    kind=Kind.LOWER_BOUND,
    statistic="mean_precision",
    assumptions=(*GAUSSIAN_FITS, MEAN_VARIANCE),
    derive=derive,
    bindings=bindings(U),
    evaluate=evaluate,
    reference=mean_precision,
    limit=at_infinity(evaluate),
    settles=settles(VARIANCE),
    reach=reach_of(VARIANCE),
    examples=(
        Example(real_share.setting("stratified", 50, "unbiased", real=10), t=(0, 1, 2)),
        Example(real_share.setting("fixed", 20, "mle", real=5), t=(1,), simulate=False),
        Example(weighted.setting(8, 12, 0.25, "offset", offset=0.5), t=(1, 2), simulate=False),
        Example(window.setting(10, 4, "unbiased"), t=(1, 2), simulate=False),
        Example(pool.setting(*pool.SMALL, "mle"), t=(1,), simulate=False),
        Example(subsample.setting(20, False, "mle"), t=(1,), simulate=False),
        Example(replace.setting(10, "mle"), t=(0, 5, 100), simulate=False),
        Example(replace.setting(10, "mle"), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
