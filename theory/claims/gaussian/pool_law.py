r"""What exact claims about the law of models fitted to a whole pool have in common: one fit, its transform, its limits.

A fit adds to the pool's squares those of both batches and of the distances of three means. Given the model before, the
transform of the next variance is a product; the statement's numbers are integrals in 30 digits over its mean, after one
fit in closed form, after two by quadrature over the first variance, as the first mean is normal and independent of it.
"""

from collections.abc import Callable
from functools import cache, lru_cache

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import Assumption, exact
from theory.claims.gaussian import pool_limit
from theory.claims.gaussian.one_fit import cochran, mellin, order
from theory.claims.gaussian.pool import GAUSSIAN_POOL
from theory.claims.gaussian.pool import real as n
from theory.claims.gaussian.pool import synthetic as m
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.weighted_kl_forward import I_err, I_inv
from theory.claims.gaussian.weighted_log_law import DIGITS, I_log, I_root, I_sq, nodes
from theory.derivation import Derivation
from theory.laws.pooled_chain import FINE_IN_MEAN, PooledChain, PoolLaw
from theory.laws.symbols import L, nu, t, v0
from theory.scenario import Scenario

LEAST_FIRST, LAST = 16, 200
SIXTEEN = Assumption(
    f"the first batch has at least {LEAST_FIRST} real points",
    lambda s: s.retention.kind == "pool" and s.retention.real_points(1) >= LEAST_FIRST,
)
DIVISOR = Assumption(
    "the divisor lies between N_t - 1 and N_t",
    lambda s: s.family == "gaussian" and s.estimator.kind == "moments" and 0 <= offset_of(s) <= 1,
)
POOL_LAW = (*GAUSSIAN_POOL, SIXTEEN, DIVISOR)
INTRODUCTION = (
    "Mean and variance of a model are those of the pool and one Markov chain. N points are in the pool, its squares "
    "are l v with the last divisor l; n_t real and m_t synthetic points join, L is the next divisor; in units of the "
    "source."
)
N, ell = sp.symbols("N l", positive=True)


