r"""Second moments of a window with fresh real points in every batch: means of products of the fourth order of batches.

A batch is its sum of squares $S_j$ about its own mean and the error $d_j$ of that mean; the source is $S_0=v_0=1$. A
model has $\mu$, the mean of the $d_j$, and $Lv=\sum S_j+M\sum d_j^2-M b\mu^2$. Of $n=\alpha M$ real points and $m$ of
that model a batch has, with $k=nm/M$ and $g$ the distance of the means of its two kinds,
$$S=\chi^2_{n-1}+v\chi^2_{m-1}+kg^2,\qquad d=(1-\alpha)\mu+e,\qquad Ee^2=h=\frac{\alpha+(1-\alpha)v}M,$$
$g=-\mu+\gamma$, $kE\gamma^2=1-\alpha+\alpha v$, $E\gamma e=(1-v)/M$: means of $S_iS_j$, $S_id_jd_k$ and
$d_id_jd_kd_l$ follow linearly from those one fit earlier, and settle where the largest eigenvalue is below 1.
"""

from functools import lru_cache

import numpy as np
from jaxtyping import Float

from theory.laws.linear_steps import readings
from theory.laws.symmetric_means import flat, folded, places
from theory.laws.window_squares import window_draws, window_fourths, window_squares

Window = tuple[Float[np.ndarray, "N s s"], Float[np.ndarray, "N s b b"], Float[np.ndarray, "N b b b b"]]
Values = Float[np.ndarray, " T"]
SYMMETRIC = ((2,), (1, 2), (4,))  # axes of each kind of means that may be exchanged, one group after the other
WIDEST = 6  # a window whose fits are multiplied, as matrices of some W^4/12 rows; a wider one goes fit by fit
PRECISE = 4  # a window whose matrices have more digits than its means
REFINED = 4  # corrections of the stationary means


def fresh_window_squares(M: int, W: int, n: int, offset: float, last: int) -> tuple[Values, Values, Values]:
    """(E v_t^2, E (mu_t - mu_0)^4, E (X_t - mu_0)^4) over v_0^2 for t = 0 ... last, X_t a draw from model t.

    10 000 fits take 50 ms for W = 4, 1 s for W = 6.
    """
    if n == 0:
        return tuple(law(M, W, offset, last) for law in (window_squares, window_fourths, window_draws))
    means = np.repeat([[1.0], [0.0], [3.0]], last + 1, axis=1)
    window = _first(M)
    for t in range(1, last + 1):
        if t == W <= WIDEST:
            means[:, t:] = _from_a_full_window(window, M, n, offset, last - t)
            break
        model, window = _fit(window, M, n, offset, t >= W)
        means[:, t] = np.ravel(model)
    return tuple(means)


@lru_cache(maxsize=16)
def settled_squares(M: int, W: int, n: int, offset: float) -> tuple[float, ...]:
    """The same as t grows, n >= 1 and W <= WIDEST: infinite where the largest eigenvalue reaches 1."""
    step, model, _ = _matrix(M, W, n, offset)
    constant, second = 0, _of_second_order(W)
    fourth = np.setdiff1d(np.arange(len(step)), [constant, *second])
    values = np.zeros(len(step), step.dtype)
    values[constant] = 1
    for block in (second, fourth):
        within = step[np.ix_(block, block)]
        if np.abs(np.linalg.eigvals(within.astype(float))).max() >= 1:
            return np.inf, np.inf, np.inf
        forcing, lost = step[block] @ values, np.eye(len(block), dtype=step.dtype) - within
        inverse = np.linalg.inv(lost.astype(float))
        for _ in range(REFINED):
            values[block] += inverse @ (forcing - lost @ values[block])
    return tuple(float(reading @ values) for reading in model)


def _first(M: int) -> Window:
    """The window of the first fit: M real points."""
    squares, mixed = np.ones((1, 2, 2)), np.full((1, 2, 1, 1), 1 / M)
    squares[0, 0, 1] = squares[0, 1, 0] = M - 1
    squares[0, 1, 1] = M * M - 1
    mixed[0, 1] = (M - 1) / M
    return squares, mixed, np.full((1, 1, 1, 1, 1), 3 / M**2)


