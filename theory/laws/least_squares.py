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
