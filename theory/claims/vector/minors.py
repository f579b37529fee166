"""What claims about expected determinants share: minors of sums of points, bordered matrices, settings, references.

All is in coordinates in which the source is N(0, I), where the mean determinant of j rows of the covariance V of a
model does not depend on the rows. ff(m, j) is the falling factorial m (m-1) ... (m-j+1).
"""

import itertools
from collections.abc import Callable
from fractions import Fraction

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float
from mpmath import mpf

from theory.claim import Assumption, exact
from theory.claims.assumptions import FAITHFUL, MOMENTS, SEVERAL_DIMENSIONS, UNDISTURBED
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.reference import at_infinity
from theory.claims.vector import simplices
from theory.claims.vector.plane import determinant_in_the_plane
from theory.claims.vector.source import PLANE, determinant0, exact_covariance, log_determinant, rank
from theory.derivation import Derivation, Step, Verdict, agree
from theory.laws.symbols import L, M, delta, dim, j, m, t
from theory.scenario import Scenario, parse_scenario
from theory.scenario.source import GaussianSource

minor, moved = sp.Function("Delta"), sp.Function("Delta_mu")  # (j, t): E det V, and E det(V + dd') - E det V
ff = sp.ff
Weights = Callable[[sp.Expr, sp.Expr], tuple[sp.Expr, sp.Expr]]  # of Delta(j, t-1), Delta_mu(j, t-1) in k rows after
SQUARE_PLANE = GaussianSource(kind="gaussian", mean=(0.0, 0.0), covariance=((1.0, 0.0), (0.0, 1.0)))
STATE_DIGITS = 60
NOTHING = mpf(10) ** -45


def vector_policy(*policy: Assumption) -> tuple[Assumption, ...]:
    """The conditions of a claim about a policy in several dimensions."""
    return (SEVERAL_DIMENSIONS, MOMENTS, *policy, FAITHFUL, UNDISTURBED)


def sums_of_points(d: Derivation) -> Step:
    """The mean determinant of a matrix to which outer products of points are added."""
    B = sp.IndexedBase("b")
    return d.given(
        sp.Symbol(r"\operatorname{E}\det\Big(B+\sum_{i=1}^mz_iz_i'\Big)"), sp.Sum(ff(m, j) * B[j], (j, 0, m)),
        source="muirhead1982", check=small_sums,
        because="Cauchy and Binet: a determinant of B and outer products of independent points, of mean A = E z z', "
        "has every point in a term once or not at all, so that its mean has ff(m, j) = m (m-1) ... (m-j+1) times b_j, "
        "the coefficient of s^j in det(B + s A)",
    )  # fmt: skip


def bordered_points(d: Derivation) -> None:
    """From determinants of squares about a mean to those of sums of (1, x)(1, x)', in powers of two numbers."""
    P, s1, s2, p11, p12, p22 = sp.symbols("P s_1 s_2 p_11 p_12 p_22", real=True)
    a, b, d1, d2, x, y = sp.symbols("a b d_1 d_2 sigma tau", real=True)
    d.algebra(
        sp.Matrix([[P, s1, s2], [s1, p11, p12], [s2, p12, p22]]).det(),
        P * ((p11 - s1**2 / P) * (p22 - s2**2 / P) - (p12 - s1 * s2 / P) ** 2),
        because="P points with the sums s and sums of products p: the determinant of the sum of (1, x)(1, x)' is P "
        "times that of the squares about the mean, here of two rows",
    )  # fmt: skip
    point = sp.Matrix([[1, d1, d2], [d1, a + d1**2, d1 * d2], [d2, d1 * d2, b + d2**2]])
    d.algebra(
        (x * sp.eye(3) + y * point).det(),
        (x + y) * (x + y * a) * (x + y * b) + x * y * (d1**2 * (x + y * b) + d2**2 * (x + y * a)),
        because="a real point has the second moments I, one of a model those of N(d, V), here V = diag(a, b): in "
        "powers of sigma and tau stand minors of V, with sigma + tau, and what d adds to minors of V + dd', with sigma",
    )  # fmt: skip


def minors_about_the_source(d: Derivation) -> None:
    """From determinants about the mean and about mu_0 to that of V + dd' of the new model."""
    P, s1, s2, p11, p12, p22 = sp.symbols("P s_1 s_2 p_11 p_12 p_22", real=True)
    about = sp.Matrix([[p11, p12], [p12, p22]])
    mean = sp.Matrix([[s1**2, s1 * s2], [s1 * s2, s2**2]])
    scatter = about - mean / P
    d.algebra(
        (scatter + L * mean / P**2).det(), L / P * about.det() + (1 - L / P) * scatter.det(),
        because="L (V + dd') of the new model is the squares about the mean and L times those of the mean: linear in "
        "the latter, between the determinants about the mean and about mu_0",
    )  # fmt: skip


def after_a_fit(d: Derivation, weights: Weights, divisor: sp.Expr) -> sp.Expr:
    """The step to E det of all rows of model t from means of model t - 1; ``divisor`` is that of all weights."""
    of_minor, of_moved = weights(dim, j)
    over, scale = (j, 0, dim), determinant0 / divisor
    parts = [weight * mean(j, t - 1) for weight, mean in ((of_minor, minor), (of_moved, moved)) if weight != 0]
    said = scale * sp.Sum(sp.Add(*parts), over)
    apart = sp.Add(*(scale * sp.Sum(part if len(parts) > 1 else sp.factor(part), over) for part in parts))
    return d.algebra(
        apart, said,
        because="so the mean of the determinant of all d rows: Delta(j, s) is that of j rows of model s over that of "
        "the source, Delta_mu(j, s) what the outer product of mu_s - mu_0 adds to it",
    ).rhs  # fmt: skip


