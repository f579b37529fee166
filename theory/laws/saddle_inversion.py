r"""The law of a sum $Y$ of independent terms from its log-Mellin transform $K(s)=\log E e^{sY}$, far into both tails.

A tail is a Bromwich integral, $P(Y>y)=\frac1{2\pi i}\int e^{K(s)-sy}\frac{ds}s$ right of 0, and $P(Y\le y)$ minus the
same between 0 and the rightmost singularity of $K$, at $-a$. The path crosses the saddle point $c$ of the whole
integrand and is the branch of a hyperbola, $s=c+w(\sin\varphi-\sin(\varphi-iu))$, whose width $w$ and bend $\varphi$
follow the descent there; the trapezoidal rule in $u$ converges exponentially.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from jaxtyping import Complex, Float

STEP = 0.125
NEGLIGIBLE = -42.0  # logarithm of what is left out of the integrand, relative to its value at the saddle
VANISHED = -800.0  # logarithm of a tail that float64 cannot hold: there a bound on it will do
BISECTIONS = 28
CONVERGED = 1e-6  # what half as many points may change: all of them are then exact to rounding
SURE = 1e-12  # the same where K grows fast on the left and the rule converges more slowly
FARTHEST = 12.0  # u at which a path ends that has not decayed
CORRECTIONS = 40


class Transform(Protocol):
    """K of a sum: its mean and standard deviation, where it is singular, its values and slopes."""

    mean: float
    sd: float
    left: float  # K is analytic for Re s > -left
    steep: bool  # whether K grows fast on the left

    def values(self, s: Complex[np.ndarray, " S"]) -> Complex[np.ndarray, " S"]:
        """K(s), up to multiples of 2 pi i."""
        ...

    def slopes(self, c: float) -> tuple[float, float, float, float]:
        """K and its first three derivatives at a real c."""
        ...


@dataclass(frozen=True)
class Path:
    """A path through the saddle: its points, K there, and what the rule weighs ds with."""

    c: float
    s: Complex[np.ndarray, " S"]
    K: Complex[np.ndarray, " S"]
    weights: Complex[np.ndarray, " S"]

    def log_tail(self, y: float) -> tuple[float, float]:
        """log of the tail on the side of c, y near that of the saddle; and what half as many points would change."""
        exponent = self.K - self.s * y
        peak = float(exponent[0].real)
        with np.errstate(over="ignore", invalid="ignore"):
            terms = (np.exp(exponent - peak) * self.weights / self.s).real * np.sign(self.c)
        whole, half = float(terms.sum()), 2 * float(terms[::2].sum())
        if not 0 < whole < math.inf:  # the path ends where it has not decayed
            return math.nan, math.inf
        return peak + math.log(whole), abs(half / whole - 1)

    def density(self, y: float) -> float:
        """The density of Y at y."""
        return self.density_and_change(y)[0]

    def density_and_change(self, y: float) -> tuple[float, float]:
        """The same, and what half as many points would change."""
        terms = (np.exp(self.K - self.s * y) * self.weights).real
        whole, half = float(terms.sum()), 2 * float(terms[::2].sum())
        return whole, abs(half / whole - 1) if whole > 0 else math.inf


def cdf(law: Transform, y: float) -> float:
    """P(Y <= y), relatively accurate however small."""
    if y <= law.mean + law.sd:
        return math.exp(log_lower_tail(law, y))
    return -math.expm1(log_upper_tail(law, y))


def density(law: Transform, y: float) -> float:
    """The density at y, relatively accurate however small: its saddle is the zero of K'(c) - y, c > -left."""
    c = math.exp(root(lambda u: law.slopes(math.exp(u) - law.left)[1] - y, math.log(law.left))) - law.left
    if law.slopes(c)[0] - c * y < VANISHED:
        return 0.0
    ways = (path(law, c, straight, of_tail=False) for straight in (False, True))
    return min((way.density_and_change(y) for way in ways), key=lambda found: found[1])[0]


def log_lower_tail(law: Transform, y: float) -> float:
    """log P(Y <= y), or a bound on it beyond what float64 holds."""
    return _log_tail(law, lower_saddle(law, y), y)


def log_upper_tail(law: Transform, y: float) -> float:
    """log P(Y > y), or a bound on it beyond what float64 holds."""
    return _log_tail(law, upper_saddle(law, y), y)


