r"""Mean and variance of a refitted Gaussian whose training sets and real shares differ from fit to fit.

In units of $v_0$, with $D=E(\mu_t-\mu_0)^2$: one fit to $M_t$ points of which a share $\alpha_t$ is real maps $(v, D)$
linearly, with positive terms only, so that stepping through the fits loses no digit to cancellation.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

Training = Callable[[int], tuple[int, float]]
"""The size of a training set and its real share, by the number of the fit."""


def varying_share_moments(
    training: Training, by_chance: bool, offset: float, last: int
) -> tuple[Float[np.ndarray, " T"], Float[np.ndarray, " T"]]:
    """(E v_t, E(mu_t-mu_0)^2) over v_0 for t = 0 ... last; real points by chance, or so many in every training set."""
    variances, errors = np.ones(last + 1), np.zeros(last + 1)
    v, D = 1.0, 0.0
    for t in range(1, last + 1):
        M, a = training(t)
        b = 1.0 - a
        apart = a * b * D  # what the distance of the means adds to the variance of a point
        within = a + b * v
        v = ((M - 1) * within + (M - 1 if by_chance else M) * apart) / (M - 1 + offset)
        D = b * b * D + (within + (apart if by_chance else 0.0)) / M
        variances[t], errors[t] = v, D
    return variances, errors
