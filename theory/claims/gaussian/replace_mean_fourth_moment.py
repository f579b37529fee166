r"""The error of the mean has heavier tails the longer a chain runs: its fourth moment in closed form.

Given the variances of the models before, $\mu_t-\mu_0$ is normal, and what varies is its variance $v_0V_t$:
$E(\mu_t-\mu_0)^4=3v_0^2E V_t^2$. Over the squared mean squared error this is the kurtosis, 3 after one fit. Under
maximum likelihood it ends at $6M-3$; for the unbiased divisor it grows exponentially in $t$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, exact
from theory.claims.assumptions import GAUSSIAN_REPLACE, sample_size_at_least
from theory.claims.gaussian.one_fit import squared_error
from theory.claims.gaussian.reference import at_infinity
from theory.claims.gaussian.replace import setting, size_and_offset
from theory.claims.gaussian.replace_fourth import means_after, means_of_fourth_order
from theory.derivation import Derivation
from theory.laws.path_moments import limiting_mean_fourth_moment, mean_fourth_moment
from theory.laws.symbols import E, L, M, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The recursions of E v^2, of E (mu - mu_0)^2 v and of E (mu - mu_0)^4, each driven by the one before."""
    d = Derivation(
        "One fit adds to the mean a normal error of variance v_t/M, and multiplies the variance by an independent S."
    )
    fourth = means_of_fourth_order(d)[2]
    return d.concludes(sp.Eq(E(squared_error**2), fourth, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """Size and divisor to 60 digits."""
    size, offset = size_and_offset(scenario)
    divisor = sp.Float(size - 1 + exact(offset), 60)
    return {M: sp.Float(size, 60), L: divisor, t: generation, v0: exact(scenario.source.variance)}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^4 in data units to the fourth; t counts fits."""
    size, offset = size_and_offset(scenario)
    return scenario.source.variance**2 * np.array([mean_fourth_moment(size, offset, int(t)) for t in generations])


def limit(scenario: Scenario, at: None = None) -> float:
    """3 v_0^2 (2M - 1) under maximum likelihood; infinity where L^2 is at most M^2 - 1, as for the unbiased divisor."""
    return scenario.source.variance**2 * limiting_mean_fourth_moment(*size_and_offset(scenario))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The recurrence of (v^2, (mu-mu_0)^2 v, (mu-mu_0)^4), moments of the chi-square and the normal by quadrature."""
    if generation == mpmath.inf:
        return at_infinity(lambda later: reference(scenario, later))
    return means_after(scenario, int(generation))[2]


CLAIM = Claim(
    id="gaussian-replace-mean-fourth-moment",
    title="The fourth moment of the error of the mean is a sum of powers: its kurtosis grows from 3 to 6M - 3 under "
    "maximum likelihood, without bound for the unbiased divisor",
    kind=Kind.EXACT,
    statistic="mean_fourth_moment",
    assumptions=(*GAUSSIAN_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(50, "unbiased"), t=(0, 1, 5)),
        Example(setting(50, "mle"), t=(0, 1, 5)),
        Example(setting(100, "offset", offset=0.5), t=(1, 10), simulate=False),
        Example(setting(10, "unbiased", variance=1.0), t=(1, 5), simulate=False),
        Example(setting(2, "mle"), t=(1, 4, 30), simulate=False),
        Example(setting(2, "unbiased", variance=1e-6), t=(1, 2, 20), simulate=False),
        Example(setting(1_000_000_000, "unbiased"), t=(1, 12), simulate=False),
        Example(setting(1_000_000_000, "mle"), t=(1000, 1_000_000), algebra=False, simulate=False),
        Example(setting(100, "mle"), t=(1000, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(100, "offset", offset=0.5), t=(1000, 10_000, np.inf), algebra=False, simulate=False),
        Example(setting(10, "unbiased"), t=(1000, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
