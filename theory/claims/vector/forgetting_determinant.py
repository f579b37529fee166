r"""Exponential forgetting slows the fall of the expected determinant: a fit takes the part $g^2$ of what it would.

$$\frac{E\det\Sigma_t}{\det\Sigma_0}=\frac{(M-1)^{\underline d}}{L^d}\left[\sum_{j=0}^d\binom dj(1-g)^{d-j}\left(\frac
gL\right)^j(M-1)^{\underline j}\right]^{t-1};$$ for the unbiased divisor the factor is about $1-\frac{d(d-1)g^2}{2M}$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import CONSTANT_SIZE, retains, sample_size_at_least
from theory.claims.gaussian.forgetting import read
from theory.claims.vector import minors
from theory.claims.vector.minors import ff
from theory.claims.vector.one_fit import scatter_is_wishart
from theory.claims.vector.source import SHEET, SPACE, determinant, determinant0
from theory.derivation import Derivation
from theory.laws.block_factors import log_fitted, log_forgotten
from theory.laws.geometric import power
from theory.laws.symbols import E, L, M, dim, g, j, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The mean determinant of a mixture of the identity and a scatter, in the plane also by second moments."""
    d = Derivation(
        "In coordinates of the model a fit is (1-g) I + (g/L) X, X the scatter of M points, a sum of M - 1 outer "
        "products. ff(m, j) is m (m-1) ... (m-j+1)."
    )
    scatter_is_wishart(d)
    minors.sums_of_points(d)
    term = sp.binomial(dim, j) * (1 - g) ** (dim - j) * (g / L) ** j * ff(M - 1, j)
    plane = sum(term.subs(dim, 2).subs(j, i) for i in range(3))
    d.algebra(
        (1 - g + g * (M - 1) / L) ** 2 - g**2 * (M - 1) / L**2, plane,
        because="the mean determinant f: in the plane the means of the entries on the diagonal, which are independent, "
        "multiply, and the square of the one beside has the mean (g/L)^2 (M-1); of d rows the weight of (1-g)^(d-j) is "
        "that of j among the M - 1 vectors",
    )  # fmt: skip
    d.algebra(
        plane.subs(L, M - 1) - 1, -(g**2) / (M - 1),
        because="for example f - 1 in the plane for the unbiased divisor, g^2 times what it is for replaced data",
    )  # fmt: skip
    f, start = sp.Sum(term, (j, 0, dim)), determinant0 * ff(M - 1, dim) / L**dim
    solved = d.solves(
        E(determinant), start * f ** (t - 1), index=t, initial=(1, start), next_value=f * E(determinant),
        because="the first model is a fit to real points; then the factors, independent of the model, multiply",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(determinant), solved.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    rate = minors.number(scenario.retention.rate)
    return minors.given(scenario) | {g: sp.Float(rate, minors.STATE_DIGITS), t: generation}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E det Sigma_t in data units to the power 2d; t counts fits."""
    size, offset, rate = read(scenario)
    d = scenario.source.dimension
    first = log_fitted(np.array([float(size)]), offset, d)[0]
    later = power(log_forgotten(size, offset, rate, d), np.maximum(generations - 1, 0))
    with np.errstate(divide="ignore"):
        return minors.with_logarithm(scenario, np.where(generations > 0, first + np.log(later), 0.0))


def limit(scenario: Scenario, at: None = None) -> float:
    """0 where f is below 1, infinity above, and the value after one fit where it is 1."""
    size, offset, rate = read(scenario)
    change = log_forgotten(size, offset, rate, scenario.source.dimension)
    first = float(evaluate(scenario, np.array([1]))[0])
    return first if change == 0 or first == 0 else (0.0 if change < 0 else np.inf)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Sums over single points in the plane, volumes elsewhere; the limit by what the second fit does."""
    if generation == mpmath.inf:
        one, two = (minors.reference(scenario, fit) for fit in (1, 2))
        return one if one == two else mpf(0) if two < one else mpf(mpmath.inf)
    return minors.reference(scenario, generation)


def _setting(size: int, rate: float, divisor: str, *covariance: tuple, **offset: float) -> Scenario:
    return minors.setting({"kind": "forgetting", "rate": rate}, size, divisor, *covariance, **offset)


CLAIM = Claim(
    id="vector-forgetting-determinant",
    title="With exponential forgetting a fit multiplies the expected determinant by one number, which for the unbiased "
    "divisor and small g is about 1 - d (d-1) g^2/(2M) (t from 1 on)",
    kind=Kind.EXACT,
    statistic="determinant",
    assumptions=minors.vector_policy(retains("forgetting"), CONSTANT_SIZE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(_setting(10, 0.3, "unbiased", SPACE), t=(1, 2, 6)),
        Example(_setting(8, 0.6, "mle"), t=(1, 5), simulate=False),
        Example(_setting(5, 0.5, "offset", SHEET, offset=0.5), t=(1, 3), simulate=False),
        Example(_setting(2, 0.4, "unbiased"), t=(0, 1, 5, np.inf), algebra=False, simulate=False),
        Example(_setting(10, 0.3, "unbiased"), t=(50, np.inf), algebra=False, simulate=False),
        Example(_setting(5, 0.4, "offset", offset=-3.0), t=(4, np.inf), algebra=False, simulate=False),
        Example(_setting(3, 1.0, "mle"), t=(4, np.inf), algebra=False, simulate=False),
        Example(_setting(10**9, 1e-4, "mle"), t=(1, 1_000_000), algebra=False, simulate=False),
    ),
)  # fmt: skip
