r"""Under any policy, refitted without preference, the expected mean of a Gaussian model never moves: $E\mu_t=\mu_0$.

The mean of a fit is a weighted mean of points, real ones or draws of earlier models, whose weights do not look at their
values; a draw that is as it is, wider, narrower or cut on both sides has the mean of its model. No divisor and no
bandwidth plays a part.
"""

from fractions import Fraction

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.assumptions import GAUSSIAN, UNDISTURBED, refreshed
from theory.claims.families import kernel_density
from theory.claims.gaussian import (
    biased_fit,
    fresh_window,
    pool,
    real_share,
    scaled,
    subsample,
    varying,
    weighted,
    window,
)
from theory.claims.gaussian.one_fit import error, mu0, mut
from theory.derivation import Derivation
from theory.laws.symbols import E, k, z
from theory.scenario import Scenario

FITTED = Assumption(
    "the model is a normal law fitted by moments or a Gaussian kernel density",
    lambda s: s.estimator.kind in ("moments", "kernel"),
)
SYMMETRIC = Assumption(
    "the sampler draws from the model as it is, scaled about its mean or, from a normal law, cut on both sides of it",
    lambda s: (
        s.sampler.kind in ("faithful", "scaled") or (s.sampler.kind == "truncated" and s.estimator.kind == "moments")
    ),
)
NEVER_ENDING = ("constant", "polynomial", "geometric")


def derive() -> Derivation:
    """The mean of a draw, and the mean of a training set."""
    cutoff, s, share = sp.symbols("a sigma alpha", positive=True)
    n = sp.Symbol("n", integer=True, positive=True)
    d = Derivation("The mean of model t is the mean of its training set, or a weighted mean of it and of earlier ones.")
    bell, inside = sp.exp(-(z**2) / 2), (z, -cutoff, cutoff)
    d.algebra(
        sp.Integral((mut + s * z) * bell, inside) / sp.Integral(bell, inside), mut,
        because="the mean of a draw whose law is symmetric about the mean of the model: scaled by any factor, cut at "
        "any number of standard deviations, or as it is, at infinitely many; the jitter of a kernel has the mean 0",
    )  # fmt: skip
    total = d.algebra(
        share * mu0 + sp.Sum((1 - share) / n * mu0, (k, 1, n)) - mu0, sp.Integer(0),
        because="the bias of a weighted mean of real points and of draws, with weights that add up to 1 and do not "
        "depend on values, if every model before has the mean mu_0 in expectation: so none ever has another",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(error), total.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """Nothing to bind: the statement is a number."""
    return {}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """0, for every generation that has points."""
    last = int(max(generations, default=0))
    if last >= 1 and scenario.sample_size is not None:
        scenario.sample_size.at(last)
    if last >= 1 and scenario.retention.kind == "pool":
        scenario.retention.real_points(last), scenario.retention.synthetic_points(last)
    return np.zeros(len(generations))


def limit(scenario: Scenario, at: None = None) -> float:
    """0."""
    return 0.0


def never_ends(scenario: Scenario) -> bool:
    """Whether there are points in every generation: no list of sizes ends."""
    if scenario.retention.kind != "pool":
        return scenario.sample_size is None or scenario.sample_size.kind in NEVER_ENDING
    batches = (scenario.retention.real, scenario.retention.synthetic)
    return all(getattr(batch, "kind", "list") in NEVER_ENDING for batch in batches)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The recurrence of the means of all models, from the numbers of points of each in every training set."""
    fits = 30 if generation == mpmath.inf else int(generation)
    with mpmath.workdps(30):
        start = mpf(str(scenario.source.mean))
        means = [start]
        for fit in range(1, fits + 1):
            points = {0: Fraction(1)} if fit == 1 else _points_of(scenario, fit)
            weight = sum(points.values())
            share = {model: mpf(n.numerator) / n.denominator / weight for model, n in points.items()}
            means.append(mpmath.fsum(share[model] * means[model] for model in points))
        return means[fits] - start if abs(means[fits] - start) > mpf(10) ** -25 else mpf(0)


def _points_of(scenario: Scenario, fit: int) -> dict[int, Fraction]:
    """How much of the training set of a fit comes from each model before it; 0 is the source."""
    retention, size = scenario.retention, scenario.sample_size
    if retention.kind == "real_share":
        real = Fraction(repr(retention.share)) if retention.share else Fraction(retention.real or 0, size.at(fit))
        return {0: real, fit - 1: 1 - real}
    if refreshed(scenario):
        drawn, real = {0: Fraction(0)}, Fraction(size.at(1) if fit <= retention.length else 0)
        for batch in range(max(2, fit - retention.length + 1), fit + 1):
            fresh = retention.real_points(size.at(batch))
            drawn[batch - 1], real = Fraction(size.at(batch) - fresh), real + fresh
        return drawn | {0: real}
    if retention.kind == "weighted":
        real = Fraction(repr(retention.weight))
        return {0: real, fit - 1: 1 - real}
    if retention.kind in ("accumulate", "accumulate_subsample", "window"):
        earliest = max(1, fit - retention.length + 1) if retention.kind == "window" else 1
        first = getattr(retention, "first", None) or size.at(1)
        return {batch - 1: Fraction(first if batch == 1 else size.at(batch)) for batch in range(earliest, fit + 1)}
    if retention.kind == "pool":
        drawn = {batch - 1: Fraction(retention.synthetic_points(batch)) for batch in range(2, fit + 1)}
        return {0: Fraction(sum(retention.real_points(batch) for batch in range(1, fit + 1))), **drawn}
    return {fit - 1: Fraction(1)}


CLAIM = Claim(
    id="gaussian-mean-bias",
    title="Under any policy the expected mean of a Gaussian model refitted without preference stays that of the source",
    kind=Kind.EXACT,
    statistic="mean_bias",
    assumptions=(GAUSSIAN, FITTED, SYMMETRIC, UNDISTURBED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=never_ends,
    examples=(
        Example(varying.setting({"kind": "explicit", "sizes": [10, 5, 20]}), t=(0, 1, 3), simulate=False),
        Example(real_share.setting("iid", 6, "mle", share=0.35), t=(2, 5, 12), simulate=False),
        Example(weighted.setting(20, 20, 0.6, "mle"), t=(2, 5, np.inf), simulate=False),
        Example(window.setting(5, 3, "mle"), t=(1, 4, 12), simulate=False),
        Example(window.setting(5, 3, "unbiased"), t=(np.inf,), simulate=False),
        Example(fresh_window.setting(5, 3, "mle", real=1), t=(1, 4, np.inf), simulate=False),
        Example(scaled.setting(10, 0.9, "mle"), t=(4, np.inf), simulate=False),
        Example(biased_fit.setting(20, "unbiased", cutoff=1.6448536269514722), t=(1, 4), simulate=False),
        Example(subsample.setting(5, False, "mle"), t=(3, 10), simulate=False),
        Example(pool.setting(*pool.RUNNING_OUT, "unbiased"), t=(3, 10), simulate=False),
        Example(kernel_density.setting(20, bandwidth=0.3), t=(1, 15), simulate=False),
    ),
)  # fmt: skip
