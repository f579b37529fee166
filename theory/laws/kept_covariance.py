r"""What a model that moves towards a fit multiplies a covariance by: the mean of its log-determinant and its inverse.

In d dimensions a model that moves towards a fit to $M$ of its own points by the rate $g$ has $F=1+\frac gL(W-L)$, $W$ a
Wishart matrix of $M-1$ degrees of freedom, whose eigenvalues are known. What is linear in $F-1$ is known and apart:
nothing cancels, however many points there are.
"""

import numpy as np

from theory.laws.factor_law import above_log1p
from theory.laws.wishart_spectrum import gram_spectrum


def mean_log_of_move(M: int, offset: float, rate: float, d: int) -> float:
    """E log det F, F = 1 + (g/L)(W - L), for a rate g < 1, M > d points and d <= 10 dimensions, L = M - 1 + offset.

    Takes 0.2 s the first time for each M and d.
    """
    L = M - 1 + offset
    values, weights = gram_spectrum(M - 1, d)
    return float(-d * rate * offset / L - d * (weights @ above_log1p(rate * (values - L) / L)))


def log_mean_inverse_of_move(M: int, offset: float, rate: float, d: int) -> float:
    """log E of an entry on the diagonal of 1/F, for the same F: 1 - E(F - 1) + E (F - 1)^2/F over the eigenvalues."""
    L = M - 1 + offset
    values, weights = gram_spectrum(M - 1, d)
    excess = rate * (values - L) / L
    return float(np.log1p(rate * offset / L + weights @ (excess**2 / (1 + excess))))
