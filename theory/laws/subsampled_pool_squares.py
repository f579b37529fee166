r"""Models fitted to $M$ points of a growing pool: the second moment of their variance, from two means over the pool.

With $S$ the sum of squares of the pool's $N$ points about their mean and $F$ that of fourth powers, $x=E S^2/N^2$ and
$y=E F/N$, in units of $v_0^2$, close by themselves: what a fit draws has moments linear in $S^2$ and $F$, and so has
the pool that its points join. The maps are two by two, $I+O(1/k)$ at fit $k$: products over $K\le k<2K$ are power
series in $1/K$, so that any number of fits takes a few dozen of them.
"""

from functools import cache

import numpy as np
from jaxtyping import Float, Int

from theory.laws.long_products import LongProduct

Maps = Float[np.ndarray, "K 2 2"]


def drawn(N: Float[np.ndarray, " K"], M: int, replacement: bool) -> dict[str, Float[np.ndarray, "K 2"]]:
    """Of M >= 2 draws from N points: means of Q^2, Q e^2 and e^4 as weights of (S^2/N^2, F/N).

    Q is the sum of squares of the draws about their mean, e how far that is from the mean of the pool. ``mean`` and
    ``error`` are the means of Q and e^2 over S/N.
    """
    one = np.ones_like(N)
    if replacement:
        second, third, all_different = _pair(one, 0 * one), _pair(0 * one, 0 * one), _pair(0 * one, 0 * one)
        uneven, mean, error = _pair(0 * one, 0 * one), (M - 1) * one, one / M
    else:
        second = _pair(N, -one) / (N - 1)[:, None]  # of x_1^2 x_2^2 over pairs of points
        uneven = _pair(0 * one, -one) / (N - 1)[:, None]  # x_1^3 x_2
        third = _pair(-N, 2 * one) / ((N - 1) * (N - 2))[:, None]
        all_different = _pair(3 * N, -6 * one) / ((N - 1) * (N - 2) * (N - 3))[:, None]
        mean, error = (M - 1) * N / (N - 1), (N - M) / (N - 1) / M
    fourth = _pair(0 * one, one)
    pairs, triples = M * (M - 1), M * (M - 1) * (M - 2)
    T4 = M * fourth + 4 * pairs * uneven + 3 * pairs * second + 6 * triples * third + triples * (M - 3) * all_different
    PT2 = M * fourth + 2 * pairs * uneven + pairs * second + triples * third
    P2 = M * fourth + pairs * second
    Q2, Qe2 = P2 - 2 * PT2 / M + T4 / M**2, PT2 / M**2 - T4 / M**3
    return {"Q2": Q2, "Qe2": Qe2, "e4": T4 / M**4, "mean": mean, "error": error}


def change(k: Float[np.ndarray, " K"], M: int, offset: float, replacement: bool) -> Maps:
    """The map of (x, y), less I, as M points of model k join the k M of the pool, all of which fit 1 sees."""
    N, L = k * M, M - 1 + offset
    P, share = N + M, 1 / (k + 1)
    whole = k == 1
    d = drawn(np.where(whole, 2.0 * M + 2, N), M, replacement)
    all_x = np.where(whole[:, None], _pair(N**2, 0 * N), d["Q2"])
    variance = np.where(whole, N, d["mean"]) / L  # E v over S/N
    error = np.where(whole, 0.0, d["error"])
    v2, ve2, e4 = all_x / L**2, _unless(whole, d["Qe2"]) / L, _unless(whole, d["e4"])
    apart, apart4 = error + variance / M, e4 + 6 * ve2 / M + 3 * v2 / M**2  # squared distance of the means, and fourth
    v_apart = ve2 + v2 / M
    weight = (N / P * M)[:, None]
    new = (M * M - 1) * v2 + 2 * weight * (M - 1) * v_apart + weight**2 * apart4
    x = _pair(2 * N * ((M - 1) * variance + weight[:, 0] * apart - M) - M**2, 0 * N) + new
    kept, s = (1 - share)[:, None], share[:, None]
    y = _pair(6 * share**2 * N * apart, -M + 0 * N) + 3 * (M - 1) ** 2 / M * v2 + 6 * kept**2 * (M - 1) * v_apart
    y = y + (N[:, None] * s**4 + M * kept**4) * apart4
    return np.stack([x / P[:, None] ** 2, y / P[:, None]], axis=1)


def rates(M: int, offset: float) -> tuple[float, float, float]:
    """B of the map I + B/k + ...: x grows as t^(first), y as t^(last) on its own, and the weight of x in y."""
    L = M - 1 + offset
    d = drawn(np.array([1.0]), M, True)
    of_x, of_y = d["e4"][0] + 6 * d["Qe2"][0] / L + 3 * d["Q2"][0] / L**2  # fourth moment of a new point
    return 2 * (M - 1) * (1 - offset) / L / M, of_x, of_y - 1


def mean_square(M: int, offset: float, replacement: bool, t: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """E v_t^2 / v_0^2 for finite t; 1 at t = 0 and 0 for fits to a single point."""
    if M == 1:
        return np.where(t > 0, 0.0, 1.0)
    pools = _pools(M, offset, replacement)
    values = np.ones(t.shape)
    for place, fit in enumerate(t):
        if fit > 0:
            values[place] = _of_model(M, offset, replacement, float(fit)) @ pools.after(int(fit))
    return values


def settled_square(M: int, offset: float, replacement: bool) -> float:
    """The limit: infinite where x or y grows, 0 where both fall, and else finite, as under maximum likelihood if M > 2.

    The chances of a draw to be repeated then vanish, and y follows x.
    """
    growth, of_x, decay = rates(M, offset) if M > 1 else (-1.0, 0.0, -1.0)
    if growth > 0 or decay >= 0:
        return np.inf
    if growth < 0:
        return 0.0
    state = _pools(M, offset, replacement).settled()
    return float(_of_model(M, offset, True, np.inf) @ np.array([1.0, -of_x / decay])) * float(state[0])


def first_pool(M: int) -> Float[np.ndarray, " 2"]:
    """(x, y) of M real points."""
    return np.array([(M * M - 1) / M**2, 3 * (M - 1) ** 2 / M**2])


def doubled(M: int, offset: float) -> Float[np.ndarray, "2 2"]:
    """2^B - I."""
    growth, of_x, decay = rates(M, offset)
    gap = growth - decay
    between = 2**decay * (np.expm1(np.log(2) * gap) / gap if gap else np.log(2))
    return np.array([[np.expm1(np.log(2) * growth), 0.0], [of_x * between, np.expm1(np.log(2) * decay)]])


def _of_model(M: int, offset: float, replacement: bool, t: float) -> Float[np.ndarray, " 2"]:
    """The weights of x and y in E v_t^2; in a pool without end draws are independent."""
    if t == 1:
        return np.array([M**2, 0.0]) / (M - 1 + offset) ** 2
    N = np.array([1.0 if np.isinf(t) else t * M])
    return drawn(N, M, replacement)["Q2"][0] / (M - 1 + offset) ** 2


@cache
def _pools(M: int, offset: float, replacement: bool) -> LongProduct:
    """(x, y) of the pool at each fit."""
    return LongProduct(lambda k: change(k, M, offset, replacement), first_pool(M), doubled(M, offset))


def _pair(x: Float[np.ndarray, " K"], y: Float[np.ndarray, " K"]) -> Float[np.ndarray, "K 2"]:
    return np.stack([x, y], axis=1)


def _unless(whole: np.ndarray, value: Float[np.ndarray, "K 2"]) -> Float[np.ndarray, "K 2"]:
    return np.where(whole[:, None], 0.0, value)
