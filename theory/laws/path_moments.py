r"""Moments of a refitted Gaussian about its source, of the fourth order, without the cancellation of their closed form.

In units of $v_0$ a chain of $t$ fits has $\sqrt{v_t}=k\,(1+e)$, $k=((M-1)/L)^{t/2}$ and $e$ that of the unbiased
divisor; given its variances $\mu_t-\mu_0$ is normal with variance $V=\frac1M\sum_{i<t}v_i$. One stretch of a chain
followed by another is
$$1+e''=(1+e)(1+e'),\qquad V''=V+k^2(1+e)^2V'$$
with independent $(e, V)$ and $(e', V')$: moments of $t$ fits are those of one, doubled $\log_2t$ times, and all of
them are of the size of what is asked for.
"""

import math
from dataclasses import dataclass

import numpy as np

from theory.laws.chi_square import (
    exponential_remainder,
    log_mean_factor,
    log_mean_root_factor,
    log_mean_squared_factor,
)  # fmt: skip

ENDED = -100.0  # logarithm of moments of v_t that are nothing beside those of mu_t
FOLDED_FROM = 50  # generations per point from which on moments with the unbiased divisor might overflow
SERIES_FROM = 100  # degrees of freedom from which on a series replaces a difference
# log E sqrt(chi2_nu/nu) = -1/(8a) + sum of these over a^3, a^5, ..., a = nu/2
ROOT_SERIES = (1 / 192, -1 / 640, 17 / 14336, -31 / 18432, 691 / 180224)


@dataclass(frozen=True)
class Stretch:
    """``fits`` generations: h[k] = E e^k for k = 0 to 4, V[k] = E V e^k for k = 0 to 2, and E V^2."""

    fits: int
    log_scale: float  # of v in one fit, log((M-1)/L)
    h: tuple[float, ...]
    V: tuple[float, ...]
    V_squared: float

    def followed_by(self, later: "Stretch") -> "Stretch":
        g, B = later.mixed, later.V
        scale = np.exp(self.fits * self.log_scale)
        grown = [B[0] + 2 * B[1] + B[2], B[1] + B[2], B[2]]  # E V'(1+e')^(2-k) e'^k
        h = tuple(sum(math.comb(k, j) * self.h[j] * g(j, k - j) for j in range(k + 1)) for k in range(5))
        f = self.mixed
        V = (
            self.V[0] + scale * f(2, 0) * B[0],
            self.V[1] * g(1, 0) + self.V[0] * g(0, 1) + scale * (f(2, 1) * (B[0] + B[1]) + f(2, 0) * B[1]),
            self.V[2] * g(2, 0) + 2 * self.V[1] * g(1, 1) + self.V[0] * g(0, 2)
            + scale * (f(2, 2) * grown[0] + 2 * f(2, 1) * grown[1] + f(2, 0) * grown[2]),
        )  # fmt: skip
        crossed = 2 * scale * (self.V[0] + 2 * self.V[1] + self.V[2]) * B[0]
        squared = self.V_squared + crossed + scale**2 * f(4, 0) * later.V_squared
        return Stretch(self.fits + later.fits, self.log_scale, h, V, squared)

    def mixed(self, j: int, k: int) -> float:
        """E (1+e)^j e^k."""
        return sum(math.comb(j, i) * self.h[i + k] for i in range(j + 1))

    def folded(self) -> "Stretch":
        """The same with the scale in e: 1 + e is sqrt(v) of this divisor."""
        k, d = np.exp(self.fits * self.log_scale / 2), np.expm1(self.fits * self.log_scale / 2)
        h, V = (
            tuple(sum(math.comb(p, i) * k**i * d ** (p - i) * m[i] for i in range(p + 1)) for p in range(len(m)))
            for m in (self.h, self.V)
        )
        return Stretch(self.fits, 0.0, h, V, self.V_squared)

    def error_and_variance(self) -> float:
        """E V v_t = E (mu_t-mu_0)^2 v_t."""
        return np.exp(self.fits * self.log_scale) * (self.V[0] + 2 * self.V[1] + self.V[2])

    def distance_variance(self) -> float:
        """Var W^2 for W^2 = (mu_t-mu_0)^2 + (sqrt(v_t) - 1)^2."""
        h, k = self.h, np.exp(self.fits * self.log_scale / 2)
        d = np.expm1(self.fits * self.log_scale / 2)
        mean = 3 * self.V_squared - self.V[0] ** 2
        both = k**2 * (self.V[2] - self.V[0] * h[2]) + 2 * k * d * (self.V[1] - self.V[0] * h[1])
        width = k**4 * (h[4] - h[2] ** 2) + 4 * k**3 * d * (h[3] - h[1] * h[2]) + 4 * (k * d) ** 2 * (h[2] - h[1] ** 2)
        return mean + 2 * both + width


