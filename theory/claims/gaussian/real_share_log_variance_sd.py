r"""Real points, fresh or kept, keep chains together: the spread of $\log v_t$ over them settles, at about $1/\sqrt n$.

$\varphi_t(s)=Ee^{-sv_t/v_0}$ is the chance that $\log G-\log(v_t/v_0)$ exceeds $\log s$, $G$ exponential: the variance
of that difference, an integral over $\varphi_t$, is the variance of $\log v_t$ and $\pi^2/6$. The error is some
$10^{-11}$, below $10^{-9}$ relative to the value throughout.
"""

import math

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.real_share import setting
from theory.claims.gaussian.real_share_law import REAL_SHARE_LAW, bindings, joint_law_of_one_fit, readings
from theory.claims.gaussian.real_share_law_reference import log_spread
from theory.claims.gaussian.weighted_log_law import square_from_transform
from theory.derivation import Derivation
from theory.scenario import Scenario


def derive() -> Derivation:
    """The joint law of one fit, its transform, and the variance read off it."""
    d = Derivation("A Laplace transform is a survival function: that of the logarithm of an exponential less log v_t.")
    joint_law_of_one_fit(d)
    spread = square_from_transform(d)
    return d.concludes(sp.Eq(spread.lhs, spread.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """sd log v_t over chains; t counts fits. Takes some 0.3 s for a new setting, 1.5 s with scheme "iid"."""
    return readings(scenario, lambda law, t: math.sqrt(law.log_variance(t)), generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """The stationary law's."""
    return float(evaluate(scenario, np.array([np.inf]))[0])


CLAIM = Claim(
    id="gaussian-real-share-log-variance-sd",
    title="A share of real points, fresh or kept, keeps chains together: the standard deviation of the log-variance "
    "settles",
    kind=Kind.EXACT,
    statistic="log_variance_sd",
    assumptions=REAL_SHARE_LAW,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=log_spread,
    limit=limit,
    tolerance=1e-9,
    examples=(
        Example(setting("fixed", 50, "mle", real=10), t=(1,)),
        Example(setting("fixed", 50, "mle", real=10), t=(2,), algebra=False),
        Example(setting("stratified", 50, "mle", real=5), t=(1, 2)),
        Example(setting("stratified", 50, "mle", real=5), t=(0, 3), algebra=False, simulate=False),
        Example(setting("iid", 20, "unbiased", share=0.5), t=(1, 2), algebra=False),
        Example(setting("stratified", 1000, "mle", real=999), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
