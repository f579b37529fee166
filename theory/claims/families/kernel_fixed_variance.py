r"""A kernel density of fixed bandwidth forgets its source and keeps a variance: $Mh^2$, whatever it was.

Resampling takes $1/M$ of the variance in every fit, the kernel adds $h^2$: neither collapse nor explosion.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.families.kernel_density import (
    COMMON,
    FIXED,
    bindings,
    expected,
    setting,
    variance_with_fixed_bandwidth,
)
from theory.derivation import Derivation
from theory.scenario import Scenario


def derive() -> Derivation:
    """What a fit keeps and what the kernel adds, and a recursion that is solved."""
    d = Derivation("A model on M points has the mean of the points and the variance s^2 + h^2.")
    variance = variance_with_fixed_bandwidth(d)
    return d.concludes(sp.Eq(variance.lhs, variance.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t in squared data units; t counts fits."""
    size, variance = scenario.sample_size.constant, scenario.source.variance
    kept = np.power(0.0, generations) if size == 1 else np.exp(generations * np.log1p(-1.0 / size))
    lost = 1.0 - kept if size == 1 else -np.expm1(generations * np.log1p(-1.0 / size))
    return variance * kept + size * scenario.estimator.bandwidth**2 * lost


def limit(scenario: Scenario, at: None = None) -> float:
    """M h^2."""
    return scenario.sample_size.constant * scenario.estimator.bandwidth**2


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of the products of points, two of which may be copies of one."""
    return expected("variance", scenario, generation)


CLAIM = Claim(
    id="kernel-fixed-replace-variance",
    title="A kernel density of bandwidth h, refitted to its own samples, ends with the mean variance M h^2, "
    "whatever the source",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=(*COMMON, FIXED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20, bandwidth=0.3), t=(1, 5, 15)),
        Example(setting(2, 1e-6, bandwidth=0.01), t=(1, 4)),
        Example(setting(50, bandwidth=2.0), t=(1, 10)),
        Example(setting(20, bandwidth=0.3), t=(0, 1000, 100_000, np.inf), algebra=False, simulate=False),
        Example(setting(1_000_000_000, bandwidth=1e-4), t=(1, 1000, 1_000_000), algebra=False, simulate=False),
        Example(setting(1, bandwidth=0.5), t=(0, 1, 7), algebra=False, simulate=False),
    ),
)  # fmt: skip
