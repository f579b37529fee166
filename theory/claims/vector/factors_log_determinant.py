r"""Where all data are kept, or models forget, fits multiply the determinant by independent factors: a sum of means.

$E\log\det\Sigma_t=\log\det\Sigma_0+\sum_{i=1}^d\left[\psi\left(\tfrac{N_1-i}2\right)-\log\tfrac{L_1}2\right]
+\sum_{k=2}^t\ell_k$, $\ell_k=E\log\det F_k$ about $-d(d+1)g^2/(2M)$ per fit under forgetting with the unbiased divisor,
and of order $1/k^2$ where all data are kept: there the determinant, and so every direction, settles at a positive
value.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, MOMENTS, SEVERAL_DIMENSIONS, UNDISTURBED
from theory.claims.gaussian.accumulate_log_variance import TWO_REAL_POINTS, frullani
from theory.claims.gaussian.factors import KEPT_OR_FORGOTTEN, keeps_all
from theory.claims.gaussian.one_fit import mellin
from theory.claims.gaussian.real_share import offset_of
from theory.claims.vector.determinant_reference import mean_log_determinant
from theory.claims.vector.one_fit import log_pivot_slope, scatter_is_wishart, triangular_factor
from theory.claims.vector.reference import exact_log_determinant, log_pivots
from theory.claims.vector.source import PLANE, SPACE, determinant, determinant0, exact_covariance, log_determinant
from theory.claims.vector.whitened import FULL_RANK, setting
from theory.derivation import Derivation, Verdict, agree
from theory.laws.kept_covariance import mean_log_of_batch, mean_log_of_move
from theory.laws.sums_over_fits import sum_over_fits
from theory.laws.symbols import N1, E, L, M, delta, dim, i, k, nu, t
from theory.laws.wishart import mean_log_pivots
from theory.laws.wishart_spectrum import MOST_DIMENSIONS
from theory.scenario import Scenario

ell = sp.Function("l_d", real=True)
DIMENSIONS = Assumption(
    f"the source has two dimensions where all data are kept, and at most {MOST_DIMENSIONS} under forgetting",
    lambda s: SEVERAL_DIMENSIONS.holds(s) and s.source.dimension <= (2 if keeps_all(s) else MOST_DIMENSIONS),
)
DIRECT = 20  # fits that the reference adds one by one
SERIES = 6  # terms of the series of the others in one over the size of the pool


def derive() -> Derivation:
    """The factor of one fit, its determinant row by row, the mean of its logarithm as an integral, and the sum."""
    a, c, x, y, w, s, z = sp.symbols("a c x y w s z", positive=True)
    s11, s12, s22 = sp.symbols("s_11 s_12 s_22", real=True)
    d = Derivation(
        "With Sigma_(k-1) = N N' the next covariance is N F_k N': where all data are kept and M points join a pool, "
        "making it P, F_k is [c + W + w z z']/L with W a Wishart matrix of M - 1 degrees of freedom, z the error of "
        "the mean of the batch, independent of it, w = 1 - M/P and c = L - M; under forgetting (1-g) + g W/L. Its law "
        "does not change under rotations, nor depend on what was before: logarithms of determinants add up."
    )
    scatter_is_wishart(d)
    triangular_factor(d)
    first = log_pivot_slope(d, mellin(d)).subs({M: N1, L: N1 - 1 + delta})
    d.algebra(
        sp.Matrix([[c + s11, s12], [s12, c + s22]]).det(), (c + s11) * (c + s22 - s12**2 / (c + s11)),
        because="in the plane: the determinant of c plus a scatter with the entries s, as a product of pivots",
    )  # fmt: skip
    S = c + x + w * y
    d.algebra(
        (1 - x / S) * (w - w**2 * y / S) - (w * sp.sqrt(x * y) / S) ** 2, w * c / S,
        because="given the first row, x its squares within the batch and y that of the mean, the second pivot is c and "
        "M - 2 squares and a form of two more, with this determinant and the trace 1 + w - (x + w^2 y)/S, S = c + x + "
        "w y the first pivot",
    )  # fmt: skip
    density = x ** (nu / 2 - 1) * sp.exp(-x / 2) / (2 ** (nu / 2) * sp.gamma(nu / 2))
    d.algebra(
        sp.Integral(sp.exp(-z * x) * density, (x, 0, sp.oo)), (1 + 2 * z) ** (-nu / 2),
        because="the Laplace transform of its squares, by integrating the density of a chi-square",
    )  # fmt: skip
    d.given(
        sp.log(a), sp.Integral((sp.exp(-s) - sp.exp(-s * a)) / s, (s, 0, sp.oo)), source="dlmf", check=frullani,
        because="Frullani's integral makes a mean logarithm of it; with the mean over x and y that is l_d(k), the mean "
        "of log det F_k",
    )  # fmt: skip
    d.given(
        ell(k), sp.Symbol(r"\sum_i \operatorname{E}[\log x_i]"), source="muirhead1982", check=eigenvalues_add_up,
        because="in more dimensions, under forgetting: the sum over the eigenvalues x_i of F_k, of known joint density",
    )  # fmt: skip
    start = sp.log(determinant0) + sp.Sum(first, (i, 1, dim))
    solved = d.solves(
        E(sp.log(determinant)), start + sp.Sum(ell(k), (k, 2, t)), index=t, initial=(1, start),
        next_value=E(sp.log(determinant)) + ell(t + 1),
        because="the first fit, to N_1 real points, adds d logarithms of pivots, every later one l_d(k)",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(sp.log(determinant)), solved.rhs, evaluate=False))


def eigenvalues_add_up() -> list[Verdict]:
    """The sum over eigenvalues beside the route row by row in the plane, and by gaps in space."""
    cases = ((2, 5, 1, 0.25), (2, 12, 0, 0.9), (3, 7, 1, 0.5))
    return [
        agree(mean_log_of_move(M, offset, g, d), mean_log_of_move_by_rows(M, offset, g, d), 1e-10)
        for d, M, offset, g in cases
    ]


def read(scenario: Scenario) -> tuple[int, int, float]:
    """N_1, M and the offset of the divisor."""
    return scenario.first_size, scenario.sample_size.constant, float(offset_of(scenario))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of the statement, l_d by the route row by row."""
    shift = offset_of(scenario)
    return {
        t: generation, N1: scenario.first_size, delta: sp.Rational(shift.numerator, shift.denominator),
        determinant0: exact_covariance(scenario).det(), dim: scenario.source.dimension,
        ell: lambda fit: sp.Float(_mean_log(scenario, int(fit)), 17),
    }  # fmt: skip


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E log det Sigma_t in nats; t counts fits. -inf from t = 1 on for a first fit to at most d points.

    Takes 0.2 s at t = 10^4 where all data are kept.
    """
    d, (first, size, offset) = scenario.source.dimension, read(scenario)
    t_ = np.asarray(generations, dtype=np.float64)
    if first <= d:
        return np.where(t_ > 0, -np.inf, log_determinant(scenario))
    if keeps_all(scenario):
        later = sum_over_fits(lambda y: mean_log_of_batch(size, y * size, offset), 2, first / size, t_)
    else:
        later = np.maximum(t_ - 1, 0.0) * _rate(scenario)
    return log_determinant(scenario) + np.where(t_ > 0, mean_log_pivots(first, offset, d).sum() + later, 0.0)


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite where all data are kept and the first fit has more than d points; else without bound."""
    if keeps_all(scenario) or scenario.first_size <= scenario.source.dimension:
        return float(evaluate(scenario, np.array([np.inf]))[0])
    return math.copysign(np.inf, _rate(scenario))


