r"""Keeping everything does not save the variance from biased draws: it falls as $t^{-(1-c_v)}$ or grows as $t^{c_v-1}$.

A batch of $M$ draws of $c_v$ times the variance of their model multiplies the expected variance of a pool that it
brings to $N_k$ points by $1-\frac{M(1-c_v)+c_vM/N_k}{N_k-1+\delta}$. Without bias the product converges; with it the
loss is no longer exponential, as under replacement, but it does not end.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import scaled_pool
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.scaled_pool import (
    GAUSSIAN_SCALED_POOL,
    bindings,
    first_variance,
    product_of_factors,
    read,
    setting,
)
from theory.derivation import Derivation
from theory.laws.scaled_accumulation import log_variance
from theory.laws.symbols import E, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The factor of one batch and the product of all."""
    d = Derivation("Each fit multiplies the mean variance by a factor that does not depend on what the pool is like.")
    return d.concludes(sp.Eq(E(v(t)), product_of_factors(d, t), evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t in squared data units; t counts fits."""
    first = np.where(generations > 0, float(first_variance(scenario)), 1.0)
    with np.errstate(over="ignore"):
        return scenario.source.variance * first * np.exp(log_variance(*read(scenario), generations))


def limit(scenario: Scenario, at: None = None) -> float:
    """0 where c_v is below 1, infinity above; a positive number for c_v = 1."""
    return float(evaluate(scenario, np.array([np.inf]))[0])


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Sums of mean products of the points of the pool."""
    return scaled_pool.reference(scenario, generation, scaled_pool.VARIANCE)


CLAIM = Claim(
    id="gaussian-scaled-accumulate-variance",
    title="With all data kept and draws of c_v times the variance, it falls or grows as t^(c_v - 1) (t from 1 on)",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=GAUSSIAN_SCALED_POOL,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(5, 0.8, "mle"), t=(1, 2, 10, 40)),
        Example(setting(10, 1.3, "unbiased", first=25), t=(1, 2, 12)),
        Example(setting(5, 0.8, "unbiased", first_fit="biased", first=8), t=(1, 2, 10)),
        Example(setting(2, 0.9, "mle", 1.0, "biased"), t=(0, 1001, np.inf), algebra=False, simulate=False),
        Example(setting(4, 0.5, "offset", variance=1e-6, offset=0.5), t=(1, 3, 20), simulate=False),
        Example(setting(5, 1.0, "mle"), t=(1, 5, 1001, np.inf), algebra=False, simulate=False),
        Example(setting(1, 0.9, "mle"), t=(1, 4, np.inf), algebra=False, simulate=False),
        Example(setting(2, 0.9, "mle", first=3), t=(0, 999, 1001, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(2, 1.5, "unbiased"), t=(1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(10**9, 0.99, "mle"), t=(1, 1_000_000), algebra=False, simulate=False),
    ),
)  # fmt: skip
