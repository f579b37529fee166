r"""An upper bound of the mean squared error of a mean over the variance, $E[(\mu-\mu_0)^2/v]$, a line from fit to fit.

Within their batches K real and M - K synthetic points have squares $X(pv_0+(1-p)v)$, X a chi-square of M - 2 degrees
of freedom that knows nothing of p, v and the means, $E p=(K-1)/(M-2)$, and $1/(pv_0+(1-p)v)\le p/v_0+(1-p)/v$. The mean
over both parts, and over K, is linear in the last bound. In units of the source's variance.
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class StrayedMeans:
    """Means over K, real the place of K-1 and drawn that of M-K-1, none negative: times (M-K)^2, K, M-K over M^2."""

    size: int
    real: tuple[float, float, float]
    drawn: tuple[float, float, float]

    def bounds(
        self, divisor: float, precision: Float[np.ndarray, " T"], variance: Float[np.ndarray, " T"],
        error: Float[np.ndarray, " T"],
    ) -> Float[np.ndarray, " T"]:  # fmt: skip
        """The bound after 0, 1, ... fits, from those of 1/v and the means of v and of the squared error."""
        with np.errstate(over="ignore"):
            added = self._scale(divisor) * self._added(precision, variance, error)
        kept = float(self._scale(divisor) * self.drawn[0])
        values = [0.0, divisor / (self.size - 3) / self.size]
        for constant in added[1:-1].tolist():
            values.append(constant + kept * values[-1])
        return np.array(values[: len(precision)])

    def end(self, divisor: float, precision: float, variance: float, error: float) -> float:
        """Where the line leads; infinity where it has no end."""
        kept = self._scale(divisor) * self.drawn[0]
        ended = kept < 1 and math.isfinite(precision + variance + error)
        return self._scale(divisor) * self._added(precision, variance, error) / (1 - kept) if ended else math.inf

    def _scale(self, divisor: float) -> float:
        return divisor / (self.size - 2) / (self.size - 4)

    def _added(self, precision, variance, error):  # type: ignore[no-untyped-def]  # numbers or arrays of them
        (kept, own, other), (_, crossed, noise) = self.real, self.drawn
        return kept * error + own + other * variance + crossed * precision + noise


def by_number(size: int, real: int) -> StrayedMeans:
    """K real points in every fit."""
    drawn = size - real
    three = np.array((drawn**2, real, drawn)) / size**2
    return StrayedMeans(size, tuple(max(real - 1, 0) * three), tuple(max(drawn - 1, 0) * three))


def by_chance(size: int, share: float) -> StrayedMeans:
    """K binomial: moments up to the third, and the chances of no real and of no synthetic point."""
    M, a, b = size, share, 1 - share
    none, all_real = b**M, a**M
    real = (
        (M - 1) * b * ((M - 2) * a * b + a - b) / M - b / M + none,
        a * a * (M - 1) / M,
        b * ((M - 1) * a - 1) / M + none / M,
    )
    drawn = ((M - 1) * b * b * ((M - 2) * b + 2) / M, a * ((M - 1) * b - 1) / M + all_real / M, b * b * (M - 1) / M)
    return StrayedMeans(size, real, drawn)
