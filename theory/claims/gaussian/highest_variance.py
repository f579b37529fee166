"""What claims about the highest variance of a chain share: the event, the tilted law of a fit, the true probability."""

import math
from functools import cache

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf
from scipy import special

from theory.claims.gaussian.one_fit import order
from theory.claims.gaussian.passage_transform import far_rise, mean_time_from_threshold
from theory.claims.gaussian.reference import DIGITS
from theory.claims.gaussian.replace import size_and_offset
from theory.derivation import Derivation
from theory.laws.symbols import L, nu, x
from theory.scenario import Scenario

theta = sp.Symbol("theta", positive=True)
P = sp.Function("P")
risen = sp.Gt(sp.Symbol(r"\sup_t v_t", real=True), x, evaluate=False)


def tilted_law(d: Derivation, transform: sp.Expr) -> None:
    """A chi-square tilted by S^theta is a chi-square with 2 theta more degrees of freedom."""
    y = sp.Symbol("y", positive=True)

    def density(degrees: sp.Expr) -> sp.Expr:
        return y ** (degrees / 2 - 1) * sp.exp(-y / 2) / (2 ** (degrees / 2) * sp.gamma(degrees / 2))

    d.algebra(
        (y / L) ** theta * density(nu) / (transform.subs(order, theta) / L**theta), density(nu + 2 * theta),
        because="S^theta has mean 1, and weighs the chi-square so that it has 2 theta more degrees of freedom; then "
        "log S has a positive mean, and the walk reaches every level",
    )  # fmt: skip


def true_probability(scenario: Scenario, at: float) -> mpf:
    """P(some v_t > at): at v_0 and far above it integrals over a frequency, between them a linear system.

    Sizes that are listed: the mass that leaves in each of these fits.
    """
    size, offset = size_and_offset(scenario)
    with mpmath.workdps(DIGITS):
        if at < scenario.source.variance:
            return mpf(1)
        level = mpmath.log(mpf(str(at)) / mpf(str(scenario.source.variance)))
        if size is None:
            return mpf(_leaving(list(scenario.sample_size.sizes), offset, float(level)))
        if mpmath.digamma(mpf(size - 1) / 2) >= mpmath.log((size - 1 + mpf(str(offset))) / 2):
            return mpf(1)
        if level == 0:
            return 1 - 1 / mean_time_from_threshold(size, offset)
        if level > 20 * mpmath.sqrt(mpmath.psi(1, mpf(size - 1) / 2)) + mpf(120) / (size - 1):
            root, constant = far_rise(size, offset)
            return constant * mpmath.exp(-root * level)
    return mpf(_below_the_level(size, offset, float(level)))


def log_density(u: np.ndarray, size: int, offset: float) -> np.ndarray:
    """Of log S, at u."""
    a, shift = (size - 1) / 2, math.log((size - 1) / (size - 1 + offset))
    return a * (u - shift - np.exp(u - shift)) + a * math.log(a) - math.lgamma(a)


def panels(low: float, high: float, width: float) -> tuple[np.ndarray, np.ndarray]:
    """Points and weights of Fejer's rule."""
    angles = (np.arange(14) + 0.5) * np.pi / 14
    weights = 2 / 14 * (1 - 2 * sum(np.cos(2 * k * angles) / (4 * k * k - 1) for k in range(1, 8)))
    count = math.ceil((high - low) / width)
    width = (high - low) / count
    points = low + width * (np.arange(count)[:, None] + (1 - np.cos(angles)) / 2)
    return points.ravel(), np.tile(weights * width / 2, count)


@cache
def _below_the_level(size: int, offset: float, level: float) -> float:
    """The renewal equation of the chance over distances below the level, to where it is nothing."""
    sd = math.sqrt(float(special.polygamma(1, (size - 1) / 2)))
    points, masses = panels(0.0, level + 36.0, min(sd, 0.5))
    upwards, upward_masses = panels(0.0, 12 * sd, min(sd, 0.5))

    def exceeds(y: np.ndarray) -> np.ndarray:
        return np.exp(log_density(y[:, None] + upwards, size, offset)) @ upward_masses

    kernel = np.exp(log_density(points[:, None] - points[None, :], size, offset)) * masses
    chance = np.linalg.solve(np.eye(len(points)) - kernel, exceeds(points))
    first = np.exp(log_density(level - points, size, offset)) * masses
    return float(exceeds(np.array([level]))[0] + first @ chance)


def _leaving(sizes: list[int], offset: float, level: float) -> float:
    """The chance that log(v_t/v_0) exceeds the level in one of these fits, by its density below the level."""
    points, masses = panels(level - 6.0, level, 0.1)
    upwards, upward_masses = panels(0.0, 6.0, 0.1)
    density, left = np.zeros(points.shape), 0.0
    for fit, size in enumerate(sizes):
        above = np.exp(log_density(level - points[:, None] + upwards, size, offset)) @ upward_masses
        if fit == 0:
            left = float(np.exp(log_density(level + upwards, size, offset)) @ upward_masses)
            density = np.exp(log_density(points, size, offset))
        else:
            left += float((density * masses) @ above)
            density = np.exp(log_density(points[:, None] - points[None, :], size, offset)) @ (density * masses)
    return left
