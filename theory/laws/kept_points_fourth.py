r"""The fourth moment of the error of a Gaussian that is refitted with the same $n$ real points for ever.

Their mean $k$ is itself off from $\mu_0$, by $\kappa\sim N(0,1/n)$ in units of $\sqrt{v_0}$, and the source starts at
$d=-\kappa$, $d=\mu_t-k$: in $E(\mu_t-\mu_0)^4=E(d+\kappa)^4$ the means of $\kappa d^3$, $\kappa^2d^2$ and $\kappa^3d$
each follow a recursion of their own, of as many means as there are products of $s$, $v$ and $d$ of that order. Their
sum is taken in 50 digits, as little is left of it where $n$ is far below $M$ and $t$ is small.
"""

from fractions import Fraction

import mpmath
import numpy as np
from jaxtyping import Float, Int

from theory.laws.gaussian_mixing import fixed_limits
from theory.laws.gaussian_mixing_squares import (
    DIGITS,
    FOURTH,
    JOINT,
    SQUARE,
    Row,
    kept_start,
    kept_step,
    settled_mean,
    states,
)

FOREVER = 2**90


def cubes_step(M: int, n: int, offset: Fraction) -> tuple[Row, ...]:
    """The map of (s d, v d, d^3): the new d is b y, y = d + a normal error of variance v/m."""
    m, L = M - n, M - 1 + offset
    a, b, k = Fraction(n, M), Fraction(m, M), Fraction(n * m, M)
    return (b, 0 * b, 0 * b), (b / L, b * (m - 1 + 3 * a) / L, b * k / L), (0 * b, 3 * b**2 / M, b**3)


def squares_step(M: int, n: int, offset: Fraction) -> tuple[Row, ...]:
    """The map of (s, v, d^2)."""
    m, L = M - n, M - 1 + offset
    a, b, k = Fraction(n, M), Fraction(m, M), Fraction(n * m, M)
    return (b**0, 0 * b, 0 * b), (1 / Fraction(L), (m - 1 + a) / L, k / L), (0 * b, b / M, b**2)


def kept_fourth(M: int, n: int, offset: Fraction, t: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^4 / v_0^2, averaged over the kept points too."""
    with mpmath.workdps(DIGITS):
        values = [fourth for fourth, _, _ in _about_the_source(M, n, offset, t)]
        return np.array([float(value) if generation else 0.0 for value, generation in zip(values, t, strict=True)])


def kept_draw(M: int, n: int, offset: Fraction, t: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """E (X_t - mu_0)^4 / v_0^2 of a draw X_t from model t, averaged over the kept points too."""
    with mpmath.workdps(DIGITS):
        means = _about_the_source(M, n, offset, t)
        return np.array([float(fourth + 6 * joint + 3 * square) for fourth, joint, square in means])


def _about_the_source(M: int, n: int, offset: Fraction, t: Int[np.ndarray, " T"]) -> list[tuple[mpmath.mpf, ...]]:
    """The means of (mu_t - mu_0)^4, of its square times v_t, and of v_t^2."""
    s, v, d2 = Fraction(n - 1, n), Fraction(1, n), Fraction(3, n * n)  # times kappa^2 or, of d, its negative
    fourths = states(kept_step(M, n, offset), t, kept_start(n))
    cubes = states(cubes_step(M, n, offset), t, (-s, -v, -d2))
    squares = states(squares_step(M, n, offset), t, (s, v, d2))
    of_kept, left = mpmath.mpf(3) / n**2, mpmath.mpf(M - n) / M
    return [
        (
            fourth[FOURTH] + 4 * cube[2] + 6 * square[2] + of_kept * (1 - 4 * left ** int(generation)),
            fourth[JOINT] + 2 * cube[1] + square[1],
            fourth[SQUARE],
        )
        for fourth, cube, square, generation in zip(fourths, cubes, squares, t, strict=True)
    ]


def settled_kept_fourth(M: int, n: int, offset: Fraction) -> float | Fraction:
    """The stationary value, exact: by then d knows nothing of kappa. Infinite where E d^4 is.

    One kept point has no squares: where the radius is 1, which takes an offset below 0, a part of the source stays.
    """
    start = kept_start(n)
    settled = settled_mean(kept_step(M, n, offset), FOURTH, start[0])
    if settled == np.inf:
        return np.inf if start[0] else float(kept_fourth(M, n, offset, np.array([FOREVER], dtype=object))[0])
    error = fixed_limits(M, n, offset)[1] - Fraction(1, n)  # of d
    return settled + Fraction(6, n) * error + Fraction(3, n * n)


def settled_kept_draw(M: int, n: int, offset: Fraction) -> float | Fraction:
    """That of a draw: the means of v d^2 and v^2 about the kept mean, and v times the square of its error."""
    start = kept_start(n)
    settled = settled_kept_fourth(M, n, offset)
    if settled == np.inf:
        return settled
    if not start[0]:  # one kept point: no variance stays, or a part of the source does
        return float(kept_draw(M, n, offset, np.array([FOREVER], dtype=object))[0])
    joint, square = (settled_mean(kept_step(M, n, offset), place, start[0]) for place in (JOINT, SQUARE))
    return settled + 6 * (joint + fixed_limits(M, n, offset)[0] / n) + 3 * square
