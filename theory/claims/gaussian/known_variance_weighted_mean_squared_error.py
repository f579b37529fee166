r"""With a known variance a weight $w$ on $n$ fresh points settles the error as with a fitted one that stays unbiased.

$E(\mu_t-\mu_0)^2=v_0\left[\frac{q^{t-1}}n+\left(\frac{w^2}n+\frac qm\right)\frac{1-q^{t-1}}{1-q}\right]$ with
$q=(1-w)^2$; at the best weight it ends at $w^*v_0/n$, $w^*$ the golden ratio 0.618 for $m=n$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, exact
from theory.claims.assumptions import FAITHFUL, GAUSSIAN, UNDISTURBED, retains
from theory.claims.gaussian.known_variance import KNOWN_VARIANCE
from theory.claims.gaussian.known_variance_batches import reference as by_batches
from theory.claims.gaussian.known_variance_batches import unit, with_policy
from theory.claims.gaussian.known_variance_real_share_mean_squared_error import kept
from theory.claims.gaussian.one_fit import squared_error
from theory.derivation import Derivation
from theory.laws.symbols import E, m, n, t, v0, w
from theory.laws.walking_mean import weighted_means
from theory.scenario import Scenario


def derive() -> Derivation:
    """One fit, and the recursion of the squared error from the first fit on."""
    d = Derivation("The variance is known to be v_0; x and y are the mean errors of n real and of m synthetic points.")
    x, y, dev = sp.symbols("x y d", real=True)
    d.algebra(
        (w * x + (1 - w) * (dev + y)) ** 2,
        w**2 * x**2 + (1 - w) ** 2 * (dev**2 + y**2) + 2 * (1 - w) * (w * x * (dev + y) + (1 - w) * dev * y),
        because="the squared error of the new mean, d that of the mean before; x, y and d are independent with means "
        "0 given what was before, so that products have the mean 0",
    )  # fmt: skip
    error = E(squared_error)
    noise = w**2 / n + kept / m
    left = kept ** (t - 1)
    said = d.solves(
        error, v0 * (left / n + noise * (1 - left) / (1 - kept)), index=t, initial=(1, v0 / n),
        next_value=kept * error + noise * v0,
        because="a fit keeps rho = (1 - w)^2 of it and adds v_0 (w^2/n + (1 - w)^2/m)",
    )  # fmt: skip
    return d.concludes(sp.Eq(error, said.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    retention = scenario.retention
    weight = exact(retention.weight)
    return {
        w: weight, kept: (1 - weight) ** 2, n: retention.real, m: retention.synthetic, t: generation,
        v0: exact(scenario.source.variance),
    }  # fmt: skip


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units; t counts fits."""
    retention, times = scenario.retention, np.asarray(generations, dtype=np.float64)
    return scenario.source.variance * weighted_means(retention.weight, retention.real, retention.synthetic, times)


def limit(scenario: Scenario, at: None = None) -> float:
    """v_0 (w^2/n + (1-w)^2/m)/(w (2-w)); infinity without a weight on real points."""
    weight, real, synthetic = scenario.retention.weight, scenario.retention.real, scenario.retention.synthetic
    if weight == 0:
        return np.inf
    return scenario.source.variance * (weight**2 / real + (1 - weight) ** 2 / synthetic) / (weight * (2 - weight))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Mean products of single points of all batches."""
    if generation == mpmath.inf and scenario.retention.weight == 0:
        return mpmath.inf
    return unit(scenario) * by_batches(scenario, generation)


def _weighted(weight: float, real: int, synthetic: int, variance: float = 2.25) -> Scenario:
    return with_policy(None, variance, kind="weighted", weight=weight, real=real, synthetic=synthetic)


CLAIM = Claim(
    id="gaussian-known-variance-weighted-mean-squared-error",
    title="With a known variance and weight w on n fresh real points the squared error of the mean settles at "
    "v_0 (w^2/n + (1-w)^2/m)/(w (2-w)) (t from 1 on)",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=(GAUSSIAN, KNOWN_VARIANCE, retains("weighted"), FAITHFUL, UNDISTURBED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(_weighted(0.3, 7, 11), t=(1, 2, 9)),
        Example(_weighted(0.3, 7, 11), t=(0, np.inf), algebra=False, simulate=False),
        Example(_weighted(0.0, 7, 11), t=(1, 5, np.inf), algebra=False, simulate=False),
        Example(_weighted(1.0, 7, 11), t=(1, 5, np.inf), algebra=False, simulate=False),
        Example(_weighted(0.618, 1, 1, 1e-6), t=(2, 30), simulate=False),
        Example(_weighted(0.01, 10**9, 3), t=(1, 30), simulate=False),
    ),
)  # fmt: skip
