r"""A window of two batches as a Markov chain: the shape of the window, on a grid, and moments carried along it.

Model $t$ is fitted to batches $t-1$ and $t$ of $M$ points. In units of its variance $v_t$, with the divisor
$L=2M-1+\delta$, the older batch has the sum of squares $c$ about its own mean, the newer one $b$, and the mean of the
newer one is $a\sqrt{v_t}$ from that of the model: $b+c+2Ma^2=L$. Batch $t+1$ adds $X=\chi^2_{M-1}$ and a mean that is
$\zeta/\sqrt M$ off, so that $L\,v_{t+1}/v_t=b+X+\frac M2w^2$, $w=\zeta/\sqrt M-a$, and the new shape $(a',b',c')$ has
$v_{t+1}/v_t=b/c'$, $X=b\,b'/c'$, $w=2a'\sqrt{b/c'}$. In $x=\log(b'/c')$ and $y$, $2Ma'^2=(b'+c')\sinh^2y$, the density
of the new shape is analytic and falls off exponentially: the trapezoidal rule has an error of rounding.
"""

import math
from functools import cached_property, lru_cache

import numpy as np
from jaxtyping import Float, Int
from scipy import special

from theory.laws.chi_square import log_mean_root_factor

HEAD, LATE = 60, 10  # fits after which only the slowest part of a moment is left; those its rate is taken from
NEGLIGIBLE = 31.0  # minus the logarithm of a density that is left out

Times = Int[np.ndarray, " T"]
Values = Float[np.ndarray, " T"]
Vector = Float[np.ndarray, " S"]


