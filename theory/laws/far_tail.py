r"""How rarely the mean of a refitted Gaussian ends very far off: $P(|\mu_\infty-\mu_0|>x)\sim C_M\,x^{-2\theta}$.

In units of $\sqrt{v_0}$, with $ES^\theta=1$: $\theta=1$ for the unbiased divisor at every $M$, between 2 and 2.4 under
maximum likelihood. The variance that a path adds up is $W/M$ with $W=1+SW'$ in law, so that
$P(W>w)\sim E[W^\theta-(W-1)^\theta]\,w^{-\theta}/(\theta\,ES^\theta\log S)$ (Goldie 1991). A normal variable of this
variance multiplies the constant by its moment of order $2\theta$.
"""

import math
from functools import lru_cache

import numpy as np

from theory.laws.chi_square import mean_log_chi_square
from theory.laws.maximum import tilt
from theory.laws.perpetuity import mean_over_paths


def far_tail(x: float, M: int, offset: float) -> float:
    """C_M x^(-2 theta), x > 0 in units of sqrt(v_0); E log S < 0."""
    theta = tilt(M, offset)
    return far_constant(M, offset) * math.exp(-2 * theta * math.log(x))


@lru_cache(maxsize=32)
def far_constant(M: int, offset: float) -> float:
    """C_M: 1/(M (psi((M+1)/2) - log((M-1)/2))) for the unbiased divisor, 0.685 at M = 2 and nearly 1 at large M."""
    theta = tilt(M, offset)
    moment = math.exp(theta * math.log(2 / M) + math.lgamma(theta + 0.5)) / math.sqrt(math.pi)
    return moment * mean_rise(M, offset) / (theta * tilted_drift(M, offset))


def tilted_drift(M: int, offset: float) -> float:
    """E[S^theta log S] = psi((M-1)/2 + theta) - log(L/2), which is positive."""
    theta = tilt(M, offset)
    return mean_log_chi_square(M - 1 + 2 * theta) + math.log1p((2 * theta - offset) / (M - 1 + offset))


def mean_rise(M: int, offset: float) -> float:
    """E[W^theta - (W-1)^theta], exactly 1 for the unbiased divisor."""
    theta = tilt(M, offset)
    if theta == 1:
        return 1.0
    return mean_over_paths(lambda X: np.exp(theta * X) * np.expm1(theta * np.log1p(np.exp(-X))), M, offset)
