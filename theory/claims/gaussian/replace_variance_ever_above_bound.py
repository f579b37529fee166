r"""No more than $v_0/x$ of the chains ever have a model wider than $x$, whatever the sample sizes.

$v_t$ is a positive martingale for the unbiased divisor, a supermartingale above it. The bound is reached as M grows:
half of the chains pass $2v_0$ before they vanish, though $E v_t$ is $v_0$ at every t.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, Source, exact
from theory.claims.assumptions import FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED, retains, sample_size_at_least
from theory.claims.gaussian import varying
from theory.claims.gaussian.highest_variance import P, risen, true_probability
from theory.claims.gaussian.one_fit import cochran, mean_factor, mellin, moment_of_factor
from theory.claims.gaussian.replace import setting
from theory.claims.gaussian.replace_mean_tail import AT_LEAST_UNBIASED
from theory.derivation import Derivation, Verdict, agree, at_most
from theory.laws.maximum import ever_above
from theory.laws.symbols import v0, x
from theory.scenario import Scenario


def derive() -> Derivation:
    """The mean factor of one fit, at most 1, and the inequality for positive supermartingales."""
    d = Derivation("M and L are the size and the divisor of any one generation; they may differ between generations.")
    cochran(d)
    moment_of_factor(
        d, mellin(d), sp.Integer(1), mean_factor,
        "so E[v_(t+1) | v_t] = v_t (M-1)/L is at most v_t for every divisor from M - 1 on: v_t is a supermartingale",
    )  # fmt: skip
    bound = d.given(
        P(risen), v0 / x, relation=r"\le", source="ville1939", check=chances,
        because="stopped at the first v_t above x, its mean is at least x times the chance to stop, and at most v_0; "
        "below v_0 the chance is 1",
    )  # fmt: skip
    return d.concludes(sp.Le(bound.lhs, bound.rhs, evaluate=False))


def chances() -> list[Verdict]:
    """The exact chance to pass twice the first variance: below one half, and that in the end as M grows."""
    small = [at_most(ever_above(np.log(2.0), size, offset), 0.5) for size in (2, 20) for offset in (0.0, 0.5, 1.0)]
    return [*small, agree(ever_above(np.log(2.0), 10**9, 0.0), 0.5, 1e-4)]


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    return {v0: exact(scenario.source.variance), x: exact(at)}


def limit(scenario: Scenario, at: float) -> float:
    """v_0/at; 1 where at <= v_0."""
    v = scenario.source.variance
    return v / at if at > v else 1.0


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain."""
    return np.full(generations.shape, limit(scenario, at))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """The true probability."""
    return true_probability(scenario, at)


CLAIM = Claim(
    id="gaussian-replace-variance-ever-above-upper-bound",
    title="Some model is wider than x with a probability of at most v_0/x, for all sizes and every divisor from M - 1 "
    "on",
    kind=Kind.UPPER_BOUND,
    statistic="variance_ever_above",
    assumptions=(
        GAUSSIAN, MOMENTS, retains("replace"), sample_size_at_least(2), FAITHFUL, UNDISTURBED, AT_LEAST_UNBIASED,
    ),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(10, "unbiased"), t=(np.inf,), at=2.25, simulate=False),
        Example(setting(1_000_000, "unbiased"), t=(np.inf,), at=100.0, simulate=False),
        Example(setting(3, "mle"), t=(np.inf,), at=1e6, simulate=False),
        Example(varying.setting({"kind": "explicit", "sizes": [20, 9, 100]}), t=(np.inf,), at=3.0, simulate=False),
        Example(setting(10, "unbiased"), t=(np.inf,), at=2.0, algebra=False, simulate=False),
        Example(setting(10, "unbiased"), t=(np.inf,), at=-1.0, algebra=False, simulate=False),
    ),
    sources=(Source("ville1939", "", "cited", "its index is t", "the inequality, for every positive martingale"),),
)  # fmt: skip
