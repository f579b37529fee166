r"""The law of one token's count under repeated refits, whatever the other tokens do: a chain of binomials.

A token with $c$ copies in a text of $M$ tokens, x of them now, has after one refit to $n$ fresh real tokens and
$N = M - n$ sampled ones
$$X' = \mathrm{Bin}(n, c/M) + \mathrm{Bin}(N, x/M)$$
copies, the two terms independent. Every expected sum over tokens of a function of their counts (types alive, types
seen once, entropy, heterozygosity) follows from this law of one token. The mean is $c$ for ever.
"""

from collections.abc import Iterator
from math import comb

import numpy as np
from jaxtyping import Float64, Int64
from scipy import signal, special

LOG_TAIL = 50.0  # a law is cut where less than e^-50 of it lies beyond


def count_laws(
    counts: Int64[np.ndarray, " C"], size: int, real: int, generations: int
) -> Iterator[Float64[np.ndarray, "C N"]]:
    r"""The laws of X_0 … X_k for tokens that start with the given counts: entry (i, x) is P(X = x), to about 1e-11.

    Time and memory grow with the square of ``count_bound``, so this is for the rarer tokens;
    ``frequency_moments`` serves the others.
    """
    states = count_bound(int(counts.max()), size, real, generations)
    x = np.arange(states + 1)
    sampled = _binomial(size - real, x / size, states)
    immigrants = _binomial(real, counts / size, states)
    law = (counts[:, None] == x[None, :]).astype(np.float64)
    yield law
    for _ in range(generations):
        law = law @ sampled
        if real:
            law = np.maximum(signal.fftconvolve(law, immigrants, axes=1)[:, : states + 1], 0.0)
        yield law


def drift_time(size: int, real: int, generations: int) -> float:
    r"""Var X_k / c of a rare token: k without real text, never above $1/(1-(1-\alpha)^2)$ with a share alpha of it."""
    memory = (1.0 - real / size) ** 2
    return float(generations) if real == 0 else (1.0 - memory**generations) / (1.0 - memory)


def count_bound(count: int, size: int, real: int, generations: int) -> int:
    r"""The largest count worth keeping for a token that starts with ``count``.

    With variance $\tau c$ after k refits, $P(X \ge x) \lesssim \exp(-2(\sqrt x - \sqrt c)^2/(\tau + 1))$:
    Chernoff's bound for the branching process, which has heavier tails than the chain of binomials.
    """
    width = np.sqrt((drift_time(size, real, generations) + 1.0) * LOG_TAIL / 2.0)
    return int(min(size, np.ceil((np.sqrt(count) + width) ** 2)))


def frequency_moments(
    counts: Int64[np.ndarray, " C"], size: int, real: int, generations: int, order: int
) -> Iterator[Float64[np.ndarray, "C r"]]:
    r"""The exact E p^1 … E p^order of p = X/M after 0 … k refits.

    Falling factorials close: with $f = c/M$ and Stirling numbers of the second kind S,
    $$E[X'^{\underline r} | p] = \sum_j \binom{r}{j} n^{\underline j} f^j N^{\underline{r-j}} p^{r-j}, \qquad
    p^r = M^{-r}\sum_j S(r,j)\, X^{\underline j}.$$
    """
    f = counts / size
    powers = np.arange(order + 1)
    fresh = _falling(real, order) / float(size) ** powers * f[:, None] ** powers
    sampled = _falling(size - real, order) / float(size) ** powers
    stirling = np.array(special.stirling2(powers[:, None], powers[None, :]), dtype=np.float64)
    raw_of_falling = stirling * float(size) ** np.minimum(powers[None, :] - powers[:, None], 0)
    moments = f[:, None] ** powers
    yield moments[:, 1:]
    for _ in range(generations):
        own = sampled * moments
        falling = np.zeros_like(moments)  # of order r, over M^r
        for r in range(order + 1):
            for j in range(r + 1):
                falling[:, r] += comb(r, j) * fresh[:, j] * own[:, r - j]
        moments = falling @ raw_of_falling.T
        yield moments[:, 1:]


def expected_surprise(f: Float64[np.ndarray, " C"], moments: Float64[np.ndarray, "C r"]) -> Float64[np.ndarray, " C"]:
    r"""E(-p ln p) for tokens of mean frequency f, from their moments: Taylor's series about f.

    $$-f\ln f + \sum_{r\ge2} \frac{(-1)^{r-1}}{r(r-1)}\,\frac{E(p-f)^r}{f^{r-1}}.$$
    With r to 6 and a standard deviation of f/5 the relative error is about 1e-6; it grows as the eighth power.
    """
    order = moments.shape[1]
    raw = np.concatenate([np.ones((f.size, 1)), moments], axis=1)
    total = -f * np.log(f)
    for r in range(2, order + 1):
        central = sum(comb(r, j) * raw[:, j] * (-f) ** (r - j) for j in range(r + 1))
        total = total + (-1) ** (r - 1) / (r * (r - 1)) * central / f ** (r - 1)
    return total


def _binomial(n: int, p: Float64[np.ndarray, " S"], states: int) -> Float64[np.ndarray, "S N"]:
    """P(Bin(n, p) = y) for y = 0 … states; p = 0, p = 1 and n = 0 are points."""
    y = np.arange(states + 1)
    powers = special.xlogy(y[None, :], p[:, None]) + special.xlog1py(n - y[None, :], -p[:, None])
    return np.exp(np.where(y[None, :] <= n, powers + _log_choose(n, y)[None, :], -np.inf))


def _log_choose(n: int, y: Int64[np.ndarray, " N"]) -> Float64[np.ndarray, " N"]:
    """ln C(n, y) as a running sum of logs: no difference of large log-gammas."""
    ratios = np.log(np.maximum(n - y[:-1], 1)) - np.log(y[1:])
    return np.concatenate([[0.0], np.cumsum(ratios)])


def _falling(n: int, order: int) -> Float64[np.ndarray, " r"]:
    """1, n, n (n - 1), …, n (n - 1) … (n - order + 1)."""
    return np.concatenate([[1.0], np.cumprod(float(n) - np.arange(order))])
