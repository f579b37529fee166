r"""The fourth moment of the error of a mean whose fit weighs $n$ real and $m$ synthetic points: six means, triangular.

In units of $v_0$, $W=1-w$: $v'=wA+WvB$ and $d'=Wd+$ a normal error of variance $h=w^2/n+W^2v/m$ that is independent of
$A$ and $B$, the variances of the two batches. Nothing of $d$ enters $v$, so that $E d^4$ settles where $W^2E B^2<1$.
The first fit sees real points alone.
"""

from fractions import Fraction

import numpy as np
from jaxtyping import Float, Int

from theory.laws.gaussian_mixing_squares import (
    FOURTH,
    Row,
    draw_fourth,
    settled_draw_fourth,
    settled_mean,
    state_mean,
)

SINGLY = ((1,), (2,), (3,), (4,), (5,))


def weighted_step(w: Fraction, n: int, m: int, offset: Fraction) -> tuple[Row, ...]:
    """The map of the means of (1, v, d^2, v^2, v d^2, d^4)."""
    (a, a2), (e, e2), W = _fit(n, offset), _fit(m, offset), 1 - w
    real, drawn = w**2 / n, W**2 / m
    zero = Fraction(0)
    return (
        (Fraction(1), zero, zero, zero, zero, zero),
        (w * a, W * e, zero, zero, zero, zero),
        (real, drawn, W**2, zero, zero, zero),
        (w**2 * a2, 2 * w * W * a * e, zero, W**2 * e2, zero, zero),
        (w * a * real, w * a * drawn + W * e * real, w * a * W**2, W * e * drawn, W**3 * e, zero),
        (3 * real**2, 6 * real * drawn, 6 * W**2 * real, 3 * drawn**2, 6 * W**2 * drawn, W**4),
    )


def weighted_start(n: int, offset: Fraction) -> Row:
    """The same means after the first fit."""
    a, a2 = _fit(n, offset)
    return Fraction(1), a, Fraction(1, n), a2, a / n, Fraction(3, n * n)


def weighted_fourth(w: Fraction, n: int, m: int, offset: Fraction, t: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^4 / v_0^2; 0 at t = 0."""
    values = state_mean(weighted_step(w, n, m, offset), np.maximum(t - 1, 0), FOURTH, weighted_start(n, offset))
    return np.where(t > 0, values, 0.0)


def weighted_fourth_limit(w: Fraction, n: int, m: int, offset: Fraction) -> float | Fraction:
    """Its limit, exact; infinite unless W^2 E B^2 < 1, but for a single real point, whose models have no variance.

    Without weight on real points what the first fit left decays, and the sum of what it moves the mean by is finite.
    """
    step, start = weighted_step(w, n, m, offset), weighted_start(n, offset)
    if n == 1:
        return settled_mean(step, FOURTH, blocks=((2,), (5,))) if w else start[FOURTH]
    if w:
        return settled_mean(step, FOURTH, blocks=SINGLY)
    e, e2 = _fit(m, offset)
    if e2 >= 1:
        return np.inf
    squares = start[3] / (1 - e2)  # sums over all fits of E v^2 and E v d^2
    products = (start[4] + e * squares / m) / (1 - e)
    return start[FOURTH] + 6 * products / m + 3 * squares / m**2


def weighted_draw(w: Fraction, n: int, m: int, offset: Fraction, t: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """E (X_t - mu_0)^4 / v_0^2 of a draw X_t from model t; 3 at t = 0."""
    values = draw_fourth(weighted_step(w, n, m, offset), np.maximum(t - 1, 0), weighted_start(n, offset))
    return np.where(t > 0, values, 3.0)


def weighted_draw_limit(w: Fraction, n: int, m: int, offset: Fraction) -> float | Fraction:
    """Its limit, exact: that of the error of the mean where the variance vanishes, for n = 1 or w = 0."""
    if n == 1 or not w:
        return weighted_fourth_limit(w, n, m, offset)
    return settled_draw_fourth(weighted_step(w, n, m, offset), SINGLY)


def _fit(points: int, offset: Fraction) -> tuple[Fraction, Fraction]:
    """Mean and mean square of the variance of a fit to standard normal points."""
    if points == 1:
        return Fraction(0), Fraction(0)
    divisor = Fraction(points - 1 + offset)
    return (points - 1) / divisor, (points**2 - 1) / divisor**2
