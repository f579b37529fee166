r"""The second moment of the variance of models fitted to the last $W$ batches: moments of the fourth order of a window.

A batch is its sum of squares $S_j$ and its mean, at $d_j$ from the model's, $\sum_jd_j=0$. All is homogeneous: means of
$S_iS_j$, $S_id_jd_k$ and $d_id_jd_kd_l$ follow from those one fit earlier and scale with $v^2$, so that nothing is lost
where $v$ has all but gone. A new batch is $v\chi^2_{M-1}$ and a normal error of variance $v/M$; the oldest one leaves,
and distances are taken from the new mean. Many windows may be followed at once, along a first axis.

The same recursion has the mean determinant of two rows of a covariance in several dimensions, in which products are
those of 2x2 matrices, polarised determinants: where a normal mean of four factors pairs them crosswise, a pairing
counts 1 on the line and -1/2 there, and products of distances keep less of their symmetry.

In the long run all follows $S=\sum_j\pi_jS_j$, $\pi_j=\frac{2j}{W(W+1)}$ for the $j$-th batch of the window: one fit
adds $\pi_W(x-\frac1W\sum_jS_j)$, $x$ the sum of squares of the new batch, whose mean is that of the others but for a
small part: the change of $E S^2$ is had without a difference of large numbers.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from jaxtyping import Float

from theory.laws.linear_steps import readings
from theory.laws.symmetric_means import flat, folded, places

Reading = Callable[["Window"], Float[np.ndarray, " N"]]
Window = tuple[Float[np.ndarray, "N b b"], Float[np.ndarray, "N b b b"], Float[np.ndarray, "N b b b b"]]
LINE, PLANE = 1.0, -0.5  # what crosswise pairings count, of squares on the line and of minors of two rows
SYMMETRIC = ((2,), (1, 2), (4,))  # axes of each kind of means that may be exchanged, one group after the other
WIDEST = 8  # a window whose fits are multiplied, as matrices of some W^4/12 rows; a wider one goes fit by fit
WIDEST_MINORS = 5  # the same of minors, of some W^4/8 rows
FEW = 12  # fits, times W, up to which it does not pay
SETTLED, MANY_MORE = 40, 1000  # fits, times W, after which E v^2 grows by one factor, and more over which it is seen
NARROW, MANY = 6, 100  # the same where the model's own distance is one more


def window_squares(M: int, W: int, offset: float, last: int) -> Float[np.ndarray, " T"]:
    """E v_t^2 / v_0^2 for t = 0 ... last; 10 000 fits take 3 ms for W = 4, 0.3 s for W = 8, more for W > 8.

    A wide window goes fit by fit, each a few milliseconds of W^5 operations.
    """
    return _means(M, W, offset, last, LINE)


def window_minors(M: int, W: int, offset: float, last: int) -> Float[np.ndarray, " T"]:
    """The mean determinant of two rows over that of the source; fits are multiplied for W up to WIDEST_MINORS."""
    return _means(M, W, offset, last, PLANE)


def _means(M: int, W: int, offset: float, last: int, pairing: float) -> Float[np.ndarray, " T"]:
    values = np.ones(last + 1)
    window = np.full((1, 1, 1), _square(M, pairing)), np.zeros((1, 1, 1, 1)), np.zeros((1, 1, 1, 1, 1))
    for t in range(1, last + 1):
        if t == W <= (WIDEST if pairing == LINE else WIDEST_MINORS) and last > FEW * W:
            values[t:] = _of_full_windows(window, M, offset, last - t, pairing)
            break
        squares, following = _fit(window, M, offset, t >= W, pairing)
        values[t], window = squares[0], following
    return values


def _square(M: int, pairing: float) -> float:
    """E S^2 of a batch over v^2: M^2 - 1 on the line, (M-1)(M-2) for two rows."""
    return (M - 1) * (M - 1 + 2 * pairing)


def window_fourths(M: int, W: int, offset: float, last: int) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^4 / v_0^2 for t = 0 ... last, of windows in which the model's own distance is one more."""
    return _with_the_model(M, W, offset, last, _fourth_of_error, 0.0)


def window_draws(M: int, W: int, offset: float, last: int) -> Float[np.ndarray, " T"]:
    """E (X_t - mu_0)^4 / v_0^2 of a draw X_t from model t in the same way: 6 E v d^2 and 3 E v^2 more."""

    def fourth_of_draw(window: Window) -> Float[np.ndarray, " N"]:
        _, with_distances, square = _model(window, M, offset)
        return _fourth_of_error(window) + 6 * with_distances[:, 0, 0] + 3 * square

    return _with_the_model(M, W, offset, last, fourth_of_draw, 3.0)


def _fourth_of_error(window: Window) -> Float[np.ndarray, " N"]:
    return window[2][:, 0, 0, 0, 0]


