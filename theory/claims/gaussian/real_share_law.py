r"""What exact claims about chains with a share of real points have in common: the law of one fit and its transform.

Given model $t$ the transform of $v_{t+1}$ is a product of three factors, of the real points, the synthetic ones and the
distance of their means. The statement's numbers are integrals in 30 digits over its mean: after one fit in closed form,
after two to fresh points by quadrature over the first variance, as the first mean only adds to the variance of that
distance.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float
from mpmath import mpf

from theory.claim import Assumption, exact
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED, retains
from theory.claims.gaussian.mixed_fit import two_batches
from theory.claims.gaussian.moment_bounds import ERROR, VARIANCE, moment
from theory.claims.gaussian.one_fit import cochran
from theory.claims.gaussian.real_share import offset_of, share_of
from theory.claims.gaussian.weighted_log_law import DIGITS, I_log, I_root, I_sq, nodes
from theory.derivation import Derivation
from theory.laws.fresh_chain import FreshChain, by_coins, stratified
from theory.laws.kept_chain import KeptChain, kept
from theory.laws.symbols import L, M, m, n, nu, s, t, v0
from theory.scenario import Scenario

LARGEST = 2000
LEAST = {"stratified": (Fraction(1, 20), 5, 1), "iid": (Fraction(1, 20), 10, 10), "fixed": (Fraction(1, 10), 10, 1)}
RESOLVED = Assumption(
    f"of at most {LARGEST} points some are real and some are not: of scheme stratified a twentieth and 5 real at "
    "least, fixed a tenth and 10 real, iid a twentieth real and 10 of either kind expected",
    lambda s: s.retention.kind == "real_share" and _resolved(s),
)
FRESH = Assumption(
    "the real points are fresh, under scheme stratified or iid",
    lambda s: s.retention.kind == "real_share" and s.retention.scheme != "fixed",
)
FEW_DRAWN = Assumption(
    "under scheme fixed at least 8 points are synthetic",
    lambda s: (
        s.retention.kind == "real_share" and s.sample_size is not None and s.sample_size.constant is not None
        and (s.retention.scheme != "fixed" or (1 - share_of(s)) * s.sample_size.constant >= 8)
    ),
)  # fmt: skip
DIVISOR = Assumption(
    "the divisor lies between M - 1 and M",
    lambda s: s.family == "gaussian" and s.estimator.kind == "moments" and 0 <= offset_of(s) <= 1,
)
REAL_SHARE_LAW = (
    GAUSSIAN, MOMENTS, retains("real_share"), CONSTANT_SIZE, FAITHFUL, UNDISTURBED, RESOLVED, DIVISOR,
)  # fmt: skip


def _resolved(scenario: Scenario) -> bool:
    size = scenario.sample_size.constant if scenario.sample_size is not None else None
    if size is None or size > LARGEST:
        return False
    share = share_of(scenario)
    least, real, synthetic = LEAST[scenario.retention.scheme]
    return share >= least and share * size >= real and (1 - share) * size >= synthetic


def joint_law_of_one_fit(d: Derivation) -> None:
    """The squares of two batches, the distance of their means, what is left of the next mean, and the transform."""
    cochran(d)
    two_batches(d)
    variance, error, z, x = sp.symbols("v d z x", positive=True)
    distance = 1 / n + variance / m
    d.algebra(
        n * m / (n + m) * distance, (m + n * variance) / (n + m),
        because="in units of the source, model t with mean d and variance v: k = nm/M times the variance of the "
        "distance z of the means of m synthetic and n real points, N(d, 1/n + v/m) and independent of both squares",
    )  # fmt: skip
    covariance = m / (n + m) * variance / m - n / (n + m) / n
    total = n / (n + m) ** 2 + m * variance / (n + m) ** 2
    d.algebra(
        total - covariance**2 / distance, variance / (m + n * variance),
        because="the variance of the next mean given z: of both batches weighed by their precisions",
    )  # fmt: skip
    density = x ** (nu / 2 - 1) * sp.exp(-x / 2) / (2 ** (nu / 2) * sp.gamma(nu / 2))
    d.algebra(
        sp.Integral(sp.exp(-z * x) * density, (x, 0, sp.oo)), (1 + 2 * z) ** (-nu / 2),
        because="the Laplace transform of a chi-square, by integrating its density: a factor with nu = n-1, z = s/L "
        "and one with nu = m-1, z = s v/L",
    )  # fmt: skip
    rate, width, spread = sp.symbols("r q sigma", positive=True)
    y = sp.Symbol("y", real=True)
    wide = 1 + 2 * rate * spread**2
    d.algebra(
        -rate * (error + spread * y) ** 2 - y**2 / 2,
        -wide / 2 * (y + 2 * rate * spread * error / wide) ** 2 - rate * error**2 / wide,
        because="that of the square of the distance, r = s k/L, sigma^2 = 1/n + v/m: the exponent under the mean over "
        "a standard normal y, completed to a square",
    )  # fmt: skip
    d.algebra(
        sp.Integral(sp.exp(-width / 2 * y**2) / sp.sqrt(2 * sp.pi), (y, -sp.oo, sp.oo)), 1 / sp.sqrt(width),
        because="and the mean: with q = 1 + 2 r sigma^2 it is exp(-r d^2/q)/sqrt q. The mean over model t of the "
        "product of three factors is phi_(t+1)(s); under scheme iid also over the number n of real points",
    )  # fmt: skip
    between, k = sp.symbols("c k", positive=True)
    transform = (
        (1 - n) * sp.log(1 + 2 * s / L) + (1 - m) * sp.log(1 + 2 * s * variance / L) - sp.log(1 + 2 * s * between)
    ) / 2 - s * k * error**2 / L / (1 + 2 * s * between)
    d.algebra(
        -sp.Subs(sp.Derivative(transform, s), s, 0), between + (n - 1 + (m - 1) * variance + k * error**2) / L,
        because="the slope of the logarithm of that product, c = k sigma^2/L = (m + n v)/(M L): the mean of v_(t+1) as "
        "in the linear recursion",
    )  # fmt: skip
    squares, drawn = sp.symbols("Q X", positive=True)
    d.algebra(
        (squares + variance * drawn + n * m / (n + m) * y**2) * n / squares,
        n + n * variance / squares * drawn + n * m / (n + m) * (y * sp.sqrt(n / squares)) ** 2,
        because="with the same real points for ever: in units in which their squares Q about their mean are n, and "
        "about that mean, L v_(t+1) is n + v X + k z^2 with z of N(d, v/m) and the next mean (m/M) z. Q, a chi-square "
        "of the first fit, is the unit alone: the factor of the real points is exp(-s n/L)",
    )  # fmt: skip


def chain_of(scenario: Scenario) -> FreshChain | KeptChain:
    """The law of the chain; the same object for the same numbers."""
    size, offset = scenario.sample_size.constant, float(offset_of(scenario))
    if scenario.retention.scheme == "iid":
        return by_coins(size, scenario.retention.share_of(size), offset)
    of_scheme = stratified if scenario.retention.scheme == "stratified" else kept
    return of_scheme(size, scenario.retention.real_points(size), offset)


def readings(scenario: Scenario, reading: Callable[[Any, float], float], generations: np.ndarray) -> np.ndarray:
    """A reading of the chain's law at each generation, 0 at t = 0; inf is allowed."""
    times = np.asarray(generations).tolist()
    values = {t: reading(chain_of(scenario), t) if t > 0 else 0.0 for t in set(times)}
    return np.array([values[t] for t in times], dtype=np.float64)


