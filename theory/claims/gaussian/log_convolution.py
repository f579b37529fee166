r"""The law of a sum of $t$ logarithms of chi-squares by convolving their density with itself, in exact integers.

With $y=\log(x/\nu)$ the density is $\propto e^{a(y-e^y)}$, $a=\nu/2$: analytic on the line, so that sums over a grid
are convolutions without error once the grid resolves one fit. Twice as many fits bear a coarser grid, and a million are
twenty convolutions, each one product of long integers. Nothing here knows a Gamma function of a complex argument, a
transform or a contour: what it checks is found by those.
"""

from dataclasses import dataclass
from functools import cache

import mpmath
from mpmath import mpf

PLACES = 50  # decimal digits of what is not an integer
BITS = 170  # a mass is an integer over 2^BITS
NEGLIGIBLE = 1 << 30  # masses below this at both ends are left out: 1e-42 of the whole


@dataclass(frozen=True)
class Masses:
    """Mass ``values[k] / 2^BITS`` at ``(first + k) step``."""

    step: mpf
    first: int
    values: tuple[int, ...]

    def convolved(self, other: "Masses") -> "Masses":
        """The law of the sum: the integers packed into one, and one product."""
        width = 2 * BITS + 32
        packed = [int.from_bytes(b"".join(_bytes(v, width) for v in law.values), "little") for law in (self, other)]
        count = len(self.values) + len(other.values) - 1
        whole = (packed[0] * packed[1]).to_bytes((count + 1) * width // 8, "little")
        size = width // 8
        products = [int.from_bytes(whole[k * size : (k + 1) * size], "little") >> BITS for k in range(count)]
        return Masses(self.step, self.first + other.first, tuple(products)).trimmed()

    def trimmed(self) -> "Masses":
        kept = [k for k, value in enumerate(self.values) if value >= NEGLIGIBLE]
        return Masses(self.step, self.first + kept[0], self.values[kept[0] : kept[-1] + 1])

    def thinned(self) -> "Masses":
        """Every other point, with twice the step and twice the mass."""
        skip = self.first % 2
        return Masses(2 * self.step, (self.first + skip) // 2, tuple(2 * value for value in self.values[skip::2]))

    def cdf(self, y: mpf) -> mpf:
        """The mass up to y of the one band-limited density with these values: sines over the grid, integrated."""
        return mpmath.fsum(
            mpf(value) * (mpf(1) / 2 + mpmath.si(mpmath.pi * (y / self.step - self.first - k)) / mpmath.pi)
            for k, value in enumerate(self.values)
        ) / (1 << BITS)  # fmt: skip

    def density(self, y: mpf) -> mpf:
        """The same density itself."""
        return mpmath.fsum(
            mpf(value) * mpmath.sincpi(y / self.step - self.first - k) for k, value in enumerate(self.values)
        ) / (self.step * (1 << BITS))  # fmt: skip


def _bytes(value: int, width: int) -> bytes:
    return value.to_bytes(width // 8, "little")


def log_sum_cdf(y: mpf, nu: int, t: int) -> mpf:
    """P(sum of t independent log(chi2_nu/nu) <= y), t >= 1, to 30 digits of 1."""
    with mpmath.workdps(PLACES):
        return _sum(nu, t)[0].cdf(y)


def log_sum_density(y: mpf, nu: int, t: int) -> mpf:
    """The density of the sum at y, to 30 digits of its largest value."""
    with mpmath.workdps(PLACES):
        return _sum(nu, t)[0].density(y)


@cache
def _sum(nu: int, t: int) -> tuple[Masses, Masses]:
    """The laws of the sums of t and of t + 1 terms, on one grid as coarse as t terms bear."""
    if t == 1:
        one = _one(nu)
        return one, one.convolved(one)
    half, more = _sum(nu, t // 2)
    laws = (half.convolved(half), half.convolved(more)) if t % 2 == 0 else (half.convolved(more), more.convolved(more))
    while mpmath.pi / (2 * laws[0].step) >= _highest_frequency(nu, t):
        laws = laws[0].thinned(), laws[1].thinned()
    return laws


def _one(nu: int) -> Masses:
    """One term on a grid that resolves it, from its peak at y = 0 outwards."""
    a = mpf(nu) / 2
    step = mpmath.pi / _highest_frequency(nu, 1)
    scale = step * mpmath.exp(a * mpmath.log(a) - mpmath.loggamma(a)) * (1 << BITS)

    def mass(k: int) -> int:
        return int(mpmath.nint(scale * mpmath.exp(a * (k * step - mpmath.exp(k * step)))))

    sides = []
    for direction in (-1, 1):
        side, k = [], direction
        while (value := mass(k)) >= NEGLIGIBLE:
            side.append(value)
            k += direction
        sides.append(side)
    return Masses(step, -len(sides[0]), (*reversed(sides[0]), mass(0), *sides[1]))


def _highest_frequency(nu: int, t: int) -> mpf:
    """Beyond it the characteristic function of the sum of t terms is below 1e-30: normal within, exponential beyond."""
    return 12 * mpmath.sqrt(mpf(nu) / 2 / t) + mpf(50) / t
