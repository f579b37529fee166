r"""The variance of a uniform law refitted to its maximum is at most x once a Poisson process has fewer than t arrivals.

$P(v_t\le x)=P(\mathrm{Poisson}(\lambda)<t)$ with $\lambda=\frac M2\log(v_0/x)$, so that the first $t$ with $v_t<x$ is
one more than a Poisson variable, exactly.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf
from scipy import special

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import UNIFORM_REPLACE
from theory.claims.families.scale import setting, variance
from theory.claims.families.uniform_level import exact_time_to, level, level_bindings, time_to, waiting, waiting_time
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.reference import DIGITS
from theory.derivation import Derivation
from theory.laws.symbols import k, t
from theory.scenario import Scenario

P = sp.Function("P")


def derive() -> Derivation:
    """One waiting time, the chance that t of them reach a level, and the level of the variance."""
    lam = sp.Symbol("lambda", positive=True)
    y = sp.Symbol("y", positive=True)
    n = sp.Symbol("n", integer=True, positive=True)
    d = Derivation(
        "Each fit takes an exponential waiting time off the logarithm of the bound; v_t is at most x where t of them "
        "reach lambda = (M/2) log(v_0/x), for x up to v_0."
    )
    waiting_time(d)
    d.algebra(
        sp.Integral(y ** (n - 1) * sp.exp(-y) / sp.gamma(n) * sp.exp(-(lam - y)), (y, 0, lam)),
        lam**n * sp.exp(-lam) / sp.gamma(n + 1),
        because="the chance that n waiting times, with their density, have not reached lambda but n + 1 have",
    )  # fmt: skip
    reached = P(sp.Le(v(t), level))
    terms = waiting ** (k - 1) * sp.exp(-waiting, evaluate=False) / sp.factorial(k - 1)
    later = waiting**t * sp.exp(-waiting, evaluate=False) / sp.factorial(t)
    solved = d.solves(
        reached, sp.Sum(terms, (k, 1, t)), index=t, next_value=reached + later, initial=(0, sp.Integer(0)),
        because="so the chance that t of them have, a sum of Poisson probabilities; t = 0 is the source, which has "
        "not",
    )  # fmt: skip
    return d.concludes(sp.Eq(reached, solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """P(v_t <= at) by the incomplete Gamma function; t counts fits."""
    needed = time_to(scenario, at)
    if needed <= 0:
        return np.where(generations > 0, 1.0, float(at >= variance(scenario)))
    return np.where(generations > 0, special.gammaincc(np.maximum(generations, 1).astype(float), needed), 0.0)


def limit(scenario: Scenario, at: float) -> float:
    """1 for every x > 0: the law shrinks to a point that no fit reaches."""
    return float(at > 0)


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """P(t waiting times reach y) = exp(-y) s_t(y), with s_{t+1}(y) = 1 + int_0^y s_t: polynomials, integrated."""
    with mpmath.workdps(DIGITS):
        if at <= 0 or generation == mpmath.inf:
            return mpf(int(at > 0))
        y = exact_time_to(scenario, at)
        if y <= 0 or generation == 0:
            return mpf(int(y <= 0))
        coefficients = [mpf(1)]
        for _ in range(int(generation) - 1):
            coefficients = [mpf(1), *(c / (k + 1) for k, c in enumerate(coefficients))]
        return mpmath.exp(-y) * mpmath.polyval(coefficients[::-1], y)


CLAIM = Claim(
    id="uniform-replace-variance-cdf",
    title="The variance of a uniform law refitted to its maximum is at most x after t fits where a Poisson "
    "variable with "
    "mean (M/2) log(v_0/x) is below t",
    kind=Kind.EXACT,
    statistic="variance_cdf",
    assumptions=UNIFORM_REPLACE,
    derive=derive,
    bindings=level_bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting("uniform", 10), t=(1, 2, 5, 20), at=0.05),
        Example(setting("uniform", 1, 3.0), t=(1, 3), at=0.01),
        Example(setting("uniform", 50), t=(10, 40, 60), at=0.03),
        Example(setting("uniform", 100), t=(1, 100), at=1e-6, simulate=False),
        Example(setting("uniform", 1000), t=(1, 10), at=0.187, simulate=False),
        Example(setting("uniform", 10), t=(0, 1, np.inf), at=0.5, algebra=False, simulate=False),
        Example(setting("uniform", 10), t=(0, 3), at=0.0, algebra=False, simulate=False),
    ),
)  # fmt: skip
