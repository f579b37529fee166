r"""The density of the variance of a chain with real points, fresh or kept, at every t and in the end.

$p_{v_t}(x)$ is one integral over the transform of $v_t$, which given the model before is a product of three factors;
the law of the model before, in mean and variance, is carried from fit to fit by one matrix on polynomials.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.factors_variance_density import product_density
from theory.claims.gaussian.real_share import setting
from theory.claims.gaussian.real_share_cdf_reference import DENSITY, law
from theory.claims.gaussian.real_share_inversion import VARIANCE_LAW, bindings, density_of_variance, reading
from theory.claims.gaussian.replace_variance_density import density
from theory.derivation import Derivation
from theory.laws.symbols import v0, x
from theory.scenario import Scenario


def derive() -> Derivation:
    """The joint law of one fit, the transform of the variance, and the inversion of that."""
    d = Derivation(
        "Mean and variance of a model are one Markov chain: given model t, the squares of both batches and the "
        "distance of their means are independent, and the transform of the next variance is a product."
    )
    found = density_of_variance(d, product_density(x / v0))
    return d.concludes(sp.Eq(density, found.lhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The density of v_t at ``at``, t counts fits; errors are some 1e-9 of its largest values.

    At t = 0, of a point mass, it is 0 or infinite.

    Takes 0.1 s for a new level, 0.5 s for a new setting, 2 s with scheme "iid"; with a small share 0.4 s more for each
    of up to 20 first fits, 2 s with "iid".
    """
    unit = scenario.source.variance
    return np.array([
        0.0 if at <= 0 else _of_source(at, unit) if t == 0 else reading(DENSITY, scenario, t, at / unit) / unit
        for t in np.asarray(generations).tolist()
    ])  # fmt: skip


def _of_source(at: float, unit: float) -> float:
    return np.inf if at == unit else 0.0


def limit(scenario: Scenario, at: float) -> float:
    """The stationary law's."""
    return float(evaluate(scenario, np.array([np.inf]), at)[0])  # type: ignore[arg-type]


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """One fit: the chi-square density; more: nested quadrature."""
    unit = scenario.source.variance
    if at <= 0:
        return mpf(0)
    if generation == 0:
        return mpf("inf") if at == unit else mpf(0)
    return law(DENSITY, scenario, generation, at / unit) / mpf(repr(unit))


CLAIM = Claim(
    id="gaussian-real-share-variance-density",
    title="With a share of real points, fresh or kept, the density of the variance after t fits, and in the end, is an "
    "integral over a mean over the model before",
    kind=Kind.EXACT,
    statistic="variance_density",
    assumptions=VARIANCE_LAW,
    derive=derive,
    bindings=bindings(DENSITY, product_density),
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-8,
    examples=(
        Example(setting("stratified", 50, "mle", real=20), t=(1, 2), at=2.25, simulate=False),
        Example(setting("stratified", 200, "offset", offset=0.5, real=10), t=(2,), at=2.0, simulate=False),
        Example(setting("iid", 40, "unbiased", share=0.25), t=(1, 2), at=1.5, algebra=False, simulate=False),
        Example(setting("fixed", 60, "mle", real=30), t=(2,), at=2.0, algebra=False, simulate=False),
        Example(setting("stratified", 1000, "mle", real=999), t=(np.inf,), at=2.2, algebra=False, simulate=False),
        Example(setting("stratified", 50, "mle", real=20), t=(0, 3, np.inf), at=0.0, algebra=False, simulate=False),
    ),
)  # fmt: skip
