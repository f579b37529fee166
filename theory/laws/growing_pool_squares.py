r"""Second moments of a pool of unequal batches: a recursion of five means whose coefficients change with the pool.

$n$ real and $m$ synthetic points join the $P$ of a pool whose model has the variance $v$ and is off by $d$, in units of
$v_0$. With $q=P+m$, $N=q+n$, $b=q/N$ the new sum of squares is
$$(P-1+\delta)v+v\chi^2_{m-1}+\chi^2_{n-1}+\tfrac{Pm}q e^2+nb\,g^2,$$
$e$ the distance of the synthetic mean from the pool's, $g$ that of the real one from both together; $e$, $g$ and the
new mean are linear in two independent normal variables.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

State = tuple[float, float, float, float, float]  # means of v, d^2, v^2, v d^2, d^4
SQUARE, JOINT, FOURTH = 2, 3, 4  # places of v^2, v d^2 and d^4
SOURCE: State = (1.0, 0.0, 1.0, 0.0, 0.0)


def first_squares(n: int, offset: float) -> State:
    """After a fit to n real points: chi-square and normal variable are independent."""
    L = n - 1 + offset
    v = (n - 1) / L
    return v, 1 / n, v * (n + 1) / L, v / n, 3 / n**2


def joined_squares(state: State, P: int, n: int, m: int, offset: float) -> State:
    """One fit later, after n real and m synthetic points have joined the P of the pool."""
    v, d2, vv, vd, dd = state
    q, N, old = P + m, P + n + m, P - 1 + offset
    L, b, h = N - 1 + offset, q / N, P / q
    noise_v, noise = m / N**2, n / N**2  # of the new mean: noise_v v + noise
    apart_v, apart = n * m / (q * N), b  # n b times the variance of g
    k = n * b
    within, fresh = old + (m - 1), n - 1
    mean = (within + h + apart_v) * v + k * d2 + fresh + apart
    # E Q^2: within, then between the pool and synthetic points, then real ones
    square = (old**2 + 2 * old * (m - 1) + m**2 - 1 + 2 * within * h + 3 * h**2) * vv + 2 * fresh * (within + h) * v
    square += n**2 - 1
    square += 2 * ((within + h) * (k * vd + apart_v * vv + apart * v) + fresh * (k * d2 + apart_v * v + apart))
    square += 4 * P * m / q**2 * k / q * vv
    square += k**2 * dd + 6 * k * (apart_v * vd + apart * d2) + 3 * _square(apart_v, apart, vv, v)
    # E Q d'^2: the product of the means, and what Q and d' have in common
    far = b**2 * vd + noise_v * vv + noise * v  # v times the mean of d'^2
    near = b**2 * d2 + noise_v * v + noise
    both = (within + h + apart_v) * far + (fresh + apart) * near
    both += k * (b**2 * dd + noise_v * vd + noise * d2) + 2 * P * m / q * vv / N**2
    share = m / q
    both += 4 * k * b * (share * vd - d2) / N + 2 * k * _square(share, -1.0, vv, v) / N**2
    fourth = b**4 * dd + 6 * b**2 * (noise_v * vd + noise * d2) + 3 * _square(noise_v, noise, vv, v)
    return mean / L, near, square / L**2, both / L, fourth


def pool_squares(
    batches: Callable[[int], tuple[int, int]], offset: float, last: int, place: int = SQUARE
) -> Float[np.ndarray, " T"]:
    """E v_t^2 / v_0^2 for t = 0 ... last, or another of the means, by its place."""
    return pool_readings(batches, offset, last, lambda state: state[place])


def pool_draws(batches: Callable[[int], tuple[int, int]], offset: float, last: int) -> Float[np.ndarray, " T"]:
    """E (X_t - mu_0)^4 / v_0^2 of a draw X_t from model t, for t = 0 ... last: E d^4 + 6 E v d^2 + 3 E v^2."""
    return pool_readings(batches, offset, last, lambda state: state[FOURTH] + 6 * state[JOINT] + 3 * state[SQUARE])


def pool_readings(
    batches: Callable[[int], tuple[int, int]], offset: float, last: int, reading: Callable[[State], float]
) -> Float[np.ndarray, " T"]:
    """What is read off the five means for t = 0 ... last.

    ``batches(t)`` has the (n, m) that join. Some 4 microseconds a fit.
    """
    state, pool = SOURCE, 0
    means = np.full(last + 1, reading(state))
    for t in range(1, last + 1):
        n, m = batches(t)
        state = joined_squares(state, pool, n, m, offset) if pool else first_squares(n, offset)
        pool += n + m
        means[t] = reading(state)
    return means


def _square(x: float, y: float, vv: float, v: float) -> float:
    """E (x v + y)^2."""
    return x * x * vv + 2 * x * y * v + y * y
