r"""Where all data are kept, or models forget, fits multiply the determinant by independent factors: a sum of means.

$E\log\det\Sigma_t=\log\det\Sigma_0+\sum_{i=1}^d\left[\psi\left(\tfrac{N_1-i}2\right)-\log\tfrac{L_1}2\right]
+\sum_{k=2}^t\ell_k$, $\ell_k=E\log\det F_k$ about $-d(d+1)g^2/(2M)$ per fit under forgetting with the unbiased divisor,
and about $-d(d+3)/(2Mk^2)$ where all data are kept: there the determinant, and so every direction, settles at a
positive positive value. Until it is full a window keeps all data too, and a pool may have batches of any sizes.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.assumptions import FAITHFUL, MOMENTS, SEVERAL_DIMENSIONS, UNDISTURBED
from theory.claims.gaussian.accumulate_log_variance import frullani
from theory.claims.gaussian.one_fit import mellin
from theory.claims.gaussian.real_share import offset_of
from theory.claims.vector.joined_reference import mean_log, mean_log_joined, summed_over_fits
from theory.claims.vector.one_fit import log_pivot_slope, scatter_is_wishart, triangular_factor
from theory.claims.vector.one_real_batch import (
    ONE_REAL_BATCH,
    SEVERAL_REAL_POINTS,
    SIZES,
    WIDE_ENOUGH,
    batch,
    chain,
    pooled,
    reach,
    settles,
)
from theory.claims.vector.reference import exact_log_determinant, log_pivots
from theory.claims.vector.source import PLANE, SPACE, determinant, determinant0, exact_covariance, log_determinant
from theory.claims.vector.whitened import FULL_RANK, setting
from theory.derivation import Derivation, Verdict, agree
from theory.laws.joined_covariance import JoinedBatch
from theory.laws.kept_covariance import mean_log_of_move
from theory.laws.symbols import N1, E, L, M, delta, dim, i, k, nu, t
from theory.laws.wishart import mean_log_pivots
from theory.laws.wishart_spectrum import MOST_DIMENSIONS
from theory.scenario import Scenario

ell = sp.Function("l_d", real=True)
FIVE, TEN = (tuple(tuple(1.0 + (row == column) for column in range(d)) for row in range(d)) for d in (5, 10))
KEPT_OR_FORGOTTEN = Assumption(
    f'{ONE_REAL_BATCH.name}, or "forgetting"',
    lambda s: ONE_REAL_BATCH.holds(s) or s.retention.kind == "forgetting",
)
FEW_DIMENSIONS = Assumption(
    f"the source has at most {MOST_DIMENSIONS} dimensions",
    lambda s: SEVERAL_DIMENSIONS.holds(s) and s.source.dimension <= MOST_DIMENSIONS,
)


def derive() -> Derivation:
    """The factor of one fit, its determinant row by row, the mean of its logarithm as an integral, and the sum."""
    a, c, h, q, x, y, w, s, z = sp.symbols("a c h q x y w s z", positive=True)
    d = Derivation(
        "With Sigma_(k-1) = N N' the next covariance is N F_k N': where all data are kept and M points join a pool, "
        "making it P, F_k is [c + W + w z z']/L with W a Wishart matrix of M - 1 degrees of freedom, z the error of "
        "the mean of the batch, independent of it, w = 1 - M/P and c = L - M; under forgetting (1-g) + g W/L. Its law "
        "does not change under rotations, nor depend on what was before: logarithms of determinants add up."
    )
    scatter_is_wishart(d)
    triangular_factor(d)
    first = log_pivot_slope(d, mellin(d)).subs({M: N1, L: N1 - 1 + delta})
    along = sp.sqrt(x) * y
    d.algebra(
        sp.Matrix([[c + x, along], [along, c + w * h + y**2 + q]]).det(),
        (c + x) * (c + w * h + q + c * y**2 / (c + x)),
        because="in the plane, the second axis along z and h = z'z: x the squares of W along the first axis, y normal "
        "and q chi-square with M - 2 degrees of freedom. In more dimensions c y^2/(c + x) becomes a sum of such terms "
        "over the eigenvalues x of W across z, and q has M - d degrees of freedom",
    )  # fmt: skip
    density = x ** (nu / 2 - 1) * sp.exp(-x / 2) / (2 ** (nu / 2) * sp.gamma(nu / 2))
    d.algebra(
        sp.Integral(sp.exp(-z * x) * density, (x, 0, sp.oo)), (1 + 2 * z) ** (-nu / 2),
        because="the Laplace transform of its squares, by integrating the density of a chi-square",
    )  # fmt: skip
    d.given(
        sp.log(a), sp.Integral((sp.exp(-s) - sp.exp(-s * a)) / s, (s, 0, sp.oo)), source="dlmf", check=frullani,
        because="Frullani's integral makes a mean logarithm of it; with the mean over x that of log det F_k, l_d(k)",
    )  # fmt: skip
    d.given(
        ell(k), sp.Symbol(r"\sum_i \operatorname{E}[\log x_i]"), source="muirhead1982", check=eigenvalues_add_up,
        because="which is a sum over the eigenvalues x_i of F_k; those of W have a known joint density, for which "
        "means of sums and of products over all eigenvalues are Pfaffians",
    )  # fmt: skip
    start = sp.log(determinant0) + sp.Sum(first, (i, 1, dim))
    solved = d.solves(
        E(sp.log(determinant)), start + sp.Sum(ell(k), (k, 2, t)), index=t, initial=(1, start),
        next_value=E(sp.log(determinant)) + ell(t + 1),
        because="the first fit, to N_1 real points, adds d logarithms of pivots, every later one l_d(k)",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(sp.log(determinant)), solved.rhs, evaluate=False))


def eigenvalues_add_up() -> list[Verdict]:
    """The sum over eigenvalues beside the route by last pivots, under forgetting and where a batch joins."""
    cases = ((2, 5, 1, 0.25), (2, 12, 0, 0.9), (3, 7, 1, 0.5))
    joined = ((2, 5, 20, 1), (3, 6, 12, 0), (5, 3, 10, 1))
    return [
        agree(mean_log_of_move(M, offset, g, d), mean_log_of_move_by_rows(M, offset, g, d), 1e-10)
        for d, M, offset, g in cases
    ] + [agree(JoinedBatch(M, P, one, d).mean_log, mean_log(M, P, P - 1 + one, d), 1e-10) for d, M, P, one in joined]


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of the statement, l_d by the routes of the reference."""
    shift = offset_of(scenario)
    return {
        t: generation, N1: scenario.first_size, delta: sp.Rational(shift.numerator, shift.denominator),
        determinant0: exact_covariance(scenario).det(), dim: scenario.source.dimension,
        ell: lambda fit: sp.Float(mean_log_of_fit(scenario, int(fit)), 17),
    }  # fmt: skip


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E log det Sigma_t in nats; t counts fits. -inf from t = 1 on for a first fit to at most d points.

    Takes 0.1 s the first time; of a pool of unequal batches 0.1 s for 100 fits.
    """
    d, first, t_ = scenario.source.dimension, scenario.first_size, np.asarray(generations, dtype=np.float64)
    if first <= d:
        return np.where(t_ > 0, -np.inf, log_determinant(scenario))
    if ONE_REAL_BATCH.holds(scenario):
        last = int(t_.max(initial=1.0, where=np.isfinite(t_)))
        moved = chain(scenario, d, last).log_determinant(np.maximum(t_, 1))
    else:
        once = mean_log_pivots(first, float(offset_of(scenario)), d).sum()
        moved = once + np.maximum(t_ - 1, 0.0) * _rate(scenario)
    return log_determinant(scenario) + np.where(t_ > 0, moved, 0.0)


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite where all data are kept and the first fit has more than d points; else without bound."""
    if ONE_REAL_BATCH.holds(scenario) or scenario.first_size <= scenario.source.dimension:
        return float(evaluate(scenario, np.array([np.inf]))[0])
    return math.copysign(np.inf, _rate(scenario))


