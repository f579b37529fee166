r"""A window of $W$ batches slows the loss of variance by about $\left(\frac{W+1}2\right)^2$, and does not end it.

$E v_t$ follows from the variances of the models that wrote the batches of the window and from the mean products of
their means, all linear in those before. The divisor that keeps it is $WM-\frac{2W}{W+1}$: under the unbiased one it
vanishes as well for every $W\ge2$, because points of several batches are not independent.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import window, window_limit
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.window import GAUSSIAN_WINDOW, bindings, one_fit, setting
from theory.derivation import Derivation
from theory.laws.symbols import E, t
from theory.laws.window import window_moments
from theory.scenario import Scenario


def derive() -> Derivation:
    """The squares within and between the batches of the window, and the products of their means."""
    d = Derivation("Batches are alike but for the model that wrote them; their means carry every dependence.")
    said = one_fit(d)[window.VARIANCE]
    window_limit.long_run(d)
    return d.concludes(sp.Eq(E(v(t)), said, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t in squared data units; t counts fits. Takes 0.1 s at t = 10^4 if W is 100."""
    retention, size = scenario.retention, scenario.sample_size.constant
    values = window_moments(size, retention.length, float(offset_of(scenario)), int(generations.max(initial=0)))
    return scenario.source.variance * values[window.VARIANCE][generations]


def limit(scenario: Scenario, at: None = None) -> float:
    """The value as t grows, by the sum of E v_t over all fits."""
    return window_limit.limit(scenario, window.VARIANCE)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The covariances of single points of all generations; at t = inf those of a window, iterated."""
    if generation == np.inf:
        return window_limit.reference(scenario, window.VARIANCE)
    return window.reference(scenario, generation, window.VARIANCE)


CLAIM = Claim(
    id="gaussian-window-variance",
    title="Fitted to the last W batches, the expected variance obeys a linear recursion through the "
    "window (t from 1 on)",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=GAUSSIAN_WINDOW,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=window.reach,
    examples=(
        Example(setting(5, 3, "mle"), t=(1, 2, 3, 4, 12)),
        Example(setting(10, 4, "unbiased"), t=(1, 2, 5, 15)),
        Example(setting(4, 2, "offset", variance=1e-6, offset=0.5), t=(1, 3, 10)),
        Example(setting(10, 1, "mle"), t=(1, 2, 8)),
        Example(setting(1, 3, "mle"), t=(1, 2, 6), simulate=False),
        Example(setting(6, 8, "mle"), t=(7, 8, 9, 60), algebra=False),
        Example(setting(2, 3, "mle"), t=(0, 100, 200), algebra=False, simulate=False),
        Example(setting(1_000_000_000, 3, "mle"), t=(1, 2, 50), algebra=False, simulate=False),
        Example(setting(5, 3, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(10, 2, "mle"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(4, 3, "offset", offset=-0.25), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(4, 2, "offset", offset=-0.4), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(3, 1, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(5, 3, "offset", offset=-0.5), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
