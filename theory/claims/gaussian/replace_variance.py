r"""A Gaussian refitted to its own samples keeps or loses its variance in the mean, as the divisor decides.

One refit on $M$ points multiplies the variance by $S=\chi^2_{M-1}/L$, where $L$ is the divisor: the mean obeys a
one-term linear recursion. It is constant for the unbiased divisor and decays as $(1-1/M)^t$ under maximum likelihood,
while almost every single chain collapses under both.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import GAUSSIAN_REPLACE, sample_size_at_least
from theory.claims.gaussian.one_fit import cochran, expected_variance, mellin, v
from theory.claims.gaussian.replace import bindings, expected, setting, size_and_offset
from theory.claims.gaussian.replace_log_variance import quantile_of_log_variance
from theory.derivation import Derivation
from theory.laws.chi_square import log_mean_factor
from theory.laws.symbols import E, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """E v_t: the law of one fit, the mean of its factor, and a recursion that is solved."""
    d = Derivation(
        "One fit multiplies the variance by a chi-square over the divisor; the mean obeys a linear recursion."
    )
    cochran(d)
    solved = expected_variance(d, mellin(d))
    return d.concludes(sp.Eq(E(v(t)), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t in squared data units; t counts fits."""
    with np.errstate(over="ignore"):
        return scenario.source.variance * np.exp(generations * log_mean_factor(*size_and_offset(scenario)))


def limit(scenario: Scenario, at: None = None) -> float:
    """0 where the divisor exceeds M-1, the variance of the source where it equals it, infinity below."""
    rate = log_mean_factor(*size_and_offset(scenario))
    return scenario.source.variance if rate == 0 else (0.0 if rate < 0 else np.inf)


def quantile(
    scenario: Scenario, generations: Float[np.ndarray, " T"], q: Float[np.ndarray, " Q"], at: None = None
) -> Float[np.ndarray, "T Q"]:
    """The level below which v_t of a single chain lies with probability q."""
    with np.errstate(over="ignore"):
        return np.exp(quantile_of_log_variance(scenario, generations, q))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence, each factor's mean by quadrature against the chi density."""
    return expected(lambda state: state["v"], scenario, generation)


CLAIM = Claim(
    id="gaussian-replace-variance",
    title="The expected variance is v_0 ((M-1)/L)^t: constant for the unbiased divisor, decaying under maximum "
    "likelihood",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=(*GAUSSIAN_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    quantile=quantile,
    examples=(
        Example(setting(10, "mle"), t=(0, 1, 2, 5)),
        Example(setting(10, "unbiased"), t=(0, 1, 2, 5)),
        Example(setting(20, "offset", offset=0.5), t=(1, 3)),
        Example(setting(2, "mle"), t=(1, 2)),
        Example(setting(3, "unbiased", variance=1e-6), t=(1, 3)),
        Example(setting(100, "mle"), t=(100,)),
        Example(setting(1_000_000_000, "mle"), t=(1, 1000), simulate=False),
        Example(setting(1_000_000_000, "offset", offset=0.3), t=(1, 1000), simulate=False),
        Example(setting(10, "mle"), t=(1000, np.inf), algebra=False, simulate=False),
        Example(setting(10, "unbiased"), t=(1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(10, "offset", offset=-0.5), t=(100, np.inf), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "shumailov2024collapse",
            "Supplement 3.1.1",
            "reported",
            "its n is t",
            "the unbiased case, through the law of X^n",
        ),
        Source(
            "alemohammad2024mad",
            "Eq. 1-2",
            "reported",
            "its t is t",
            "the unbiased case: the covariance is a martingale",
        ),
        Source("suresh2025rate", "", "cited", "its k is t", "bounds on P(sigma_k > eps) that this mean implies"),
    ),
)