def _with_the_model(
    M: int, W: int, offset: float, last: int, reading: Reading, source: float
) -> Float[np.ndarray, " T"]:  # fmt: skip
    """What is read off windows at t = 1 ... last, after what it is of the source."""
    values, window = np.full(last + 1, source), _first_with_the_model(M)
    for t in range(1, last + 1):
        values[t] = reading(window)[0]
        if t == W <= NARROW and last > MANY * W:
            values[t:] = _errors_of_full_windows(window, M, offset, last - t, reading)
            break
        window = _fit(window, M, offset, full=t >= W)[1]
    return values


def _first_with_the_model(M: int) -> Window:
    """The window of the first fit, the model's own distance first."""
    window = np.full((1, 1, 1), M * M - 1.0), np.zeros((1, 1, 2, 2)), np.zeros((1, 2, 2, 2, 2))
    window[1][0, 0, 0, 0], window[2][0, 0, 0, 0, 0] = (M - 1) / M, 3 / M**2
    return window


@lru_cache(maxsize=64)
def square_growth(M: int, W: int, offset: float) -> float:
    """What a late fit adds to log E v_t^2, W <= WIDEST, to some 10^-15; infinite where all floats end before that."""
    return _growth(M, W, offset, LINE)


@lru_cache(maxsize=64)
def minors_growth(M: int, W: int, offset: float) -> float:
    """The same of the mean determinant of two rows, W <= WIDEST_MINORS."""
    return _growth(M, W, offset, PLANE)


def _growth(M: int, W: int, offset: float, pairing: float) -> float:
    if W == 1:
        shrunk = _square(M, pairing) / (M - 1 + offset) ** 2
        return float(np.log(shrunk)) if shrunk > 0 else -np.inf
    late = _means(M, W, offset, SETTLED * W + MANY_MORE, pairing)
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = float(np.log(late[-1] / late[SETTLED * W])) / MANY_MORE
    return growth if np.isfinite(growth) else np.inf if np.isinf(late[-1]) else -np.inf


def window_fourth_limit(M: int, W: int, offset: float) -> float:
    """E (mu_t - mu_0)^4 / v_0^2 as t grows, for W <= NARROW and where E v_t^2 vanishes: all its changes together."""
    window = _first_with_the_model(M)
    for _ in range(W - 1):
        window = _fit(window, M, offset, full=False)[1]
    step, slow, state, unit = _with_the_model_at_once(window, M, offset)
    others = np.delete(np.arange(len(state)), slow)
    added = np.linalg.solve(np.eye(len(others)) - step[np.ix_(others, others)], state[others])
    return float(unit * (state[slow] + step[slow, others] @ added))


def _of_full_windows(
    window: Window, M: int, offset: float, last: int, pairing: float
) -> Float[np.ndarray, " T"]:  # fmt: skip
    """E v_t^2 from a full window on, through the matrix of one fit."""
    W = window[0].shape[1]
    first, everywhere = places(SYMMETRIC, _shapes(W, 0), pairing != LINE)
    unit = np.repeat([float(M) ** 2, 1.0, float(M) ** -2], [len(chosen) for chosen in first])
    weights = _leading(folded(np.diag(unit), everywhere, _shapes(W, 0)), M, offset, pairing)[0] / M**2
    slow = W * (W + 1) // 2 - 1  # the place of the square of the newest S_j: E S^2 takes it
    back = np.eye(len(unit))
    back[slow] = (back[slow] - np.where(np.arange(len(unit)) == slow, 0.0, weights)) / weights[slow]
    windows = folded((unit[:, None] * back).T, everywhere, _shapes(W, 0))
    squares, following = _fit(windows, M, offset, True, pairing)
    step = (flat(following, first) / unit).T
    step[slow] = _leading(windows, M, offset, pairing)[1] / M**2
    state = flat(window, first)[0] / unit
    state[slow] = weights @ state
    return readings(step, slow, squares, state, last)


def _errors_of_full_windows(
    window: Window, M: int, offset: float, last: int, reading: Reading
) -> Float[np.ndarray, " T"]:  # fmt: skip
    """A reading from a full window on: of the fourth power of the model's distance only the change is added."""
    W = window[0].shape[1]
    first, everywhere = places(SYMMETRIC, _shapes(W, 1))
    unit = np.repeat([float(M) ** 2, 1.0, float(M) ** -2], [len(chosen) for chosen in first])
    windows = folded(np.diag(unit), everywhere, _shapes(W, 1))
    step, slow, state, _ = _with_the_model_at_once(window, M, offset)
    return readings(step, slow, reading(windows), state, last)


def _with_the_model_at_once(
    window: Window, M: int, offset: float
) -> tuple[Float[np.ndarray, "d d"], int, Float[np.ndarray, " d"], float]:
    """One fit to a full window as a matrix, the place of the fourth power of the model's distance, state and unit.

    Of the row at that place it is the matrix less 1.
    """
    W = window[0].shape[1]
    first, everywhere = places(SYMMETRIC, _shapes(W, 1))
    unit = np.repeat([float(M) ** 2, 1.0, float(M) ** -2], [len(chosen) for chosen in first])
    windows = folded(np.diag(unit), everywhere, _shapes(W, 1))
    step = (flat(_fit(windows, M, offset, True)[1], first) / unit).T
    slow = len(first[0]) + len(first[1])  # the first of the products of four distances
    step[slow, slow] -= 1
    return step, slow, flat(window, first)[0] / unit, float(unit[slow])


