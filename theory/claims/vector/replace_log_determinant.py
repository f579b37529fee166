r"""The log-determinant falls linearly, by a sum of digammas in every fit; with $M\le d$ points it is gone at once.

$E\log\det\Sigma_t = \log\det\Sigma_0 + t\sum_{i=1}^d\left[\psi\left(\tfrac{M-i}2\right)-\log\tfrac L2\right]$: about
$-d(d+1)/(2M)$ per fit for the unbiased divisor, where every $E\,\Sigma_t$ is $\Sigma_0$. Its variance over chains grows
as $t\sum_i\psi'\left(\tfrac{M-i}2\right)$. The mean of the determinant itself,
$\det\Sigma_0\left(\prod_i\frac{M-i}L\right)^t$, is carried by few chains.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import VECTOR_REPLACE, sample_size_at_least
from theory.claims.gaussian.one_fit import mellin, order
from theory.claims.gaussian.reference import DIGITS
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.vector.one_fit import log_pivot_slope, triangular_factor
from theory.claims.vector.reference import exact_log_determinant, log_pivots
from theory.claims.vector.source import (
    PLANE,
    SHEET,
    SPACE,
    bindings,
    determinant,
    determinant0,
    log_determinant,
    vector_setting,
)
from theory.derivation import Derivation
from theory.laws.symbols import E, L, M, dim, i, nu, t
from theory.laws.wishart import mean_log_pivots
from theory.scenario import Scenario


def derive() -> Derivation:
    """The determinant as a product of pivots, their mean logarithms, their sum; then the spread."""
    d = Derivation(
        "One fit multiplies the determinant by the product of the d squared pivots of a triangular matrix, which are "
        "independent chi-squares over L; the logarithm of the product is a sum."
    )
    triangular_factor(d)
    transform = mellin(d)
    pivot = transform.subs(nu, M - i) / L**order
    slope = log_pivot_slope(d, transform)
    logarithm = E(sp.log(determinant))
    rate = sp.Sum(slope, (i, 1, dim))
    solved = d.solves(
        logarithm, sp.log(determinant0) + t * rate, index=t, initial=(0, sp.log(determinant0)),
        next_value=logarithm + rate,
        because="the d terms of each fit add up; where M <= d the pivots from the M-th on are 0, and log det Sigma_t "
        "is -inf from the first fit on",
    )  # fmt: skip
    spread = d.algebra(
        sp.Subs(sp.Derivative(sp.log(pivot), order, 2), order, 0), sp.polygamma(1, (M - i) / sp.Integer(2)),
        because="the second derivative is the variance of the logarithm of a pivot, whatever the divisor",
    )  # fmt: skip
    variance = sp.Function("Var")(sp.log(determinant))
    total = sp.Sum(spread.rhs, (i, 1, dim))
    d.solves(
        variance, t * total, index=t, next_value=variance + total, initial=(0, sp.Integer(0)),
        because="pivots and fits are independent, so the variances add up, and the standard deviation over chains is "
        "the root of this",
    )  # fmt: skip
    return d.concludes(sp.Eq(logarithm, solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E log det Sigma_t in nats; t counts fits. -inf for a singular source, and from t = 1 on where M <= d."""
    rate = mean_log_pivots(*size_and_offset(scenario), scenario.source.dimension).sum()
    return log_determinant(scenario) + np.where(generations > 0, np.maximum(generations, 1) * rate, 0.0)


def limit(scenario: Scenario, at: None = None) -> float:
    """-inf where the logarithm falls, as for every divisor from M - 1 on."""
    start = log_determinant(scenario)
    rate = mean_log_pivots(*size_and_offset(scenario), scenario.source.dimension).sum()
    return start if rate == 0 or start == -np.inf else float(np.copysign(np.inf, rate))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The sum over fits and pivots, the mean of each logarithm by quadrature."""
    start = exact_log_determinant(scenario)
    if generation == 0:
        return start
    with mpmath.workdps(DIGITS + 15):
        rate = mpmath.fsum(log_pivots(*size_and_offset(scenario), scenario.source.dimension))
        return start + generation * rate


CLAIM = Claim(
    id="vector-replace-log-determinant",
    title="The expected log-determinant changes by the sum of psi((M-i)/2) - log(L/2) over i = 1, ..., d per fit; it "
    "is -inf after one fit to M <= d points",
    kind=Kind.EXACT,
    statistic="log_determinant",
    assumptions=(*VECTOR_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(vector_setting(10, "unbiased", SPACE), t=(0, 1, 5, 100)),
        Example(vector_setting(10, "mle"), t=(1, 5, 20)),
        Example(vector_setting(4, "mle", SPACE), t=(1, 10)),
        Example(vector_setting(30, "offset", PLANE, offset=0.5), t=(1, 20)),
        Example(vector_setting(3, "unbiased"), t=(1, 20)),
        Example(vector_setting(10, "mle", SPACE), t=(1_000_000,), simulate=False),
        Example(vector_setting(1_000_000_000, "unbiased"), t=(1, 1_000_000), simulate=False),
        Example(vector_setting(10, "offset", SPACE, offset=-6.5), t=(5, np.inf), algebra=False, simulate=False),
        Example(vector_setting(3, "mle", SPACE), t=(0, 1, 7, np.inf), algebra=False, simulate=False),
        Example(vector_setting(2, "mle"), t=(1, 7), algebra=False, simulate=False),
        Example(vector_setting(10, "mle", SHEET), t=(0, 1, 7, np.inf), algebra=False, simulate=False),
        Example(vector_setting(10, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