def _log_tail(law: Transform, c: float, y: float) -> float:
    bound = law.slopes(c)[0] - c * y
    return bound if bound < VANISHED else best_path(law, c, y).log_tail(y)[0]


def best_path(law: Transform, c: float, y: float) -> Path:
    """The bent path, or the straight one where that converges faster."""
    bent = path(law, c)
    if bent.log_tail(y)[1] < (SURE if law.steep else CONVERGED):
        return bent
    straight = path(law, c, straight=True)
    return min((bent, straight), key=lambda way: way.log_tail(y)[1])


def lower_saddle(law: Transform, y: float) -> float:
    """The zero of K'(c) - y - 1/c with -left < c < 0, written c = -left/(1 + e^u)."""

    def slope(u: float) -> float:
        c = -law.left / (1 + math.exp(u))
        return law.slopes(c)[1] - y - 1 / c

    near = min(law.left / 2, 1 / law.sd)
    return -law.left / (1 + math.exp(root(slope, math.log(law.left / near - 1 + 1e-9))))


def upper_saddle(law: Transform, y: float) -> float:
    """The zero of K'(c) - y - 1/c with c = e^u > 0, or a c that bounds the tail below what float64 holds."""
    c, step = 1 / law.sd, 2.0
    while True:
        K, slope = law.slopes(c)[:2]
        if K - c * y < VANISHED:
            return c
        if slope - y - 1 / c >= 0:
            break
        c *= step
    return math.exp(root(lambda u: law.slopes(math.exp(u))[1] - y - math.exp(-u), math.log(c)))


def path(law: Transform, c: float, straight: bool = False, of_tail: bool = True) -> Path:
    """The hyperbola through c; without a bend a straight line, on which steps must be shorter."""
    _, slope, curvature, third = law.slopes(c)
    width = 1 / math.sqrt(curvature + (1 / c**2 if of_tail else 0.0))
    bend, step = (0.0, STEP / 4) if straight else (math.atan(-third * width / (3 * curvature)), STEP)
    u = np.arange(0.0, 4.0, step)
    s, K = _points(law, c, width, bend, u)
    while (K[-1] - K[0] + (c - s[-1]) * slope).real > NEGLIGIBLE and u[-1] < FARTHEST:
        more = u[-1] + step * np.arange(1, len(u) // 2 + 1)
        s_more, K_more = _points(law, c, width, bend, more)
        u, s, K = (np.concatenate(pair) for pair in ((u, more), (s, s_more), (K, K_more)))
    weights = np.cos(bend - 1j * u) * (width * step / math.pi)
    weights[0] /= 2
    return Path(c, s, K, weights)


def _points(
    law: Transform, c: float, width: float, bend: float, u: Float[np.ndarray, " S"]
) -> tuple[Complex[np.ndarray, " S"], Complex[np.ndarray, " S"]]:
    s = c + width * (math.sin(bend) - np.sin(bend - 1j * u))
    return s, law.values(s)


def quantile(law: Transform, q: float) -> float:
    """The y with P(Y <= y) = q, 0 < q < 1: Newton's method on the logarithm of the nearer tail."""
    below = cdf(law, law.mean) >= q
    target = math.log(q) if below else math.log1p(-q)
    saddle = lower_saddle if below else upper_saddle
    y = law.mean
    for _ in range(CORRECTIONS):
        way = best_path(law, saddle(law, y), y)
        tail = way.log_tail(y)[0]
        hazard = way.density(y) * math.exp(-tail)
        move = (target - tail) / hazard * (1 if below else -1)
        y += max(-2 * law.sd, min(2 * law.sd, move)) if tail < -1 else max(-law.sd, min(law.sd, move))
        if abs(move) < 1e-14 * max(law.sd, abs(y)):
            break
    return y


def root(increasing: Callable[[float], float], start: float) -> float:
    """A zero of an increasing function, as nearly as a path needs it: all paths near the saddle agree."""
    low = high = start
    step = 1.0
    while increasing(low) > 0:
        low, step = low - step, 2 * step
    step = 1.0
    while increasing(high) < 0:
        high, step = high + step, 2 * step
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (low, middle) if increasing(middle) > 0 else (middle, high)
    return (low + high) / 2
