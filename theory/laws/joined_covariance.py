r"""What a batch that joins a pool multiplies the covariance of a model by: means of its determinant and its inverse.

In d dimensions a batch of $M$ that joins a pool and makes it $P$ points has $F=A+\frac wLzz'$, $A=1+\frac1L(W-M)$,
$w=1-M/P$, $L=P-1+\delta$, with $W$ a Wishart matrix of $M-1$ degrees of freedom and z standard normal, independent of
it. Given the eigenvalues $a_i$ of $A$ the transform of $x=\frac wLz'A^{-1}z$ is
$E\,e^{-sx}=\prod_i(1+2\sigma/a_i)^{-1/2}$, $\sigma=sw/L$: a mean of a product over the eigenvalues of $W$, a Pfaffian.
With it $\log(1+x)$, $1/(1+x)$ and $z'A^{-1}z/(1+x)$ are integrals over s. What is linear in $F-1$ is known and apart,
and so is all that does not depend on $W$: nothing cancels, however many points there are.
"""

import math
from collections.abc import Callable
from functools import cache, cached_property

import numpy as np
from jaxtyping import Float

from theory.laws.factor_law import above_log1p, chi_square_points
from theory.laws.pfaffian import Tilted
from theory.laws.wishart_spectrum import gram_eigenvalues

Points = Float[np.ndarray, " K"]
NEGLIGIBLE = 1e-19


class JoinedBatch:
    """For P > M points, L - M of 1 or more and 2 <= d <= 10; relative errors are below 1e-12, within milliseconds."""

    def __init__(self, M: int, P: float, offset: float, d: int) -> None:
        self.d, self.w, self.L = d, 1 - M / P, P - 1 + offset
        self.lost, self.free = M / P / self.L, d - min(M - 1, d)  # -E(F - 1), and directions in which W is 0
        self.s, self.weights = _exponential(16 * math.ceil(np.clip(0.5 + 20 * self.w / (self.L - M), 1, 11)))
        self.sigma2 = 2 * self.s * self.w / self.L
        self.log_alone = -d / 2 * np.log1p(self.sigma2)  # the product where A is 1
        self.excess = np.full(1, -M / self.L)  # eigenvalues of A less 1; the first where W is 0
        self.number = np.full(1, float(self.free))  # how many there are, on average
        if M > 1:
            root, self.found = gram_eigenvalues(max(M - 1, d), min(M - 1, d))
            self.excess = np.append(self.excess, (root**2 - M) / self.L)
            self.number = np.append(self.number, self.found.mass * self.found.chance())

    @property
    def mean_log(self) -> float:
        """E log det F: of A, of 1 + x where A is 1, and what A changes in that."""
        scale = self.w * self.d / self.L
        y, log_chance = chi_square_points(self.d, lambda y: np.log1p(scale * np.exp(y)))
        chance = np.exp(log_chance - log_chance.max())
        alone = chance @ above_log1p(scale * np.exp(y)) / chance.sum()
        change = np.exp(self.log_alone) * np.expm1(self._log_change) / self.s
        return float(-self.d * self.lost - self.number @ above_log1p(self.excess) - alone - self.weights @ change)

    @property
    def mean_inverse(self) -> float:
        """E tr(1/F)/d - 1: 1/A has one part, and x takes another."""
        twice = self.sigma2[:, None]

        def form(e: Float[np.ndarray, " K"]) -> Float[np.ndarray, "S K"]:
            """1/(a(a + 2 sigma)) less 1."""
            return -(e * (2 + e) + twice * (1 + e)) / ((1 + e) * (1 + e + twice))

        taken = np.expm1(self.log_alone + self._log_change) + self._mean(form) / self.d
        return float(
            self.lost + self.number @ (self.excess**2 / (1 + self.excess)) / self.d
            - self.w / self.L * (self.weights @ taken)
        )  # fmt: skip

    @property
    def along(self) -> float:
        """E z'(1/F)z."""
        return float(self.weights @ self._mean(lambda e: 1 / (1 + e + self.sigma2[:, None])))

    def _mean(self, q: Callable[[Float[np.ndarray, " K"]], Float[np.ndarray, "S K"]]) -> Points:
        """For each s the mean of the product times the sum of q over the eigenvalues."""
        values = q(self.excess)
        found = self.free * values[:, 0]
        if self._tilted:
            found = found * (1 + self._tilted.excess) + self._tilted.total(values[:, 1:])
        return np.exp(self.log_alone + self.free * self._half_logs[:, 0]) * found

    @cached_property
    def _log_change(self) -> Points:
        """Of the mean product over what it is for A = 1."""
        return self.free * self._half_logs[:, 0] + (np.log1p(self._tilted.excess) if self._tilted else 0.0)

    @cached_property
    def _tilted(self) -> Tilted | None:
        return self.found.tilted(np.expm1(self._half_logs[:, 1:])) if len(self.excess) > 1 else None

    @cached_property
    def _half_logs(self) -> Float[np.ndarray, "S K"]:
        """Of (1 + 2 sigma) / (1 + 2 sigma/a)."""
        sigma2 = self.sigma2[:, None]
        return np.log1p(sigma2 * self.excess / (1 + self.excess + sigma2)) / 2


@cache
def _exponential(number: int) -> tuple[Points, Points]:
    """Gauss and Laguerre, but for points of no weight."""
    s, weights = np.polynomial.laguerre.laggauss(number)
    return s[weights > NEGLIGIBLE], weights[weights > NEGLIGIBLE]