def given(scenario: Scenario) -> dict:
    """What a scenario with constant sizes says, to 60 digits."""
    size, offset = scenario.sample_size.constant, offset_of(scenario)
    shift = sp.Rational(offset.numerator, offset.denominator)
    return {
        M: sp.Integer(size), L: sp.Float(size - 1 + shift, STATE_DIGITS), delta: shift, dim: rank(scenario),
        determinant0: exact_covariance(scenario).det(),
    }  # fmt: skip


def history(
    values: Callable[[int], dict], rows: tuple[Weights, Weights], powers: Callable[[int], tuple[sp.Expr, sp.Expr]],
    start: tuple[list, list], fits: int,
) -> list[tuple[list, list]]:  # fmt: skip
    """Both kinds of means for k = 0 ... d rows after 0, 1, ... fits, by iterating the equations of a derivation.

    ``values(t)`` are those of the symbols at fit t, ``powers(k)`` the divisors of the two rows.
    """
    states = [start]
    for fit in range(1, fits + 1):
        u, w = states[-1]
        now = values(fit)
        new: tuple[list, list] = ([u[0]], [w[0]])
        for count in range(1, len(u)):
            for kind, weights in enumerate(rows):
                total = sp.Integer(0)
                for place in range(count + 1):
                    x, y = (sp.sympify(weight).subs(now) for weight in weights(sp.Integer(count), sp.Integer(place)))
                    total += x * u[place] + y * w[place]
                divisor = sp.sympify(powers(count)[kind]).subs(now)
                new[kind].append(sp.Float(total / divisor, STATE_DIGITS))
        states.append(new)
    return states


def bound_means(states: list[tuple[list, list]]) -> dict:
    """The two functions of the statement."""
    return {
        function: lambda place, fit, kind=kind: states[int(fit)][kind][int(place)]
        for kind, function in enumerate((minor, moved))
    }  # fmt: skip


def source_means(d: int) -> tuple[list, list]:
    """Of the source: V = I and d = 0."""
    return [sp.Integer(1)] * (d + 1), [sp.Integer(0)] * (d + 1)


def reference(scenario: Scenario, generation: float) -> mpf:
    """E det Sigma_t: in the plane by sums over single points, elsewhere by volumes of simplices."""
    start = exact_covariance(scenario).det()
    if not start:
        return mpf(0)
    with mpmath.workdps(STATE_DIGITS):
        if generation == mpmath.inf:
            return at_infinity(lambda later: reference(scenario, later))
        flat = scenario.source.dimension == 2
        share = (
            determinant_in_the_plane(scenario, generation) if flat else simplices.determinant(scenario, int(generation))
        )
        return mpmath.chop(share, tol=NOTHING) * int(start.p) / int(start.q)


def with_logarithm(scenario: Scenario, logarithm: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """det Sigma_0 times what has this logarithm; 0 for a singular source."""
    with np.errstate(over="ignore"):
        return np.exp(log_determinant(scenario) + logarithm)


def times_source(scenario: Scenario, factor: float) -> float:
    """det Sigma_0 times a number, which may be infinite; 0 for a singular source."""
    start = float(np.exp(log_determinant(scenario)))
    return start * factor if start else 0.0


def setting(
    retention: dict, size: dict | int | None, divisor: str, covariance: tuple = PLANE, **offset: float
) -> Scenario:
    """A scenario for the examples, around a mean that is not zero."""
    sizes = {"kind": "constant", "size": size} if isinstance(size, int) else size
    return parse_scenario({
        "source": {"kind": "gaussian", "mean": [0.5 - i for i in range(len(covariance))], "covariance": covariance},
        "retention": retention,
        "estimator": {"kind": "moments", "divisor": divisor, **offset},
        **({} if sizes is None else {"sample_size": sizes}),
    })  # fmt: skip


def small_sums() -> list[Verdict]:
    """Two and three points of N(mu, A - mu mu') in the plane beside a fixed matrix, by Gauss-Hermite quadrature."""
    nodes, chances = np.polynomial.hermite_e.hermegauss(3)
    chances = chances / chances.sum()
    fixed, mean, factor = np.array([[2.0, 0.5], [0.5, 1.0]]), np.array([0.3, -1.0]), np.array([[1.0, 0.0], [0.7, 2.0]])
    second = np.outer(mean, mean) + factor @ factor.T
    cross = fixed[0, 0] * second[1, 1] + fixed[1, 1] * second[0, 0] - 2 * fixed[0, 1] * second[0, 1]
    verdicts = []
    for count in (2, 3):
        points = mean + np.array(list(itertools.product(nodes, repeat=2 * count))).reshape(-1, count, 2) @ factor.T
        chance = np.prod(np.array(list(itertools.product(chances, repeat=2 * count))), axis=1)
        found = np.linalg.det(fixed + np.einsum("spi,spj->sij", points, points)) @ chance
        by_coefficients = np.linalg.det(fixed) + count * cross + count * (count - 1) * np.linalg.det(second)
        verdicts.append(agree(found, by_coefficients, 1e-11))
    return verdicts


def number(x: Fraction | float) -> sp.Rational:
    """A rational for sympy."""
    return sp.Rational(x.numerator, x.denominator) if isinstance(x, Fraction) else exact(x)
