r"""What later batches add to the risk of least squares on all data: $\sum_{i\le t}1/(i(iM-g))$, $0\le g<M$.

For $g=d+1$ it is the sum over the fits of $t$ batches of $M$ rows in $d$ dimensions, for $M=1$, $g=0$ that of $1/i^2$.
The first terms are added as they are; of all others $1/(i(iM-g))=\frac1M\sum_{k\ge2}(g/M)^{k-2}i^{-k}$ is summed over
$i$ by Hurwitz zeta functions, whose difference has no part that cancels.
"""

import numpy as np
from jaxtyping import Float
from scipy import special

HEAD = 10  # the first batch that is summed by the series
ORDERS = np.arange(2, 22)


def inverse_batches(M: int, g: int, t: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """sum_{i=1}^t 1/(i (i M - g)), for t = inf too."""
    i = np.arange(1.0, HEAD)
    head = np.concatenate([[0.0], np.cumsum(1.0 / (i * (i * M - g)))])
    last = np.maximum(t, HEAD - 1.0)[:, None]
    beyond = np.where(np.isinf(last), 0.0, special.zeta(ORDERS, np.where(np.isinf(last), HEAD, last + 1.0)))
    tail = ((g / M) ** (ORDERS - 2.0) * (special.zeta(ORDERS, float(HEAD)) - beyond)).sum(1) / M
    return head[np.minimum(t, HEAD - 1.0).astype(int)] + tail


def batches_after_first(M: int, N1: int, g: int, t: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """sum_{k=2}^t M/(N_k (N_k - g)), N_k = N1 + (k-1) M and 0 <= g < N1, for t = inf too; 0 for t = 0 and 1.

    Over all k from a on it is 1/M times sum_{j>=0} (g/M)^j zeta(j+2, y), y = N_a/M, or, where that converges slowly,
    (psi(y) - psi(y - g/M))/g.
    """
    c, first = g / M, N1 / M + 1.0

    def rest(y: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
        near = np.where(np.isinf(y), first, y)
        if c > 0.2 * first:
            beyond = (special.digamma(near) - special.digamma(near - c)) / g
        else:
            beyond = (c ** (ORDERS - 2.0) * special.zeta(ORDERS, near[:, None])).sum(1) / M
        return np.where(np.isinf(y), 0.0, beyond)

    return rest(np.array([first])) - rest(first + np.maximum(t, 1.0) - 1.0)
