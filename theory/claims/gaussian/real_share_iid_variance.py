r"""Points real at random: $E v_t$ settles if $L \ge M$, and under $L=M-1$ only if $\alpha M(2-\alpha)>1-\alpha$.

The points are a sample of the mixture of source and model, whose variance contains the displacement of the two
means. Below about half an expected real point per generation the expected variance grows without bound under the
unbiased divisor; under maximum likelihood it settles at $v_0\,\theta/(1+\theta)$, $\theta=(M-1)\alpha(2-\alpha)$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.gaussian import real_share
from theory.claims.gaussian.mixed_fit import points_at_random, recursion_with_points_at_random, solution
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.real_share import VARIANCE, gaussian_with_real_share, setting
from theory.claims.gaussian.real_share_inversion import quantile_of_variance
from theory.derivation import Derivation
from theory.laws.gaussian_mixing import iid_limits, iid_moments
from theory.laws.symbols import E, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The variance of a mixture, the recursion of variance and error, its fixed point and its two rates."""
    d = Derivation(
        "Points are drawn from a mixture of source and model; E v_t and D_t = E(mu_t - mu_0)^2 obey a linear recursion."
    )
    system = recursion_with_points_at_random(d)
    return d.concludes(sp.Eq(E(v(t)), solution(d, system, of="v"), evaluate=False))


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    return real_share.bindings(points_at_random, scenario, generation)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t in squared data units; t counts fits."""
    return real_share.expected(iid_moments, scenario, generations, VARIANCE)


def limit(scenario: Scenario, at: None = None) -> float:
    """v_0 M(M-1) alpha(2-alpha)/R with R of the law; infinite where R is not positive; alpha = 0 is replacement."""
    return real_share.settled(iid_limits, scenario, VARIANCE)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The second moments of single training points, generation by generation."""
    return real_share.reference(scenario, generation, VARIANCE)


CLAIM = Claim(
    id="gaussian-iid-real-share-variance",
    title="Points real at random, with a chance alpha > 0: under unbiased the variance settles only if "
    "alpha M (2-alpha) > 1-alpha",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=gaussian_with_real_share("iid"),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    quantile=quantile_of_variance,
    examples=(
        Example(setting("iid", 6, "mle", share=0.35), t=(0, 1, 2, 5, 12, np.inf)),
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
    ),
    sources=(
        Source(
            "bakshi2026improvement", "Theorem 3.1", "reported", "not compared",
            "the recursion of the squared error for categorical data, which is that of the mle divisor",
        ),
    ),
)  # fmt: skip