def distance_variance(M: int, offset: float, t: int) -> float:
    """Var W_2^2 between model t and the source, in units of v_0^2; infinite beyond the largest float."""
    if t == 0:
        return 0.0
    if t * max(log_mean_factor(M, offset), log_mean_squared_factor(M, offset)) < ENDED:
        return limiting_distance_variance(M, offset)
    with np.errstate(over="ignore", invalid="ignore"):
        value = path_moments(M, offset, t).distance_variance()
    return float(value) if np.isfinite(value) else np.inf


def limiting_distance_variance(M: int, offset: float) -> float:
    """3 E V^2 - (E V)^2 as t grows; infinite where E S^2 reaches 1."""
    if log_mean_squared_factor(M, offset) >= 0:
        return np.inf
    return limiting_mean_fourth_moment(M, offset) - 1 / (M * math.expm1(log_mean_factor(M, offset))) ** 2


def mean_fourth_moment(M: int, offset: float, t: int) -> float:
    """E (mu_t - mu_0)^4 = 3 E V^2 in units of v_0^2; infinite beyond the largest float."""
    if t == 0:
        return 0.0
    if t * max(log_mean_factor(M, offset), log_mean_squared_factor(M, offset)) < ENDED:
        return limiting_mean_fourth_moment(M, offset)
    with np.errstate(over="ignore", invalid="ignore"):
        value = 3 * path_moments(M, offset, t).V_squared
    return float(value) if np.isfinite(value) else np.inf


def draw_fourth_moment(M: int, offset: float, t: int) -> float:
    """E (X_t - mu_0)^4 = 3 E (V + v)^2 of a draw X_t, in units of v_0^2; infinite beyond the largest float."""
    if t == 0:
        return 3.0
    second = log_mean_squared_factor(M, offset)
    if t * max(log_mean_factor(M, offset), second) < ENDED:
        return limiting_mean_fourth_moment(M, offset)
    with np.errstate(over="ignore", invalid="ignore"):
        path = path_moments(M, offset, t)
        value = 3 * (path.V_squared + 2 * path.error_and_variance() + np.exp(t * second))
    return float(value) if np.isfinite(value) else np.inf


def limiting_mean_fourth_moment(M: int, offset: float) -> float:
    """3 E V^2 as t grows, where V = 1/M + S V' in law; infinite where E S^2 reaches 1."""
    first, second = log_mean_factor(M, offset), log_mean_squared_factor(M, offset)
    if second >= 0:
        return np.inf
    return -3 * (1 - 2 * math.exp(first) / math.expm1(first)) / math.expm1(second) / M**2


def path_moments(M: int, offset: float, t: int) -> Stretch:
    """The moments of t >= 1 fits; infinite or not a number where one leaves the range of float64."""
    power = _one_fit(M, offset)
    whole: Stretch | None = None
    while t:
        if t & 1:
            whole = power if whole is None else whole.followed_by(power)
        t >>= 1
        if t and power.fits > FOLDED_FROM * M and power.log_scale:
            power, whole = power.folded(), whole.folded() if whole else None
        power = power.followed_by(power) if t else power
    assert whole is not None
    return whole


def _one_fit(M: int, offset: float) -> Stretch:
    """e = sqrt(chi2_nu/nu) - 1 has moments in c = E(1+e) and 1/nu alone, as E(1+e)^3 = c (1+1/nu)."""
    nu = M - 1
    lost = -math.expm1(log_mean_root_factor(M, 0.0))
    excess = _excess(nu, lost)
    h = (1.0, -lost, 2 * lost, -excess / 2 - lost / nu, excess + 4 * lost / nu)
    return Stretch(1, log_mean_factor(M, offset), h, (1 / M, -lost / M, 2 * lost / M), 1 / M**2)


def _excess(nu: int, lost: float) -> float:
    """8 (1-c) - 2/nu, about -1/(4 nu^2)."""
    if nu < SERIES_FROM:
        return 8 * lost - 2 / nu
    a = nu / 2
    beyond = sum(b / a ** (2 * k + 3) for k, b in enumerate(ROOT_SERIES))
    return -8 * (float(exponential_remainder(np.array(beyond - 1 / (8 * a)))) + beyond)
