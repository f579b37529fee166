r"""With the same $n$ real points kept the mean is never better, in the end, than theirs, which is off by $v_0/n$.

$E(\mu_t-\mu_0)^2 \to \frac{v_0}{n}\left[1+\frac{(1-\alpha)(n-1)}R\right]$ if $R=(n+\delta)(2-\alpha)-1>0$,
$\delta=L-M+1$. The source is forgotten as $(1-\alpha)^t$. Averaged over the kept points, which are the first of
generation 1.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.gaussian import real_share
from theory.claims.gaussian.mixed_fit import (
    error_about_the_source,
    kept_points,
    recursion_with_kept_points,
    solution,
)
from theory.claims.gaussian.one_fit import squared_error
from theory.claims.gaussian.real_share import ERROR, gaussian_with_real_share, setting
from theory.derivation import Derivation
from theory.laws.gaussian_mixing import fixed_limits, fixed_moments
from theory.laws.symbols import E
from theory.scenario import Scenario


def derive() -> Derivation:
    """The recursion about the kept mean solved, then the way back to the mean of the source."""
    d = Derivation(
        "The kept points are one batch, synthetic points the other; D_t is the squared distance from the kept mean."
    )
    from_kept = solution(d, recursion_with_kept_points(d), of="D")
    return d.concludes(sp.Eq(E(squared_error), error_about_the_source(d, from_kept), evaluate=False))


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    return real_share.bindings(kept_points, scenario, generation)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units, averaged over the kept points too; t counts fits."""
    return real_share.expected(fixed_moments, scenario, generations, ERROR)


def limit(scenario: Scenario, at: None = None) -> float:
    """v_0/n + v_0 (1-alpha)(n-1)/(n ((n+delta)(2-alpha) - 1)); infinite where the denominator is negative."""
    return real_share.settled(fixed_limits, scenario, ERROR)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The second moments of single training points, generation by generation."""
    return real_share.reference(scenario, generation, ERROR)


CLAIM = Claim(
    id="gaussian-fixed-real-share-mean-squared-error",
    title="n kept real points hold the error at (v_0/n)[1 + (1-alpha)(n-1)/R], R = (n+delta)(2-alpha) - 1, "
    "delta = L-M+1, if R > 0",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=gaussian_with_real_share("fixed"),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting("fixed", 6, "mle", real=2), t=(1, 2, 5, 12, np.inf)),
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
        Example(setting("fixed", 6, "mle", real=2), t=(0,), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "alemohammad2024mad", "Section 4", "reported", "its t is t",
            "the synthetic augmentation loop for image models, without a theorem: a fixed real set delays the loss; "
            "for this Gaussian it stops it",
        ),
    ),
)  # fmt: skip
