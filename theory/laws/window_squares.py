r"""The second moment of the variance of models fitted to the last $W$ batches: moments of the fourth order of a window.

A batch is its sum of squares $S_j$ and its mean, at $d_j$ from the model's, $\sum_jd_j=0$. All is homogeneous: means of
$S_iS_j$, $S_id_jd_k$ and $d_id_jd_kd_l$ follow from those one fit earlier and scale with $v^2$, so that nothing is lost
where $v$ has all but gone. A new batch is $v\chi^2_{M-1}$ and a normal error of variance $v/M$; the oldest one leaves,
and distances are taken from the new mean.
"""

import numpy as np
from jaxtyping import Float


def window_squares(M: int, W: int, offset: float, last: int) -> Float[np.ndarray, " T"]:
    """E v_t^2 / v_0^2 for t = 0 ... last; takes W^5 operations a fit, 0.2 ms for W = 4 and 2 ms for W = 8."""
    values = np.ones(last + 1)
    squares, mixed, distances = np.full((1, 1), 1.0), np.zeros((1, 1, 1)), np.zeros((1, 1, 1, 1))
    squares *= M * M - 1.0
    for t in range(1, last + 1):
        divisor = min(t, W) * M - 1 + offset
        with_squares = (squares.sum(axis=1) + M * np.einsum("ijj->i", mixed)) / divisor  # E v S_i
        with_distances = (mixed.sum(axis=0) + M * np.einsum("iijk->jk", distances)) / divisor  # E v d_j d_k
        values[t] = (with_squares.sum() + M * np.trace(with_distances)) / divisor
        if t < last:
            window = (squares, mixed, distances)
            squares, mixed, distances = _next(window, with_squares, with_distances, values[t], M, t >= W)
    return values


def _next(window, with_squares, with_distances, square: float, M: int, full: bool):
    """The window with a new batch last, without its first if it is ``full``, about its own mean."""
    old, first = len(with_squares), int(full)
    b = old + 1
    squares, mixed, distances = np.zeros((b, b)), np.zeros((b, b, b)), np.zeros((b, b, b, b))
    squares[:old, :old], mixed[:old, :old, :old], distances[:old, :old, :old, :old] = window
    squares[old, :old] = squares[:old, old] = (M - 1) * with_squares
    squares[old, old] = (M * M - 1) * square
    mixed[old, :old, :old] = (M - 1) * with_distances
    mixed[:old, old, old] = with_squares / M
    mixed[old, old, old] = (M - 1) / M * square
    for axes in ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)):  # of the two distances that are the new one's
        place: list = [slice(None, old)] * 4
        place[axes[0]] = place[axes[1]] = old
        distances[tuple(place)] = with_distances / M
    distances[old, old, old, old] = 3 * square / M**2
    kept = np.eye(b)[first:]
    centred = kept - kept.mean(axis=0)
    mixed = np.einsum("ijk,aj,bk->iab", mixed[first:], centred, centred, optimize=True)
    for _ in range(4):
        distances = np.tensordot(distances, centred, axes=(0, 1))
    return squares[first:, first:], mixed, distances
