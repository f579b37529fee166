r"""With all data kept the error of the mean converges under draws of less than twice the variance of their model.

A batch moves the mean of a pool of $N_k$ points by a variance of $c_vM E v_{k-1}/N_k^2$. As $E v_t$ goes as $t^{c_v-1}$
the sum is finite for $c_v<2$: narrow draws lose the variance and keep the mean, wide ones up to twice the variance as
well.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import scaled_pool
from theory.claims.gaussian.one_fit import squared_error
from theory.claims.gaussian.scaled_pool import (
    GAUSSIAN_SCALED_POOL,
    bindings,
    first_variance,
    product_of_factors,
    read,
    setting,
)
from theory.derivation import Derivation
from theory.laws.scaled_accumulation import mean_squared_error
from theory.laws.symbols import N1, E, M, c, j, r1, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The variance as a product, what it lets the mean move by, and the sum."""
    d = Derivation("The mean of a pool moves by the error of the mean of each batch, which is independent of the rest.")
    variance = product_of_factors(d, t)
    a, x, n = sp.symbols("a x n")
    d.algebra(
        (n * a + M * (a + x)) / (n + M) - a, M * x / (n + M),
        because="the mean a of a pool of n points moves by a fraction of the error x of a batch's mean about it, whose "
        "variance is c_v v/M",
    )  # fmt: skip
    pool = N1 + t * M
    solved = d.solves(
        E(squared_error),
        v0 * c ** (1 - r1) / N1 + sp.Sum(c * M * variance.subs(t, j - 1) / (N1 + (j - 1) * M) ** 2, (j, 2, t)),
        index=t, initial=(1, v0 * c ** (1 - r1) / N1), next_value=E(squared_error) + c * M * variance / pool**2,
        because="so squared errors add up, from that of the N_1 points of the source on",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(squared_error), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units; t counts fits."""
    return scenario.source.variance * float(first_variance(scenario)) * mean_squared_error(*read(scenario), generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """The whole sum; infinite from c_v = 2 on."""
    return float(evaluate(scenario, np.array([np.inf]))[0])


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Sums of mean products of the points of the pool."""
    return scaled_pool.reference(scenario, generation, scaled_pool.ERROR)


CLAIM = Claim(
    id="gaussian-scaled-accumulate-mean-squared-error",
    title="With all data kept the squared error of the mean converges under draws of less than twice the variance of "
    "their model (t from 1 on)",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=GAUSSIAN_SCALED_POOL,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(5, 0.8, "mle"), t=(1, 2, 10, 40)),
        Example(setting(10, 1.3, "unbiased", first=25), t=(1, 2, 12)),
        Example(setting(5, 0.8, "unbiased", first_fit="biased", first=8), t=(1, 2, 10), simulate=False),
        Example(setting(2, 0.9, "mle", 1.0, "biased"), t=(0, 1001, np.inf), algebra=False, simulate=False),
        Example(setting(4, 0.5, "offset", variance=1e-6, offset=0.5), t=(1, 3, 20), simulate=False),
        Example(setting(5, 1.0, "mle"), t=(1, 5, 1001, np.inf), algebra=False, simulate=False),
        Example(setting(1, 0.9, "mle"), t=(1, 4, np.inf), algebra=False, simulate=False),
        Example(setting(2, 0.9, "mle", first=3), t=(0, 999, 1001, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(2, 1.5, "unbiased"), t=(1101, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(2, 2.0, "unbiased"), t=(500, np.inf), algebra=False, simulate=False),
        Example(setting(10**9, 0.99, "mle"), t=(1, 1_000_000, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