def joint_law_of_one_fit(d: Derivation) -> None:
    """The squares and the distances of three batches, the next mean, the transform of the next variance, limits."""
    cochran(d)
    x, y, z = sp.symbols("x y z", real=True)
    variance, error, rate, slope, spread = sp.symbols("v d B a sigma", positive=True)
    A, q = sp.symbols("A q", positive=True)
    both, points = (N * x + m * y) / (N + m), N + m + n
    d.algebra(
        N * x**2 + m * y**2 + n * z**2 - (N * x + m * y + n * z) ** 2 / points,
        N * m / (N + m) * (x - y) ** 2 + n * (N + m) / points * (both - z) ** 2,
        because="the squares between the pool with mean x, synthetic points with mean y and real ones with mean z: "
        "those of the first two, and of their mean c from z",
    )  # fmt: skip
    d.algebra(
        (N * x + m * y + n * z) / points, both - n / points * (both - z),
        because="and the next mean, which is c less n_t/N_t of that distance",
    )  # fmt: skip
    d.algebra(
        both.subs(y, x + sp.sqrt(variance / m) * z), x + sp.sqrt(m * variance) / (N + m) * z,
        because="y is x + sqrt(v/m) zeta with a standard normal zeta, here z: c is x + a zeta, a = sqrt(m v)/(N + m), "
        "and the first squares are w v zeta^2, w = N/(N + m)",
    )  # fmt: skip
    X = sp.Symbol("X", positive=True)
    density = X ** (nu / 2 - 1) * sp.exp(-X / 2) / (2 ** (nu / 2) * sp.gamma(nu / 2))
    d.algebra(
        sp.Integral(sp.exp(-rate * X) * density, (X, 0, sp.oo)), (1 + 2 * rate) ** (-nu / 2),
        because="the Laplace transform of a chi-square, by integrating its density: a factor with nu = n-1 at s/L and "
        "one with nu = m-1 at s v/L",
    )  # fmt: skip
    wide = 1 + 2 * A + 2 * rate * slope**2
    d.algebra(
        -A * x**2 - rate * (y + slope * x) ** 2 - x**2 / 2,
        -wide / 2 * (x + 2 * rate * slope * y / wide) ** 2 - rate * (1 + 2 * A) / wide * y**2,
        because="that of the distances: A = s w v/L and B = s k/L, k = n (N+m)/N_t, y the old mean from that of the "
        "real points; the exponent under the mean over zeta, completed to a square",
    )  # fmt: skip
    wider = 1 + 2 * rate * spread**2
    d.algebra(
        -rate * (error + spread * x) ** 2 - x**2 / 2,
        -wider / 2 * (x + 2 * rate * spread * error / wider) ** 2 - rate * error**2 / wider,
        because="and over y, normal about the error d of the old mean with variance sigma^2 = 1/n, by the same step",
    )  # fmt: skip
    d.algebra(
        sp.Integral(sp.exp(-q / 2 * x**2) / sp.sqrt(2 * sp.pi), (x, -sp.oo, sp.oo)), 1 / sp.sqrt(q),
        because="each square integrated. The mean over model t-1 of exp(-s l v/L) and these factors is phi_t(s)",
    )  # fmt: skip
    squared = m * variance / (N + m) ** 2
    mean = n - 1 + (m - 1) * variance + N / (N + m) * variance + n * (N + m) / points * (squared + error**2 + 1 / n)
    d.algebra(
        (ell * variance + mean) / L,
        (ell * variance + n + m * variance - (n + m * variance) / points + n * (N + m) / points * error**2) / L,
        because="the mean of v_t from those of all these squares, as in the linear recursion",
    )  # fmt: skip
    pool_limit.squares_run(d)
    d.algebra(
        sp.Subs(mellin(d) / L**order, order, -1), L / (nu - 2),
        because="so v_t and the mean end at those of the source, and so do the means of log v_t and 1/v_t: the squares "
        "of the pool are at least those of all its real points, a chi-square whose share of the pool stays",
    )  # fmt: skip


@lru_cache(maxsize=16)
def chain_of(scenario: Scenario) -> PooledChain:
    """The law of the chain; the same object for the same scenario."""
    return PooledChain(_batches(scenario), float(offset_of(scenario)))


@lru_cache(maxsize=16)
def tails_of(scenario: Scenario) -> PooledChain:
    """The same, fine in the mean and coarse in the variance."""
    return PooledChain(_batches(scenario), float(offset_of(scenario)), FINE_IN_MEAN)


def _batches(scenario: Scenario) -> Callable[[int], tuple[int, int]]:
    retention = scenario.retention
    return lambda fit: (retention.real_points(fit), retention.synthetic_points(fit))


def readings(scenario: Scenario, reading: Callable[[PoolLaw], float], generations: np.ndarray) -> np.ndarray:
    """A reading of the law at each finite generation, 0 at t = 0."""
    times = np.asarray(generations).tolist()
    values = {fit: reading(chain_of(scenario).law(int(fit))) if fit > 0 else 0.0 for fit in set(times)}
    return np.array([values[fit] for fit in times], dtype=np.float64)


