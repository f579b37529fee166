r"""A window of $W$ batches with $n=\alpha M$ fresh real points in each: $E(\mu_t-\mu_0)^2\to v_0(L/M)/R$.

$R=(W+1-\alpha)(nW+\delta)-1-\alpha(W-1)$, $L=WM-1+\delta$. Under maximum likelihood that is the error of
$n(W+1-\alpha)+1-\alpha$ real points, at most one batch of them more than the window holds. The price is memory: a
deviation of the mean fades with the largest root of $z^W=\frac{1-\alpha}W(z^{W-1}+\dots+1)$, in some $1/(1-z)$ fits:

| W | z at alpha = 0.1 | fits | D/v_0 at n = 10 |
|---|---|---|---|
| 1 | 0.9 | 10 | 1/19.9 |
| 8 | 0.97716 | 44 | 1/89.9 |
| 64 | 0.99682 | 314 | 1/649.9 |
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import fresh_window
from theory.claims.gaussian.fresh_window import FRESH_WINDOW, bindings, long_run, one_fit, real_points, setting
from theory.claims.gaussian.fresh_window_variance import INTRODUCTION
from theory.claims.gaussian.one_fit import squared_error
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.window import ERROR
from theory.derivation import Derivation
from theory.laws.fresh_window import fresh_window_limits, fresh_window_moments
from theory.laws.symbols import E
from theory.scenario import Scenario


def derive() -> Derivation:
    """The squares within and between the batches of the window, the products of their means, and where it ends."""
    d = Derivation(INTRODUCTION)
    said = one_fit(d)[ERROR]
    long_run(d)
    return d.concludes(sp.Eq(E(squared_error), said, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units; t counts fits. Takes 0.2 s at t = 10^4 if W is 100."""
    size, length, last = scenario.sample_size.constant, scenario.retention.length, int(generations.max(initial=0))
    values = fresh_window_moments(size, length, real_points(scenario), float(offset_of(scenario)), last)
    return scenario.source.variance * values[ERROR][generations]


def limit(scenario: Scenario, at: None = None) -> float:
    """v_0 (L/M)/R, infinite unless R is positive; n = 0 is a plain window."""
    size, length = scenario.sample_size.constant, scenario.retention.length
    limits = fresh_window_limits(size, length, real_points(scenario), offset_of(scenario))
    return scenario.source.variance * float(limits[ERROR])


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The covariances of single points of two kinds in the batches of the window; at t = inf those of late fits."""
    return fresh_window.reference(scenario, generation, ERROR)


CLAIM = Claim(
    id="gaussian-fresh-window-mean-squared-error",
    title="A window of W batches with n >= 1 fresh real points in each holds the squared error of the mean at "
    "v_0 (L/M)/R, R = (W+1-alpha)(n W + delta) - 1 - alpha(W-1), if R > 0: with the mle divisor that of "
    "n(W+1-alpha) + 1 - alpha real points",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=FRESH_WINDOW,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=fresh_window.reach,
    examples=(
        Example(setting(5, 3, "mle", real=1), t=(1, 2, 3, 4, 9)),
        Example(setting(10, 4, "unbiased", share=0.2), t=(1, 2, 5, 12)),
        Example(setting(4, 2, "offset", variance=1e-6, offset=0.5, real=2), t=(1, 3, 10), simulate=False),
        Example(setting(10, 1, "mle", real=3), t=(1, 2, 8), simulate=False),
        Example(setting(6, 2, "unbiased", real=6), t=(1, 2, 5), simulate=False),
        Example(setting(5, 2, "mle", real=0), t=(1, 2, 5), simulate=False),
        Example(setting(1, 3, "mle", real=1), t=(0, 1, 2, 6), algebra=False, simulate=False),
        Example(setting(5, 2, "offset", offset=-1.75, real=1), t=(1, 9), simulate=False),
        Example(setting(5, 14, "mle", real=1), t=(13, 15, 40), algebra=False, simulate=False),
        Example(setting(1_000_000_000, 3, "unbiased", real=1), t=(1, 2, 60), algebra=False, simulate=False),
        Example(setting(5, 3, "mle", real=1), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(10, 4, "unbiased", share=0.2), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(10, 1, "mle", real=3), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(6, 2, "unbiased", real=6), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(5, 2, "offset", offset=-1.75, real=1), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
