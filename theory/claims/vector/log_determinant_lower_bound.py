r"""The log-determinant is at least what a recursion of one number gives: fresh real data keep every direction alive.

$E\log\det\Sigma_t\ge\log\det\Sigma_0+d\,\Lambda_d(t)$ with $\Lambda_d(1)$ exact and, for n real points among M,
$\Lambda_d(t)=\log\left(e^{\kappa(n)}+e^{\kappa(M-n)+\Lambda_d(t-1)}\right)-\log L$, $\kappa(n)=\frac1d\sum_{i\le d}
\left[\psi\left(\tfrac{n-i}2\right)+\log2\right]$. The loss is that of fits to each part by itself: about twice what the
chain loses, of first order in one over the sizes. Parts of at most d points count for nothing.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.bounded_log import BATCHES, LAST, sums_of_exponentials
from theory.claims.gaussian.one_fit import mellin
from theory.claims.gaussian.real_share import offset_of
from theory.claims.vector.distance import ROUND
from theory.claims.vector.one_fit import log_pivot_slope, triangular_factor
from theory.claims.vector.reference import exact_log_determinant
from theory.claims.vector.source import SPACE, determinant, determinant0, exact_covariance, log_determinant
from theory.claims.vector.whitened import (
    BY_CHANCE,
    FIXED,
    FULL_RANK,
    POOL,
    STRATIFIED,
    VECTOR_FITS,
    WEIGHTED,
    mean_log_volume,
    setting,
    volumes_multiply,
)
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.determinant_below import (
    mean_log_scatter,
    mixed_bounds,
    mixed_limit,
    pool_bounds,
    window_bounds,
)
from theory.laws.log_variance_below import binomial_rule
from theory.laws.symbols import E, dim, t
from theory.scenario import Scenario

below = sp.Function("Lambda_d", real=True)


def derive() -> Derivation:
    """Parts of a training set, Minkowski's inequality, the convexity of its logarithm, and the recursion."""
    A, B = sp.symbols("A B")
    a, b, p, q, y = sp.symbols("a b p q y", positive=True)
    d = Derivation(
        "Lambda_d(0) = 0, Lambda_d(1) is exact: E log det Q_1 over d, Q_t the covariance of model t in coordinates in "
        "which the source is N(0, I). With kappa(n) the mean of log det, over d, of the scatter of n points N(0, I), "
        "-inf for n <= d, Lambda_d(t) is the logarithm of the sum of exp kappa(n) for each part of n real points and "
        "exp(kappa(m) + Lambda_d) for each of m points of a model, with the Lambda_d of that model, less log L; with "
        "weights each part has its own divisor and weight, a pool counts with its divisor times exp Lambda_d(t-1), and "
        "for points that are real by chance the mean over their number is taken."
    )
    volumes_multiply(d)
    triangular_factor(d)
    log_pivot_slope(d, mellin(d))
    m1, m2 = sp.symbols("m_1 m_2", real=True)
    d.algebra(
        a * m1**2 + b * m2**2 - (a * m1 + b * m2) ** 2 / (a + b), a * b * (m1 - m2) ** 2 / (a + b),
        because="along every direction: squares between parts of a and b points with means m_1 and m_2 come on top of "
        "those within the parts, so that the scatter is at least the sum of theirs", source="chan1983",
    )  # fmt: skip
    d.given(
        sp.Function("det")(A + B) ** (1 / dim), sp.Function("det")(A) ** (1 / dim) + sp.Function("det")(B) ** (1 / dim),
        relation=r"\ge", source="hardy1952inequalities", check=determinants_of_sums,
        because="Minkowski's inequality for the scatters A and B of two parts",
    )  # fmt: skip
    d.algebra(
        sp.Derivative(sp.log(a * sp.exp(p * y) + b * sp.exp(q * y)), (y, 2)),
        a * b * (p - q) ** 2 * sp.exp((p + q) * y) / (a * sp.exp(p * y) + b * sp.exp(q * y)) ** 2,
        because="positive: the logarithm of a sum of exponentials is convex, and at the mean logarithms of both "
        "determinants, independent or not, it is at most its own mean",
    )  # fmt: skip
    bound = d.given(
        E(sp.log(determinant)), sp.log(determinant0) + dim * below(t), relation=r"\ge", source="jensen1906fonctions",
        check=sums_of_exponentials,
        because="the scatter of m points of model t-1 has the determinant of Q_(t-1) times that of m points N(0, I): "
        "so each bound leads to the next",
    )  # fmt: skip
    return d.concludes(sp.Ge(bound.lhs, bound.rhs, evaluate=False))


