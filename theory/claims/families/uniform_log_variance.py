r"""The log-variance of a refitted uniform law falls by $2/M$ per fit: a Poisson process in disguise.

$-\log F$ of a maximum $F$ is exponential with mean $1/M$, so that $t$ fits take $\frac1M\Gamma(t)$ off the logarithm
of the bound.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from scipy import special

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import UNIFORM_REPLACE
from theory.claims.families.scale import bindings, expected, maximum, mean_of_logarithm, setting, variance
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation
from theory.laws.symbols import E, M, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The slope of the transform of one factor at 0, and a sum of equal terms."""
    d = Derivation("One fit multiplies the bound by the maximum of M points, uniform on [0, 1].")
    solved = mean_of_logarithm(d, maximum(d), -1 / M)
    return d.concludes(sp.Eq(E(sp.log(v(t))), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E log v_t; t counts fits."""
    return np.log(variance(scenario)) - 2.0 * generations / scenario.sample_size.constant


def limit(scenario: Scenario, at: None = None) -> float:
    """Minus infinity."""
    return -np.inf


def quantile_of_log_variance(
    scenario: Scenario, generations: Float[np.ndarray, " T"], q: Float[np.ndarray, " Q"], at: None = None
) -> Float[np.ndarray, "T Q"]:
    """The level below which log v_t of a single chain lies with probability q: log v_0 - (2/M) Gamma(t)."""
    start, size = np.log(variance(scenario)), scenario.sample_size.constant
    t = np.asarray(generations, dtype=np.float64)[:, None]
    with np.errstate(invalid="ignore"):
        fallen = special.gammainccinv(np.where(np.isfinite(t) & (t > 0), t, 1.0), q)
    fallen = np.where(t > 0, np.where(np.isinf(t), np.inf, fallen), 0.0)
    return start - 2.0 * fallen / size


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence, the moments of one factor by quadrature."""
    return expected("log_variance", scenario, generation)


CLAIM = Claim(
    id="uniform-replace-log-variance",
    title="The log-variance of a uniform law refitted to its maximum falls by 2/M per fit, in the mean and in "
    "the long run in almost every chain",
    kind=Kind.EXACT,
    statistic="log_variance",
    assumptions=UNIFORM_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    quantile=quantile_of_log_variance,
    examples=(
        Example(setting("uniform", 10), t=(0, 1, 5, 20)),
        Example(setting("uniform", 1, 0.001), t=(1, 3)),
        Example(setting("uniform", 50, 20.0), t=(1, 30)),
        Example(setting("uniform", 1_000_000_000), t=(1, 1000, 1_000_000), simulate=False),
        Example(setting("uniform", 10), t=(300,), simulate=False),
        Example(setting("uniform", 10), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
