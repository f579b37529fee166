r"""The density of the variance of a uniform law refitted to its maximum is that of a Gamma variable in its logarithm.

$\lambda=\frac M2\log(v_0/v_t)$ is the sum of $t$ exponential waiting times, so that
$p_{v_t}(x)=\frac M{2x}\frac{\lambda^{t-1}e^{-\lambda}}{(t-1)!}$ for $x<v_0$.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import UNIFORM_REPLACE
from theory.claims.families.scale import setting, variance
from theory.claims.families.uniform_level import exact_time_to, level, level_bindings, time_to, waiting, waiting_time
from theory.claims.gaussian.reference import DIGITS
from theory.claims.gaussian.replace_variance_density import density
from theory.derivation import Derivation
from theory.laws.chi_square import exponential_remainder
from theory.laws.first_passage import log_peak
from theory.laws.symbols import M, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """One waiting time, the density of the sum of t, and the change of variables."""
    y, z = sp.symbols("y z", positive=True)
    n = sp.Symbol("n", integer=True, positive=True)
    d = Derivation(
        "Each fit takes an exponential waiting time off the logarithm of the bound; lambda = (M/2) log(v_0/v_t) is the "
        "sum of t of them. For x below v_0."
    )
    waiting_time(d)
    d.algebra(
        sp.Integral(y ** (n - 1) * sp.exp(-y) / sp.gamma(n) * sp.exp(-(z - y)), (y, 0, z)),
        z**n * sp.exp(-z) / sp.gamma(n + 1),
        because="the density of one waiting time more, from that of n: that of t is z^(t-1) exp(-z)/(t-1)!",
    )  # fmt: skip
    said = d.algebra(
        -sp.Derivative(waiting, level) * waiting ** (t - 1) * sp.exp(-waiting, evaluate=False) / sp.gamma(t),
        M / (2 * level) * waiting ** (t - 1) * sp.exp(-waiting, evaluate=False) / sp.gamma(t),
        because="at lambda = (M/2) log(v_0/x), times its slope",
    )  # fmt: skip
    return d.concludes(sp.Eq(density, said.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The density of v_t at ``at``; t counts fits. At t = 0, of a point mass, it is 0 or infinite; 0 above v_0."""
    needed, v_ = time_to(scenario, at), variance(scenario)
    source = math.inf if at == v_ else 0.0
    if at <= 0 or needed < 0:
        return np.where(generations > 0, 0.0, source)
    return np.array(
        [scenario.sample_size.constant / (2 * at) * _waited(needed, int(t)) if t else source for t in generations]
    )


def _waited(y: float, t: int) -> float:
    """y^(t-1) exp(-y)/(t-1)!, relatively accurate for every t."""
    if y == 0:
        return float(t == 1)
    return math.exp(log_peak(t) - t * float(exponential_remainder(np.array(math.log(y / t))))) / y


def limit(scenario: Scenario, at: float) -> float:
    """0: every chain vanishes."""
    return 0.0


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """The density of t waiting times by integrating that of t - 1, a polynomial times exp(-y)."""
    with mpmath.workdps(DIGITS):
        if at <= 0 or generation == mpmath.inf:
            return mpf(0)
        y = exact_time_to(scenario, at)
        if generation == 0:
            return mpf("inf") if at == variance(scenario) else mpf(0)
        if y < 0:
            return mpf(0)
        coefficients = [mpf(1)]
        for _ in range(int(generation) - 1):
            coefficients = [mpf(0), *(c / (k + 1) for k, c in enumerate(coefficients))]
        slope = mpf(scenario.sample_size.constant) / (2 * mpf(str(at)))
        return slope * mpmath.exp(-y) * mpmath.polyval(coefficients[::-1], y)


CLAIM = Claim(
    id="uniform-replace-variance-density",
    title="The variance of a uniform law refitted to its maximum has, after t fits, the density of a Gamma variable of "
    "shape t in (M/2) log(v_0/x)",
    kind=Kind.EXACT,
    statistic="variance_density",
    assumptions=UNIFORM_REPLACE,
    derive=derive,
    bindings=level_bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting("uniform", 10), t=(1, 2, 5, 20), at=0.05, simulate=False),
        Example(setting("uniform", 1, 3.0), t=(1, 3), at=0.01, simulate=False),
        Example(setting("uniform", 100), t=(1, 50), at=1e-2, simulate=False),
        Example(setting("uniform", 1000), t=(1000,), at=1e-2, algebra=False, simulate=False),
        Example(setting("uniform", 10), t=(0, 1, np.inf), at=0.5, algebra=False, simulate=False),
        Example(setting("uniform", 10), t=(0, 3), at=0.0, algebra=False, simulate=False),
    ),
)  # fmt: skip
