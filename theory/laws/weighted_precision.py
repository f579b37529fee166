r"""Mean precision under weighted data, $E[1/v]$, and the mean error over the variance, $E[(\mu-\mu_0)^2/v]$.

Beside $\varphi(s)=E e^{-sv}$ its companions $\psi(s)=E(\mu-\mu_0)^2e^{-sv}$ and $\theta(s)=E\,v\,e^{-sv}$ are taken
from fit to fit on the same grid of logarithms, all by convolutions with positive terms. The two means are
$\int\varphi\,ds$ and $\int\psi\,ds$. In units of the source's variance.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from theory.laws.weighted_transform import GONE, LEFT, STEP, WeightedTransform, mean_log


@dataclass(frozen=True)
class WeightedPrecision(WeightedTransform):
    """One fit: 0 < w <= 1, n >= 4 real and m synthetic points, the offset of both divisors."""

    @cached_property
    def x(self) -> Float[np.ndarray, " X"]:
        """log s, up to where s times the transform of the real points alone vanishes."""
        a, divisor = (self.real - 1) / 2, self.real - 1 + self.offset
        growth = GONE / (a - 1)
        end = math.log(divisor / (2 * self.weight)) + (growth if growth > 30 else math.log(math.expm1(growth)))
        return LEFT + STEP * np.arange(math.ceil((max(end, 5.0) - LEFT) / STEP) + 1)

    def divergences(self, generations: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
        """E[1/v - 1 + (mu - mu_0)^2/v + log v]/2 at each t >= 1; settled beyond ``most_fits``, inf among them."""
        wanted = np.minimum(generations, self.most_fits).astype(np.int64)
        w, n, m, s = self.weight, self.real, self.synthetic, np.exp(self.x)
        both = w < 1 and m > 1
        near, less = self._first(w)
        phi, lacking = self._first(1.0)
        values, psi, theta = {}, phi / n, phi * self._slope(1.0)  # theta: s E v exp(-sv)
        for t in range(1, int(wanted.max(initial=1)) + 1):
            if t > 1:
                error = (1 - w) ** 2 * psi + w**2 / n * phi + (1 - w) ** 2 / m * theta / s
                psi = near * (self._mean(error, 0.0) if both else error[0])
                theta = near * self._mean(theta, 1.0) if both else 0.0
                phi = near * self._mean(phi, 0.0) if both else near
                lacking = less + near * self._spread(lacking) if both else less
                theta = theta + self._slope(w) * phi
            if t in wanted:
                narrow = STEP * np.sum(s * (phi - np.exp(-s)))
                values[t] = (narrow + STEP * np.sum(s * psi) + mean_log(self.x, lacking)) / 2
        return np.array([values[int(t)] for t in wanted])

    def _slope(self, share: float) -> Float[np.ndarray, " X"]:
        """-s times the slope of log E exp(-s share A)."""
        scale = share / (self.real - 1 + self.offset) * np.exp(self.x)
        return (self.real - 1) * scale / (1 + 2 * scale)

    def _mean(self, values: Float[np.ndarray, " X"], power: float) -> Float[np.ndarray, " X"]:
        """The mean over shifts of x by log((1-w) B), of values that go as s^power on the left and as a power beyond."""
        kernel, first = self._kernel
        below, above = max(0, -first), max(0, first + len(kernel) - 1)
        left = values[0] * np.exp(power * STEP * np.arange(-below, 0))
        falls = values[-1] / values[-2] if values[-2] > 0 else 0.0
        right = values[-1] * falls ** np.arange(1, above + 1)
        padded = np.concatenate((left, values, right))
        return np.convolve(padded, kernel[::-1], mode="valid")[below + first :][: len(values)]
