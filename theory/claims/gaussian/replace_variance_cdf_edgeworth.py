r"""The lognormal approximation of a variance, corrected for the skewness of one logarithm: right to order $1/t$.

$P(v_t\le x)\approx\Phi(z)-\frac{\gamma}{6}(z^2-1)\varphi(z)$ with $\gamma=\psi''/(K^{3/2}\sqrt t)$. The median of
$v_t/v_0$ is about $\exp(t\ell-\psi''/(6\psi'))$, above $e^{t\ell}$ by a factor that does not depend on t: the law of
$\log v_t$ is skewed to the left.
"""

import math

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
    away,
    bindings,
    limit,
    phi,
    reference,
    skew,
    spread,
    standard_cumulants,
    standard_level,
    standardised,
    truth,
)  # fmt: skip
from theory.claims.gaussian.replace import setting
from theory.derivation import Derivation, Verdict, agree
from theory.laws.log_chi_square_sum import log_sum_cdf, log_sum_mean, log_sum_quantiles, log_sum_sd
from theory.laws.symbols import t
from theory.notation import Asymptotically
from theory.scenario import Scenario


def derive() -> Derivation:
    """Three cumulants of one term, the first correction to the central limit theorem, and the median it moves."""
    d = Derivation("log(v_t/v_0) is the sum of t independent logarithms of one law, whose third cumulant is negative.")
    standardised(d, 3)
    corrected = Phi - skew / (6 * spread ** sp.Rational(3, 2) * sp.sqrt(t)) * (away**2 - 1) * phi
    d.algebra(
        sp.diff(corrected, away),
        phi * (1 + skew / (6 * spread ** sp.Rational(3, 2) * sp.sqrt(t)) * (away**3 - 3 * away)),
        because="its density: the normal one with the third Hermite polynomial, whose third moment is the skewness",
    )  # fmt: skip
    d.given(
        sp.Symbol("median[log(v_t/v_0)]"), t * sp.Symbol("l", real=True) - skew / (6 * spread), relation=r"\sim",
        source="cornish1938", check=medians,
        because="the zero of the corrected law less one half: the median lies a sixth of the skewness above the mean",
    )  # fmt: skip
    law = d.given(
        sp.Function("P")(at_most_x), corrected, relation=r"\sim", source="cramer1946", check=errors_of_order_one_over_t,
        because="Edgeworth's series to its first term, for sums of terms of one smooth law",
    )  # fmt: skip
    return d.concludes(Asymptotically(law.lhs, law.rhs))


def medians() -> list[Verdict]:
    """The exact median of the sum of logarithms, in standard deviations of one."""
    verdicts = []
    for size, fits in ((10, 5), (20, 20), (50, 30)):
        spread_, third = (float(special.polygamma(n, (size - 1) / 2)) for n in (1, 2))
        exact = float(log_sum_quantiles(np.array([0.5]), size - 1, fits)[0]) - log_sum_mean(size - 1, fits)
        verdicts.append(agree(-third / (6 * spread_), exact, 1 / (10 * fits)))
    return verdicts


def errors_of_order_one_over_t() -> list[Verdict]:
    """At z = 1, where the term in the skewness vanishes, t times what is left: about constant."""
    return [agree(error_times_fits(10, fits), error_times_fits(10, 400), 4 / fits) for fits in (20, 100)]


def error_times_fits(size: int, fits: int) -> float:
    """t (F - Phi) at z = 1."""
    level = log_sum_mean(size - 1, fits) + log_sum_sd(size - 1, fits)
    return fits * (log_sum_cdf(level, size - 1, fits) - float(special.ndtr(1.0)))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """Phi(z) less the term in the skewness; t counts fits."""
    later = np.maximum(generations, 1).astype(np.float64)
    z = standard_level(scenario, later, at) if at > 0 else np.zeros(later.shape)
    skewness = standard_cumulants(scenario.sample_size.constant)[0] / np.sqrt(later)
    inner = special.ndtr(z) - skewness / 6 * (z * z - 1) * np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return at_the_ends(scenario, generations, at, inner)


def relative_error(scenario: Scenario, generation: float, at: float) -> float:
    """Over the probability, twice the largest values of the next terms: 0.55 kurtosis/24 + 2.3 skewness^2/72."""
    if generation == 0 or at <= 0 or np.isinf(generation):
        return 0.0
    skewness, excess = standard_cumulants(scenario.sample_size.constant)
    next_terms = (0.55 * excess / 24 + 2.3 * skewness**2 / 72) / generation
    return float(2 * next_terms / truth(scenario, generation, at)) + 1e-12


CLAIM = Claim(
    id="gaussian-replace-variance-cdf-edgeworth",
    title="With a term in the skewness the lognormal law of the variance is right to order 1/t; its median is "
    "v_0 exp(t l - psi''/(6 psi'))",
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
        Example(setting(10, "unbiased", variance=1.0), t=(5, 50), at=0.1, simulate=False),
        Example(setting(10, "unbiased", variance=1.0), t=(5,), at=1.5, simulate=False),
        Example(setting(2, "mle"), t=(3, 10), at=0.001, simulate=False),
        Example(setting(100, "offset", offset=0.5), t=(1, 300), at=2.25, simulate=False),
        Example(setting(1_000_000, "unbiased", variance=1.0), t=(1000,), at=0.78125, simulate=False),
        Example(setting(10, "mle"), t=(0, 4), at=0.0, algebra=False, simulate=False),
        Example(setting(10, "mle"), t=(0, np.inf), at=3.0, algebra=False, simulate=False),
    ),
    sources=(
        Source("cramer1946", "", "cited", "its n is t", "the series and the order of its error"),
        Source("cornish1938", "", "cited", "no index", "the quantiles of a law from its cumulants"),
    ),
)  # fmt: skip
