r"""Models fitted to $M$ points of a growing pool: the fourth moment of the error of their mean, from five of the pool.

$c$ is the distance of the pool's mean from $\mu_0$, $S$ and $T$ its sums of squares and of third powers about its mean:
beside $x=E S^2/N^2$ and the mean fourth power $y$ the means of $cT/N$, $c^2S/N$ and $c^4$, in units of $v_0^2$, are
linear in those one fit earlier. Under maximum likelihood $c^4$ settles, as the pool is moved by $O(1/k)$ at fit $k$.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
from jaxtyping import Float, Int

from theory.laws.long_products import LongProduct, Maps
from theory.laws.subsampled_pool_squares import change as change_of_squares
from theory.laws.subsampled_pool_squares import doubled, drawn, first_pool, rates

X, THIRD, SECOND, FOURTH = slice(0, 2), 2, 3, 4  # places of (x, y) and of the means of cT/N, c^2 S/N and c^4


def drawn_thirds(N: Float[np.ndarray, " K"], M: int, replacement: bool) -> tuple[Float[np.ndarray, " K"], ...]:
    """Of M draws from N points: means of e^3 and Q e over T/N, e and Q as for squares."""
    if replacement:
        cube, with_squares = M + 0 * N, M + 0 * N
    else:
        cube = M - 3 * M * (M - 1) / (N - 1) + 2 * M * (M - 1) * (M - 2) / ((N - 1) * (N - 2))
        with_squares = M * (N - M) / (N - 1)
    return cube / M**3, with_squares / M - cube / M**2


def change(k: Float[np.ndarray, " K"], M: int, offset: float, replacement: bool) -> Maps:
    """The map of the five means, less I, as M points of model k join the k M of the pool, all of which fit 1 sees."""
    N, L = k * M, M - 1 + offset
    P, whole = N + M, k == 1
    given = np.where(whole, 2.0 * M + 2, N)
    d, (e3, Qe) = drawn(given, M, replacement), drawn_thirds(given, M, replacement)
    e3, ve = np.where(whole, 0.0, e3), np.where(whole, 0.0, Qe) / L
    variance, error = np.where(whole, N, d["mean"]) / L, np.where(whole, 0.0, d["error"])
    v2 = np.where(whole[:, None], np.stack([N**2, 0 * N], axis=1), d["Q2"]) / L**2
    ve2, e4 = (np.where(whole[:, None], 0.0, d[name]) for name in ("Qe2", "e4"))
    ve2 = ve2 / L
    a2, a3, a4 = error + variance / M, e3 + 3 * ve / M, e4 + 6 * ve2 / M + 3 * v2 / M**2  # of the batch's distance
    va2, s, r = ve2 + v2 / M, M / P, N * M / P
    g, kept = N * M * (N - M) / P**2, N / P
    x = np.stack([N * a2, 0 * N], axis=1)  # S times the squared distance
    maps = np.zeros((len(k), 5, 5))
    maps[:, X, X] = change_of_squares(k, M, offset, replacement)
    maps[:, THIRD, X] = _times(s / P, _times(-3 * s, x) + _times(g, a4) + _times(3 * (M - 1) * kept, va2))
    maps[:, THIRD, THIRD] = (g * a3 + 3 * (M - 1) * kept * ve - M) / P
    maps[:, SECOND, X] = _times(s**2 / P, x + (M - 1) * va2 + _times(r, a4))
    maps[:, SECOND, THIRD] = 2 * s * ((M - 1) * ve + r * a3) / P
    maps[:, SECOND, SECOND] = ((M - 1) * variance + r * a2 - M) / P
    maps[:, FOURTH, X] = _times(s**4, a4)
    maps[:, FOURTH, THIRD] = 4 * s**3 * a3
    maps[:, FOURTH, SECOND] = 6 * s**2 * a2
    return maps


def mean_fourth(M: int, offset: float, replacement: bool, t: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^4 / v_0^2 for finite t; 0 at t = 0, and 3, that of the first point, for fits to a single one."""
    if M == 1:
        return np.where(t > 0, 3.0, 0.0)
    return _read(pools(M, offset, replacement), t, lambda fit: _of_model(M, replacement, fit), 0.0)


