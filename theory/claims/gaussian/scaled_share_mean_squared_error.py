r"""With draws of $c_v$ times the variance the error of the mean settles with fresh real data, lower where $c_v<1$.

Narrow draws have less noise: the stationary error is below that of faithful draws, while the variance is biased.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.gaussian import real_share, scaled_share
from theory.claims.gaussian.one_fit import squared_error
from theory.claims.gaussian.real_share import ERROR
from theory.claims.gaussian.scaled_fit import SCALED, closed_form
from theory.claims.gaussian.scaled_share import gaussian_scaled_share, setting
from theory.derivation import Derivation
from theory.laws.symbols import E
from theory.scenario import Scenario


def derive() -> Derivation:
    """The between-source term, the recursion of variance and error, its fixed point and its two rates."""
    d = Derivation(
        "Two batches, real and synthetic, are pooled; E v_t and D_t = E(mu_t - mu_0)^2 obey a linear recursion, from a "
        "source that is drawn with v_0."
    )
    return d.concludes(sp.Eq(E(squared_error), closed_form(d, "stratified", "D"), evaluate=False))


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    return real_share.bindings(SCALED["stratified"], scenario, generation)


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
    id="gaussian-scaled-stratified-real-share-mean-squared-error",
    title="Fresh real points under draws of c_v times the variance hold the squared error of the mean at the fixed "
    "point of a 2x2 recursion (t from 1 on)",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
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
