r"""The law of $Y=\sum_{k\le t}\log(\chi^2_{\nu,k}/\nu)$: what a single chain does to its log-variance.

Its Mellin transform is a power of a Gamma quotient, $E e^{sY}=e^{K(s)}$, $K(s)=t\log[\Gamma(a+s)/(\Gamma(a)a^s)]$,
$a=\nu/2$ (the density is a Meijer G function). A tail is a Bromwich integral,
$$P(Y>y)=\frac1{2\pi i}\int_{c-i\infty}^{c+i\infty}e^{K(s)-sy}\,\frac{ds}{s}\quad(c>0),$$
and $P(Y\le y)$ is minus the same with $-a<c<0$. The path crosses the saddle point $c$ of the whole integrand and is
the branch of a hyperbola, $s=c+w(\sin\varphi-\sin(\varphi-iu))$, whose width $w$ and bend $\varphi$ follow the descent
there: nothing oscillates where it is large, every decay becomes double exponential in $u$, and the trapezoidal rule of
step 1/8 is exact to 2e-13 of the tail itself, for $\nu$ from 1 to $10^9$ and $t$ from 1 to $10^6$, far into both
tails.
"""

import math
from collections.abc import Callable

import numpy as np
from jaxtyping import Complex, Float
from scipy import special

from theory.laws.chi_square import exponential_remainder, mean_log_chi_square
from theory.laws.first_passage import log_peak
from theory.laws.gamma_ratio import log_gamma_ratio

STEP = 0.125
NEGLIGIBLE = -42.0  # logarithm of what is left out of the integrand, relative to its value at the saddle
LARGEST = 700.0  # y beyond which no float holds e^y
VANISHED = -800.0  # logarithm of a tail that float64 cannot hold: there a bound on it will do


def log_sum_mean(nu: int, t: int) -> float:
    """E Y = t (psi(nu/2) - log(nu/2))."""
    return t * mean_log_chi_square(nu)


def log_sum_sd(nu: int, t: int) -> float:
    """sd Y = sqrt(t psi'(nu/2))."""
    return math.sqrt(t * float(special.polygamma(1, nu / 2)))


def log_sum_cdf(y: float, nu: int, t: int) -> float:
    """P(Y <= y) for t >= 1, relatively accurate however small."""
    if y <= _split(nu, t):
        return math.exp(_log_lower_tail(y, nu, t))
    return -math.expm1(_log_upper_tail(y, nu, t))


def log_sum_log_cdf(y: float, nu: int, t: int) -> float:
    """log P(Y <= y) for t >= 1, also where the probability is less than the least positive float."""
    if y <= _split(nu, t):
        return _log_lower_tail(y, nu, t, -math.inf)
    return math.log1p(-math.exp(_log_upper_tail(y, nu, t)))


def log_sum_survival(y: float, nu: int, t: int) -> float:
    """P(Y > y) for t >= 1, relatively accurate however small."""
    if y <= _split(nu, t):
        return -math.expm1(_log_lower_tail(y, nu, t))
    return math.exp(_log_upper_tail(y, nu, t))


def log_sum_density(y: float, nu: int, t: int) -> float:
    """The density of Y at y for t >= 1, relatively accurate however small: the integral without the 1/s.

    Its saddle is the zero of K'(c) - y, written c = -a + e^u; for one fit the density itself is elementary.
    """
    a = nu / 2
    if t == 1:
        return math.exp(log_peak(a) - a * float(exponential_remainder(np.array(y)))) if y < LARGEST else 0.0

    def slope(u: float) -> float:
        return t * float(special.digamma(math.exp(u)) - math.log(a)) - y

    c = math.exp(_root(slope, math.log(a) + (y - log_sum_mean(nu, t)) / t)) - a
    curvature = t * float(special.polygamma(1, a + c))
    width = 1 / math.sqrt(curvature)
    bend = math.atan(-t * float(special.polygamma(2, a + c)) * width / (3 * curvature))
    peak = t * float(log_gamma_ratio(a, c)) - c * y
    if peak < VANISHED:
        return 0.0
    exponent, u = _descent(c, width, bend, y, a, t, peak, STEP / 2)
    integrand = (np.exp(exponent) * np.cos(bend - 1j * u)).real
    return math.exp(peak) * width * STEP / 2 * float(integrand.sum() - integrand[0] / 2) / math.pi


def log_sum_quantiles(q: Float[np.ndarray, " Q"], nu: int, t: int) -> Float[np.ndarray, " Q"]:
    """The y with P(Y <= y) = q, for each 0 < q < 1; all of them 0 at t = 0."""
    return np.array([_quantile(float(level), nu, t) for level in q]) if t else np.zeros(len(q))


