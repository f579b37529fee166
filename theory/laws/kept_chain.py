r"""The law of a Gaussian chain that keeps the same n real points: any mean over it, by one matrix and the kept squares.

About the kept mean, and in units in which the squares $Q$ of the kept points are n, mean and variance are a chain of
their own: $Lv'=n+vY+kz^2$, $\mu'=\frac mNz$, $z\sim N(\mu,v/m)$. $Q$, a chi-square in units of the source, sets the
unit and where the source stands in it: $v=n/Q$. Given the model before,
$$E e^{-sv'}=e^{-sn/L}\Big(1+\tfrac{2sv}L\Big)^{-\frac{m-1}2}(1+2sc)^{-\frac12}\exp\frac{-sk\mu^2/L}{1+2sc},\qquad
k=\tfrac{nm}N,\quad c=\frac{nv}{NL}.$$
"""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from jaxtyping import Float
from scipy import special

from theory.laws.edged_grid import SOFT, EdgedGrid
from theory.laws.fresh_chain import FORGOTTEN, GONE, LEFT, MARGIN, MEAN_MARGIN, RARE, SETTLED, STEP
from theory.laws.mixed_batches import KeptBatches, log_chi_square_nodes, one_fit

UNTOUCHED = 7.5  # standard deviations of an edge from where it is not felt
PLACES = np.arange(0.0, 8.6, 0.4)  # of the kept mean, in its standard deviations
ONE, ROOT, LOG = range(3)  # rows: means over the chain of a function, of it times sqrt(Q/n), times log(Q/n) centred


