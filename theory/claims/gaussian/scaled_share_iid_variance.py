r"""With each point real by chance, draws of $c_v$ times the variance hold it near $v_0\frac\alpha{1-(1-\alpha)c_v}$.

Coins in the place of a fixed number of real points change terms of order $1/M$ alone: what the sampler loses is the
same, and no sample size gives it back.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import real_share, scaled_share
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.real_share import VARIANCE
from theory.claims.gaussian.scaled_fit import SCALED, closed_form
from theory.claims.gaussian.scaled_share import gaussian_scaled_share, setting
from theory.derivation import Derivation
from theory.laws.symbols import E, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The recursion of variance and error under scaled draws, its fixed point and its two rates."""
    d = Derivation("Each point is real by a coin of its own; E v_t and D_t = E(mu_t - mu_0)^2 obey a linear recursion.")
    return d.concludes(sp.Eq(E(v(t)), closed_form(d, "iid", "v"), evaluate=False))


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    return real_share.bindings(SCALED["iid"], scenario, generation)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t in squared data units; t counts fits."""
    return scaled_share.expected(scenario, generations, VARIANCE)


def limit(scenario: Scenario, at: None = None) -> float:
    """The fixed point, exact; infinite where an eigenvalue of the recursion reaches 1."""
    return scaled_share.settled(scenario, VARIANCE)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The second moments of single training points, generation by generation."""
    return real_share.reference(scenario, generation, VARIANCE)


CLAIM = Claim(
    id="gaussian-scaled-iid-real-share-variance",
    title="Real points by chance under draws of c_v times the variance hold it near v_0 alpha/(1 - "
    "(1-alpha)c_v) for large M (t from 1 on)",
    kind=Kind.EXACT,
    statistic="variance",
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
