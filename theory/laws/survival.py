r"""Rigorous bounds on how long a token survives, for every sample size, from its $\lambda = Mp$ expected
copies.

One copy in a text has descendants after $t-1$ refits with probability $s_t$ in the branching limit: $s_1 =
1$, $s_{t+1} = 1-e^{-s_t}$, $s_t\sim 2/t$. As $(1-y)^M\le e^{-My}$, absence is at most $e^{-\lambda s_t}$ for
binomial counts of any M. From below, by Jensen's inequality twice, it is at least $(1-p)^{m_{t-1}}$ with $m_0
= M$, $m_{g+1} = M(1-(1-1/M)^{m_g})$, the number of ancestors as it would be if it did not vary.
"""

import math

import numpy as np
from jaxtyping import Float, Int
from scipy import special


def copy_survival(t: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """s_t at each t >= 1, by its recursion; infinite at t = 0, where every token is present."""
    s = np.full(int(np.max(t, initial=0)) + 1, np.inf)
    value = math.inf
    for g in range(1, len(s)):
        value = -math.expm1(-value)
        s[g] = value
    return s[t]


def copy_survival_lower(t: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """1 / ((t+1)/2 + (1 + 1/2 + … + 1/t - 1)/6) <= s_t, within 0.31 % of it; infinite at t = 0."""
    harmonic = special.digamma(t + 1.0) + np.euler_gamma
    return np.where(t > 0, 1.0 / ((t + 1.0) / 2.0 + (harmonic - 1.0) / 6.0), np.inf)


def mean_ancestors_upper(M: int, t: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """m_{t-1} >= E A_{t-1} at each t >= 1; infinite at t = 0."""
    m = np.full(int(np.max(t, initial=0)) + 1, np.inf)
    miss, value = math.log1p(-1.0 / M) if M > 1 else -math.inf, float(M)
    for g in range(1, len(m)):
        m[g] = value
        value = -M * math.expm1(miss * value)
    return m[t]


def absence_given(exponent: Float[np.ndarray, " T"], log_miss: float) -> Float[np.ndarray, " T"]:
    """exp(exponent log_miss); 1 for a token of probability 0 (log_miss = 0), also where the exponent is infinite."""
    return np.exp(exponent * log_miss) if log_miss else np.ones_like(exponent)
