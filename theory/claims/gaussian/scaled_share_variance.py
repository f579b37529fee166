r"""With draws of $c_v$ times the variance fresh real data hold the variance near $v_0\frac\alpha{1-(1-\alpha)c_v}$.

The recursion is that of faithful draws with $c_v v$ for $v$. What the sampler loses no sample size gives back: as $M$
grows at a fixed share the stationary variance tends to this floor. Widening draws, $(1-\alpha)c_v\ge1$, are not held.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.gaussian import real_share, scaled_share
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.real_share import VARIANCE
from theory.claims.gaussian.scaled_fit import SCALED, closed_form
from theory.claims.gaussian.scaled_share import gaussian_scaled_share, setting
from theory.derivation import Derivation
from theory.laws.symbols import E, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The between-source term, the recursion of variance and error, its fixed point and its two rates."""
    d = Derivation(
        "Two batches, real and synthetic, are pooled; E v_t and D_t = E(mu_t - mu_0)^2 obey a linear recursion, from a "
        "source that is drawn with v_0."
    )
    return d.concludes(sp.Eq(E(v(t)), closed_form(d, "stratified", "v"), evaluate=False))


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    return real_share.bindings(SCALED["stratified"], scenario, generation)


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
    id="gaussian-scaled-stratified-real-share-variance",
    title="Fresh real points under draws of c_v times the variance hold it near v_0 alpha/(1 - (1-alpha)c_v), however "
    "many points there are (t from 1 on)",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=gaussian_scaled_share("stratified"),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20, 5, 0.9, "mle"), t=(1, 2, 5, 12, np.inf)),
        Example(setting(50, 5, 0.7, "unbiased"), t=(1, 2, 10, np.inf)),
        Example(setting(10, 4, 1.2, "offset", offset=0.5), t=(1, 3, 10, np.inf)),
        Example(setting(10, 1, 1.3, "unbiased"), t=(1, 10), simulate=False),
        Example(setting(10, 1, 1.3, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(10, 2, 1.6, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(10, 10, 0.5, "unbiased"), t=(1, 2, np.inf), algebra=False, simulate=False),
        Example(setting(6, 2, 0.8, "mle"), t=(0,), algebra=False, simulate=False),
        Example(setting(1_000_000, 100_000, 0.85, "unbiased"), t=(1, 1000, np.inf), simulate=False),
        Example(setting(1_000_000_000, 100, 0.9999, "mle"), t=(1, 1_000_000, np.inf), simulate=False),
    ),
    sources=(
        Source(
            "alemohammad2024mad", "Section 5", "reported", "its t is t",
            "the fresh data loop with biased sampling, in d dimensions; its limit by Monte Carlo only",
        ),
    ),
)  # fmt: skip