def _rate(scenario: Scenario) -> float:
    """What every fit but the first adds under forgetting."""
    d, (_, size, offset) = scenario.source.dimension, read(scenario)
    if scenario.retention.rate == 1.0:
        return float(mean_log_pivots(size, offset, d).sum())
    return mean_log_of_move(size, offset, scenario.retention.rate, d)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The sum over fits of means by the route row by row or by gaps; late ones from their series in one over k."""
    start = exact_log_determinant(scenario)
    if generation == 0:
        return start
    first, _, offset = read(scenario)
    start += mpmath.fsum(log_pivots(first, offset, scenario.source.dimension))
    if start == -mpmath.inf:
        return start
    if not keeps_all(scenario):
        rate = _mean_log(scenario, 2)
        return start + (generation - 1) * rate
    added = mpmath.fsum(_mean_log(scenario, fit) for fit in range(2, int(min(generation, DIRECT)) + 1))
    return start + added + (_series(scenario, generation) if generation > DIRECT else 0)


def _mean_log(scenario: Scenario, fit: float) -> mpf:
    """E log det F of fit k >= 2."""
    (first, size, offset), d = read(scenario), scenario.source.dimension
    if keeps_all(scenario):
        pool = first + (fit - 1) * size
        divisor = pool - 1 + offset
        return mean_log_determinant(size, divisor - size, 1 - size / pool) - 2 * mpmath.log(divisor)
    if scenario.retention.rate == 1.0:
        return mpmath.fsum(log_pivots(size, offset, d))
    return mean_log_of_move_by_rows(size, offset, scenario.retention.rate, d)


def mean_log_of_move_by_rows(M: int, offset: float, rate: float, d: int) -> mpf:
    divisor = M - 1 + offset
    return mean_log_determinant(M, (1 - rate) * divisor / rate, 0.0, d) + d * mpmath.log(mpf(rate) / divisor)


def _series(scenario: Scenario, generation: float) -> mpf:
    """The fits after ``DIRECT``: l_d(k) y^2 as a polynomial in 1/y, y batches in the pool, summed by zeta functions."""
    first, size, _ = read(scenario)
    beyond = DIRECT + mpf(first) / size  # of fit DIRECT + 1
    places = [beyond * mpf(j + 1) for j in range(SERIES)]
    matrix = mpmath.matrix([[place ** (-2 - power) for power in range(SERIES)] for place in places])
    values = mpmath.matrix([_mean_log(scenario, float(place - mpf(first) / size + 1)) for place in places])
    found = mpmath.lu_solve(matrix, values)
    ends = [beyond] if generation == mpmath.inf else [beyond, generation + mpf(first) / size]
    sums = [[mpmath.zeta(2 + power, end) for power in range(SERIES)] for end in ends]
    return mpmath.fsum(found[j] * (sums[0][j] - (sums[1][j] if len(sums) > 1 else 0)) for j in range(SERIES))


def accumulate(**first: int) -> dict:
    return {"kind": "accumulate", **first}


def forgetting(rate: float) -> dict:
    return {"kind": "forgetting", "rate": rate}


CLAIM = Claim(
    id="vector-factors-log-determinant",
    title="Where all data are kept the expected log-determinant in the plane tends to a finite limit; under "
    "exponential forgetting it changes by E log det(1 - g + g W/L) per fit, W a Wishart matrix, for d up to 10",
    kind=Kind.EXACT,
    statistic="log_determinant",
    assumptions=(
        SEVERAL_DIMENSIONS, FULL_RANK, MOMENTS, KEPT_OR_FORGOTTEN, CONSTANT_SIZE, FAITHFUL, UNDISTURBED,
        TWO_REAL_POINTS, DIMENSIONS,
    ),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-10,
    examples=(
        Example(setting(accumulate(), "mle", PLANE, 10), t=(1, 2, 5)),
        Example(setting(accumulate(first=25), "unbiased", PLANE, 3), t=(1, 3), simulate=False),
        Example(setting(accumulate(first=3), "unbiased", PLANE, 1), t=(1, 2, 4), simulate=False),
        Example(setting(accumulate(first=2), "unbiased", PLANE, 5), t=(0, 1, 4), algebra=False, simulate=False),
        Example(setting(accumulate(), "mle", PLANE, 10), t=(0, 10_000, np.inf), algebra=False, simulate=False),
        Example(setting(forgetting(0.3), "mle", PLANE, 10), t=(1, 2, 5)),
        Example(setting(forgetting(0.3), "unbiased", PLANE, 10), t=(0, np.inf), algebra=False, simulate=False),
        Example(setting(forgetting(0.5), "unbiased", SPACE, 7), t=(1, 2, 5), simulate=False),
        Example(setting(forgetting(0.9), "offset", SPACE, 11, offset=-4.0), t=(3,), simulate=False),
        Example(setting(forgetting(0.9), "offset", SPACE, 11, offset=-4.0), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(forgetting(0.999), "unbiased", PLANE, 3), t=(2, 1_000_000), algebra=False, simulate=False),
        Example(setting(forgetting(1.0), "mle", SPACE, 6), t=(1, 2, 9), algebra=False, simulate=False),
        Example(setting(forgetting(0.2), "mle", SPACE, 3), t=(0, 1, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
