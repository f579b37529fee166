r"""Functions of a Gaussian model, even in its mean, as polynomials in $\log v$ and in the square of $\log$-like means.

On $-A\le\log v\le B$ and $0\le|\mu|\le R$, $|\mu|=c\sinh\theta$, a function is its values at Chebyshev points, of even
polynomials in $\theta$. Beyond the edges, and gradually just before them, a model counts as one at the edge: the mean
of $\min(x,\text{edge})$ over a normal shift of the edge, an entire function of $x$, so that operators on such functions
stay smooth and their powers settle. Everything is in units of the source, the mean from its mean.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float
from scipy import special

SOFT = 0.03  # standard deviation of an edge, of the whole range; of the range of theta for its one edge


@dataclass(frozen=True)
class EdgedGrid:
    """The range of log v, that of |mu| with its scale c, and how many polynomials there are in each."""

    lowest: float
    highest: float
    reach: float
    scale: float
    variances: int
    means: int

    @cached_property
    def variance(self) -> Float[np.ndarray, " N"]:
        """v at every point, the means running faster."""
        place = self.lowest + (self.highest - self.lowest) * (_points(self.variances) + 1) / 2
        return np.repeat(np.exp(place), self.means)

    @cached_property
    def mean(self) -> Float[np.ndarray, " N"]:
        """|mu| at every point."""
        halves = np.cos((2 * np.arange(self.means) + 1) * np.pi / (4 * self.means))
        return np.tile(self.scale * np.sinh(self._top * halves), self.variances)

    @property
    def _top(self) -> float:
        return math.asinh(self.reach / self.scale)

    def in_variance(self, log_variance: Float[np.ndarray, "*Q"]) -> Float[np.ndarray, "*Q V"]:
        """Chebyshev polynomials at each log v."""
        soft = SOFT * (self.highest - self.lowest)
        middle = (self.highest + self.lowest) / 2
        away = log_variance - middle
        inside = middle + np.sign(away) * smoothly_at_most(np.abs(away), self.highest - middle, soft)
        return chebyshev((inside - middle) / (self.highest - middle), self.variances)

    def in_mean(self, mean: Float[np.ndarray, "*Q"]) -> Float[np.ndarray, "*Q D"]:
        """Even Chebyshev polynomials in theta at each mean."""
        inside = smoothly_at_most(np.arcsinh(np.abs(mean) / self.scale), self._top, 2 * SOFT * self._top)
        return chebyshev(2 * (inside / self._top) ** 2 - 1, self.means)

    def in_odd_mean(self, mean: Float[np.ndarray, "*Q"]) -> Float[np.ndarray, "*Q D"]:
        """Odd Chebyshev polynomials in theta at each mean, which has a sign."""
        inside = smoothly_at_most(np.arcsinh(np.abs(mean) / self.scale), self._top, 2 * SOFT * self._top)
        return chebyshev(np.sign(mean) * inside / self._top, 2 * self.means)[..., 1::2]

    @cached_property
    def from_odd_values(self) -> Float[np.ndarray, "D D"]:
        """Values at the means (columns) to coefficients of the odd polynomials (rows)."""
        halves = np.cos((2 * np.arange(self.means) + 1) * np.pi / (4 * self.means))
        return chebyshev(halves, 2 * self.means)[:, 1::2].T * 2 / self.means

    @cached_property
    def from_values(self) -> tuple[Float[np.ndarray, "V V"], Float[np.ndarray, "D D"]]:
        """Values at the points of either axis (columns) to coefficients of the polynomials (rows)."""
        halves = 2 * np.cos((2 * np.arange(self.means) + 1) * np.pi / (4 * self.means)) ** 2 - 1
        return tuple(
            chebyshev(points, count).T * np.where(np.arange(count) == 0, 1, 2)[:, None] / count
            for points, count in ((_points(self.variances), self.variances), (halves, self.means))
        )  # type: ignore[return-value]

    def reading(
        self, variance: Float[np.ndarray, " Q"], mean: Float[np.ndarray, " Q"], weight: Float[np.ndarray, " Q"],
        odd: bool = False,
    ) -> Float[np.ndarray, " N"]:  # fmt: skip
        """The row that gives, of a function's values at the points, its weighted sum over some models.

        The function is even in the mean, or odd.
        """
        of_variance, of_mean = self.from_values[0], self.from_odd_values if odd else self.from_values[1]
        in_mean = self.in_odd_mean(mean) if odd else self.in_mean(mean)
        coefficients = np.einsum("q,qi,qk->ik", weight, self.in_variance(np.log(variance)), in_mean)
        return (of_variance.T @ coefficients @ of_mean).ravel()

    def projected(self, values: Float[np.ndarray, "V_ D_"], finer: "EdgedGrid") -> Float[np.ndarray, " N"]:
        """Values at the points of the polynomial that has the first coefficients of a function on a finer grid.

        A law that no polynomials beyond these tell from nothing has the same mean of both, though the function may be
        no such polynomial at all.
        """
        of_variance, of_mean = finer.from_values
        coefficients = of_variance[: self.variances] @ values @ of_mean[: self.means].T
        halves = 2 * np.cos((2 * np.arange(self.means) + 1) * np.pi / (4 * self.means)) ** 2 - 1
        at_variance, at_mean = chebyshev(_points(self.variances), self.variances), chebyshev(halves, self.means)
        return (at_variance @ coefficients @ at_mean.T).ravel()


def smoothly_at_most(x: Float[np.ndarray, "*Q"], top: float, soft: float) -> Float[np.ndarray, "*Q"]:
    """E min(x, top + soft Z), Z standard normal: x well below the top, the top well above."""
    u = (x - top) / soft
    return x - soft * (u * special.ndtr(u) + np.exp(-u * u / 2) / math.sqrt(2 * math.pi))


def chebyshev(x: Float[np.ndarray, "*Q"], count: int) -> Float[np.ndarray, "*Q K"]:
    """The first polynomials at each place, by their recursion."""
    values = np.empty((count, *np.shape(x)))
    values[0] = 1.0
    values[1:2] = x
    for k in range(2, count):
        np.multiply(x, values[k - 1], out=values[k])
        values[k] *= 2
        values[k] -= values[k - 2]
    return np.moveaxis(values, 0, -1)


def _points(count: int) -> Float[np.ndarray, " K"]:
    return np.cos((np.arange(count) + 0.5) * np.pi / count)