def determinants_of_sums() -> list[Verdict]:
    """Random covariances in three dimensions, alone and together."""
    rng = np.random.default_rng(0)
    pairs = [(f @ f.T, g @ g.T) for f, g in rng.normal(size=(5, 2, 3, 4))]
    roots = [[np.linalg.det(one) ** (1 / 3) for one in (a, b, a + b)] for a, b in pairs]
    return [at_most(a + b, both) for a, b, both in roots]


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of the statement, Lambda_d by its recursion in 30 digits."""
    with mpmath.workdps(30):
        number = sp.Float(_exactly(scenario, int(generation)), 30)
    return {
        t: generation, dim: scenario.source.dimension, determinant0: exact_covariance(scenario).det(),
        below: lambda generation: number,
    }  # fmt: skip


def _exactly(scenario: Scenario, last: int) -> mpf:
    """Lambda_d(t), fit by fit."""
    found, retention = [mpf(0)], scenario.retention
    for fit in range(1, last + 1):
        size = scenario.first_size if fit == 1 or scenario.sample_size is None else scenario.sample_size.constant
        if fit == 1:
            parts = [(_kappa(scenario, size), _divisor(scenario, size))]
        elif retention.kind == "weighted":
            n, m, w = retention.real, retention.synthetic, mpf(repr(retention.weight))
            parts = [
                (_kappa(scenario, n), _divisor(scenario, n) / w),
                (_kappa(scenario, m) + found[-1], _divisor(scenario, m) / (1 - w) if w < 1 else mpmath.inf),
            ]
        elif retention.kind == "pool":
            n, m = retention.real_points(fit), retention.synthetic_points(fit)
            before = sum(retention.real_points(k) + retention.synthetic_points(k) for k in range(1, fit))
            divisor = _divisor(scenario, before + n + m)
            kept = mpmath.log(_divisor(scenario, before)) + found[-1]
            parts = [(one, divisor) for one in (kept, _kappa(scenario, n), _kappa(scenario, m) + found[-1])]
        elif retention.kind == "window":
            batches = min(fit, retention.length)
            divisor = _divisor(scenario, batches * size)
            parts = [(_kappa(scenario, size) + one, divisor) for one in found[-batches:]]
        else:
            found.append(_mixed(scenario, size, found[-1]))
            continue
        found.append(_log_of_sum(parts))
    return found[-1]


def _mixed(scenario: Scenario, M: int, before: mpf) -> mpf:
    """A share of real points among M; with "iid" the mean over their number."""
    retention, divisor = scenario.retention, _divisor(scenario, M)
    chances = {retention.real_points(M): mpf(1)}
    if retention.scheme == "iid":
        a = mpf(repr(retention.share_of(M)))
        chances = {n: mpmath.binomial(M, n) * a**n * (1 - a) ** (M - n) for n in range(M + 1)}
    return mpmath.fsum(
        chance * _log_of_sum([(_kappa(scenario, n), divisor), (_kappa(scenario, M - n) + before, divisor)])
        for n, chance in chances.items() if chance
    )  # fmt: skip


def _log_of_sum(parts: list[tuple[mpf, mpf]]) -> mpf:
    total = mpmath.fsum(mpmath.exp(one) / divisor for one, divisor in parts)
    return mpmath.log(total) if total else -mpmath.inf


def _kappa(scenario: Scenario, n: int) -> mpf:
    d = scenario.source.dimension
    return (
        mpmath.fsum(mpmath.psi(0, mpf(n - i) / 2) for i in range(1, d + 1)) / d + mpmath.log(2)
        if n > d
        else -mpmath.inf
    )


def _divisor(scenario: Scenario, points: int) -> mpf:
    return mpf(repr(scenario.estimator.divide_by(points)))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """log det Sigma_0 + d Lambda_d(t) in nats; t counts fits.

    Takes 0.1 s at t = 10^4, and 0.4 s for pools.
    """
    d, retention = scenario.source.dimension, scenario.retention
    t_ = np.asarray(generations)
    last, offset = int(t_.max(initial=0)), float(offset_of(scenario))
    if retention.kind == "pool":
        batches = ((retention.real_points(k), retention.synthetic_points(k)) for k in range(1, last + 1))
        bounds = pool_bounds(batches, offset, d)
    elif retention.kind == "window":
        bounds = window_bounds(scenario.sample_size.constant, retention.length, offset, d, last)
    else:
        bounds = mixed_bounds(*_parts(scenario), _first(scenario), last)
    return log_determinant(scenario) + d * bounds[t_]


def _first(scenario: Scenario) -> float:
    M = scenario.first_size
    return float(mean_log_scatter(np.array(M), scenario.source.dimension)) - math.log(scenario.estimator.divide_by(M))


def _parts(scenario: Scenario) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of real and of drawn points: the logarithm of exp kappa over the divisor, and the chance of such a fit."""
    retention, d, divide = scenario.retention, scenario.source.dimension, scenario.estimator.divide_by
    if retention.kind == "weighted":
        numbers, chances = np.array([[retention.real], [retention.synthetic]]), np.ones(1)
        shares = np.array([[retention.weight], [1 - retention.weight]])
        scales = shares / np.array([[divide(retention.real)], [divide(retention.synthetic)]])
    else:
        M = scenario.sample_size.constant
        n, chances = np.array([float(retention.real_points(M))]), np.ones(1)
        if retention.scheme == "iid":
            n, chances = binomial_rule(M, retention.share_of(M))
        numbers, scales = np.stack([n, M - n]), np.full((2, len(n)), 1 / divide(M))
    with np.errstate(divide="ignore"):
        real, drawn = mean_log_scatter(numbers, d) + np.log(scales)
    return real, drawn, chances