def draw_fourth(M: int, offset: float, replacement: bool, t: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """E (X_t - mu_0)^4 / v_0^2 of a draw X_t from model t, for finite t; models of a single point have no variance."""
    if M == 1:
        return np.full(t.shape, 3.0)
    return _read(pools(M, offset, replacement), t, lambda fit: _of_draw(M, offset, replacement, fit), 3.0)


def settled_draw_fourth(M: int, offset: float, replacement: bool) -> float:
    """Its limit, that of the error of the mean where the variance vanishes."""
    growth, _, decay = rates(M, offset)
    if M == 1 or growth != 0 or decay >= 0:
        return settled_fourth(M, offset, replacement)
    return float(_of_draw(M, offset, True, np.inf) @ _settled_state(M, offset, replacement))


def _read(product: LongProduct, t: Int[np.ndarray, " T"], weights: Callable, source: float) -> Float[np.ndarray, " T"]:
    values = np.full(t.shape, source)
    for place, fit in enumerate(t):
        if fit > 0:
            values[place] = weights(float(fit)) @ product.after(int(fit))
    return values


def settled_fourth(M: int, offset: float, replacement: bool) -> float:
    """The limit: infinite where the variance has no second moment; where it vanishes the pool's mean stays."""
    if M == 1:
        return 3.0
    growth, _, decay = rates(M, offset)
    if growth > 0 or decay >= 0:
        return np.inf
    if growth < 0:
        return float(pools(M, offset, replacement).settled()[FOURTH])
    return float(_of_model(M, True, np.inf) @ _settled_state(M, offset, replacement))


def _settled_state(M: int, offset: float, replacement: bool) -> Float[np.ndarray, " 5"]:
    """The five means at last, where the variance settles: third moments are gone."""
    _, of_x, decay = rates(M, offset)
    state = pools(M, offset, replacement).settled()
    state[1] = -of_x / decay * state[0]
    state[THIRD] = 0.0
    return state


def third_rate(M: int, offset: float) -> float:
    """B of the mean of cT/N, which decays as that power of t."""
    L = M - 1 + offset
    return 1 / M**2 + 3 * (M - 1) / (M**2 * L) + 3 * (M - 1) ** 2 / (M**2 * L) - 1


def _of_model(M: int, replacement: bool, t: float) -> Float[np.ndarray, " 5"]:
    """The weights of the five means in E (mu_t - mu_0)^4: c and the distance e of the draws' mean."""
    weights = np.zeros(5)
    weights[FOURTH] = 1
    if t > 1:
        N = np.array([1.0 if np.isinf(t) else t * M])
        d = drawn(N, M, replacement)
        weights[X], weights[SECOND] = d["e4"][0], 6 * float(np.squeeze(d["error"]))
        weights[THIRD] = 4 * drawn_thirds(N, M, replacement)[0][0]
    return weights


def _of_draw(M: int, offset: float, replacement: bool, t: float) -> Float[np.ndarray, " 5"]:
    """Those of 6 E (mu_t - mu_0)^2 v_t and 3 E v_t^2 too: the variance of the draws, alone and with c + e."""
    weights, L = _of_model(M, replacement, t), M - 1 + offset
    if t == 1:
        weights[X] = 3 * M**2 / L**2, 0.0
        weights[SECOND] = 6 * M / L
        return weights
    N = np.array([1.0 if np.isinf(t) else t * M])
    d, (_, with_error) = drawn(N, M, replacement), drawn_thirds(N, M, replacement)
    weights[X] += 6 * d["Qe2"][0] / L + 3 * d["Q2"][0] / L**2
    weights[SECOND] += 6 * float(np.squeeze(d["mean"])) / L
    weights[THIRD] += 12 * with_error[0] / L
    return weights


@cache
def pools(M: int, offset: float, replacement: bool) -> LongProduct:
    """The five means of the pool at each fit."""
    start = np.array([*first_pool(M), 0.0, (M - 1) / M**2, 3 / M**2])
    last = np.zeros((5, 5))
    last[X, X] = doubled(M, offset)
    last[THIRD, THIRD] = np.expm1(np.log(2) * third_rate(M, offset))
    last[SECOND, SECOND] = np.expm1(np.log(2) * rates(M, offset)[0] / 2)
    return LongProduct(lambda k: change(k, M, offset, replacement), start, last)


def _times(factor: Float[np.ndarray, " K"], row: Float[np.ndarray, "K 2"]) -> Float[np.ndarray, "K 2"]:
    return factor[:, None] * row
