r"""After many fits the variance of a chain is about lognormal, with an error bounded by a named constant.

$P(v_t\le x)\approx\Phi(z)$, $z=\frac{\log(x/v_0)-t\ell}{\sqrt{tK}}$, with $\ell$ and $K$ the mean and variance of
$\log S$: the absolute error is at most $0.4748\,(3+\psi'''/K^2)^{3/4}/\sqrt t$, and falls with M at fixed t too.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from scipy import special

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import GAUSSIAN_REPLACE, sample_size_at_least
from theory.claims.gaussian.normal_log_variance import (
    Phi,
    at_most_x,
    at_the_ends,
    bindings,
    limit,
    reference,
    standard_cumulants,
    standard_level,
    standardised,
    truth,
)  # fmt: skip
from theory.claims.gaussian.replace import setting
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.log_chi_square_sum import log_sum_cdf, log_sum_mean, log_sum_sd
from theory.notation import Asymptotically
from theory.scenario import Scenario

BERRY_ESSEEN = 0.4748  # no smaller constant is proved for sums of terms of one law


def derive() -> Derivation:
    """Two cumulants of one term, and the central limit theorem with its constant."""
    d = Derivation("log(v_t/v_0) is the sum of t independent logarithms of one law.")
    standardised(d, 2)
    normal = d.given(
        sp.Function("P")(at_most_x), Phi, relation=r"\sim", source="shevtsova2011", check=within_the_bound,
        because="the central limit theorem; the error is at most 0.4748 E|log S - l|^3/(k_2^(3/2) sqrt t), and by "
        "Lyapunov's inequality the third absolute moment is at most the 3/4 power of the fourth, psi''' + 3 k_2^2",
    )  # fmt: skip
    return d.concludes(Asymptotically(normal.lhs, normal.rhs))


def within_the_bound() -> list[Verdict]:
    """The law of the sum against the normal one, at a third of a standard deviation on both sides of the mean."""
    verdicts = []
    for nu, t, z in ((1, 1, -0.3), (1, 10, 0.3), (9, 5, -0.3), (99, 1, 0.3)):
        level = log_sum_mean(nu, t) + z * log_sum_sd(nu, t)
        error = abs(log_sum_cdf(level, nu, t) - float(special.ndtr(z)))
        verdicts.append(at_most(error, absolute_error(nu + 1, t)))
    return verdicts


def absolute_error(size: int, t: float) -> float:
    """0.4748 (3 + excess kurtosis)^(3/4)/sqrt t."""
    return BERRY_ESSEEN * (3 + standard_cumulants(size)[1]) ** 0.75 / t**0.5


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """Phi(z); t counts fits."""
    later = np.maximum(generations, 1).astype(np.float64)
    inner = special.ndtr(standard_level(scenario, later, at)) if at > 0 else np.zeros(later.shape)
    return at_the_ends(scenario, generations, at, inner)


def relative_error(scenario: Scenario, generation: float, at: float) -> float:
    """The bound over the probability; none at t = 0, at t = inf and where the probability is 0."""
    if generation == 0 or at <= 0 or np.isinf(generation):
        return 0.0
    return float(absolute_error(scenario.sample_size.constant, generation) / truth(scenario, generation, at))


CLAIM = Claim(
    id="gaussian-replace-variance-cdf-lognormal",
    title="The variance after many fits is about log-normal, with an error of at most 0.4748 r/sqrt(t), r the third "
    "absolute moment of log S about its mean over the cube of its standard deviation",
    kind=Kind.ASYMPTOTIC,
    statistic="variance_cdf",
    assumptions=(*GAUSSIAN_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    error=relative_error,
    regime="t grows and z stays fixed",
    examples=(
        Example(setting(10, "unbiased", variance=1.0), t=(5, 50), at=0.5, simulate=False),
        Example(setting(2, "mle"), t=(1, 10), at=0.001, simulate=False),
        Example(setting(100, "offset", offset=0.5), t=(1, 300), at=2.25, simulate=False),
        Example(setting(1_000_000, "unbiased", variance=1.0), t=(1000,), at=0.78125, simulate=False),
        Example(setting(10, "mle"), t=(0, 4), at=0.0, algebra=False, simulate=False),
        Example(setting(10, "mle"), t=(0, np.inf), at=3.0, algebra=False, simulate=False),
    ),
    sources=(
        Source("shevtsova2011", "", "cited", "its n is t", "the constant 0.4748 of the Berry-Esseen inequality"),
    ),
)  # fmt: skip
