r"""With real points, fresh or kept, the variance of a chain settles to a law with a density: its distribution.

$P(v_t\le x)$ is one integral over the transform of $v_t$, which given the model before is a product of three factors;
the law of the model before, in mean and variance, is carried from fit to fit by one matrix on polynomials.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.factors_variance_cdf import P, product_cdf
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.real_share import setting
from theory.claims.gaussian.real_share_cdf_reference import BELOW, law
from theory.claims.gaussian.real_share_inversion import VARIANCE_LAW, bindings, distribution_of_variance, reading
from theory.derivation import Derivation
from theory.laws.symbols import t, v0, x
from theory.scenario import Scenario


def derive() -> Derivation:
    """The joint law of one fit, the transform of the variance, and the inversion of that."""
    d = Derivation(
        "Mean and variance of a model are one Markov chain: given model t, the squares of both batches and the "
        "distance of their means are independent, and the transform of the next variance is a product."
    )
    found = distribution_of_variance(d, product_cdf(x / v0))
    return d.concludes(sp.Eq(P(sp.Le(v(t), x)), found.lhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """P(v_t <= at), t counts fits; errors are absolute, below 1e-9.

    Takes 0.1 s for a new level, 0.5 s for a new setting, 2 s with scheme "iid"; with a small share 0.4 s more for each
    of up to 20 first fits, 2 s with "iid".
    """
    unit = scenario.source.variance
    return np.array([
        float(at >= unit) if t == 0 else 0.0 if at <= 0 else reading(BELOW, scenario, t, at / unit)
        for t in np.asarray(generations).tolist()
    ])  # fmt: skip


def limit(scenario: Scenario, at: float) -> float:
    """The stationary law's."""
    return float(evaluate(scenario, np.array([np.inf]), at)[0])  # type: ignore[arg-type]


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """One fit: the incomplete Gamma function; more: nested quadrature."""
    unit = scenario.source.variance
    if at <= 0 or generation == 0:
        return mpf(int(0 < at >= unit))
    return law(BELOW, scenario, generation, at / unit)


CLAIM = Claim(
    id="gaussian-real-share-variance-cdf",
    title="A share of real points, fresh or kept, lets the variance settle to a law with a density; its distribution "
    "function after t fits is an integral over a mean over the model before",
    kind=Kind.EXACT,
    statistic="variance_cdf",
    assumptions=VARIANCE_LAW,
    derive=derive,
    bindings=bindings(BELOW, product_cdf),
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=2e-9,
    examples=(
        Example(setting("stratified", 50, "mle", real=20), t=(1, 2), at=2.25),
        Example(setting("stratified", 200, "offset", offset=0.5, real=10), t=(2,), at=2.0, simulate=False),
        Example(setting("iid", 40, "unbiased", share=0.25), t=(1, 2), at=1.5, algebra=False),
        Example(setting("fixed", 60, "mle", real=30), t=(2,), at=2.0, algebra=False),
        Example(setting("stratified", 1000, "mle", real=999), t=(np.inf,), at=2.2, algebra=False, simulate=False),
        Example(setting("stratified", 50, "mle", real=20), t=(0, 3, np.inf), at=0.0, algebra=False, simulate=False),
        Example(setting("stratified", 50, "mle", real=20), t=(0, 1), at=1e300, algebra=False, simulate=False),
    ),
)  # fmt: skip
