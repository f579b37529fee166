r"""With a known variance the mean is a pure random walk: its squared error is $tv_0/M$, and nothing collapses.

$E(\mu_t-\mu_0)^2=v_0\sum_kq_k$, $q_k=1/M_k$ where data are replaced. Where all data are kept it ends at
$\frac{\pi^2}{6M}v_0$ for equal batches; under forgetting it grows as $g^2tv_0/M$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import known_variance
from theory.claims.gaussian.known_variance import (
    FORGOTTEN,
    GAUSSIAN_KNOWN_VARIANCE,
    GROWING,
    INTRODUCTION,
    KEPT,
    LISTED,
    MOST_FITS,
    bindings,
    setting,
    settles,
    walk,
)
from theory.claims.gaussian.one_fit import squared_error
from theory.derivation import Derivation
from theory.laws.symbols import E
from theory.scenario import Scenario


def derive() -> Derivation:
    """The step of the mean under each policy, and the sum of independent steps."""
    d = Derivation(INTRODUCTION)
    return d.concludes(sp.Eq(E(squared_error), walk(d), evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units; t counts fits."""
    return scenario.source.variance * known_variance.squared_error(scenario, generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite where all data are kept, and where sum 1/M_k is."""
    return scenario.source.variance * known_variance.settled(scenario)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Each fit a weighted mean of batches, whose errors are independent."""
    return mpmath.mpf(str(scenario.source.variance)) * known_variance.reference(scenario, generation)


CLAIM = Claim(
    id="gaussian-known-variance-mean-squared-error",
    title="With a known variance the squared error of the mean is v_0 times the sum of 1/M_k where data are replaced, "
    "and ends at pi^2 v_0/(6M) where equal batches are all kept",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=GAUSSIAN_KNOWN_VARIANCE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=settles,
    reach=lambda scenario: MOST_FITS,
    examples=(
        Example(setting(20), t=(0, 1, 5)),
        Example(setting(LISTED), t=(1, 2, 3)),
        Example(setting(8, **KEPT, first=3), t=(1, 2, 9)),
        Example(setting(10, **FORGOTTEN), t=(1, 6)),
        Example(setting(8, **KEPT), t=(100_000, np.inf), algebra=False, simulate=False),
        Example(setting(8, **KEPT, first=10**9), t=(1, 2, 50), algebra=False, simulate=False),
        Example(setting(1, 1e-6), t=(10**6, np.inf), algebra=False, simulate=False),
        Example(setting(GROWING), t=(2, np.inf), algebra=False, simulate=False),
        Example(setting({"kind": "geometric", "size": 4, "ratio": 2.0}), t=(9, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