class WindowOfTwo:
    """Moments of model t about its source, in units of v_0, for batches of M points; t from 0 on."""

    def __init__(self, M: int, offset: float) -> None:
        self.M, self.nu, self.offset, self.L, self.L1 = M, M - 1, offset, 2 * M - 1 + offset, M - 1 + offset
        step_x, step_y = 0.5 * math.sqrt(2 / self.nu), 0.31 / math.sqrt(M)
        far_x = 2 * math.acosh(math.exp(NEGLIGIBLE / (self.nu - 1)))
        far_y = math.acosh(math.exp(NEGLIGIBLE / (1.5 * self.nu)))
        x, y = np.meshgrid(
            step_x * np.arange(-math.ceil(far_x / step_x), math.ceil(far_x / step_x) + 1),
            step_y * (np.arange(math.ceil(far_y / step_y)) + 0.5), indexing="ij",
        )  # fmt: skip
        kept = (self.nu - 1) * np.log(np.cosh(x / 2)) + 1.5 * self.nu * np.log(np.cosh(y)) < NEGLIGIBLE
        self.x, self.y = x[kept], y[kept]
        apart = -2 * np.log(np.cosh(self.y))  # log of b + c over L
        self.log_b, self.log_c = (apart - np.log1p(np.expm1(z) / 2) for z in (-self.x, self.x))  # over L/2
        self.a = math.sqrt(self.L / (2 * M)) * np.tanh(self.y)
        self.start = math.log(2 * self.L1 / self.L)  # log b of the first fit, of which a is 0
        self.even, self.odd = self._fits(self.log_b, self.a)
        self.first = self._fits(np.array([self.start]), np.zeros(1))[0][0]
        self._known: dict[tuple[int, int], Values] = {}

    def _fits(self, log_b: Vector, a: Vector) -> tuple[Float[np.ndarray, "S S"], Float[np.ndarray, "S S"]]:
        """One fit for measures that are even in a, and for odd ones, on the half a > 0."""
        x = log_b[:, None] + self.x + math.log(self.L / (2 * self.nu))  # log X/nu
        root = np.sqrt(self.L / 2 * np.exp(log_b))[:, None] * np.exp(np.logaddexp(0.0, self.x) / 2)  # of b + X
        log = self.nu / 2 * (x - np.expm1(x)) + np.log(root * np.cosh(self.y))
        w, shift = root * np.sinh(self.y), math.sqrt(self.M / 2) * a[:, None]
        up, down = np.exp(log - (w + shift) ** 2), np.exp(log - (w - shift) ** 2)
        mass = (up + down).sum(axis=1, keepdims=True)
        return (up + down) / mass, (up - down) / mass

    def log_first(self, power: float) -> float:
        """log E v_1^power, for a multiple of 1/2: that of the root, and factors of the Gamma function."""
        whole = math.floor(power)
        value, shape = (log_mean_root_factor(self.M, self.offset), self.M / 2) if power > whole else (0.0, self.nu / 2)
        up = sum(math.log1p(2 * (shape + j) / self.L1 - 1) for j in range(whole))
        return value + up - sum(math.log1p(2 * (shape - j) / self.L1 - 1) for j in range(1, 1 - whole))

    def log_mean(self, t: Times) -> Values:
        """E log(v_t/v_0)."""
        means = self._logarithms[0]
        return np.where(t < HEAD, means[np.minimum(t, HEAD)], means[HEAD] + self.drift * (t - HEAD))

    def log_sd(self, t: Times) -> Values:
        """sd log v_t over chains."""
        spreads = self._logarithms[1]
        growth = (spreads[HEAD] - spreads[HEAD - LATE]) / LATE
        return np.sqrt(np.where(t < HEAD, spreads[np.minimum(t, HEAD)], spreads[HEAD] + growth * (t - HEAD)))

    @property
    def drift(self) -> float:
        """What every late fit adds to E log v_t."""
        return self._logarithms[2]

    def power(self, degree: int, t: Times) -> Values:
        """E v_t^(degree/2), and inf where it has no mean."""
        if self.nu + degree <= 0:
            return np.where(t > 0, np.inf, 1.0)
        values = self._moments(degree, 0)
        with np.errstate(over="ignore"):
            late = values[HEAD] * np.exp(self.growth(degree) * np.maximum(t - HEAD, 0))
        return np.where(t < HEAD, values[np.minimum(t, HEAD)], late)

    def growth(self, degree: int) -> float:
        """log of the factor by which every late fit multiplies E v_t^(degree/2)."""
        values = self._moments(degree, 0)
        return math.log(values[HEAD] / values[HEAD - LATE]) / LATE

    def strayed(self, degree: int, t: Times) -> Values:
        """E (mu_t - mu_0)^2 v_t^(degree/2 - 1): late moments are sums of two powers, as those of v_t."""
        if self.nu + degree - 2 <= 0:
            return np.where(t > 0, np.inf, 0.0)
        values = self._moments(degree, 2)
        whole, other = self.growth(degree), self.growth(degree - 2)
        added, later = values[HEAD] - math.exp(other) * values[HEAD - 1], np.maximum(t - HEAD, 0)
        with np.errstate(over="ignore", invalid="ignore"):
            gained = np.expm1((whole - other) * later) / math.expm1(whole - other)
            late = np.exp(other * later) * (values[HEAD] + added * math.exp(whole - other) * gained)
        return np.where(t < HEAD, values[np.minimum(t, HEAD)], late)

    @cached_property
    def _logarithms(self) -> tuple[Values, Values, float]:
        """E log(v_t/v_0), Var log v_t up to HEAD, and the drift: a fit adds log b - log c', b of the window before."""
        means = [0.0, float(special.psi(self.nu / 2)) - math.log(self.L1 / 2)]
        spreads = [0.0, float(special.polygamma(1, self.nu / 2))]
        law, gap = self.first, self.start - self.log_c
        step = float(law @ gap)
        mean, total, square = means[1] + step, law * (gap - step), law * (gap - step) ** 2
        for _ in range(HEAD - 1):
            means.append(mean)
            spreads.append(spreads[1] + float(square.sum()))
            left = float(law @ self.log_b)
            up = self.log_b - left
            law, total, square = np.array([law, total + up * law, square + 2 * up * total + up**2 * law]) @ self.even
            step = left - float(law @ self.log_c)
            down = self.log_c + step - left
            mean, total, square = mean + step, total - down * law, square - 2 * down * total + down**2 * law
        return np.array(means), np.array(spreads), step

    def _moments(self, degree: int, order: int) -> Values:
        """E (mu_t - mu_0)^order v_t^((degree-order)/2), order 0 or 2, up to HEAD.

        Carried are E g^i v^((degree-i)/2) by shape, g the error of the mean of the newer batch, g' = g + 2a' sqrt v'.
        """
        if (degree, order) in self._known:
            return self._known[degree, order]
        start = [math.exp(self.log_first(degree / 2)), math.exp(self.log_first(degree / 2 - 1)) / self.M]
        up, down = ([np.exp((degree - i) / 2 * log) for i in range(3)] for log in (self.log_b, -self.log_c))
        first = [math.exp((degree - i) / 2 * self.start) * down[i] * self.first for i in range(3)]
        values, shift = [float(order == 0), start[order // 2]], 2 * self.a
        moved = start[0] * first[0], np.zeros_like(first[1]), start[1] * first[2]
        for _ in range(HEAD - 1):
            plain, once, twice = (
                moved[0],
                moved[1] + shift * moved[0],
                moved[2] + shift * (2 * moved[1] + shift * moved[0]),
            )
            values.append(float((plain if order == 0 else twice - self.a * (2 * once - self.a * plain)).sum()))
            if order == 0:
                moved = (plain * up[0]) @ self.even * down[0], moved[1], moved[2]
            else:
                even = np.array([plain * up[0], twice * up[2]]) @ self.even
                moved = even[0] * down[0], (once * up[1]) @ self.odd * down[1], even[1] * down[2]
        self._known[degree, order] = np.array(values)
        return self._known[degree, order]


@lru_cache(maxsize=8)
def window_of_two(M: int, offset: float) -> WindowOfTwo:
    """Remembered, as one scenario is asked for many statistics. Takes 0.1 s at M = 10, a hundredth from M = 100 on."""
    return WindowOfTwo(M, offset)
