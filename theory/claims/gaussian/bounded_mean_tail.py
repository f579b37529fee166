r"""Chebyshev's inequality: the mean strays farther than x with a chance of at most $D/x^2$, $D=E(\mu_t-\mu_0)^2$.

Whatever the policy. One fit has a normal mean, whose chance falls much faster; under replacement with the unbiased
divisor the bound has the true power of x in the limit, where $D$ is infinite.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.exact_claims import reach_of, settles
from theory.claims.gaussian import pool, real_share, replace, subsample, weighted, window
from theory.claims.gaussian.bounded_reference import chance_of_straying
from theory.claims.gaussian.moment_bounds import ERROR, GAUSSIAN_FITS, MEAN_ERROR, D, at_infinity, bindings, moment
from theory.claims.gaussian.one_fit import mu0, mut
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.symbols import t, x
from theory.scenario import Scenario

P = sp.Function("P")
strays = sp.Gt(sp.Abs(mut - mu0), x, evaluate=False)


def derive() -> Derivation:
    """Chebyshev's inequality for the mean."""
    d = Derivation("Only the mean square of the error is used, so that the policy does not matter.")
    bound = d.given(
        P(strays), sp.Min(1, D(t) / x**2), relation=r"\le", source="hardy1952inequalities", check=normal_tails,
        because="Chebyshev's inequality, for x > 0, with D(t) = E(mu_t - mu_0)^2",
    )  # fmt: skip
    return d.concludes(sp.Le(bound.lhs, bound.rhs, evaluate=False))


def normal_tails() -> list[Verdict]:
    """P(|Z| > x) <= 1/x^2."""
    from scipy.special import erfc

    return [at_most(erfc(x / np.sqrt(2)), 1 / x**2) for x in (0.5, 1.0, 2.0, 5.0)]


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """D/x^2, or 1 where that is more; t counts fits."""
    error = moment(scenario, ERROR, generations)
    return np.minimum(1.0, error / at / at) if at > 0 else np.where((error > 0) | (at < 0), 1.0, 0.0)


CLAIM = Claim(
    id="gaussian-mean-tail-upper-bound",
    title="P(|mu_t - mu_0| > x) <= E(mu_t - mu_0)^2/x^2, whatever the policy",
    kind=Kind.UPPER_BOUND,
    statistic="mean_tail",
    assumptions=(*GAUSSIAN_FITS, MEAN_ERROR),
    derive=derive,
    bindings=bindings(D),
    evaluate=evaluate,
    reference=chance_of_straying,
    limit=at_infinity(evaluate),
    settles=settles(ERROR),
    reach=reach_of(ERROR),
    examples=(
        Example(real_share.setting("stratified", 10, "mle", real=2), t=(0, 1), at=1.0),
        Example(real_share.setting("fixed", 20, "mle", real=5), t=(1,), at=0.8, simulate=False),
        Example(window.setting(10, 4, "unbiased"), t=(1,), at=1.5, simulate=False),
        Example(pool.setting(*pool.SMALL, "mle"), t=(1,), at=2.0, simulate=False),
        Example(subsample.setting(20, False, "mle"), t=(1,), at=0.2, simulate=False),
        Example(weighted.setting(8, 12, 0.25, "offset", offset=0.5), t=(1,), at=1.0, simulate=False),
        Example(replace.setting(10, "mle"), t=(1, 2), at=1.5, simulate=False),
        Example(replace.setting(10, "mle"), t=(5, 60), at=2.5, algebra=False, simulate=False),
        Example(replace.setting(10, "unbiased"), t=(0, 5), at=-1.0, algebra=False, simulate=False),
    ),
)  # fmt: skip