def at_the_end(scenario: Scenario, reading: Callable[[PoolLaw], float], pulled_back: float = 0.0) -> float:
    """The reading as t grows: the source's, or that of the last pool that can be counted."""
    return pool_limit.end(scenario, pulled_back, lambda t_: readings(scenario, reading, t_))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and its integrals after one fit or two."""

    def integral(term: Callable) -> Callable:
        return lambda k: sp.Float(_integral(term, scenario, int(k)), DIGITS)

    terms = {I_log: _log_term, I_root: _root_term, I_sq: _square_term, I_inv: _whole_term, I_err: _error_term}
    return {t: generation, v0: exact(scenario.source.variance)} | {name: integral(f) for name, f in terms.items()}


def _log_term(r: mpf, phi: mpf, psi: mpf) -> mpf:
    return mpmath.exp(-r) - phi


def _square_term(r: mpf, phi: mpf, psi: mpf) -> mpf:
    return 2 * mpmath.log(r) * (phi - mpmath.exp(-r))


def _root_term(r: mpf, phi: mpf, psi: mpf) -> mpf:
    return (mpmath.exp(-r) - phi) / (2 * mpmath.sqrt(mpmath.pi * r))


def _whole_term(r: mpf, phi: mpf, psi: mpf) -> mpf:
    return r * phi


def _error_term(r: mpf, phi: mpf, psi: mpf) -> mpf:
    return r * psi


@cache
def _integral(term: Callable[[mpf, mpf, mpf], mpf], scenario: Scenario, generation: int) -> mpf:
    """The sum over log s of a term; of the root, 1 is added, which is that of exp(-s)."""
    with mpmath.workdps(DIGITS):
        total = mpmath.fsum(term(*values) for values in _transforms(scenario, generation)) / 3
        return total + (1 if term is _root_term else 0)


@cache
def _transforms(scenario: Scenario, generation: int) -> list[tuple[mpf, mpf, mpf]]:
    """s, phi_t(s) and psi_t(s), t = 1 or 2, in steps of 1/3 of log s: psi weighs with the squared error of the mean."""
    if generation > 2:
        raise ValueError(f"the statement is evaluated after one fit or two, got t = {generation}")
    values = []
    with mpmath.workdps(DIGITS):
        for k in range(-150, 300):
            r = mpmath.exp(mpf(k) / 3)
            values.append((r, *(_one_fit if generation == 1 else _two_fits)(scenario, r)))
            if k > 20 and r * values[-1][1] < mpf(10) ** -22:
                break
    return values


def _divisor(scenario: Scenario, points: int) -> mpf:
    offset = offset_of(scenario)
    return points - 1 + mpf(offset.numerator) / offset.denominator


def _one_fit(scenario: Scenario, r: mpf) -> tuple[mpf, mpf]:
    first = scenario.retention.real_points(1)
    phi = (1 + 2 * r / _divisor(scenario, first)) ** (-mpf(first - 1) / 2)
    return phi, phi / first


def _two_fits(scenario: Scenario, r: mpf) -> tuple[mpf, mpf]:
    """The mean over the first variance; zeta and the distance y of the first mean from the real points' are normal."""
    retention = scenario.retention
    first, real, drawn = retention.real_points(1), retention.real_points(2), retention.synthetic_points(2)
    points, before = first + real + drawn, _divisor(scenario, first)
    r = r / _divisor(scenario, points)
    phi, psi = mpf(0), mpf(0)
    for X, weight in nodes(first - 1):
        v = X / before
        factor = weight * mpmath.exp(-r * X)
        factor *= (1 + 2 * r) ** (mpf(1 - real) / 2) if real else 1
        factor *= (1 + 2 * r * v) ** (mpf(1 - drawn) / 2) if drawn else 1
        a, A = mpmath.sqrt(drawn * v) / (first + drawn), r * first * v / (first + drawn) if drawn else mpf(0)
        B = r * mpf(real) * (first + drawn) / points
        width = mpf(1) / first + mpf(1) / real if real else mpf(1) / first
        own, cross, far = 1 + 2 * A + 2 * B * a**2, 2 * B * a, 1 / width + 2 * B
        determinant = own * far - cross**2
        told = 1 / (first * width)  # of the first mean by y
        along, across = a * (1 - mpf(real) / points), told - mpf(real) / points if real else mpf(1)
        square = (far * along**2 - 2 * cross * along * across + own * across**2) / determinant
        square += (1 - told) / first if real else 0
        phi += factor / mpmath.sqrt(width * determinant)
        psi += factor / mpmath.sqrt(width * determinant) * square
    return phi, psi
