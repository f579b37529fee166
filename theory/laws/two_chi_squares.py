r"""The lower tail of a sum of two scaled chi-squares, by a sum of positive terms: accurate relative to itself.

$\frac ab\chi^2_\nu$, $a\ge b$, is $\chi^2_{\nu+2K}$ with $K$ negative binomial, $P(K=k)=\binom{k+\nu/2-1}k
\left(\frac ba\right)^{\nu/2}\left(1-\frac ba\right)^k$, so
$$P(a\chi^2_\nu+b\chi^2_\kappa<c)=\sum_kP(K=k)\,P(\chi^2_{\nu+\kappa+2k}<c/b).$$
"""

import math

import numpy as np
from jaxtyping import Float
from scipy import special

MOST = 20_000  # terms; the chance of more is counted with the last one's
GONE = 1e-320


def below(a: float, nu: float, b: float, kappa: float, c: float, most: bool = True) -> float:
    """P(a X + b Y < c), X and Y chi-squares with nu and kappa degrees of freedom.

    Where the terms are too many for a sum it is not too small, or not too large unless ``most``.
    """
    parts = [(scale, degrees) for scale, degrees in ((a, nu), (b, kappa)) if scale > 0 and degrees > 0]
    if not parts:
        return 1.0
    (b, kappa), (a, nu) = min(parts), max(parts)
    if a == b or len(parts) == 1:
        return float(special.gammainc(sum(degrees for _, degrees in parts) / 2, c / a / 2))
    tails = lower_tails(nu + kappa, c / b)
    weights = negative_binomial(np.array([nu / 2]), b / a, len(tails))[0]
    rest = max(0.0, 1 - weights.sum()) * tails[-1] if most else 0.0
    return float(weights @ tails + rest)


def lower_tails(degrees: float, c: float) -> Float[np.ndarray, " K"]:
    """P(chi-square < c) for degrees, degrees + 2, ... until that is nothing."""
    count = 64
    while True:
        tails = special.gammainc(degrees / 2 + np.arange(count), c / 2)
        if tails[-1] < GONE or count >= MOST:
            return tails
        count = min(4 * count, MOST)


def negative_binomial(shape: Float[np.ndarray, " S"], success: float, count: int) -> Float[np.ndarray, "S K"]:
    """P(K = k), k below count, for each shape, 0 among them, and the chance 0 < success < 1 of each trial."""
    k, s = np.arange(count), np.maximum(shape, 1e-300)[:, None]
    log = special.gammaln(k + s) - special.gammaln(s) - special.gammaln(k + 1.0)
    return np.exp(log + s * math.log(success) + k * math.log1p(-success))


def mixed_below(x: float, M: int, share: float, L: float) -> float:
    """P(X + x Y < L x) for x <= 1 over the number n of successes in M trials; never too small.

    X and Y have n - 1 and M - n degrees of freedom, so M - 1 of scale x where n = 0; n farther than 12 standard
    deviations from its mean count with probability 1.
    """
    spread = 12 * math.sqrt(M * share * (1 - share)) + 12
    n = np.arange(max(0, math.ceil(M * share - spread)), min(M, math.floor(M * share + spread)) + 1)
    log = special.gammaln(M + 1.0) - special.gammaln(n + 1.0) - special.gammaln(M - n + 1.0)
    likely = np.exp(log + special.xlogy(n, share) + special.xlog1py(M - n, -share))
    tails = lower_tails(M - 1, L)
    if x == 1:
        return float(min(1.0, likely.sum()) * tails[0])
    weights = np.zeros(len(tails))
    for block in np.array_split(np.arange(len(n)), max(1, len(n) * len(tails) // 10**6)):
        shape = np.maximum(n[block] - 1, 0) / 2
        weights += likely[block] @ negative_binomial(shape, x, len(tails))
    return float(weights @ tails + max(0.0, 1 - weights.sum()) * tails[-1]) + _left_out(n, M, share)


def _left_out(n: np.ndarray, M: int, share: float) -> float:
    """P of a number of successes outside the range."""
    low = special.bdtr(n[0] - 1, M, share) if n[0] > 0 else 0.0
    return float(low + (special.bdtrc(n[-1], M, share) if n[-1] < M else 0.0))
