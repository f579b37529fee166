r"""Expected minors of the covariance of a pool that unequal batches join: a recursion whose coefficients change.

In coordinates in which the source is $N(0,I)$ let $u_k=E\det V$ and $w_k=E[\det(V+dd')-\det V]$ for a block of $k$
rows of the model of a pool of $P$ points with the divisor $L$. $n$ real and $m$ synthetic points join. With
$B_{i,j}=\sum_l\binom jlL^{j-l}(m-i)^{\underline l}$, the mean minor of $m-i$ outer products beside $L$ times their
mean, and $A_j=PB_{0,j}+mB_{1,j}$, a fit to all $P'=P+n+m$ points, with the divisor $L'$, gives
$$P'L'^ku_k'=\sum_j\tbinom kjn^{\underline{k-j}}\left[((n-k+j)B_{0,j}+A_j)u_j+(n-k+j)A_{j-1}w_j\right],$$
$$P'L'^{k-1}P'w_k'=\sum_j\tbinom kjn^{\underline{k-j}}\left[(jmB_{1,j-1}+(k-j)B_{0,j})u_j+(P+m+k-j)A_{j-1}w_j\right].$$
"""

from collections.abc import Callable
from math import comb

import numpy as np
from jaxtyping import Float

State = tuple[list[float], list[float]]  # u_0 ... u_d and w_0 ... w_d


def first_minors(n: int, offset: float, d: int) -> State:
    """After a fit to n real points, whose mean is independent of their squares."""
    L = n - 1 + offset
    minors = [1.0]
    for k in range(1, d + 1):
        minors.append(minors[-1] * max(n - k, 0) / L)
    return minors, [0.0] + [k * minors[k - 1] / n for k in range(1, d + 1)]


def joined_minors(state: State, P: int, n: int, m: int, offset: float) -> State:
    """One fit later, after n real and m synthetic points have joined the P of the pool."""
    u, w = state
    d, L, new = len(u) - 1, P - 1 + offset, P + n + m
    divisor = new - 1 + offset
    both, one_less = _beside(L, m, divisor, d), _beside(L, m - 1, divisor, d)  # B over powers of the divisor
    drawn = _falling(n, divisor, d)
    A = [P * x + m * y for x, y in zip(both, one_less, strict=True)]
    minors, means = [1.0], [0.0]
    for k in range(1, d + 1):
        minor = mean = 0.0
        for j in range(k + 1):
            ways, left = comb(k, j) * drawn[k - j], n - k + j
            minor += ways * (left * both[j] + A[j]) * u[j]
            mean += ways * (k - j) * both[j] * u[j]
            if j:
                moved = ways * A[j - 1] * w[j] / divisor
                minor += left * moved
                mean += ways * j * m / divisor * one_less[j - 1] * u[j] + (P + m + k - j) * moved
        minors.append(minor / new)
        means.append(mean * divisor / new**2)
    return minors, means


def pool_minors(batches: Callable[[int], tuple[int, int]], offset: float, d: int, last: int) -> Float[np.ndarray, " T"]:
    """E det of d rows over that of the source, for t = 0 ... last.

    ``batches(t)`` has the (n, m) that join. Takes some 10 microseconds a fit in the plane, 20 in three dimensions.
    """
    state: State = ([1.0] * (d + 1), [0.0] * (d + 1))
    pool, found = 0, np.ones(last + 1)
    for t in range(1, last + 1):
        n, m = batches(t)
        state = joined_minors(state, pool, n, m, offset) if pool else first_minors(n, offset, d)
        pool += n + m
        found[t] = state[0][d]
    return found


def _beside(L: float, m: int, divisor: float, d: int) -> list[float]:
    """B for m outer products, over powers of the divisor, j = 0 ... d."""
    drawn, kept = _falling(m, divisor, d), L / divisor
    return [sum(comb(j, i) * kept ** (j - i) * drawn[i] for i in range(j + 1)) for j in range(d + 1)]


def _falling(m: int, divisor: float, d: int) -> list[float]:
    """m (m-1) ... (m-j+1) over powers of the divisor."""
    found = [1.0]
    for j in range(d):
        found.append(found[-1] * max(m - j, 0) / divisor)
    return found
