r"""The reference of the law of $v_t$ under independent factors: densities of single factors, iterated or transformed.

$P(v_t\le x)=E\,G\!\left(\frac{xL_1}{v_0F_2\cdots F_t}\right)$, $G$ the distribution function of the chi-square in the
first fit: for up to three fits a sum over points of the densities of the factors, in which every term is positive.
More fits are Gil-Pelaez's integral of the product of their characteristic functions, taken from the same points, and
those of late fits from moments of $F-1$; after more fits than are multiplied it is the polynomial in one over the size
of the pool through the values after 60, 120, ... 960 fits.
"""

import math
from fractions import Fraction
from functools import cache

import mpmath
import numpy as np
from jaxtyping import Complex, Float
from mpmath import mpf
from scipy import special

from theory.claims.gaussian.accumulate_factor import polynomial
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.reference import DIGITS
from theory.scenario import Scenario

NESTED = 3
KUMMER = 400  # points of a batch up to which the density of its factor is one Kummer function
BY_DENSITY = 20  # fits of a growing pool whose transforms come from their densities
DOUBLED = (60, 120, 240, 480, 960)
ORDER = 28
FEW, FAR = 40, -75  # degrees of freedom whose left tail is mapped; logarithm of a density that is left out
Times = Float[np.ndarray, " N"]
Points = tuple[Float[np.ndarray, " N"], Float[np.ndarray, " N"]]  # log F and probabilities


def law_of_variance(scenario: Scenario, generation: float, at: float) -> mpf:
    """P(v_t <= at); at inf under forgetting by the law of large numbers."""
    if at <= 0 or generation == 0:
        return mpf(int(0 < at >= scenario.source.variance))
    y = float(mpmath.log(mpf(at) / mpf(repr(scenario.source.variance))))
    if math.isinf(generation) and _forgets(scenario):
        logs, weights = factor_points(scenario, 2)
        return mpf(int(weights @ logs < 0))
    if generation <= NESTED:
        return mpf(_nested(scenario, int(generation), y))
    if scenario.retention.kind in ("forgetting", "replace") or generation <= DOUBLED[-1]:
        return mpf(inverted(scenario, int(generation), y))
    pool = [mpf(1) / (scenario.first_size + (t - 1) * scenario.sample_size.constant) for t in DOUBLED]
    last = mpf(0) if math.isinf(generation) else mpf(1) / (
        scenario.first_size + (int(generation) - 1) * scenario.sample_size.constant
    )  # fmt: skip
    return polynomial(pool, [mpf(inverted(scenario, t, y)) for t in DOUBLED], last)


def _nested(scenario: Scenario, t: int, y: float) -> float:
    """The mean of the incomplete Gamma function over later factors."""
    a, shift, logs, weights = later_factors(scenario, t)
    return float(weights @ special.gammainc(a, a * np.exp(y - logs - shift)))


def later_factors(scenario: Scenario, t: int) -> tuple[float, float, Times, Times]:
    """Half the degrees of freedom and the drift of the first factor; points and weights of the rest, in log F."""
    fits = range(1, t + 1)
    if _replaces(scenario):  # in any order: the widest law, of the fewest points, comes first
        fits = sorted(fits, key=scenario.sample_size.at)
    first = scenario.sample_size.at(fits[0]) if _replaces(scenario) else scenario.first_size
    a, divisor = (first - 1) / 2, first - 1 + float(offset_of(scenario))
    logs, weights = np.zeros(1), np.ones(1)
    for fit in fits[1:]:
        more, likely = factor_points(scenario, fit)
        logs, weights = (logs[:, None] + more).ravel(), (weights[:, None] * likely).ravel()
        kept = weights > 1e-30
        logs, weights = logs[kept], weights[kept]
    return a, math.log(2 * a / divisor), logs, weights


