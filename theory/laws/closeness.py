r"""How often the model after t fits is closer to the source than the one after the first fit, in the same chain.

In mean and standard deviation, where the squared Wasserstein-2 distance is the squared length, one fit to $M_k$ points
is a normal step of variances $1/M_k$ and $1/2M_k$, to first order. Closer means back inside the circle through the
first model, which a symmetric step enters less often than not: the probability depends on $\rho=M_1\sum_{k=2}^t1/M_k$
alone and falls from 1/2 at $\rho=0$.

Where later fits keep a part $b$ of the error of the first and its mean square becomes $R$ times as large, the two
probabilities are those of $\rho=(R-1)^2/(R-b^2)$: of a quadratic form only the ratio of its two eigenvalues counts.
"""

import numpy as np
from jaxtyping import Float

ANGLES = 64


def closer_probability(ratio: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    r"""$\frac1\pi\int_0^{\pi/2}(1-\kappa/\sqrt{1+\kappa^2})\,d\theta$ for each $\rho$, by the midpoint rule.

    $\kappa=\sqrt\rho\,(1+\cos^2\theta)/(2\sqrt{1+3\cos^2\theta})$. The integrand has the period $\pi$: 64 angles
    give all digits of float64.
    """
    square = np.cos((np.arange(ANGLES) + 0.5) * np.pi / ANGLES) ** 2
    slope = np.sqrt(np.asarray(ratio, dtype=np.float64))[:, None] * (1 + square) / (2 * np.sqrt(1 + 3 * square))
    length = np.sqrt(1 + slope**2)
    return (0.5 / (length * (length + slope))).mean(axis=1)


def closer_by_errors(growth: Float[np.ndarray, " T"], kept: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """The probability for each R and b, R > b^2: above 1/2 where R < 1, by exchanging the two models."""
    growth, kept = np.asarray(growth, dtype=np.float64), np.asarray(kept, dtype=np.float64)
    below = closer_probability((growth - 1) ** 2 / (growth - kept**2))
    return np.where(growth < 1, 1 - below, below)
