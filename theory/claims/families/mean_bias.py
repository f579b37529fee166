r"""In an exponential family on the line, maximum likelihood makes the mean of the points that of the next model.

So the mean is a martingale: its expectation stays for ever, while almost every chain of exponential or Poisson laws
ends at 0.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.assumptions import REPLACED
from theory.claims.families import poisson, scale
from theory.claims.gaussian.one_fit import error, mut
from theory.claims.gaussian.reference import DIGITS, linear_iterate
from theory.derivation import Derivation
from theory.laws.symbols import E, M, k
from theory.scenario import Scenario

IN_A_FAMILY = Assumption(
    "the source is an exponential or a Poisson law", lambda s: s.family in ("exponential", "poisson")
)


def derive() -> Derivation:
    """Where the likelihood is greatest, and the mean of the points there."""
    m, x = sp.symbols("m x", positive=True)
    n = sp.Symbol("n", integer=True, nonnegative=True)
    d = Derivation("Model t+1 is the law of the family that is most likely given M points of model t.")
    exponential, rate = -sp.log(m) - x / m, x * sp.log(m) - m
    d.algebra(
        sp.Derivative(exponential, m) * m**2, sp.Derivative(rate, m) * m,
        because="the derivatives of one point's log-likelihood, exponential and Poisson, are both x - m up to a factor "
        "that all points have in common: their sum is 0 where m is the mean of the points",
    )  # fmt: skip
    d.algebra(
        sp.Integral(x * sp.exp(-x / m) / m, (x, 0, sp.oo)),
        sp.Sum(n * m**n * sp.exp(-m) / sp.factorial(n), (n, 0, sp.oo)),
        because="m is the mean of a point in both families",
    )  # fmt: skip
    total = d.algebra(
        sp.Sum(mut, (k, 1, M)) / M - mut, sp.Integer(0),
        because="the mean of M points has the mean of the model they are drawn from: a martingale, from mu_0 on",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(error), total.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """Nothing to bind: the statement is a number."""
    return {}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """0; t counts fits."""
    return np.zeros(len(generations))


def limit(scenario: Scenario, at: None = None) -> float:
    """0: the few chains that live make up for all others."""
    return 0.0


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The recurrence of the mean, its coefficient by quadrature or by summation over the points; 0 below 1e-25."""
    fits = 30 if generation == mpmath.inf else int(generation)
    with mpmath.workdps(DIGITS):
        if scenario.family == "poisson":
            start = mpf(str(scenario.source.rate))
            mean = poisson.expected("variance", scenario, fits)
        else:
            start = mpf(str(scenario.source.mean))
            factor = scale.factor_mean("exponential", scenario.sample_size.constant, _itself)
            mean = linear_iterate(mpmath.matrix([[factor]]), [start], fits)[0]
        bias = mean - start
        return bias if abs(bias) > mpf(10) ** -25 * start else mpf(0)


def _itself(x: mpf) -> mpf:
    return x


CLAIM = Claim(
    id="families-replace-mean-bias",
    title="The expected mean of a refitted exponential or Poisson law stays that of the source, for all t and all M",
    kind=Kind.EXACT,
    statistic="mean_bias",
    assumptions=(IN_A_FAMILY, *REPLACED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(scale.setting("exponential", 10), t=(0, 1, 5, 20), simulate=False),
        Example(scale.setting("exponential", 50, 20.0), t=(1, 30, np.inf), simulate=False),
        Example(poisson.setting(10), t=(0, 1, 5, 20), simulate=False),
        Example(poisson.setting(100, 40.0), t=(1, 20), simulate=False),
        Example(poisson.setting(1_000_000_000, 1e-6), t=(1, 1_000_000, np.inf), simulate=False),
    ),
)  # fmt: skip