@cache
def inverted(scenario: Scenario, t: int, y: float) -> float:
    """1/2 - (1/pi) int_0^inf Im[E (v_t/v_0)^{iu} e^{-iuy}] du/u by the trapezoidal rule, error 1e-15."""
    a, shift, step = grid(scenario, t, y)
    u, total = np.zeros(0), 0.0
    for block in range(10_000):
        u = step * (np.arange(64) + 64 * block + 1)
        ratio = log_ratio(a, u)
        transform = np.exp(ratio + 1j * u * (shift - y)) * later_transforms(scenario, t, u)
        total += float((transform.imag / u).sum())
        if abs(transform[-1]) < 1e-18:
            break
    mean = _mean_log(scenario, t, a, shift)
    return 0.5 - step * ((mean - y) / 2 + total) / math.pi


def grid(scenario: Scenario, t: int, y: float) -> tuple[float, float, float]:
    """Half the degrees of freedom and the drift of the first factor, and the step of the rule."""
    a, offset = (scenario.first_size - 1) / 2, offset_of(scenario)
    shift = math.log1p(float(-offset) / (scenario.first_size - 1 + float(offset)))
    if _replaces(scenario):
        shapes = (scenario.sample_size.schedule(t) - 1) / 2
        smallest, spread = float(shapes.min()), math.sqrt(float((1 / shapes).sum()))
    else:
        smallest, spread = a, math.sqrt(t if _forgets(scenario) else 3) / math.sqrt(a)
    return a, shift, 2 * math.pi / (2 * abs(y) + 50 / min(smallest, 4.0) + 40 * spread)


def log_ratio(a: float, u: Float[np.ndarray, " U"]) -> Complex[np.ndarray, " U"]:
    """log[Gamma(a + iu) / (Gamma(a) a^(iu))]; in more digits where they cancel."""
    if a < FEW:
        return special.loggamma(a + 1j * u) - special.loggamma(a) - 1j * u * math.log(a)
    with mpmath.workdps(30):
        start, logarithm = mpmath.loggamma(a), mpmath.log(a)
        return np.array([complex(mpmath.loggamma(mpmath.mpc(a, x)) - start - mpmath.mpc(0, x) * logarithm) for x in u])


def later_transforms(scenario: Scenario, t: int, u: Float[np.ndarray, " U"]) -> Complex[np.ndarray, " U"]:
    """The product of E F_k^{iu} for 2 <= k <= t."""
    if _forgets(scenario):
        return _characteristic(factor_points(scenario, 2), u) ** (t - 1)
    product = np.ones(len(u), dtype=complex)
    for fit in range(2, _by_density(scenario, t) + 1):
        product *= _characteristic(factor_points(scenario, fit), u)
    if t > _by_density(scenario, t):
        moments = _late_moments(scenario.sample_size.constant, scenario.first_size, float(offset_of(scenario)), t)
        term, value = np.ones((len(u), 1), dtype=complex), np.zeros((len(u), moments.shape[1]), dtype=complex)
        for n, moment in enumerate(moments):  # E F^{iu} by Taylor's series in F - 1
            value += term * moment
            term = term * (1j * u[:, None] - n) / (n + 1)
        product *= value.prod(axis=1)
    return product


def _mean_log(scenario: Scenario, t: int, a: float, shift: float) -> float:
    """E log(v_t/v_0), what the integrand is at u = 0."""
    mean = float(mpmath.digamma(a) - mpmath.log(a)) + shift
    if _forgets(scenario):
        logs, weights = factor_points(scenario, 2)
        return mean + (t - 1) * float(weights @ logs)
    for fit in range(2, _by_density(scenario, t) + 1):
        logs, weights = factor_points(scenario, fit)
        mean += float(weights @ logs)
    if t > _by_density(scenario, t):
        moments = _late_moments(scenario.sample_size.constant, scenario.first_size, float(offset_of(scenario)), t)
        mean += sum((-1) ** (n + 1) / n * float(moments[n].sum()) for n in range(1, ORDER))
    return mean


def _characteristic(points: Points, u: Float[np.ndarray, " U"]) -> Complex[np.ndarray, " U"]:
    logs, weights = points
    return np.exp(1j * u[:, None] * logs) @ weights


