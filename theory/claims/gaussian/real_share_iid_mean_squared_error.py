r"""Points real at random: $E(\mu_t-\mu_0)^2$ settles where $E v_t$ does, under mle at $v_0/(1+\theta)$.

Here $\theta=(M-1)\alpha(2-\alpha)$. Under the unbiased divisor it settles at $v_0/(\alpha M(2-\alpha)-(1-\alpha))$
if that is positive; the threshold lies near half an expected real point per generation, and below it variance and
error feed each other for ever.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.gaussian import real_share
from theory.claims.gaussian.mixed_fit import points_at_random, recursion_with_points_at_random, solution
from theory.claims.gaussian.one_fit import squared_error
from theory.claims.gaussian.real_share import ERROR, gaussian_with_real_share, setting
from theory.derivation import Derivation
from theory.laws.gaussian_mixing import iid_limits, iid_moments
from theory.laws.symbols import E
from theory.scenario import Scenario


def derive() -> Derivation:
    """The variance of a mixture, the recursion of variance and error, its fixed point and its two rates."""
    d = Derivation(
        "Points are drawn from a mixture of source and model; E v_t and D_t = E(mu_t - mu_0)^2 obey a linear recursion."
    )
    system = recursion_with_points_at_random(d)
    return d.concludes(sp.Eq(E(squared_error), solution(d, system, of="D"), evaluate=False))


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    return real_share.bindings(points_at_random, scenario, generation)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units; t counts fits."""
    return real_share.expected(iid_moments, scenario, generations, ERROR)


def limit(scenario: Scenario, at: None = None) -> float:
    """v_0 L/R with R of the law; infinite where R is not positive; alpha = 0 is replacement."""
    return real_share.settled(iid_limits, scenario, ERROR)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The second moments of single training points, generation by generation."""
    return real_share.reference(scenario, generation, ERROR)


CLAIM = Claim(
    id="gaussian-iid-real-share-mean-squared-error",
    title="Points real at random: the squared error settles at v_0/(1+theta) under mle, theta = (M-1) alpha (2-alpha)",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=gaussian_with_real_share("iid"),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting("iid", 6, "mle", share=0.35), t=(1, 2, 5, 12, np.inf)),
        Example(setting("iid", 20, "unbiased", share=0.2), t=(1, 2, 10, np.inf)),
        Example(setting("iid", 20, "offset", offset=0.444, share=0.2), t=(1, 3, 8)),
        Example(setting("iid", 50, "mle", share=0.1), t=(1, 40, np.inf)),
        Example(setting("iid", 50, "unbiased", share=0.0101), t=(1, 5, np.inf), simulate=False),
        Example(setting("iid", 50, "unbiased", share=0.0099), t=(1, 5, 1000), simulate=False),
        Example(setting("iid", 50, "unbiased", share=0.0099), t=(np.inf,), algebra=False, simulate=False),
        Example(setting("iid", 1, "mle", share=0.3), t=(1, 4, np.inf), simulate=False),
        Example(setting("iid", 10, "unbiased", share=1.0), t=(1, 2, np.inf), algebra=False, simulate=False),
        Example(setting("iid", 10, "mle", share=0.0), t=(1, 30), simulate=False),
        Example(setting("iid", 10, "mle", share=0.0), t=(np.inf,), algebra=False, simulate=False),
        Example(setting("iid", 1_000_000_000, "unbiased", share=1e-7), t=(1, 1_000_000, np.inf), simulate=False),
        Example(setting("iid", 6, "mle", share=0.35), t=(0,), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "bakshi2026improvement", "Theorem 3.1", "reported", "not compared",
            "the recursion of the squared error for categorical data, which is that of the mle divisor",
        ),
    ),
)  # fmt: skip
