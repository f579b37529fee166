r"""Everything so far, in unequal batches of fresh real and synthetic points: a recursion of variance and error.

$n$ real and $m$ synthetic points join a pool of $P-n-m$; in units of $v_0$, with the divisor $P-1+\delta$,
$$v'=\frac{(P-n-m-1+\delta)v+(1-\tfrac1P)(n+mv)+\tfrac{n(P-n)}P D}{P-1+\delta},\qquad
D'=\frac{(P-n)^2D+n+mv}{P^2}.$$
No term is negative from the second fit on if $\delta\ge0$. With a budget of $B$ draws for each fit but the first the
pool's own mean variance $w$ and squared error $q$ are followed: the model has $v=\frac{B-1}{B-1+\delta}w$ and
$D=q+w/B$.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

Values = Float[np.ndarray, " T"]


def pool_moments(batches: Callable[[int], tuple[int, int]], offset: float, last: int) -> tuple[Values, Values]:
    """(E v_t, E (mu_t - mu_0)^2) over v_0 for t = 0 ... last; ``batches(t)`` has the (n, m) that join in generation t.

    Takes about a microsecond a fit.
    """
    variances, errors = np.ones(last + 1), np.zeros(last + 1)
    v, D, pool = 1.0, 0.0, 0
    for t in range(1, last + 1):
        n, m = batches(t)
        old, pool = pool, pool + n + m
        new, kept = n + m * v, pool - n
        squares = (old - 1 + offset) * v if old else 0.0
        v = (squares + new - new / pool + n * kept / pool * D) / (pool - 1 + offset)
        D = (kept / pool) ** 2 * D + new / pool / pool
        variances[t], errors[t] = v, D
    return variances, errors


def budget_moments(
    batches: Callable[[int], tuple[int, int]], budget: int, offset: float, last: int
) -> tuple[Values, Values]:  # fmt: skip
    """The same where each model but the first is fitted to ``budget`` points drawn from the pool, with replacement."""
    variances, errors = np.ones(last + 1), np.zeros(last + 1)
    n, _ = batches(1)
    w, q, pool = (n - 1) / n, 1 / n, n
    v, apart = (n - 1) / (n - 1 + offset), 0.0  # of the model; its squared distance from the mean of the pool
    for t in range(1, last + 1):
        if t > 1:
            n, m = batches(t)
            old, pool = pool, pool + n + m
            kept, moved = pool - n, m * apart + v
            off = q + m * moved / (old + m) ** 2  # squared distance of what is not new real data from mu_0
            squares = old * w + (m - 1) * v + old / (old + m) * moved
            w = (squares + n - 1 + kept / pool + n * kept / pool * off) / pool
            q = kept**2 * off / pool**2 + n / pool / pool
            v, apart = (budget - 1) / (budget - 1 + offset) * w if budget > 1 else 0.0, w / budget
        variances[t], errors[t] = v, q + apart
    return variances, errors
