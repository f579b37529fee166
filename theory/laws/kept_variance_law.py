r"""The distribution of the variance in a single chain that keeps the same n real points for ever.

Given their squares $Q$, which set the unit, $v_t=v'Q/n$ with $v'$ of the chain about the kept points. A row of
weights for each of some $Q$ is carried from fit to fit, until all are one. What is read off are means of
$v_t^{i\omega}$, the characteristic function of $\log v_t$:
$$P(v_t\le x)=\tfrac12-\tfrac1\pi\int_0^\infty{\rm Im}\,E(v_t/x)^{i\omega}\frac{d\omega}\omega.$$
In units of the source; absolute errors are some 1e-10.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from jaxtyping import Complex, Float
from scipy import special

from theory.laws.edged_grid import SOFT, EdgedGrid
from theory.laws.fresh_chain import FORGOTTEN, MARGIN, RARE
from theory.laws.fresh_variance_law import law_of_first_fit, level_of
from theory.laws.kept_chain import PLACES, UNTOUCHED, KeptChain
from theory.laws.mixed_batches import KeptBatches, one_fit

SHARP = 7.0  # polynomials times the width of log v after two fits, over half the range of the grid
MOST = 150  # of them
DENSE = 0.65  # steps of log Q, in such widths
SETTLED = 1e-11  # change of the weights in a fit
UNLIKELY = 1e-13
RESOLVED = 0.8  # of the polynomials' highest frequency


@dataclass(frozen=True)
class KeptVarianceLaw:
    """The law of the variances of a chain."""

    chain: KeptChain

    @property
    def width(self) -> float:
        """Of log v after two fits, given Q."""
        drawn = 1 - self.chain.real / self.chain.size
        return math.sqrt(2 / self.chain.size * drawn * (1 + drawn**2))

    @cached_property
    def squares(self) -> tuple[Float[np.ndarray, " J"], Float[np.ndarray, " J"]]:
        """log(Q/n) and weights: the trapezoidal rule, in steps that resolve the chance given Q."""
        a = (self.chain.real - 1) / 2
        step = DENSE * min(self.width, math.sqrt(1 / a))
        y = step * np.arange(-math.ceil(60 / a / step) - 40, math.ceil(12 / math.sqrt(a) / step) + 1)
        weights = np.exp(a * (y - np.expm1(y)))
        heavy = weights > UNLIKELY * weights.max()
        return y[heavy] + math.log(2 * a / self.chain.real), weights[heavy] / weights[heavy].sum()

    @cached_property
    def grid(self) -> EdgedGrid:
        """The range of the source and of the stationary law, resolved for the narrow law after two fits."""
        whole, (log_unit, _) = self.chain.grid, self.squares
        n, a = self.chain.real, self.chain.real / self.chain.size
        degrees = n * (2 - a) / max(1 - a, a / n)
        least = math.log(2 * special.gammaincinv(degrees / 2, RARE) / degrees)
        highest = max(whole.highest, -log_unit[0] + 0.1)
        lowest = min(-log_unit[-1], least)
        lowest = max(lowest - MARGIN * (highest - lowest), math.log(n / (self.chain.size - 1 + self.chain.offset)))
        lowest = (lowest - UNTOUCHED * SOFT * highest) / (1 - UNTOUCHED * SOFT)
        count = math.ceil(SHARP * (highest - lowest) / 2 / self.width)
        return EdgedGrid(lowest, highest, whole.reach, whole.scale, min(max(count, 60), MOST), whole.means)

    @cached_property
    def fit(self) -> KeptBatches:
        """One fit, in units in which the kept squares are n."""
        n, N = self.chain.real, self.chain.size
        return KeptBatches(n, N - n, N - 1 + self.chain.offset, float(n))

    @cached_property
    def operator(self) -> Float[np.ndarray, "N N"]:
        """One fit, as a matrix on values at the grid's points."""
        return one_fit(self.grid, self.fit)

    @cached_property
    def stationary(self) -> Float[np.ndarray, " N"]:
        """The row that the operator leaves as it is, of sum 1."""
        count = len(self.operator)
        system = np.eye(count) - self.operator.T
        system[0] = 1.0
        return np.linalg.solve(system, np.eye(1, count)[0])

    @cached_property
    def _start(self) -> Float[np.ndarray, "J N"]:
        """Weights of the source for each Q."""
        normal = np.exp(-(PLACES**2) / 2) * np.where(PLACES == 0, 1, 2)
        return np.array([
            self.grid.reading(
                np.full(len(PLACES), math.exp(-y)), PLACES * math.exp(-y / 2) / math.sqrt(self.chain.real),
                normal / normal.sum(),
            )
            for y in self.squares[0]
        ])  # fmt: skip

    @cached_property
    def _fits(self) -> Iterator[Float[np.ndarray, "J V"]]:
        """Weights of the variances alone after one fit, two, ..., until none changes."""
        rows = self._start
        while True:
            after = rows @ self.operator
            after /= after.sum(1, keepdims=True)  # rounding would add up
            yield self._of_variance(after)
            if np.abs(after - rows).sum(1).max() < SETTLED:
                return
            rows = after

    @cached_property
    def _known(self) -> list[Float[np.ndarray, "J V"]]:
        return []

    def _of_variance(self, rows: Float[np.ndarray, "J N"]) -> Float[np.ndarray, "J V"]:
        return rows.reshape(len(rows), self.grid.variances, -1).sum(2)

    def weights(self, fits: float) -> Float[np.ndarray, "J V"]:
        """Of the variances of the model after so many fits, a row for each Q."""
        if fits > FORGOTTEN * self.chain.size / self.chain.real:
            return np.tile(self._of_variance(self.stationary[None]), (len(self.squares[0]), 1))
        known = self._known
        while len(known) < fits and (row := next(self._fits, None)) is not None:
            known.append(row)
        return known[min(int(fits), len(known)) - 1]

    @cached_property
    def frequencies(self) -> Float[np.ndarray, " F"]:
        """Midpoints, as far as the grid resolves them, so close that no chance beyond the range is mistaken."""
        across = self.grid.highest - self.grid.lowest
        step = math.pi / (across + float(np.ptp(self.squares[0])))
        return step * (np.arange(math.ceil(RESOLVED * 2 * self.grid.variances / across / step)) + 0.5)

    def transform(self, t: float) -> Complex[np.ndarray, " F"]:
        """E v_t^(i omega) at every frequency, t >= 2."""
        if t not in self._transforms:
            log_unit, chances = self.squares
            unit = chances[:, None] * np.exp(1j * np.outer(log_unit, self.frequencies))
            powers = np.exp(1j * np.outer(np.log(self.grid.variance[:: self.grid.means]), self.frequencies))
            self._transforms[t] = np.sum((self.weights(t) @ powers) * unit, axis=0)
        return self._transforms[t]

    @cached_property
    def _transforms(self) -> dict[float, Complex[np.ndarray, " F"]]:
        return {}

    def both(self, t: float, x: float) -> tuple[float, float]:
        """P(v_t <= x) and the density at x, t >= 1."""
        if t == 1:
            return law_of_first_fit(self.chain.size, self.fit.divisor, x)
        place, log_unit = math.log(x), self.squares[0]
        if not self.grid.lowest + log_unit[0] < place < self.grid.highest + log_unit[-1]:
            return float(place > 0), 0.0
        omega = self.frequencies
        values, step = self.transform(t) * np.exp(-1j * omega * place), 2 * omega[0]
        chance = 0.5 - float(np.sum(np.imag(values) / omega)) * step / math.pi
        return min(1.0, max(0.0, chance)), max(0.0, float(np.sum(np.real(values))) * step / math.pi / x)

    def quantile(self, t: float, q: float) -> float:
        """log x with P(v_t <= x) = q."""
        start = self.chain.mean_log(t) + math.sqrt(self.chain.log_variance(t)) * float(special.ndtri(q))
        return level_of(q, start, lambda place: self.both(t, math.exp(place)))


@lru_cache(maxsize=2)
def kept_variance(chain: KeptChain) -> KeptVarianceLaw:
    """The same object for the same numbers: its matrix is made once."""
    return KeptVarianceLaw(chain)