def _rate(scenario: Scenario) -> float:
    """What every fit but the first adds under forgetting."""
    d, size, offset = scenario.source.dimension, scenario.sample_size.constant, float(offset_of(scenario))
    if scenario.retention.rate == 1.0:
        return float(mean_log_pivots(size, offset, d).sum())
    return mean_log_of_move(size, offset, scenario.retention.rate, d)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The sum over fits of means by last pivots; late ones from their series in one over k."""
    start = exact_log_determinant(scenario)
    if generation == 0:
        return start
    first = scenario.first_size
    start += mpmath.fsum(log_pivots(first, float(offset_of(scenario)), scenario.source.dimension))
    if start == -mpmath.inf:
        return start
    if not ONE_REAL_BATCH.holds(scenario):
        return start + (generation - 1) * mean_log_of_fit(scenario, 2)
    if pooled(scenario):
        return start + mpmath.fsum(mean_log_of_fit(scenario, fit) for fit in range(2, int(generation) + 1))
    size = scenario.sample_size.constant
    return start + summed_over_fits(lambda fit: mean_log_of_fit(scenario, fit), mpf(first) / size, generation)


def mean_log_of_fit(scenario: Scenario, fit: float) -> mpf:
    """E log det F of fit k >= 2."""
    offset, d = float(offset_of(scenario)), scenario.source.dimension
    if ONE_REAL_BATCH.holds(scenario):
        size, pool = batch(scenario, fit)
        return mean_log(size, pool, pool - 1 + offset, d) if size else mpf(0)
    size = scenario.sample_size.constant
    if scenario.retention.rate == 1.0:
        return mpmath.fsum(log_pivots(size, offset, d))
    return mean_log_of_move_by_rows(size, offset, scenario.retention.rate, d)


def mean_log_of_move_by_rows(M: int, offset: float, rate: float, d: int) -> mpf:
    """E log det F under forgetting, in the plane or in space."""
    divisor = M - 1 + offset
    return mpf(float(mean_log_joined(M, (1 - rate) * divisor / rate, 0.0, d))) + d * mpmath.log(mpf(rate) / divisor)


def accumulate(**first: int) -> dict:
    return {"kind": "accumulate", **first}


UNEQUAL = {"kind": "pool", "real": [8, 0, 0, 0], "synthetic": [0, 5, 0, 12]}


def forgetting(rate: float) -> dict:
    return {"kind": "forgetting", "rate": rate}


CLAIM = Claim(
    id="vector-factors-log-determinant",
    title="Where all data are kept the expected log-determinant tends to a finite limit; under exponential forgetting "
    "it changes by E log det(1 - g + g W/L) per fit, W a Wishart matrix",
    kind=Kind.EXACT,
    statistic="log_determinant",
    assumptions=(
        SEVERAL_DIMENSIONS, FULL_RANK, MOMENTS, KEPT_OR_FORGOTTEN, SIZES, FAITHFUL, UNDISTURBED,
        SEVERAL_REAL_POINTS, WIDE_ENOUGH, FEW_DIMENSIONS,
    ),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=lambda scenario: scenario.retention.kind == "forgetting" or settles(scenario),
    reach=reach,
    tolerance=1e-10,
    examples=(
        Example(setting(accumulate(), "mle", PLANE, 10), t=(1, 2, 5)),
        Example(setting(accumulate(first=25), "unbiased", PLANE, 3), t=(1, 3), simulate=False),
        Example(setting(accumulate(first=3), "unbiased", PLANE, 1), t=(1, 2, 4), simulate=False),
        Example(setting(accumulate(first=2), "unbiased", PLANE, 5), t=(0, 1, 4), algebra=False, simulate=False),
        Example(setting(accumulate(), "mle", PLANE, 10), t=(0, 10_000, np.inf), algebra=False, simulate=False),
        Example(setting(accumulate(first=8), "unbiased", SPACE, 10), t=(1, 2, 4)),
        Example(setting(accumulate(first=6), "offset", FIVE, 3, offset=0.5), t=(2, 4), simulate=False),
        Example(setting(accumulate(first=12), "mle", TEN, 2), t=(0, 2, np.inf), algebra=False, simulate=False),
        Example(setting(accumulate(first=4), "unbiased", SPACE, 1), t=(3, 100), algebra=False, simulate=False),
        Example(setting({"kind": "window", "length": 3}, "mle", SPACE, 6), t=(1, 3), algebra=False, simulate=False),
        Example(setting(UNEQUAL, "mle", SPACE), t=(1, 4), simulate=False),
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
