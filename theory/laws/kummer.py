r"""The sum of two Gamma variables, by Kummer's function ${}_1F_1(a;a+b;-c)$, $c\ge0$, at many c at once.

That is the mean of $e^{-cu}$ over a Beta variable u. Its logarithm is a smooth function of $\log(1+c/(a+b))$:
polynomials on panels through integrals in the log-odds of u.
"""

import math

import numpy as np
from jaxtyping import Float
from scipy import special

from theory.laws.chi_square import exponential_remainder
from theory.laws.first_passage import log_peak

PANEL, DEGREE, BENDS = 0.5, 16, 3.0


def density_of_log(x: Float[np.ndarray, " N"], a: float) -> Float[np.ndarray, " N"]:
    """The density of the logarithm of a Gamma variable of shape a."""
    with np.errstate(over="ignore"):
        return np.exp(log_peak(a) - a * exponential_remainder(x - math.log(a)))


def log_density_of_sum(
    x: Float[np.ndarray, "1 N"], y: Float[np.ndarray, "N N"], a: float, b: float
) -> Float[np.ndarray, "N N"]:
    """Of log z = x + log theta_1 = y + log theta_2, z a sum of two Gamma variables of shapes a, b with these scales."""
    with np.errstate(over="ignore"):
        p, q = np.broadcast_arrays(np.exp(x), np.exp(y))
    value = a * x + b * y - math.lgamma(a + b) - np.minimum(p, q)
    for one, other, apart in ((a, b, p - q), (b, a, q - p)):
        where = apart >= 0 if one is a else apart > 0
        value[where] += log_kummer(one, other, apart[where])
    return value


def log_kummer(a: float, b: float, c: Float[np.ndarray, " C"]) -> Float[np.ndarray, " C"]:
    """log 1F1(a; a+b; -c) for c >= 0, by polynomials in log(1 + c/(a+b)) on panels, narrow where it bends."""
    fine = math.ceil(BENDS / min(PANEL, 1.2 / math.sqrt(max(a, b))))
    logarithm = np.log1p(c / (a + b))
    places = np.where(logarithm < BENDS, logarithm * (fine / BENDS), fine + (logarithm - BENDS) / PANEL)
    count = max(fine, math.floor(places.max(initial=0.0)) + 1)
    ends = np.concatenate((np.linspace(0, BENDS, fine + 1), BENDS + PANEL * np.arange(1, count - fine + 1)))
    coefficients = _kummer_coefficients(a, b, ends)
    panel = np.minimum(places.astype(np.int64), count - 1)
    u = 2 * (places - panel) - 1
    later = last = np.zeros(len(u))
    for row in coefficients[:0:-1]:  # Clenshaw's recurrence
        later, last = row[panel] + 2 * u * later - last, later
    return coefficients[0][panel] + u * later - last


def _kummer_coefficients(a: float, b: float, ends: Float[np.ndarray, " P"]) -> Float[np.ndarray, "D P"]:
    angles = (np.arange(DEGREE) + 0.5) * np.pi / DEGREE
    places = ends[:-1] + np.diff(ends) * (1 + np.cos(angles))[:, None] / 2
    values = _kummer_values(a, b, (a + b) * np.expm1(places).ravel()).reshape(places.shape)
    scale = np.where(np.arange(DEGREE) == 0, 1, 2) / DEGREE
    return scale[:, None] * np.cos(np.outer(np.arange(DEGREE), angles)) @ values


def _kummer_values(a: float, b: float, c: Float[np.ndarray, " C"]) -> Float[np.ndarray, " C"]:
    """The same by the integral of u^(a-1) (1-u)^(b-1) exp(-c u), the trapezoidal rule in the log-odds of u."""
    step = min(0.25, 0.6 / math.sqrt(max(a, b)))
    left, right = 45 / a + 12 / math.sqrt(a), 45 / b + 12 / math.sqrt(min(a, b))
    y = step * np.arange(-math.ceil(left / step), math.ceil(right / step) + 1)
    odds = np.log(a / (b + c))[:, None] + y
    exponent = -a * np.logaddexp(0, -odds) - b * np.logaddexp(0, odds) - c[:, None] * special.expit(odds)
    largest = exponent.max(axis=1)
    total = np.exp(exponent - largest[:, None]).sum(axis=1) * step
    return largest + np.log(total) - special.betaln(a, b)
