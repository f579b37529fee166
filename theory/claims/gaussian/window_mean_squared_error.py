r"""A window of the last $W$ batches averages the noise of fits: the error of the mean is a mean product of batch means.

$E(\mu_t-\mu_0)^2=\frac1{W^2}\sum_{i,j}C_{ij}$ over the batches of the window. Under maximum likelihood it is what the
variance has lost, $v_0-E v_t$, and ends at $v_0$; under the unbiased divisor it ends near $\frac{2W}{W-1}v_0$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import window, window_limit
from theory.claims.gaussian.one_fit import squared_error
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.window import GAUSSIAN_WINDOW, bindings, one_fit, setting
from theory.derivation import Derivation
from theory.laws.symbols import E
from theory.laws.window import window_moments
from theory.scenario import Scenario


def derive() -> Derivation:
    """The squares within and between the batches of the window, and the products of their means."""
    d = Derivation("Batches are alike but for the model that wrote them; their means carry every dependence.")
    said = one_fit(d)[window.ERROR]
    window_limit.long_run(d)
    return d.concludes(sp.Eq(E(squared_error), said, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units; t counts fits. Takes 0.1 s at t = 10^4 if W is 100."""
    retention, size = scenario.retention, scenario.sample_size.constant
    values = window_moments(size, retention.length, float(offset_of(scenario)), int(generations.max(initial=0)))
    return scenario.source.variance * values[window.ERROR][generations]


def limit(scenario: Scenario, at: None = None) -> float:
    """The value as t grows, by the sum of E v_t over all fits."""
    return window_limit.limit(scenario, window.ERROR)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The covariances of single points of all generations; at t = inf those of a window, iterated."""
    if generation == np.inf:
        return window_limit.reference(scenario, window.ERROR)
    return window.reference(scenario, generation, window.ERROR)


CLAIM = Claim(
    id="gaussian-window-mean-squared-error",
    title="Fitted to the last W batches, the squared error of the mean is that of an average of batches, by a linear "
    "recursion (t from 1 on)",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
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
    ),
)  # fmt: skip
