r"""The expected squared Wasserstein distance is at least $D+(\sqrt U-\sqrt{v_0})^2$.

$U=E v_t$ and $D=E(\mu_t-\mu_0)^2$. What is missing is $2\sqrt{v_0}(\sqrt U-E\sqrt{v_t})$, about a quarter of the
variance of $v_t$ over $v_0$ where that is small.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.exact_claims import reach_of, settles
from theory.claims.gaussian import pool, real_share, replace, subsample, weighted, window
from theory.claims.gaussian.bounded_reference import distance
from theory.claims.gaussian.moment_bounds import (
    ERROR,
    GAUSSIAN_FITS,
    MEAN_ERROR,
    MEAN_VARIANCE,
    VARIANCE,
    D,
    U,
    at_infinity,
    bindings,
    moment,
    squared_distance,
)
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.symbols import E, t, v0
from theory.scenario import Scenario

W2 = E(sp.Symbol("W_t", positive=True) ** 2)


def derive() -> Derivation:
    """The distance in three means, and the largest value that the mean of a root can have."""
    d = Derivation("The mean standard deviation is the only part that the policy's known moments leave open.")
    squared_distance(d)
    bound = d.given(
        W2, D(t) + (sp.sqrt(U(t)) - sp.sqrt(v0)) ** 2, relation=r"\ge", source="jensen1906fonctions",
        check=roots_are_concave, because="E sqrt(v_t) is at most sqrt(E v_t)",
    )  # fmt: skip
    return d.concludes(sp.Ge(bound.lhs, bound.rhs, evaluate=False))


def roots_are_concave() -> list[Verdict]:
    """The mean root of two numbers against the root of their mean."""
    return [at_most((np.sqrt(a) + np.sqrt(b)) / 2, np.sqrt((a + b) / 2)) for a in (0.0, 0.1, 4.0) for b in (1.0, 7.0)]


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """D + (sqrt U - sqrt v_0)^2 in squared data units; t counts fits."""
    unit, mean = scenario.source.variance, moment(scenario, VARIANCE, generations)
    apart = (mean - unit) / (np.sqrt(mean) + np.sqrt(unit)) if np.isfinite(mean).all() else np.sqrt(mean)
    return moment(scenario, ERROR, generations) + apart**2


CLAIM = Claim(
    id="gaussian-wasserstein2-squared-lower-bound",
    title="The expected squared Wasserstein distance is at least D + (sqrt U - sqrt v_0)^2, U = E v_t, D = "
    "E(mu_t - mu_0)^2",
    kind=Kind.LOWER_BOUND,
    statistic="wasserstein2_squared",
    assumptions=(*GAUSSIAN_FITS, MEAN_VARIANCE, MEAN_ERROR),
    derive=derive,
    bindings=bindings(U, D),
    evaluate=evaluate,
    reference=lambda scenario, t, at=None: distance(scenario, t),
    limit=at_infinity(evaluate),
    settles=settles(VARIANCE, ERROR),
    reach=reach_of(VARIANCE, ERROR),
    examples=(
        Example(real_share.setting("stratified", 10, "mle", real=2), t=(0, 1, 2)),
        Example(real_share.setting("stratified", 50, "unbiased", real=5), t=(1, 2), simulate=False),
        Example(real_share.setting("iid", 20, "unbiased", share=0.1), t=(1, 2), simulate=False),
        Example(real_share.setting("fixed", 20, "mle", real=5), t=(1, 2), simulate=False),
        Example(window.setting(10, 4, "unbiased"), t=(1, 2)),
        Example(pool.setting([10, 5, 1], [0, 5, 2], "mle"), t=(1, 2)),
        Example(weighted.setting(8, 12, 0.25, "offset", offset=0.5), t=(1, 2), simulate=False),
        Example(subsample.setting(20, False, "mle"), t=(1,), simulate=False),
        Example(replace.setting(10, "unbiased"), t=(0, 5, 100), simulate=False),
        Example(replace.setting(10, "mle"), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
