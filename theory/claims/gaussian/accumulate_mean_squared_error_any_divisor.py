r"""With all data kept the error of the mean stays bounded whatever the divisor: steps of $M/P_k^2$ add up to little.

With $P_k=N_1+(k-1)M$ points after fit $k$, $E(\mu_t-\mu_0)^2=\frac{v_0}{N_1}+\sum_{k=2}^t\frac M{P_k^2}Ev_{k-1}$. For
large equal batches that is $\frac{\pi^2}6$ times the error of one fit in the end, also with the unbiased divisor.
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
from theory.claims.gaussian.factors import evaluated, settled
from theory.claims.gaussian.one_fit import mu0, mut, squared_error, v
from theory.derivation import Derivation
from theory.laws.symbols import N1, E, M, delta, j, k, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The variance as a product, and the sum of the steps of the mean."""
    d = Derivation("The mean is a martingale; the variances of its steps add up.")
    factor = factor_of_one_batch(d)
    start = v0 * (N1 - 1) / (N1 - 1 + delta)
    variance = d.solves(
        E(v(t)), variance_after(t), index=t, initial=(1, start),
        next_value=factor.subs(N, N1 + (t - 1) * M) * E(v(t)),
        because="the first fit is to N_1 real points; then means multiply, N_1 + (t-1) M points in the pool",
    )  # fmt: skip
    b = sp.Symbol("b", real=True)  # the mean of the batch
    d.algebra(
        (N * mut + M * b) / (N + M) - mut, M / (N + M) * (b - mut),
        because="the mean moves by M/P times the error of the batch mean, whose mean square is v_t/M",
    )  # fmt: skip
    steps = sp.Sum(M / (N1 + (k - 1) * M) ** 2 * variance_after(k - 1), (k, 2, t))
    solved = d.solves(
        E(squared_error), v0 / N1 + steps, index=t, initial=(1, v0 / N1),
        next_value=E(squared_error) + M / (N1 + t * M) ** 2 * variance.rhs,
        because="so fit t+1 adds M/P^2 times the variance before it, P = N_1 + t M",
    )  # fmt: skip
    return d.concludes(sp.Eq(E((mu0 - mut) ** 2), solved.rhs, evaluate=False))


def variance_after(fits: sp.Expr) -> sp.Expr:
    """E v after so many fits."""
    pool = N1 + (j - 1) * M
    return v0 * (N1 - 1) / (N1 - 1 + delta) * sp.Product(1 - M / (pool * (pool - 1 + delta)), (j, 2, fits))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units; t counts fits."""
    return evaluated(scenario, generations, "squared_error", 1)


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite for every divisor; v_0 pi^2/(6M) to first order for equal batches."""
    return settled(scenario, "squared_error", 1)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of the means of v and (mu - mu_0)^2, moments of the factor by its density."""
    return mpmath.mpf(repr(scenario.source.variance)) * factors_reference.value(scenario, generation, lambda m: m[4])


CLAIM = Claim(
    id="gaussian-accumulate-mean-squared-error-any-divisor",
    title="With all data kept, the squared error of the mean is a convergent sum for every divisor (t from 1 on)",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=(*GAUSSIAN_ACCUMULATE, divisor_is("unbiased", "offset"), TWO_REAL_POINTS),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(10, first=25, divisor="unbiased", variance=1e-6), t=(1, 2, 3)),
        Example(setting(5, divisor="offset", offset=0.5), t=(1, 3)),
        Example(setting(2, first=3, divisor="offset", offset=-1.5), t=(1, 2, 4), simulate=False),
        Example(setting(1, first=2, divisor="unbiased"), t=(1, 2, 3), simulate=False),
        Example(setting(10, first=25, divisor="unbiased"), t=(0, 40, np.inf), algebra=False, simulate=False),
        Example(setting(1_000_000_000, divisor="unbiased"), t=(1, 2, 4), simulate=False),
    ),
)  # fmt: skip
