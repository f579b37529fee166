r"""The log-variance of a refitted exponential law falls by $2(\log M-\psi(M))\approx1/M$ in every fit.

The mean of $M$ exponential points is a chi-square with $2M$ degrees of freedom over $2M$, so that the chain is that
of a Gaussian with known mean on $2M$ points, squared.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import EXPONENTIAL_REPLACE
from theory.claims.families.scale import bindings, expected, mean_of_logarithm, mean_of_points, setting, variance
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation
from theory.laws.chi_square import mean_log_chi_square
from theory.laws.log_chi_square_sum import log_sum_quantiles
from theory.laws.symbols import E, M, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The slope of the transform of one factor at 0, and a sum of equal terms."""
    d = Derivation("One fit multiplies the mean by the mean of M points of the exponential law with mean 1.")
    solved = mean_of_logarithm(d, mean_of_points(d), sp.polygamma(0, M) - sp.log(M))
    return d.concludes(sp.Eq(E(sp.log(v(t))), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E log v_t; t counts fits."""
    return np.log(variance(scenario)) + 2.0 * generations * mean_log_chi_square(2 * scenario.sample_size.constant)


def limit(scenario: Scenario, at: None = None) -> float:
    """Minus infinity."""
    return -np.inf


def quantile_of_log_variance(
    scenario: Scenario, generations: Float[np.ndarray, " T"], q: Float[np.ndarray, " Q"], at: None = None
) -> Float[np.ndarray, "T Q"]:
    """The level below which log v_t of a single chain lies with probability q; minus infinity at t = inf."""
    start, freedom = np.log(variance(scenario)), 2 * scenario.sample_size.constant
    rows = [
        np.full(len(q), -np.inf) if np.isinf(t) else start + 2.0 * log_sum_quantiles(q, freedom, int(t))
        for t in generations
    ]
    return np.array(rows)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence, the moments of one factor by quadrature."""
    return expected("log_variance", scenario, generation)


CLAIM = Claim(
    id="exponential-replace-log-variance",
    title="The log-variance of a refitted exponential law falls by 2 (log(M) - psi(M)), about 1/M, per fit, and"
    " so in the long run does almost every chain",
    kind=Kind.EXACT,
    statistic="log_variance",
    assumptions=EXPONENTIAL_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    quantile=quantile_of_log_variance,
    examples=(
        Example(setting("exponential", 10), t=(0, 1, 5, 20)),
        Example(setting("exponential", 1, 0.001), t=(1, 3)),
        Example(setting("exponential", 50, 20.0), t=(1, 30)),
        Example(setting("exponential", 1_000_000_000), t=(1, 1000, 1_000_000), simulate=False),
        Example(setting("exponential", 10), t=(300,), simulate=False),
        Example(setting("exponential", 10), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
