r"""With the same $n$ real points kept the error of the mean settles above $v_0/n$ under draws of any width it bears.

What the sampler changes is the distance from the mean of the kept points; that one is off from the source by $v_0/n$
for ever. Averaged over the kept points, which are the first of generation 1.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import real_share, scaled_share
from theory.claims.gaussian.mixed_fit import error_about_the_source
from theory.claims.gaussian.one_fit import squared_error
from theory.claims.gaussian.real_share import ERROR
from theory.claims.gaussian.scaled_fit import SCALED, closed_form
from theory.claims.gaussian.scaled_share import gaussian_scaled_share, setting
from theory.derivation import Derivation
from theory.laws.symbols import E
from theory.scenario import Scenario


def derive() -> Derivation:
    """The recursion of variance and error under scaled draws, its fixed point and its rates; then the way back."""
    d = Derivation(
        "The kept points are one batch, synthetic points the other; D_t is the squared distance from the kept mean."
    )
    return d.concludes(sp.Eq(E(squared_error), error_about_the_source(d, closed_form(d, "fixed", "D")), evaluate=False))


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    return real_share.bindings(SCALED["fixed"], scenario, generation)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units; t counts fits."""
    return scaled_share.expected(scenario, generations, ERROR)


def limit(scenario: Scenario, at: None = None) -> float:
    """The fixed point, exact; infinite where an eigenvalue of the recursion reaches 1."""
    return scaled_share.settled(scenario, ERROR)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The second moments of single training points, generation by generation."""
    return real_share.reference(scenario, generation, ERROR)


CLAIM = Claim(
    id="gaussian-scaled-fixed-real-share-mean-squared-error",
    title="n kept real points under draws of c_v times the variance hold the squared error of the mean at v_0/n "
    "and the fixed point of a 2x2 recursion (t from 1 on)",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=gaussian_scaled_share("fixed"),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20, 5, 0.9, "mle", "fixed"), t=(1, 2, 5, 12)),
        Example(setting(10, 4, 1.2, "offset", "fixed", offset=0.5), t=(1, 3, 10)),
        Example(setting(20, 5, 0.9, "unbiased", "fixed"), t=(1, 40, np.inf), algebra=False, simulate=False),
        Example(setting(10, 1, 1.3, "unbiased", "fixed"), t=(1, 10), simulate=False),
        Example(setting(10, 1, 1.3, "unbiased", "fixed"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(10, 2, 1.6, "unbiased", "fixed"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(10, 10, 0.5, "unbiased", "fixed"), t=(1, 2, np.inf), algebra=False, simulate=False),
        Example(setting(6, 2, 0.8, "mle", "fixed"), t=(0,), algebra=False, simulate=False),
        Example(setting(2, 1, 1.5, "unbiased", "fixed"), t=(3, np.inf), algebra=False, simulate=False),
        Example(setting(10, 1, 0.9, "mle", "fixed"), t=(3, np.inf), algebra=False, simulate=False),
        Example(setting(10**6, 10**5, 0.85, "unbiased", "fixed"), t=(1, 1000, np.inf), algebra=False, simulate=False),
        Example(setting(10**9, 100, 0.9999, "mle", "fixed"), t=(1, 10**6, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