def factor_points(scenario: Scenario, fit: int) -> Points:
    """Points of the law of the factor of a fit after the first."""
    size, offset = scenario.sample_size.constant, offset_of(scenario)
    if _replaces(scenario):
        return _forgetting_points(scenario.sample_size.at(fit), offset, Fraction(1))
    if _forgets(scenario):
        return _forgetting_points(size, offset, Fraction(repr(scenario.retention.rate)))
    return _batch_points(size, scenario.first_size + (fit - 1) * size, offset)


@cache
def _late_moments(size: int, first: int, offset: float, t: int) -> Float[np.ndarray, "N K"]:
    """E(F - 1)^n, n < ORDER, for the batches of fits BY_DENSITY + 1 to t, from the cumulants."""
    pool = first + np.arange(BY_DENSITY, t) * float(size)
    divisor, w = pool - 1 + offset, (pool - size) / pool
    scaled = [(w - 1) / divisor]
    scaled += [2.0**j * math.factorial(j) * (size - 1 + w ** (j + 1)) / divisor ** (j + 1) for j in range(1, ORDER)]
    central = [np.ones(len(pool))]
    for n in range(1, ORDER):
        central.append(sum(math.comb(n - 1, j) * scaled[j] * central[n - 1 - j] for j in range(n)))
    return np.array(central)


@cache
def _forgetting_points(size: int, offset: Fraction, rate: Fraction) -> Points:
    with mpmath.workdps(DIGITS):
        divisor, g = size - 1 + mpf(offset.numerator) / offset.denominator, mpf(rate.numerator) / rate.denominator
        points, weights = _chi_square_points(size - 1)
        return np.array([float(mpmath.log(1 - g + g * x / divisor)) for x in points]), _normalised(weights)


@cache
def _batch_points(size: int, pool: int, offset: Fraction) -> Points:
    """By Kummer's function, or for many points by the two chi-squares themselves."""
    with mpmath.workdps(DIGITS):
        divisor, w = pool - 1 + mpf(offset.numerator) / offset.denominator, mpf(pool - size) / pool
        if size <= KUMMER:
            points, weights = _chi_square_points(size)
            tilt, half = (1 / w - 1) / 2, mpf(1) / 2
            logs = [float(mpmath.log1p((x - size) / divisor)) for x in points]
            likely = [
                mass * mpmath.hyp1f1(half, mpf(size) / 2, -tilt * x) for x, mass in zip(points, weights, strict=True)
            ]
            return np.array(logs), _normalised(likely)
        inner, likely = _chi_square_points(size - 1)
        between, chance = _chi_square_points(1)
        within = np.array([float((x - size) / divisor) for x in inner])
        added = np.array([float(w * y / divisor) for y in between])
        mass = _normalised(likely)[:, None] * _normalised(chance)
        kept = mass > 1e-25 * mass.max()
        return np.log1p((within[:, None] + added)[kept]), mass[kept] / mass[kept].sum()


@cache
def _chi_square_points(nu: int) -> tuple[list[mpf], list[mpf]]:
    """Points of a chi-square and weights, up to a constant: the trapezoidal rule in its logarithm."""
    a = mpf(nu) / 2
    step = min(mpf(1) / 20, 1 / (5 * mpmath.sqrt(a)))
    points, weights = [], []
    for direction, place in ((1, 0), (-1, 1)):
        while True:
            s = direction * place * step
            fold = mpmath.exp(-s) if nu < FEW else mpf(0)
            log_density = a * (s - fold + 1 - mpmath.exp(s - fold))
            if log_density < FAR and place > 1:
                break
            points.append(nu * mpmath.exp(s - fold))
            weights.append((1 + fold) * mpmath.exp(log_density))
            place += 1
    return points, weights


def _normalised(weights: list[mpf]) -> Float[np.ndarray, " N"]:
    total = mpmath.fsum(weights)
    return np.array([float(weight / total) for weight in weights])


def _forgets(scenario: Scenario) -> bool:
    return scenario.retention.kind == "forgetting"


def _replaces(scenario: Scenario) -> bool:
    return scenario.retention.kind == "replace"


def _by_density(scenario: Scenario, t: int) -> int:
    """The last fit whose transform comes from its density."""
    return t if _replaces(scenario) else min(t, BY_DENSITY)
