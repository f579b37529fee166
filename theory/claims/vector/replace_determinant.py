r"""The mean of the determinant falls geometrically even where the mean of the covariance stays: the axes go apart.

$E\det\Sigma_t=\det\Sigma_0\left(\prod_{i=1}^d\frac{M-i}L\right)^t$. For the unbiased divisor the factor is below 1
in $d>1$ dimensions, about $1-\frac{d(d-1)}{2M}$, although every $E\,\Sigma_t$ is $\Sigma_0$. The typical determinant,
$\exp E\log\det\Sigma_t$, falls faster, about $1-\frac{d(d+1)}{2M}$ per fit: the mean is carried by few chains.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import VECTOR_REPLACE, sample_size_at_least
from theory.claims.gaussian.one_fit import mellin, order
from theory.claims.gaussian.reference import DIGITS, at_infinity, linear_iterate
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.vector.one_fit import triangular_factor
from theory.claims.vector.source import (
    PLANE,
    SHEET,
    SPACE,
    bindings,
    determinant,
    determinant0,
    exact_covariance,
    log_determinant,
    vector_setting,
)
from theory.derivation import Derivation
from theory.laws.symbols import E, L, M, dim, i, nu, t
from theory.laws.wishart import log_mean_pivots
from theory.scenario import Scenario


def derive() -> Derivation:
    """The mean of one squared pivot; their product, and its power."""
    d = Derivation(
        "One fit multiplies the determinant by the product of the d squared pivots of a triangular matrix, which are "
        "independent chi-squares over L."
    )
    triangular_factor(d)
    pivot = mellin(d).subs(nu, M - i) / L**order
    mean = d.algebra(
        sp.Subs(pivot, order, 1), (M - i) / L,
        because="the mean of a squared pivot: for the unbiased divisor 1 for the first and less for all others",
    )  # fmt: skip
    product = sp.Product(mean.rhs, (i, 1, dim))
    solved = d.solves(
        E(determinant), determinant0 * product**t, index=t, next_value=product * E(determinant),
        initial=(0, determinant0),
        because="pivots are independent of each other and of the model, so that the means multiply; where M <= d one "
        "factor is 0",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(determinant), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E det Sigma_t in data units to the power 2d; 0 for a singular source, and from t = 1 on where M <= d."""
    rate = log_mean_pivots(*size_and_offset(scenario), scenario.source.dimension).sum()
    logarithm = log_determinant(scenario) + np.where(generations > 0, np.maximum(generations, 1) * rate, 0.0)
    with np.errstate(over="ignore"):
        return np.exp(logarithm)


def limit(scenario: Scenario, at: None = None) -> float:
    """0 for every divisor from M - 1 on; infinity where the mean of the product of the pivots is above 1."""
    rate = log_mean_pivots(*size_and_offset(scenario), scenario.source.dimension).sum()
    start = float(np.exp(log_determinant(scenario)))
    return start if rate == 0 or start == 0 else 0.0 if rate < 0 else np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """By Cauchy and Binet: a sum over choices of d of the M - 1 vectors, each with the mean square d! (Leibniz)."""
    if generation == mpmath.inf:
        return at_infinity(lambda later: reference(scenario, later))
    size, offset = size_and_offset(scenario)
    d, start = scenario.source.dimension, exact_covariance(scenario).det()
    with mpmath.workdps(DIGITS + 15):
        choices = mpf(math.comb(size - 1, d) * math.factorial(d))
        step = mpmath.matrix([[choices / (size - 1 + mpf(str(offset))) ** d]])
        return linear_iterate(step, [mpf(int(start.p)) / int(start.q)], int(generation))[0]


CLAIM = Claim(
    id="vector-replace-determinant",
    title="The expected determinant is multiplied by the product of (M-i)/L over i = 1, ..., d in every fit: it falls "
    "for the unbiased divisor too, and is 0 after one fit to M <= d points",
    kind=Kind.EXACT,
    statistic="determinant",
    assumptions=(*VECTOR_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(vector_setting(10, "unbiased", SPACE), t=(0, 1, 5)),
        Example(vector_setting(10, "mle"), t=(1, 5)),
        Example(vector_setting(4, "mle", SPACE), t=(1, 10), simulate=False),
        Example(vector_setting(30, "offset", PLANE, offset=0.5), t=(1, 20)),
        Example(vector_setting(3, "unbiased"), t=(1, 20), simulate=False),
        Example(vector_setting(10, "mle", SPACE), t=(600,), simulate=False),
        Example(vector_setting(1_000_000_000, "unbiased"), t=(1, 1_000_000), simulate=False),
        Example(vector_setting(10, "offset", SPACE, offset=-6.5), t=(5, np.inf), algebra=False, simulate=False),
        Example(vector_setting(3, "mle", SPACE), t=(0, 1, 7, np.inf), algebra=False, simulate=False),
        Example(vector_setting(2, "mle"), t=(1, 7), algebra=False, simulate=False),
        Example(vector_setting(10, "mle", SHEET), t=(0, 1, 7, np.inf), algebra=False, simulate=False),
        Example(vector_setting(10, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