def excess(scenario: Scenario, generations: np.ndarray) -> Float[np.ndarray, " T"]:
    """E v_t + E(mu_t - mu_0)^2 over v_0, less 1; inf is allowed."""
    both = moment(scenario, VARIANCE, generations) + moment(scenario, ERROR, generations)
    return both / scenario.source.variance - 1


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and its integrals after one fit or, with fresh points, two."""

    def integral(which: Callable) -> Callable:
        return lambda k: sp.Float(mean_of_transform(which, scenario, int(k)), DIGITS)

    integrals = {I_log: _log_term, I_root: _root_term, I_sq: _square_term}
    given = {t: generation, v0: exact(scenario.source.variance), M: sp.Integer(scenario.sample_size.constant)}
    return given | {name: integral(term) for name, term in integrals.items()}


def _log_term(r: mpf, transform: mpf) -> mpf:
    return mpmath.exp(-r) - transform


def _square_term(r: mpf, transform: mpf) -> mpf:
    return 2 * mpmath.log(r) * (transform - mpmath.exp(-r))


def _root_term(r: mpf, transform: mpf) -> mpf:
    return (mpmath.exp(-r) - transform) / (2 * mpmath.sqrt(mpmath.pi * r))


@cache
def mean_of_transform(term: Callable[[mpf, mpf], mpf], scenario: Scenario, generation: int) -> mpf:
    """The sum over log s of a term in phi_t; of the root, 1 is added, which is that of exp(-s)."""
    with mpmath.workdps(DIGITS):
        step = mpf(1) / 4
        total = step * mpmath.fsum(term(r, transform) for r, transform in _transforms(scenario, generation))
        return total + (1 if term is _root_term else 0)


@cache
def _transforms(scenario: Scenario, generation: int) -> list[tuple[mpf, mpf]]:
    """s and phi_t(s), in steps of log s."""
    return [(r, phi) for r, phi, _ in quotients(scenario, generation)]


@cache
def quotients(scenario: Scenario, generation: int) -> list[tuple[mpf, mpf, mpf]]:
    """s, phi_t(s) and psi_t(s), t = 1 or 2, in steps of log s: psi weighs with the squared error of the mean."""
    if generation > (1 if scenario.retention.scheme == "fixed" else 2):
        raise ValueError(f"the statement is evaluated after one fit, or two to fresh points, got t = {generation}")
    size = scenario.sample_size.constant
    values, chances = [], chances_of(scenario)
    after = _one_fit if generation == 1 else _two_fits
    with mpmath.workdps(DIGITS):
        divisor = divisor_of(scenario)
        for k in range(-260, 300):
            r = mpmath.exp(mpf(k) / 4)
            values.append((r, *after(r / divisor, size, divisor, chances)))
            if k > 20 and r * values[-1][1] < mpf(10) ** -22:
                break
    return values


def _one_fit(r: mpf, size: int, divisor: mpf, chances: list[tuple[int, mpf]]) -> tuple[mpf, mpf]:
    phi = (1 + 2 * r) ** (-mpf(size - 1) / 2)
    return phi, phi / size


def _two_fits(r: mpf, size: int, divisor: mpf, chances: list[tuple[int, mpf]]) -> tuple[mpf, mpf]:
    """The mean over the first variance; the first mean adds 1/M to the variance of the distance of the batch means."""
    phi, psi = mpf(0), mpf(0)
    for X, weight in nodes(size - 1):
        first = X / divisor
        for real, chance in chances:
            drawn = size - real
            factor = weight * chance * (1 + 2 * r) ** (mpf(1 - real) / 2) * (1 + 2 * r * first) ** (mpf(1 - drawn) / 2)
            apart = (drawn + real * first + mpf(real * drawn) / size) / size  # k times that variance
            together = (mpf(drawn) / size + first - 1) / size  # its covariance with the next error of the mean
            whole = mpf(real) / size**2 + mpf(drawn) / size**2 * (first + mpf(drawn) / size)
            wide = 1 + 2 * r * apart
            phi += factor / mpmath.sqrt(wide)
            psi += factor / mpmath.sqrt(wide) * (whole - 2 * r * mpf(real * drawn) / size * together**2 / wide)
    return phi, psi


def chances_of(scenario: Scenario) -> list[tuple[int, mpf]]:
    """Numbers of real points with their chances."""
    size, share = scenario.sample_size.constant, share_of(scenario)
    if scenario.retention.scheme != "iid":
        return [(int(share * size), mpf(1))]
    a = mpf(share.numerator) / share.denominator
    return [(k, mpmath.binomial(size, k) * a**k * (1 - a) ** (size - k)) for k in range(size + 1)]


def divisor_of(scenario: Scenario) -> mpf:
    """L in all digits."""
    offset = offset_of(scenario)
    return scenario.sample_size.constant - 1 + mpf(offset.numerator) / offset.denominator
