r"""Where all data are kept the mean variance tends to a positive limit whatever is added to the divisor.

$E v_t=v_0\frac{N_1-1}{N_1-1+\delta}\prod_{k=2}^t\left(1-\frac M{P_k(P_k-1+\delta)}\right)$, $P_k=N_1+(k-1)M$: every
later factor is below 1 for every $\delta$, and nearer to it the larger $\delta$ is.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import GAUSSIAN_ACCUMULATE, divisor_is
from theory.claims.gaussian import factors_reference
from theory.claims.gaussian.accumulate import N, factor_of_one_batch, setting
from theory.claims.gaussian.accumulate_factor import bindings
from theory.claims.gaussian.accumulate_log_variance import TWO_REAL_POINTS
from theory.claims.gaussian.accumulate_mean_squared_error_any_divisor import variance_after
from theory.claims.gaussian.factor_quantiles import quantile_of_variance
from theory.claims.gaussian.factors import evaluated, settled
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation
from theory.laws.symbols import N1, E, M, delta, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The mean factor of one more batch, and the product of all of them."""
    d = Derivation("Each fit multiplies the mean variance by a factor that tends to 1 fast enough.")
    factor = factor_of_one_batch(d)
    solved = d.solves(
        E(v(t)), variance_after(t), index=t, initial=(1, v0 * (N1 - 1) / (N1 - 1 + delta)),
        next_value=factor.subs(N, N1 + (t - 1) * M) * E(v(t)),
        because="the first fit is to N_1 real points; then means multiply, N_1 + (t-1) M points in the pool",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(v(t)), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t in squared data units; t counts fits."""
    unit = scenario.source.variance
    return np.where(np.asarray(generations) > 0, evaluated(scenario, generations, "variance", 1), unit)


def limit(scenario: Scenario, at: None = None) -> float:
    """The whole product, positive for every divisor."""
    return settled(scenario, "variance", 1)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of the mean of v, that of the factor by its density."""
    return mpmath.mpf(repr(scenario.source.variance)) * factors_reference.value(scenario, generation, lambda m: m[1])


CLAIM = Claim(
    id="gaussian-accumulate-variance-any-divisor",
    title="With all data kept, the expected variance tends to a positive limit whatever is added to the divisor (t "
    "from 1 on)",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=(*GAUSSIAN_ACCUMULATE, divisor_is("offset"), TWO_REAL_POINTS),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    quantile=quantile_of_variance,
    examples=(
        Example(setting(5, divisor="offset", offset=0.5), t=(1, 2, 3)),
        Example(setting(10, first=25, divisor="offset", offset=3.0), t=(1, 3)),
        Example(setting(2, first=3, divisor="offset", offset=-1.5), t=(1, 2, 4), simulate=False),
        Example(setting(1, first=2, divisor="offset", offset=-0.5), t=(1, 2, 3), simulate=False),
        Example(setting(5, divisor="offset", offset=0.5), t=(0, 20, 101, np.inf), algebra=False, simulate=False),
        Example(setting(1_000_000_000, divisor="offset", offset=0.5), t=(1, 2, 4), simulate=False),
    ),
)  # fmt: skip
