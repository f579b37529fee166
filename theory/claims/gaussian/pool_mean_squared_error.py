r"""Where everything is kept in unequal batches the error of the mean shrinks by the square of the share of the rest.

$E(\mu_t-\mu_0)^2$ is multiplied by $(1-n_t/N_t)^2$ as $n_t$ real points join, and gains the noise of all new points.
It vanishes in the end only if the shares $n_t/N_t$ of fresh real points have an infinite sum.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import pool, pool_limit
from theory.claims.gaussian.one_fit import squared_error
from theory.claims.gaussian.pool import GAUSSIAN_POOL, RUNNING_OUT, SMALL, bindings, constant, growing, one_fit, setting
from theory.claims.gaussian.real_share import offset_of
from theory.derivation import Derivation
from theory.laws.growing_pool import pool_moments
from theory.laws.symbols import E
from theory.scenario import Scenario


def derive() -> Derivation:
    """The squares within and between the pool so far, the real and the synthetic points; the new mean."""
    d = Derivation(
        "n_t real and m_t synthetic points join, N_t are in the pool after; U and D are the means of v_(t-1) and "
        "(mu_(t-1) - mu_0)^2, from the first fit to real points on."
    )
    said = one_fit(d)[pool.ERROR]
    pool_limit.long_run(d)
    return d.concludes(sp.Eq(E(squared_error), said, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units; t counts fits. Steps through all of them: 20 ms for 10 000."""
    retention = scenario.retention

    def batches(k: int) -> tuple[int, int]:
        return retention.real_points(k), retention.synthetic_points(k)

    values = pool_moments(batches, float(offset_of(scenario)), int(generations.max(initial=0)))
    return scenario.source.variance * values[pool.ERROR][generations]


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The covariances of single points of all batches; at t = inf whether they approach it with each doubling of t."""
    if generation == np.inf:
        target = mpmath.mpf(0)
        return pool_limit.settled(scenario, target, lambda fit: pool.reference(scenario, fit, pool.ERROR))
    return pool.reference(scenario, generation, pool.ERROR)


def limit(scenario: Scenario, at: None = None) -> float:
    """0 where real points keep pulling the pool back, else what early models left."""
    return pool_limit.end(scenario, 0.0, lambda t_: evaluate(scenario, t_))


CLAIM = Claim(
    id="gaussian-pool-mean-squared-error",
    title="With everything kept in unequal batches, n_t real points multiply the squared error of the mean by "
    "(1 - n_t/N_t)^2 and all new ones add their noise (t from 2 on)",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=GAUSSIAN_POOL,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=pool_limit.ends,
    reach=lambda scenario: pool.LAST,
    examples=(
        Example(setting(*RUNNING_OUT, "mle"), t=(2, 3, 6, 10)),
        Example(setting(*SMALL, "unbiased", variance=1e-6), t=(2, 3, 4, 5)),
        Example(setting(*SMALL, "offset", offset=0.5), t=(2, 5)),
        Example(setting(constant(5), constant(10), "mle"), t=(2, 10, 30)),
        Example(setting(*SMALL, "mle"), t=(0, 1), algebra=False),
        Example(setting([2, 0, 0], [0, 10**9, 10**9], "unbiased"), t=(2, 3), simulate=False),
        Example(setting([1, 1, 1], [0, 1, 1], "mle"), t=(2, 3), simulate=False),
        Example(setting(constant(20), constant(5), "mle"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(growing(4, 1.5), growing(3, 1.25), "mle"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(constant(5), growing(900, 1e4), "mle"), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
