r"""With each point real by chance the error of the mean settles under draws of $c_v$ times the variance as well.

A coin for each point adds the displacement of the model to the variance of a point, which a fixed number of real points
does not.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import real_share, scaled_share
from theory.claims.gaussian.one_fit import squared_error
from theory.claims.gaussian.real_share import ERROR
from theory.claims.gaussian.scaled_fit import SCALED, closed_form
from theory.claims.gaussian.scaled_share import gaussian_scaled_share, setting
from theory.derivation import Derivation
from theory.laws.symbols import E
from theory.scenario import Scenario


def derive() -> Derivation:
    """The recursion of variance and error under scaled draws, its fixed point and its two rates."""
    d = Derivation("Each point is real by a coin of its own; E v_t and D_t = E(mu_t - mu_0)^2 obey a linear recursion.")
    return d.concludes(sp.Eq(E(squared_error), closed_form(d, "iid", "D"), evaluate=False))


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    return real_share.bindings(SCALED["iid"], scenario, generation)


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
    id="gaussian-scaled-iid-real-share-mean-squared-error",
    title="Real points by chance under draws of c_v times the variance hold the squared error of the mean at "
    "the fixed point of a 2x2 recursion (t from 1 on)",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=gaussian_scaled_share("iid"),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20, 5, 0.9, "mle", "iid"), t=(1, 2, 5, 12)),
        Example(setting(10, 4, 1.2, "offset", "iid", offset=0.5), t=(1, 3, 10)),
        Example(setting(20, 5, 0.9, "unbiased", "iid"), t=(1, 40, np.inf), algebra=False, simulate=False),
        Example(setting(10, 1, 1.3, "unbiased", "iid"), t=(1, 10), simulate=False),
        Example(setting(10, 1, 1.3, "unbiased", "iid"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(10, 2, 1.6, "unbiased", "iid"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(10, 10, 0.5, "unbiased", "iid"), t=(1, 2, np.inf), algebra=False, simulate=False),
        Example(setting(6, 2, 0.8, "mle", "iid"), t=(0,), algebra=False, simulate=False),
        Example(setting(10**6, 10**5, 0.85, "unbiased", "iid"), t=(1, 1000, np.inf), algebra=False, simulate=False),
        Example(setting(10**9, 100, 0.9999, "mle", "iid"), t=(1, 10**6, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
