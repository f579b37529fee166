r"""A kernel density whose bandwidth follows its points explodes where $c>1/\sqrt M$, and collapses below, in the mean.

So with $c$ in standard deviations of the points, unbiased, or of the model before; in those by maximum likelihood a fit
multiplies the mean variance by $(1-1/M)(1+c^2)$, and explosion starts at $c>1/\sqrt{M-1}$. Rules of thumb,
$c\sim M^{-1/5}$, lie above for every large $M$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.families.kernel_density import (
    COMMON,
    RELATIVE,
    bindings,
    excess,
    expected,
    setting,
    variance_with_relative_bandwidth,
)
from theory.derivation import Derivation
from theory.scenario import Scenario


def derive() -> Derivation:
    """What a fit keeps and what the kernel adds, and a recursion that is solved."""
    d = Derivation("A model on M points has the mean of the points and the variance s^2 + h^2.")
    variance = variance_with_relative_bandwidth(d)
    return d.concludes(sp.Eq(variance.lhs, variance.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t in squared data units; t counts fits."""
    with np.errstate(over="ignore"):
        return scenario.source.variance * np.exp(generations * np.log1p(excess(scenario)))


def limit(scenario: Scenario, at: None = None) -> float:
    """Infinity above c = 1/sqrt(M), 0 below, the variance of the source there."""
    gain = excess(scenario)
    return np.inf if gain > 0 else (0.0 if gain < 0 else scenario.source.variance)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of the products of points, two of which may be copies of one."""
    return expected("variance", scenario, generation)


CLAIM = Claim(
    id="kernel-relative-replace-variance",
    title="A kernel density with bandwidth c standard deviations has the mean variance v_0 (1 - 1/M + c^2)^t:"
    " explosion exactly if c > 1/sqrt(M), or 1/sqrt(M-1) in standard deviations by maximum likelihood",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=(*COMMON, RELATIVE),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20, relative=0.3), t=(1, 5, 15)),
        Example(setting(2, 1e-6, relative=0.1), t=(1, 4)),
        Example(setting(5, relative=0.6, sd="mle"), t=(1, 3)),
        Example(setting(5, relative=0.3, sd="model"), t=(1, 2, 3)),
        Example(setting(5, relative=0.5, sd="mle"), t=(6, 1000), algebra=False, simulate=False),
        Example(setting(50, relative=0.1), t=(1, 10)),
        Example(setting(4, relative=0.5), t=(1, 6), algebra=False, simulate=False),
        Example(setting(20, relative=0.3), t=(0, 300, np.inf), algebra=False, simulate=False),
        Example(setting(20, relative=0.1), t=(0, 300, np.inf), algebra=False, simulate=False),
        Example(setting(1_000_000_000, relative=1e-3), t=(1, 1000, 1_000_000), algebra=False, simulate=False),
    ),
)  # fmt: skip
