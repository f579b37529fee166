r"""Upper bounds of the mean precision, $q\ge v_0E[1/v]$, that are lines: $q'=a+bq$ or $1/q'=a+b/q$ from fit to fit.

One fit takes q to at most the mean of $1/(A+B/q)$, concave in q, and that lies below its tangent at q = 1, where all
points have one variance: $E[(A+Bq)/(A+B)^2]$. So fresh points and a pool that keeps all. Where points stay that the
last model was fitted to, $1/(A+B)\le r^2/A+(1-r)^2/B$ with the best r adds the reciprocals of both bounds. In units of
the source's variance.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from theory.laws.geometric import geometric_sum, power

STEP = 0.125
_PLACES = np.arange(-40.0, 90.0, STEP)
_S = np.exp(_PLACES)
Lines = Float[np.ndarray, " T"]


@dataclass(frozen=True)
class Line:
    """The step x' = constant + slope x, from the value ``first`` after one fit; 1 before it."""

    first: float
    constant: float
    slope: float

    def __call__(self, generations: Int[np.ndarray, " T"]) -> Lines:
        """x after each t fits."""
        log_slope = math.log(self.slope) if self.slope > 0 else -math.inf
        later = np.maximum(generations - 1, 0)
        with np.errstate(over="ignore", invalid="ignore"):
            added = self.constant * geometric_sum(log_slope, later) if self.constant else 0.0
            return np.where(generations > 0, self.first * power(log_slope, later) + added, 1.0)

    @property
    def end(self) -> float:
        """Where it leads; infinity where the slope is 1 or more."""
        return self.constant / (1 - self.slope) if self.slope < 1 else math.inf


def beside_fresh(size: int, share: float, divisor: float) -> Line:
    """q of fits to M fresh points, a share of them real: by number or by chance."""
    one = divisor / (size - 3)
    return Line(one, one * share, one * (1 - share))


def harmonic(points: int) -> float:
    """The harmonic mean of the squares of so many points: nu - 2 of a chi-square, nu = points - 1; 0 below two."""
    return max(points - 3.0, 0.0)


def harmonic_square(points: int) -> float:
    """X by which E 1/X^2 of their squares is 1 over the square: nu - 2 and nu - 4 of a chi-square; 0 below two."""
    return math.sqrt(max(points - 3.0, 0.0) * max(points - 5.0, 0.0)) if points > 5 else 0.0


def window_bounds(
    size: int, length: int, offset: float, last: int, squares: Callable[[int], float] = harmonic
) -> Lines:
    """1/q after 0, 1, ... last fits to the last ``length`` batches: the harmonic sum over them."""
    inverse, total = np.ones(last + 1), np.zeros(last + 1)  # total: of those before t
    for t in range(1, last + 1):
        total[t] = total[t - 1] + inverse[t - 1]
        batches = min(t, length)
        inverse[t] = squares(size) * (total[t] - total[t - batches]) / (batches * size - 1 + offset)
    return inverse


def pool_bounds(batches: Iterable[tuple[int, int]], offset: float) -> Lines:
    """q after 0, 1, ... fits to a pool; real and synthetic points that join in each fit, the first one real."""
    q, pool = [1.0], 0
    for real, drawn in batches:
        if not pool:
            q.append((real - 1 + offset) / (real - 3))
        elif new := real + drawn:
            old, divisor = pool - 1 + offset, pool + new - 1 + offset
            square, other = joined(old, new - 1)
            q.append(divisor * (real / new * other + (old * square + drawn / new * other) * q[-1]))
        else:
            q.append(q[-1])
        pool += real + drawn
    return np.array(q)


def batch_bounds(batches: Iterable[tuple[int, int]], offset: float, squares: Callable[[int], float]) -> Lines:
    """1/q after 0, 1, ... fits to a pool: the harmonic sum over its real points and each batch of synthetic ones."""
    inverse, real, pool, drawn_squares = [1.0], 0, 0, 0.0
    for new, drawn in batches:
        real, pool = real + new, pool + new + drawn
        drawn_squares += squares(drawn) * inverse[-1]
        inverse.append((squares(real) + drawn_squares) / (pool - 1 + offset))
    return np.array(inverse)


def joined(old: float, degrees: int) -> tuple[float, float]:
    """E 1/(c+X)^2 and E X/(c+X)^2 of a chi-square X: integrals over s of E exp(-s(c+X)), with and without s."""
    if not degrees:
        return old**-2, 0.0
    mean = old + degrees
    transform = np.exp(_PLACES - _S * old / mean - degrees / 2 * np.log1p(2 * _S / mean))
    square = float(STEP * (transform @ _S)) / mean**2
    return square, float(STEP * transform.sum()) / mean - old * square
