r"""A window of $W$ batches, $n=\alpha M$ of the $M$ points of each fresh and real: mean variance and error of the mean.

In units of $v_0$, with $D_t=E(\mu_t-\mu_0)^2$ and $C_{ij}$ the mean product of the errors of two batch means, a batch
that joins has the variance of a point $s=\alpha+(1-\alpha)v$, the squares $(M-1)s+\alpha(1-\alpha)MD$ about its own
mean in expectation, and with an earlier batch the mean product $(1-\alpha)$ times the average over the window. So the
expected squares of each batch and all $C_{ij}$ follow from those one fit earlier. At the end $W$ batches answer as one:
an autoregression with $W$ equal coefficients $(1-\alpha)/W$ has equal correlations, and
$$\sum_kh_k^2=\frac1{\alpha(W+1-\alpha)},\qquad D=\frac LMv_0/R,\qquad v=W(n(W+1-\alpha)-\alpha)v_0/R,$$
$R=(W+1-\alpha)(nW+\delta)-1-\alpha(W-1)$, $L=WM-1+\delta$, where $R>0$. A deviation of the mean fades with the largest
root of $z^W=\frac{1-\alpha}W(z^{W-1}+\dots+1)$.
"""

from fractions import Fraction

import numpy as np
from jaxtyping import Float
from scipy.optimize import brentq

from theory.laws.linear_steps import readings
from theory.laws.window import window_moments
from theory.laws.window_limit import window_limits

Values = Float[np.ndarray, " T"]
Window = tuple[Values, Float[np.ndarray, "b b"]]  # expected squares of each batch, mean products of two batch means
NARROW = 12  # batches of a window whose fits are multiplied, as matrices of some W^2/2 rows


def fresh_window_moments(M: int, W: int, n: int, offset: float, last: int) -> tuple[Values, Values]:
    """(E v_t, E (mu_t - mu_0)^2) over v_0 for t = 0 ... last; 10 000 fits take 2 ms for W = 4, 0.3 s for W = 100."""
    if n == 0:
        return window_moments(M, W, offset, last)
    v, D = np.ones(last + 1), np.zeros(last + 1)
    window = np.array([M - 1.0]), np.array([[1 / M]])
    for t in range(1, last + 1):
        v[t], D[t] = _model(window, M, offset)
        if t == W <= NARROW:
            v[t:], D[t:] = _from_a_full_window(window, M, n, offset, last - t)
            break
        window = _next(window, M, n, v[t], D[t], t >= W)
    return v, D


def fresh_window_limits(M: int, W: int, n: int, offset: Fraction) -> tuple[float | Fraction, float | Fraction]:
    """The same as t grows, exact; infinite where R <= 0."""
    if n == 0:
        return window_limits(M, W, offset)
    a = Fraction(n, M)
    R = (W + 1 - a) * (n * W + offset) - 1 - a * (W - 1)
    if R <= 0:
        return np.inf, np.inf
    return W * (n * (W + 1 - a) - a) / R, (W * M - 1 + offset) / (M * R)


def relaxation_root(W: int, share: float) -> float:
    """The factor by which a late deviation of the mean falls in one fit: the largest root z, 1 - share at W = 1.

    With z = exp(-u): the mean of exp(j u) over j = 1 ... W is 1/(1 - share), and u is at most -log(1 - share).
    """
    if share in (0.0, 1.0):
        return 1.0 - share
    highest, ages = -np.log1p(-share), np.arange(1, W + 1)
    rate = brentq(
        lambda u: np.mean(np.expm1(np.minimum(ages * u - highest, 700.0))), 0.0, highest, xtol=1e-300, rtol=1e-14
    )
    return float(np.exp(-rate))


def _model(window: Window, M: int, offset: float) -> tuple[float, float]:
    """E v and E (mu - mu_0)^2 of the model of a window."""
    squares, products = window
    b = len(squares)
    error = products.mean()
    return (squares.sum() + M * (np.trace(products) - b * error)) / (b * M - 1 + offset), error


def _next(window: Window, M: int, n: int, v: float, D: float, full: bool, source: float = 1.0) -> Window:
    """The window with a batch of that model, and of real points, without its oldest batch if it is ``full``."""
    squares, products = window
    whole = products.dtype.type(M)
    a, b = n / whole, (M - n) / whole
    first, spread = int(full), (a * source + b * v) / M
    joined = np.zeros((len(squares) + 1, len(squares) + 1), products.dtype)
    joined[:-1, :-1] = products
    joined[-1, :-1] = joined[:-1, -1] = b * products.mean(axis=0)
    joined[-1, -1] = b * b * D + spread
    squares = np.append(squares, (M - 1) * M * spread + n * b * D)
    return squares[first:], joined[first:, first:]


def _from_a_full_window(window: Window, M: int, n: int, offset: float, last: int) -> tuple[Values, Values]:
    """Both from a full window on, through the matrix of one fit; the source's variance is the slow coordinate, 1.

    With few real points an eigenvalue is near 1, and its power keeps digits only if the matrix has more of them.
    """
    W = len(window[0])
    pairs, whole = np.triu_indices(W), np.longdouble(M)
    units = np.concatenate([[np.longdouble(1)], np.full(W, whole), np.full(len(pairs[0]), 1 / whole)])

    def flat(window: Window, source: float) -> Values:
        return np.concatenate([[source], window[0], window[1][pairs]]) / units

    columns = []
    for unit in np.diag(units):
        products = np.zeros((W, W), np.longdouble)
        products[pairs] = unit[1 + W :]
        products = np.maximum(products, products.T)
        one = unit[1 : 1 + W], products
        model = _model(one, M, offset)
        columns.append((flat(_next(one, M, n, *model, True, unit[0]), 0.0), model))
    step = np.array([column for column, _ in columns]).T
    state = flat(window, 1.0)
    v, D = (readings(step, 0, np.array([model[i] for _, model in columns]), state, last) for i in (0, 1))
    return v, D