def _quantile(q: float, nu: int, t: int) -> float:
    """Brent's method on the logarithm of a tail, inside rigorous brackets.

    Below, those of Cantelli and of Chernoff; above, P(Y > mean + z sd) <= exp(-z^2/2), as K''' < 0.
    """
    from scipy.optimize import brentq  # 0.2 s to import: only who asks for quantiles waits

    mean, sd, split = log_sum_mean(nu, t), log_sum_sd(nu, t), _split(nu, t)
    if log_sum_cdf(split, nu, t) >= q:
        s = min(nu / 4, math.sqrt(-2 * math.log(q)) / sd)
        chernoff = (math.log(q) - t * float(log_gamma_ratio(nu / 2, -s))) / s
        low = max(chernoff, mean - sd * math.sqrt((1 - q) / q))
        tail, target, high = _log_lower_tail, math.log(q), split
    else:
        tail, target, low, high = _log_upper_tail, math.log1p(-q), split, mean + sd * math.sqrt(-2 * math.log1p(-q))
    return brentq(lambda y: tail(y, nu, t) - target, low, high, xtol=1e-14 * sd, rtol=1e-15)


def _split(nu: int, t: int) -> float:
    """Up to here the lower tail is integrated, above it the upper one, which would lose digits on the left."""
    return log_sum_mean(nu, t) + log_sum_sd(nu, t)


def _log_lower_tail(y: float, nu: int, t: int, vanished: float = VANISHED) -> float:
    """log P(Y <= y), or a bound on it below ``vanished``.

    The saddle is the zero of K'(c) - y - 1/c with -a < c < 0, written c = -a / (1 + e^u).
    """
    a, sd = nu / 2, log_sum_sd(nu, t)
    s = min(a / 2, max(log_sum_mean(nu, t) - y, sd) / sd**2)
    if (bound := t * float(log_gamma_ratio(a, -s)) + s * y) < vanished:  # Chernoff
        return bound

    def slope(u: float) -> float:
        return t * float(special.digamma(a / (1 + math.exp(-u))) - math.log(a)) - y + (1 + math.exp(u)) / a

    return _log_integral(-a / (1 + math.exp(_root(slope, math.log(a * t) / 2))), y, a, t)


def _log_upper_tail(y: float, nu: int, t: int) -> float:
    """log P(Y > y); the saddle is the zero of K'(c) - y - 1/c with c = e^u > 0."""
    a = nu / 2
    if (bound := -(((y - log_sum_mean(nu, t)) / log_sum_sd(nu, t)) ** 2) / 2) < VANISHED:  # Chernoff, as K'' decreases
        return bound

    def slope(u: float) -> float:
        c = math.exp(u)
        return t * float(special.digamma(a + c) - math.log(a)) - y - 1 / c

    return _log_integral(math.exp(_root(slope, math.log(a / t) / 2)), y, a, t)


def _log_integral(c: float, y: float, a: float, t: int) -> float:
    """log |(1/2 pi i) int e^{K(s) - s y} ds/s| over the hyperbola through c: the tail on the side of c."""
    curvature = t * float(special.polygamma(1, a + c))
    width = 1 / math.sqrt(curvature + 1 / c**2)
    bend = math.atan(-t * float(special.polygamma(2, a + c)) * width / (3 * curvature))
    peak = t * float(log_gamma_ratio(a, c)) - c * y
    exponent, u = _descent(c, width, bend, y, a, t, peak)
    s = c + width * (math.sin(bend) - np.sin(bend - 1j * u))
    integrand = (np.exp(exponent) * (c / s) * np.cos(bend - 1j * u)).real
    integral = STEP * (integrand.sum() - integrand[0] / 2)
    return peak + math.log(width * integral / (math.pi * abs(c)))


def _descent(
    c: float, width: float, bend: float, y: float, a: float, t: int, peak: float, step: float = STEP
) -> tuple[Complex[np.ndarray, " U"], Float[np.ndarray, " U"]]:
    """K(s) - s y less its value at the saddle along the hyperbola, as far as it counts, and the places u."""
    reach = 4.0
    while True:
        u = np.arange(0.0, reach, step)
        s = c + width * (math.sin(bend) - np.sin(bend - 1j * u))
        exponent = t * log_gamma_ratio(a, s) - s * y - peak
        if exponent[-1].real < NEGLIGIBLE:
            return exponent, u
        reach *= 1.5


def _root(increasing: Callable[[float], float], start: float) -> float:
    """A zero of an increasing function, as nearly as a path needs it: all paths near the saddle agree."""
    low = high = start
    step = 1.0
    while increasing(low) > 0:
        low, step = low - step, 2 * step
    step = 1.0
    while increasing(high) < 0:
        high, step = high + step, 2 * step
    for _ in range(28):
        middle = (low + high) / 2
        low, high = (low, middle) if increasing(middle) > 0 else (middle, high)
    return (low + high) / 2
