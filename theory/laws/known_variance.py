r"""The mean of a Gaussian whose variance is known: a walk whose steps are normal and independent.

In units of $v_0$ the error of the mean after $t$ fits is normal with variance $\sum_{k\le t}q_k$: $q_k=1/M_k$ where
data are replaced; where all are kept $q_1=1/N_1$ and $q_k=M/P_k^2$ with $P_k=N_1+(k-1)M$ points in the pool; under
forgetting $q_1=1/M$ and $q_k=g^2/M$. Where fresh real points come in a fit keeps a part of the squared error.
"""

import numpy as np
from jaxtyping import Float
from scipy import special

Times = Float[np.ndarray, " T"]


def accumulated(M: int, first: int, t: Times) -> Times:
    """1/N_1 + (psi'(r+1) - psi'(r+t))/M with r = N_1/M, at t >= 1 or inf: pi^2/(6M) in the end for r = 1."""
    r = first / M
    late = np.where(np.isinf(t), 0.0, special.polygamma(1, r + np.where(np.isinf(t), 1.0, t)))
    return 1 / first + (special.polygamma(1, r + 1) - late) / M


def forgotten(M: int, rate: float, t: Times) -> Times:
    """(1 + g^2 (t-1))/M, at t >= 1 or inf."""
    return (1 + rate**2 * (t - 1)) / M


def mixed(M: int, lost: float, t: Times) -> Times:
    """(1 + r + ... + r^(t-1))/M where each fit keeps r = 1 - ``lost`` of the squared error and adds 1/M; t finite."""
    if lost == 0:
        return t / M
    if lost == 1:
        return np.minimum(t, 1.0) / M
    return -np.expm1(t * np.log1p(-lost)) / lost / M