def _fit(window: Window, M: int, n: int, offset: float, full: bool):
    """The three means of the model of a window, and the window with a batch, without its oldest if it is full."""
    squares, mixed, errors = window
    b, c = errors.shape[1], errors.shape[1] + 1
    whole = squares.dtype.type(M)
    a, rest, k = n / whole, (M - n) / whole, n * (M - n) / whole
    divisor = b * M - 1 + offset
    of_mean = mixed.mean(axis=3)  # E S_s mu d_j
    with_mean = errors.mean(axis=4)  # E mu d_j d_k d_l
    with_square = with_mean.mean(axis=3)  # E mu^2 d_j d_k
    mean_square, cube = of_mean.mean(axis=2), with_square.mean(axis=2)  # E S_s mu^2, E mu^3 d_j
    fourth = cube.mean(axis=1)

    def variance(squares, products, mean):
        return (squares + M * (products - b * mean)) / divisor

    v = variance(squares[:, 1:].sum(axis=1), np.einsum("nsjj->ns", mixed), mean_square)  # E v S_s
    v_errors = variance(mixed[:, 1:].sum(axis=1), np.einsum("njjkl->nkl", errors), with_square)  # E v d_j d_k
    v_of_mean = v_errors.mean(axis=2)  # E v mu d_j
    v_mean_square = v_of_mean.mean(axis=1)
    vv = variance(v[:, 1:].sum(axis=1), np.einsum("njj->n", v_errors), v_mean_square)
    one, first_v, mu2 = squares[:, 0, 0], v[:, 0], mean_square[:, 0]
    noise = a * squares[:, 0] + rest * v  # M h, times S_s
    noise_errors = a * mixed[:, 0] + rest * v_errors
    noise_of_mean = a * of_mean[:, 0] + rest * v_of_mean
    noise_mean_square = a * mu2 + rest * v_mean_square
    noise_square = a * a * one + 2 * a * rest * first_v + rest * rest * vv
    joined = np.zeros((len(one), c + 1, c + 1), squares.dtype)
    joined[:, :c, :c] = squares
    joined[:, c, :c] = joined[:, :c, c] = (M - 1) * noise + k * mean_square
    m = M - n
    joined[:, c, c] = (
        (n * n - 1 + 2 * (n - 1) * rest + 3 * rest * rest) * one
        + 2 * ((n - 1) * (m - 1) + (n - 1) * a + (m - 1) * rest + 3 * a * rest) * first_v
        + (m * m - 1 + 2 * (m - 1) * a + 3 * a * a) * vv
        + 2 * k * ((n - 1 + 3 * rest) * mu2 + (m - 1 + 3 * a) * v_mean_square) + k * k * fourth
    )  # fmt: skip
    both = np.zeros((len(one), c + 1, c, c), squares.dtype)
    both[:, :c, :b, :b] = mixed
    both[:, :c, b, :b] = both[:, :c, :b, b] = rest * of_mean
    both[:, :c, b, b] = rest * rest * mean_square + noise / M
    both[:, c, :b, :b] = (M - 1) * noise_errors + k * with_square
    both[:, c, b, :b] = both[:, c, :b, b] = (
        rest * ((M - 1) * noise_of_mean + k * cube) - 2 * a * rest * (of_mean[:, 0] - v_of_mean)
    )  # fmt: skip
    both[:, c, b, b] = (
        ((M - 1) * rest * rest + a * rest) * noise_mean_square + (M - 1) / whole * noise_square
        + k * rest * rest * fourth - 4 * a * rest * rest * (mu2 - v_mean_square)
        + 2 * a * rest / M * (one - 2 * first_v + vv)
    )  # fmt: skip
    new = np.zeros((len(one), c, c, c, c), squares.dtype)
    new[:, :b, :b, :b, :b] = errors
    _place(new, 1, rest * with_mean)
    _place(new, 2, rest**2 * with_square + noise_errors / M)
    _place(new, 3, rest**3 * cube + 3 * rest * noise_of_mean / M)
    _place(new, 4, rest**4 * fourth + 6 * rest**2 * noise_mean_square / M + 3 * noise_square / M**2)
    gone = int(full)
    keep = np.delete(np.arange(c + 1), 1) if full else np.arange(c + 1)
    draw = fourth + 6 * v_mean_square + 3 * vv
    return (vv, fourth, draw), (
        joined[:, keep][:, :, keep],
        both[:, keep, gone:, gone:],
        new[:, gone:, gone:, gone:, gone:],
    )


def _place(errors, often: int, values) -> None:
    """Fill in the products with the newest error to this power, wherever it stands among the four."""
    b = errors.shape[1] - 1
    for axes in np.ndindex(2, 2, 2, 2):
        if sum(axes) == often:
            errors[(slice(None), *(b if new else slice(b) for new in axes))] = values


def _shapes(W: int) -> tuple[tuple[int, ...], ...]:
    return (W + 1, W + 1), (W + 1, W, W), (W,) * 4


def _of_second_order(W: int) -> list[int]:
    """Places of the means of one S_j, or of two errors, beside the source."""
    first, _ = places(SYMMETRIC, _shapes(W))
    single = [place for place, at in enumerate(first[0]) if 0 < at <= W]
    return single + [len(first[0]) + place for place, at in enumerate(first[1]) if at < W * W]


def _matrix(M: int, W: int, n: int, offset: float):
    """One fit to a full window as a matrix in natural units, the three readings of its model, and these units."""
    precise = np.longdouble if W <= PRECISE else np.float64
    shapes = _shapes(W)
    first, everywhere = places(SYMMETRIC, shapes)
    of_one = np.where(np.arange(W + 1) > 0, precise(M), precise(1))
    of_squares = np.outer(of_one, of_one).ravel()[first[0]]
    of_mixed = np.repeat(of_one / M, W * W)[first[1]]
    unit = np.concatenate([of_squares, of_mixed, np.full(len(first[2]), 1 / precise(M) ** 2)])
    readout, following = _fit(folded(np.diag(unit), everywhere, shapes), M, n, offset, True)
    step = (flat(following, first) / unit).T
    return step, readout, (first, unit)


def _from_a_full_window(window: Window, M: int, n: int, offset: float, last: int) -> Float[np.ndarray, "3 T"]:
    """All from a full window on, through the matrix of one fit, in which the source stays as it is."""
    W = window[2].shape[1]
    step, readout, (first, unit) = _matrix(M, W, n, offset)
    step[0, 0] = 0  # of the matrix less 1
    state = flat(window, first)[0] / unit
    return np.array([readings(step, 0, reading, state, last) for reading in readout])
