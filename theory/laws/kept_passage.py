r"""Whether the variance ever exceeds a level where all data are kept: steps that shrink as one over the pool.

Of the chains that have stayed below, the density of $z$, their distance below the level in the logarithm, is carried
from fit to fit,
$$f_k(z)=\int_{F>e^{-z}}f_{k-1}(z+\log F)\,dP_k(F),$$
on panels that become ever shorter towards the level; what has left after a pool of $b$ batches is a series in
$b^{-1/2}$ without its first power, whose end is that of the polynomial through ten values. A factor is $F=1+(r^2-M)/L$,
where $r$ has the density $r^{M-1}e^{-r^2/2}\int_0^{\pi/2}\cos^{M-2}\theta\,e^{-cr^2\sin^2\theta/2}\,d\theta$ up to a
constant, $c$ one over the number of batches before.
"""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from jaxtyping import Float
from numpy.polynomial import Chebyshev

from theory.laws.first_passage import Step

NODES, RATIO, FACTORS, ANGLES, DEGREE = 16, 1.5, 60, 40, 30
LOW, HIGH = -6.5, 7.5  # of r, from where it is likely
BATCHES = tuple(2 ** (3 + i / 2) for i in range(10))  # in the pool, where what has left is looked at
FEWEST = 20  # points of a batch: below, the law of a factor begins too abruptly
SMALLEST, LARGEST = 0.1, 2.0  # of the first batch, over later ones
Values = Float[np.ndarray, " N"]
Table = Float[np.ndarray, "N Q"]
_x, _w = np.polynomial.legendre.leggauss(NODES)
_g, _gw = np.polynomial.legendre.leggauss(FACTORS)
_angle, _aw = np.polynomial.legendre.leggauss(ANGLES)
_BARYCENTRIC = np.array([1 / np.prod(one - np.delete(_x, i)) for i, one in enumerate(_x)])


@lru_cache(maxsize=64)
def ever_above(y: float, M: int, first: int, offset: float) -> float:
    """P(v_t > v_0 e^y for some t), y >= 0, to about 1e-10; M of at least 20, a first batch of 0.1 to 2 times as many.

    Takes a second.
    """
    start = first / M
    seen = sorted({max(2, round(b * max(1.0, start) - start + 1)) for b in BATCHES})
    left = leaving(y, M, first, offset, seen[-1])
    u = np.array([(fit - 1 + start) ** -0.5 for fit in seen])
    powers = np.stack([(u / u[0]) ** p for p in (0, *range(2, len(u) + 1))], axis=1)
    return float(np.clip(np.linalg.solve(powers, left[np.array(seen) - 1])[0], left[0], 1.0))


def leaving(y: float, M: int, first: int, offset: float, fits: int) -> Values:
    """The chance to have been above the level after 1, 2, ... fits."""
    grid = _Panels(0.5 * math.sqrt(2 * M) / (first + fits * M), 10 * math.sqrt(2 / min(first, M)) + 0.3)
    step, z = Step(first, offset), grid.points
    density, left = step.density(y - z), [_rises(step, y)]
    for pool in first + M * np.arange(fits - 1.0):
        fit = _Fit(M, pool, pool + M - 1 + offset)
        above = fit.upwards(fit.place(z))[1].sum(axis=1)
        left.append(left[-1] + float((grid.weights * density) @ above))
        d, chances = fit.upwards(fit.place(-z))
        density = (chances * grid.interpolated(density, z[:, None] + fit.log_factor(d))).sum(axis=1)
    return np.array(left)


def _rises(step: Step, y: float) -> float:
    points, weights = step.panels(y, y + max(step.right, step.sd))
    return float(step.density(points) @ weights)


@dataclass(frozen=True)
class _Fit:
    """The law of one factor, M points joining a pool, by d = r - sqrt(M - 1)."""

    M: int
    pool: float
    divisor: float

    @property
    def _middle(self) -> float:
        return math.sqrt(self.M - 1.0)

    @property
    def _ends(self) -> tuple[float, float]:
        return max(LOW, -self._middle), HIGH

    @cached_property
    def _angular(self) -> Chebyshev:
        """The logarithm of the integral over the angle."""
        reach = min(math.pi / 2, 9 / math.sqrt(self.M - 2))
        sine = np.sin((_angle + 1) * reach / 2) ** 2

        def integral(d: Values) -> Values:
            bent = (self.M - 2) / 2 * np.log1p(-sine) - self.M / self.pool * (self._middle + d[:, None]) ** 2 * sine / 2
            return np.log(np.exp(bent) @ _aw)

        return Chebyshev.interpolate(integral, DEGREE, domain=self._ends)

    def _density(self, d: Table) -> Table:
        """Up to a constant."""
        with np.errstate(divide="ignore"):
            radial = (self.M - 1) * np.log1p(d / self._middle) - d * self._middle - d**2 / 2
        return np.exp(radial + self._angular(d))

    @cached_property
    def _whole(self) -> float:
        low, high = self._ends
        return float(sum(
            (self._density(start + width * (_g + 1) / 2) * _gw).sum() * width / 2
            for width in ((high - low) / 2,) for start in (low, low + width)
        ))  # fmt: skip

    def place(self, log_factor: Values) -> Values:
        """d of a factor, at least the lowest."""
        square = self.M + self.divisor * np.expm1(log_factor)
        return np.clip(np.sqrt(np.maximum(square, 0.0)) - self._middle, *self._ends)

    def upwards(self, start: Values) -> tuple[Table, Table]:
        """Points from each start to the upper end, and their chances."""
        width = (self._ends[1] - start)[:, None] / 2
        d = start[:, None] + width * (_g + 1)
        return d, width * _gw * self._density(d) / self._whole

    def log_factor(self, d: Table) -> Table:
        return np.log1p((2 * self._middle * d + d**2 - 1) / self.divisor)


class _Panels:
    """From the level downwards, each longer than the one before."""

    def __init__(self, shortest: float, deepest: float) -> None:
        count = math.ceil(math.log(deepest / shortest, RATIO)) + 1
        self.ends = np.concatenate([[0.0], shortest * RATIO ** np.arange(count)])
        self.half, self.middle = np.diff(self.ends) / 2, (self.ends[1:] + self.ends[:-1]) / 2
        self.points = (self.middle[:, None] + self.half[:, None] * _x).ravel()
        self.weights = (self.half[:, None] * _w).ravel()

    def interpolated(self, values: Values, places: Table) -> Table:
        """The polynomials of the panels; nothing beyond the last."""
        panel = np.clip(np.searchsorted(self.ends, places, side="right") - 1, 0, len(self.half) - 1)
        away = ((places - self.middle[panel]) / self.half[panel])[..., None] - _x
        terms = _BARYCENTRIC / np.where(away == 0, 1e-300, away)
        found = (terms * values.reshape(-1, NODES)[panel]).sum(axis=-1) / terms.sum(axis=-1)
        return np.where(places > self.ends[-1], 0.0, found)