@dataclass(frozen=True)
class KeptChain:
    """Fits to ``size`` points, ``real`` of them the first for ever; L = size - 1 + ``offset``."""

    size: int
    real: int
    offset: float

    @cached_property
    def grid(self) -> EdgedGrid:
        """From the least variance, n/L or the source's beside points far apart, to the source's beside close ones."""
        n, N = self.real, self.size
        a = n / N
        lowest = -math.log(n / (N - 1 + self.offset))
        start = math.log(n / (2 * special.gammaincinv((n - 1) / 2, RARE)))
        highest = max(start, math.log(n / special.gammaincinv(n + self.offset, RARE)))
        apart = -special.stdtrit(n - 1, 1e3 * RARE) / math.sqrt(n - 1)
        scale = 1 / math.sqrt(max(1 - a, 1 / N))
        theta = MEAN_MARGIN * math.asinh(apart / scale)
        highest += MARGIN * (highest + lowest)
        lowest = (lowest + UNTOUCHED * SOFT * highest) / (1 - UNTOUCHED * SOFT)
        beside_wide = math.log(2 * special.gammainccinv((n - 1) / 2, RARE) / n)
        lowest = max(lowest, beside_wide + MARGIN * (highest + beside_wide))
        slow = max(0.0, math.log10(0.3 / a))
        return EdgedGrid(
            -lowest, highest, scale * math.sinh(theta), scale,
            variances=math.ceil(52 + 16 * slow), means=math.ceil(26 + 10 * slow),
        )  # fmt: skip

    @cached_property
    def operator(self) -> Float[np.ndarray, "N N"]:
        """One fit, as a matrix on values at the grid's points."""
        n, N = self.real, self.size
        return one_fit(self.grid, KeptBatches(n, N - n, N - 1 + self.offset, float(n)))

    @cached_property
    def source(self) -> tuple[Float[np.ndarray, " Q"], Float[np.ndarray, " Q"], Float[np.ndarray, "3 Q"]]:
        """Variance and mean of the source in units of the kept points, and its weights for the three rows."""
        log_squares, chance = log_chi_square_nodes(self.real - 1)
        normal = np.exp(-(PLACES**2) / 2) * np.where(PLACES == 0, 1, 2)
        weight = np.outer(chance, normal / normal.sum())
        log_unit = log_squares - math.log(self.real)
        shape = [np.ones_like(log_unit), np.exp(log_unit / 2), log_unit - chance @ log_unit]
        v, mean = np.exp(-log_unit), np.outer(np.exp(-log_squares / 2), PLACES)
        rows = np.stack([weight * one[:, None] for one in shape]).reshape(3, -1)
        return np.repeat(v, len(PLACES)), mean.ravel(), rows

    @cached_property
    def stationary(self) -> Float[np.ndarray, "3 N"]:
        """What the operator leaves of the rows: the law forgets where it started, not its unit."""
        count = len(self.operator)
        system = np.eye(count) - self.operator.T
        system[0] = 1.0
        return self.source[2].sum(1)[:, None] * np.linalg.solve(system, np.eye(1, count)[0])

    @cached_property
    def _rows(self) -> list[Float[np.ndarray, "3 N"]]:
        v, mean, weights = self.source
        return [np.stack([self.grid.reading(v, mean, weight) for weight in weights])]

    def before(self, t: float) -> tuple[Float[np.ndarray, " N"], Float[np.ndarray, " N"], Float[np.ndarray, "3 N"]]:
        """Variance, mean and weights of the model that drew the synthetic points of fit t >= 1."""
        if t == 1:
            return self.source
        if t > FORGOTTEN * self.size / self.real:
            return self.grid.variance, self.grid.mean, self.stationary
        rows = self._rows
        while len(rows) < t and (len(rows) == 1 or np.abs(rows[-1] - rows[-2]).sum() > SETTLED):
            row = rows[-1] @ self.operator
            row[:2] *= (self.source[2][:2].sum(1) / row[:2].sum(1))[:, None]  # rounding would add up
            rows.append(row)
        return self.grid.variance, self.grid.mean, rows[min(int(t), len(rows)) - 1]

    @cached_property
    def x(self) -> Float[np.ndarray, " S"]:
        """log s, up to where exp(-s n/L) has vanished."""
        end = math.log(GONE * (self.size - 1 + self.offset) / self.real)
        return LEFT + STEP * np.arange(math.ceil((max(end, 5.0) - LEFT) / STEP) + 1)

    def _apart(self, t: float) -> Float[np.ndarray, "3 S"]:
        """exp(-s) times the mean of what a row multiplies by, less its mean with exp(-s v_t)."""
        v, mean, weights = self.before(t)
        less = (self._after(v, mean) if t == 1 else self._from_grid) @ weights.T
        return less.T + np.outer(weights.sum(1), np.expm1(-np.exp(self.x)))

    @cached_property
    def _from_grid(self) -> Float[np.ndarray, "S N"]:
        return self._after(self.grid.variance, self.grid.mean)

    def _after(self, v: Float[np.ndarray, " N"], mean: Float[np.ndarray, " N"]) -> Float[np.ndarray, "S N"]:
        """1 - E exp(-s v') at every s, given the models before."""
        n, N = self.real, self.size
        m, s = N - n, np.exp(self.x)[:, None] / (N - 1 + self.offset)
        between = 2 * s * n * v / N
        squares = 2 * s * n + (m - 1) * np.log1p(2 * s * v) + np.log1p(between)
        return -np.expm1(-squares / 2 - s * (n * m / N) * mean**2 / (1 + between))

    def mean_log(self, t: float) -> float:
        """E log v_t, of the unit and in it."""
        unit = special.digamma((self.real - 1) / 2) + math.log(2 / self.real)
        return float(unit + STEP * np.sum(self._apart(t)[ONE]))

    def log_variance(self, t: float) -> float:
        """Var log v_t: of the unit, in it, and twice the covariance of both."""
        both = self._apart(t)
        mean = STEP * np.sum(both[ONE])
        own = -2 * STEP * np.sum(self.x * both[ONE]) - mean * (2 * np.euler_gamma + mean)
        return float(special.polygamma(1, (self.real - 1) / 2) + own + 2 * STEP * np.sum(both[LOG]))

    def less_than_root(self, t: float) -> float:
        """1 - E sqrt v_t."""
        total = self.before(t)[2][ROOT].sum()
        within = STEP * np.sum(self._apart(t)[ROOT] * np.exp(-self.x / 2)) / (2 * math.sqrt(math.pi))
        return float(1 - total - within)


@lru_cache(maxsize=6)
def kept(size: int, real: int, offset: float) -> KeptChain:
    """The same object for the same numbers: its matrix is made once."""
    return KeptChain(size, real, offset)
