r"""A budget of $B$ draws from a pool of unequal batches: second moments of the variance, fourth moment of the mean.

The pool has $N$ points, its mean at $c$ from $\mu_0$, and sums of squares $S$, cubes $T$ and fourth powers $F$ about
that. In units of $v_0$ the means of $S/N$, $c^2$, $(S/N)^2$, $F/N$, $cT/N$, $c^2S/N$ and $c^4$ close by themselves:
what a fit draws has moments linear in them, and so has the pool as $k$ points join, real or of that fit, whose mean is
at $a$ from the pool's and whose squares about it are $q$: with $s=\frac k{N+k}$, $r=\frac{Nk}{N+k}$ and
$g=k(1-s)^3-Ns^3$
$$c'=c+sa,\quad S'=S+q+ra^2,\quad T'=T-3saS+3(1-s)aq+ga^3,$$
$$F'=F-4saT+6s^2a^2S+6(1-s)^2a^2q+f+(Ns^4+k(1-s)^4)a^4,$$
but for terms that have no mean, $f$ the fourth powers within the batch.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from theory.laws.subsampled_pool_squares import drawn

Values = Float[np.ndarray, " T"]
State = tuple[float, float, float, float, float, float, float]  # w = S/N, c^2, w^2, F/N, c T/N, c^2 w, c^4


def budget_squares(
    batches: Callable[[int], tuple[int, int]], budget: int, offset: float, last: int
) -> tuple[Values, Values, Values]:  # fmt: skip
    """(E v_t^2, E (mu_t - mu_0)^4, E (X_t - mu_0)^4) over v_0^2 for t = 0 ... last, X_t a draw from model t.

    ``batches(t)`` has the (n, m) that join in generation t; each model but the first is fitted to ``budget`` points
    drawn with replacement. Some 10 microseconds a fit.
    """
    squares, fourths, joint = np.ones(last + 1), np.zeros(last + 1), np.zeros(last + 1)
    fit = Fit.to_draws(budget, offset)
    n, _ = batches(1)
    state, N = first_pool(n), n
    model = Fit.to_all(n, offset)
    for t in range(1, last + 1):
        if t > 1:
            n, m = batches(t)
            if m:
                state, N = with_synthetic(state, N, m, model), N + m
            if n:
                state, N = with_real(state, N, n), N + n
            model = fit
        _, _, x, y, cT, cS, c4 = state
        squares[t] = _of(model.vv, x, y)
        joint[t] = model.v * cS + 2 * model.ve * cT + _of(model.vee, x, y)
        fourths[t] = c4 + 6 * model.ee * cS + 4 * model.eee * cT + _of(model.eeee, x, y)
    return squares, fourths, fourths + 6 * joint + 3 * squares


class Fit:
    """Means of what a fit makes of its pool: v over S/N, e^2 over S/N, e^3 and v e over T/N, others in (w^2, F/N).

    e is the distance of the model's mean from that of the pool.
    """

    def __init__(self, v: float, ee: float, eee: float, ve: float, vv, vee, eeee):
        self.v, self.ee, self.eee, self.ve = v, ee, eee, ve
        self.vv, self.vee, self.eeee = vv, vee, eeee

    @classmethod
    def to_all(cls, N: int, offset: float) -> "Fit":
        """A fit to all points of the pool."""
        v = N / (N - 1 + offset)
        return cls(v, 0.0, 0.0, 0.0, (v * v, 0.0), (0.0, 0.0), (0.0, 0.0))

    @classmethod
    def to_draws(cls, budget: int, offset: float) -> "Fit":
        """A fit to independent draws."""
        L = budget - 1 + offset
        if budget == 1:
            return cls(0.0, 1.0, 1.0, 0.0, (0.0, 0.0), (0.0, 0.0), (0.0, 1.0))
        of = drawn(np.ones(1), budget, True)
        (vv, vee, eeee) = (
            tuple(float(x) / L**power for x in of[name][0]) for name, power in (("Q2", 2), ("Qe2", 1), ("e4", 0))
        )
        kept = (budget - 1) / L
        return cls(kept, 1 / budget, 1 / budget**2, kept / budget, vv, vee, eeee)


def first_pool(n: int) -> State:
    """n real points."""
    w = (n - 1) / n
    return w, 1 / n, w * (n + 1) / n, 3 * w * w, 0.0, w / n, 3 / n**2


def with_synthetic(state: State, N: int, k: int, fit: Fit) -> State:
    """The pool with k points of the model that was fitted to it."""
    w, c2, x, y, cT, cS, c4 = state
    P, s, b = N + k, k / (N + k), N / (N + k)
    r, g = N * s, k * b**3 - N * s**3
    v, a2 = fit.v, fit.ee + fit.v / k  # over S/N
    va, a3 = fit.ve, fit.eee + 3 * fit.ve / k  # over T/N
    vv = _of(fit.vv, x, y)
    va2 = _of(fit.vee, x, y) + vv / k
    a4 = _of(fit.eeee, x, y) + 6 * _of(fit.vee, x, y) / k + 3 * vv / k**2
    square = N * N * x + 2 * N * ((k - 1) * v + r * a2) * x
    square += (k * k - 1) * vv + 2 * r * (k - 1) * va2 + r * r * a4
    fourth = N * y + 6 * s * s * N * a2 * x + 3 * (k - 1) ** 2 / k * vv
    fourth += 6 * b * b * (k - 1) * va2 + (N * s**4 + k * b**4) * a4
    third = (N + 3 * b * (k - 1) * va + g * a3) * cT
    third += s * (-3 * s * N * a2 * x + 3 * b * (k - 1) * va2 + g * a4)
    second = (N + (k - 1) * v + r * a2) * cS + 2 * s * ((k - 1) * va + r * a3) * cT
    second += s * s * (N * a2 * x + (k - 1) * va2 + r * a4)
    return (
        (N + (k - 1) * v + r * a2) * w / P, c2 + s * s * a2 * w, square / P**2, fourth / P, third / P, second / P,
        c4 + 6 * s * s * a2 * cS + 4 * s**3 * a3 * cT + s**4 * a4,
    )  # fmt: skip


def with_real(state: State, N: int, k: int) -> State:
    """The pool with k real points, whose mean has the variance h."""
    w, c2, x, y, cT, cS, c4 = state
    P, s, b, h = N + k, k / (N + k), N / (N + k), 1 / k
    r, g = N * s, k * b**3 - N * s**3
    a2, a4 = c2 + h, c4 + 6 * h * c2 + 3 * h * h
    w_a2 = cS + h * w
    square = N * N * x + 2 * N * ((k - 1) * w + r * w_a2) + k * k - 1 + 2 * r * (k - 1) * a2 + r * r * a4
    fourth = N * y + 4 * s * N * cT + 6 * s * s * N * w_a2 + 3 * (k - 1) ** 2 / k
    fourth += 6 * b * b * (k - 1) * a2 + (N * s**4 + k * b**4) * a4
    third = b * N * cT + 3 * b * s * N * cS - 3 * b * b * (k - 1) * c2 - b * g * (c4 + 3 * h * c2)
    third += s * h * (3 * b * (k - 1) - 3 * s * N * w + 3 * g * (c2 + h))
    second = b * b * N * cS + s * s * h * N * w + (b * b * c2 + s * s * h) * (k - 1)
    second += r * (b * b * c4 + h * (b * b - 4 * b * s + s * s) * c2 + 3 * s * s * h * h)
    return (
        (N * w + k - 1 + r * a2) / P, b * b * c2 + s * s * h, square / P**2, fourth / P, third / P, second / P,
        b**4 * c4 + 6 * b * b * s * s * h * c2 + 3 * s**4 * h * h,
    )  # fmt: skip


def _of(weights: tuple[float, float], x: float, y: float) -> float:
    return weights[0] * x + weights[1] * y
