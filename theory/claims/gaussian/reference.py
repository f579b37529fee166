r"""The independent route of the Gaussian claims: quadrature against the chi-square density, then the recurrence.

Nothing here knows a moment of the chi-square, a ratio of Gamma functions, a digamma or a power of $1-1/M$. In
$y=\log(x/\nu)$ the density is $\propto e^{a(y-e^y)}$, $a=\nu/2$, analytic on the whole line, and the trapezoidal rule
converges to 50 digits in a few hundred points; few degrees of freedom, whose left tail is long, are first mapped by
$y=s-e^{-s}$.
"""

from collections.abc import Callable, Sequence
from functools import cache

import mpmath
from mpmath import mpf

DIGITS = 50
NEGLIGIBLE = -150  # logarithm of the density from which on the tails are left out
FEW = 40  # degrees of freedom below which the left tail is mapped
FOREVER = 2**90  # generations after which a recurrence is compared with itself one doubling later


@cache
def chi_square_mean(function: Callable[[mpf], mpf], nu: int) -> mpf:
    """E f(X) for X chi-square with ``nu`` degrees of freedom."""
    with mpmath.workdps(DIGITS + 15):
        return mpmath.fsum(weight * function(x) for x, weight in _nodes(nu))


@cache
def _nodes(nu: int) -> list[tuple[mpf, mpf]]:
    """Points and weights of the trapezoidal rule, from the mode of y outwards on both sides."""
    with mpmath.workdps(DIGITS + 15):
        a = mpf(nu) / 2
        log_scale = a * mpmath.log(a) - mpmath.loggamma(a)
        step = min(mpf(1) / 24, 1 / (3 * mpmath.sqrt(a)))
        nodes: list[tuple[mpf, mpf]] = []
        for direction in (1, -1):
            place = 0 if direction == 1 else 1
            while True:
                s = direction * place * step
                fold = mpmath.exp(-s) if nu < FEW else mpf(0)
                y = s - fold
                log_density = log_scale + a * (y - mpmath.exp(y))
                if log_density < NEGLIGIBLE and place > 1:
                    break
                nodes.append((nu * mpmath.exp(y), step * (1 + fold) * mpmath.exp(log_density)))
                place += 1
        return nodes


def identity(x: mpf) -> mpf:
    return x


def iterate(step: Callable[..., tuple[mpf, ...]], start: tuple[mpf, ...], t: int) -> tuple[mpf, ...]:
    """Apply ``state, generation -> state`` t times, generations counted from 1."""
    state = start
    for generation in range(1, t + 1):
        state = step(state, generation)
    return state


def linear_iterate(matrix: mpmath.matrix, start: Sequence[mpf], t: int) -> list[mpf]:
    """The state after t steps of ``state -> matrix state``, by repeated squaring: exact, and affordable for any t."""
    state, power = mpmath.matrix(start), matrix
    while t:
        if t & 1:
            state = power * state
        power, t = power * power, t >> 1
    return list(state)


def at_infinity(value: Callable[[int], mpf]) -> mpf:
    """The limit of a recurrence, seen in its values after 2^90 and 2^91 generations: settled, vanished, unbounded."""
    earlier, later = value(FOREVER), value(2 * FOREVER)
    if abs(later - earlier) <= mpf(10) ** -15 * abs(later):
        return later
    return mpf(0) if abs(later) < abs(earlier) else mpmath.sign(later) * mpmath.inf