def limit(scenario: Scenario, at: None = None) -> float:
    """Where the recursion leads with real data in every fit."""
    bound = mixed_limit(*_parts(scenario), _first(scenario))
    return log_determinant(scenario) + scenario.source.dimension * bound


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """E log det Sigma_t, of one fit or of a window that is not yet full."""
    return exact_log_determinant(scenario) + mean_log_volume(scenario, generation)


CLAIM = Claim(
    id="vector-log-determinant-lower-bound",
    title="The expected log-determinant is at least that of the source and d times a recursion of one number, for real "
    "shares, weights, windows and pools: fresh real points keep every direction alive",
    kind=Kind.LOWER_BOUND,
    statistic="log_determinant",
    assumptions=(*VECTOR_FITS, FULL_RANK, BATCHES),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=lambda scenario: scenario.retention.kind in ("real_share", "weighted"),
    reach=lambda scenario: LAST,
    examples=(
        Example(setting(STRATIFIED, "mle", ROUND, 12), t=(1, 2)),
        Example(setting(BY_CHANCE, "unbiased", ROUND, 20), t=(1,), simulate=False),
        Example(setting(FIXED, "mle", ROUND, 20), t=(1,), simulate=False),
        Example(setting(WEIGHTED, "mle", SPACE), t=(1,), simulate=False),
        Example(setting({"kind": "window", "length": 4}, "unbiased", ROUND, 10), t=(0, 1, 2, 4), simulate=False),
        Example(setting({"kind": "window", "length": 3}, "mle", ROUND, 30), t=(2, 3), simulate=False),
        Example(setting(POOL, "mle", ROUND), t=(1, 2), simulate=False),
    ),
)  # fmt: skip
