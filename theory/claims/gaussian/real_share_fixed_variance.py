r"""With the same $n$ real points kept $E v_t \to v_0\,(n-1)(2-\alpha)/R$, if $R=(n+\delta)(2-\alpha)-1$ is positive.

Here $\delta=L-M+1$. Seen from the mean of the kept points the recursion is that of fresh ones, but nothing pulls
towards the source: the expected variance settles below $v_0$ under the unbiased divisor too, unless all points are
kept, and with $n=1$ all of it is lost. Averaged over the kept points, which are the first of generation 1.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.gaussian import real_share
from theory.claims.gaussian.mixed_fit import kept_points, recursion_with_kept_points, solution
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.real_share import VARIANCE, gaussian_with_real_share, setting
from theory.claims.gaussian.real_share_inversion import quantile_of_variance
from theory.derivation import Derivation
from theory.laws.gaussian_mixing import fixed_limits, fixed_moments
from theory.laws.symbols import E, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The between-source term about the kept mean, the recursion of variance and error, its fixed point and rates."""
    d = Derivation(
        "The kept points are one batch, synthetic points the other; D_t is the squared distance from the kept mean."
    )
    system = recursion_with_kept_points(d)
    return d.concludes(sp.Eq(E(v(t)), solution(d, system, of="v"), evaluate=False))


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    return real_share.bindings(kept_points, scenario, generation)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t in squared data units, averaged over the kept points too; t counts fits."""
    return real_share.expected(fixed_moments, scenario, generations, VARIANCE)


def limit(scenario: Scenario, at: None = None) -> float:
    """v_0 (n-1)(2-alpha)/R, R = (n+delta)(2-alpha) - 1: 0 with one kept point; infinite where R < 0."""
    return real_share.settled(fixed_limits, scenario, VARIANCE)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The second moments of single training points, generation by generation."""
    return real_share.reference(scenario, generation, VARIANCE)


CLAIM = Claim(
    id="gaussian-fixed-real-share-variance",
    title="n kept real points hold the variance at v_0 (n-1)(2-alpha)/R, R = (n+delta)(2-alpha) - 1, delta = L-M+1, "
    "if R > 0",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=gaussian_with_real_share("fixed"),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    quantile=quantile_of_variance,
    examples=(
        Example(setting("fixed", 6, "mle", real=2), t=(0, 1, 2, 5, 12, np.inf)),
        Example(setting("fixed", 50, "mle", real=5), t=(1, 2, 10, 40, np.inf)),
        Example(setting("fixed", 50, "unbiased", share=0.1), t=(1, 2, 10, np.inf)),
        Example(setting("fixed", 20, "offset", offset=0.444, real=4), t=(1, 3, 8)),
        Example(setting("fixed", 10, "mle", real=1), t=(1, 3, 12, np.inf), simulate=False),
        Example(setting("fixed", 2, "unbiased", real=1), t=(1, 2, 5, np.inf), simulate=False),
        Example(setting("fixed", 3, "offset", offset=-0.4, real=1), t=(1, 5, np.inf), algebra=False, simulate=False),
        Example(setting("fixed", 3, "offset", offset=-0.5, real=1), t=(1, 20), simulate=False),
        Example(setting("fixed", 3, "offset", offset=-0.5, real=1), t=(np.inf,), algebra=False, simulate=False),
        Example(setting("fixed", 10, "unbiased", real=10), t=(1, 2, np.inf), algebra=False, simulate=False),
        Example(setting("fixed", 1_000_000_000, "unbiased", real=100), t=(1, 1_000_000, np.inf), simulate=False),
    ),
    sources=(
        Source(
            "alemohammad2024mad", "Section 4", "reported", "its t is t",
            "the synthetic augmentation loop for image models, without a theorem: a fixed real set delays the loss; "
            "for this Gaussian it stops it",
        ),
    ),
)  # fmt: skip