def _leading(
    window: Window, M: int, offset: float, pairing: float
) -> tuple[Float[np.ndarray, " N"], Float[np.ndarray, " N"]]:
    """E S^2, and what one fit adds to it: twice S times the mean of what it adds to S, and the square of that."""
    squares, mixed, distances = window
    W = squares.shape[1]
    share = np.arange(1, W + 1) * 2 / (W * (W + 1))
    divisor = W * M - 1 + offset
    lost, gained = (W - 1 + offset) / (W * divisor), (M - 1) * M / divisor  # of sum S_j, of sum d_j^2, in the mean of x
    around = np.einsum("nijj->ni", mixed)
    mean = -lost * squares.sum(axis=2) + gained * around  # E S_i (x - sum S_j/W)
    square = lost**2 * squares.sum(axis=(1, 2)) - 2 * lost * gained * around.sum(axis=1)
    square += gained**2 * np.einsum("niijj->n", distances)
    spread = 2 * pairing * (M - 1) * _fit(window, M, offset, True, pairing)[0]
    leading = np.einsum("nij,i,j->n", squares, share, share)
    return leading, 2 * share[-1] * mean @ share + share[-1] ** 2 * (square + spread)


def _fit(
    window: Window, M: int, offset: float, full: bool, pairing: float = LINE
) -> tuple[Float[np.ndarray, " N"], Window]:
    """E v^2 of the model of a window, and the window with a batch of that model, without its oldest if ``full``."""
    with_squares, with_distances, square = _model(window, M, offset)
    return square, _next(window, with_squares, with_distances, square, M, full, pairing)


def _model(window: Window, M: int, offset: float) -> tuple:
    """Of the model of a window: E v S_i, E v d_j d_k and E v^2."""
    squares, mixed, distances = window
    divisor, x = squares.shape[1] * M - 1 + offset, distances.shape[1] - squares.shape[1]
    with_squares = (squares.sum(axis=2) + M * np.einsum("nijj->ni", mixed[:, :, x:, x:])) / divisor  # E v S_i
    with_distances = (mixed.sum(axis=1) + M * np.einsum("niijk->njk", distances[:, x:, x:])) / divisor  # E v d_j d_k
    square = (with_squares.sum(axis=1) + M * np.einsum("nii->n", with_distances[:, x:, x:])) / divisor
    return with_squares, with_distances, square


def _next(
    window: Window, with_squares, with_distances, square: Float[np.ndarray, " N"], M: int, full: bool, pairing: float
) -> Window:
    """The window with a new batch last, without its first if it is ``full``, about its own mean.

    One distance more than there are batches, the first, is that of the model itself from elsewhere.
    """
    (many, batches), old, first = with_squares.shape, with_distances.shape[1], int(full)
    x, b, c = old - batches, old + 1, batches + 1
    squares, mixed, distances = np.zeros((many, c, c)), np.zeros((many, c, b, b)), np.zeros((many, b, b, b, b))
    squares[:, :-1, :-1], mixed[:, :-1, :old, :old], distances[:, :old, :old, :old, :old] = window
    squares[:, -1, :-1] = squares[:, :-1, -1] = (M - 1) * with_squares
    squares[:, -1, -1] = _square(M, pairing) * square
    mixed[:, -1, :old, :old] = (M - 1) * with_distances
    mixed[:, :-1, old, old] = with_squares / M
    mixed[:, -1, old, old] = (M - 1) / M * square
    for axes in ((1, 2), (1, 3), (1, 4), (2, 3), (2, 4), (3, 4)):  # of the two distances that are the new one's
        place: list = [slice(None), *[slice(None, old)] * 4]
        place[axes[0]] = place[axes[1]] = old
        distances[tuple(place)] = with_distances / M * (1.0 if axes in ((1, 2), (3, 4)) else pairing)
    distances[:, old, old, old, old] = (1 + 2 * pairing) * square / M**2
    kept = np.eye(b)[x + first :]
    moved = kept.mean(axis=0)  # of the new mean from the old one
    seen = np.concatenate((np.eye(b)[:x] + moved, kept - moved))
    mixed = np.einsum("nijk,aj,bk->niab", mixed[:, first:], seen, seen, optimize=True)
    for _ in range(4):
        distances = np.tensordot(distances, seen, axes=(1, 1))
    return squares[:, first:, first:], mixed, distances


def _shapes(W: int, x: int) -> tuple[tuple[int, ...], ...]:
    """Of each kind of means, with x distances more than batches."""
    return (W, W), (W, W + x, W + x), (W + x,) * 4
