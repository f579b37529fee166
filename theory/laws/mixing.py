r"""Heterozygosity when a share of every training set is real: three linear recursions and their closed forms.

$H = 1 - \sum_i p_i^2$ is the probability that two tokens drawn from a model differ; the functions of time give
$E H_t / H_0$, which is the same for every source and vocabulary. $M$ is the size of a training set, $b = 1 - \alpha$
its synthetic share, $n = \alpha M$ the number of its real points. One number decides what is preserved: $\theta$,
for which $H_\infty = H_0\,\theta/(1+\theta)$.
"""

import numpy as np
from jaxtyping import Float, Int
from scipy import special


def heterozygosity(p: Float[np.ndarray, " K"]) -> float:
    """1 - sum p_i^2 as a sum of positive terms: accurate also where one token has nearly all the mass."""
    largest = int(np.argmax(p))
    others = np.delete(p, largest)
    return float(np.sum(others * (1.0 - others)) + p[largest] * np.sum(others))


def power(shortfalls: tuple[float, ...], t: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """prod (1 - x)^t over the shortfalls x in [0, 1], accurate for x near 0 and t large; 1 at t = 0."""
    return np.exp(sum(special.xlog1py(t, -x) for x in shortfalls))


def iid_theta(M: int, alpha: float) -> float:
    """theta = (M-1) alpha (2-alpha), each point real with probability alpha."""
    return (M - 1) * alpha * (2.0 - alpha)


def stratified_theta(M: int, n: int) -> float:
    """theta = n (2-alpha) - alpha, with exactly n = alpha M fresh real points."""
    alpha = n / M
    return n * (2.0 - alpha) - alpha


def fixed_theta(M: int, n: int) -> float:
    """theta = n (2-alpha) / (1-alpha) relative to the n kept points; infinite where all points are kept."""
    return np.inf if n == M else n * (2.0 * M - n) / (M - n)


def iid_heterozygosity(M: int, alpha: float, t: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """E H_t / H_0 = (theta + ((1-1/M) b^2)^t) / (1 + theta), each point real with probability alpha."""
    theta = iid_theta(M, alpha)
    return (theta + power((1.0 / M, alpha, alpha), t)) / (1.0 + theta)


def stratified_heterozygosity(M: int, n: int, t: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """E H_t / H_0 = (theta + (b^2 - b/M)^t) / (1 + theta), with n fresh real points in every generation."""
    theta = stratified_theta(M, n)
    return (theta + power(_two_synthetic_lines(M, n), t)) / (1.0 + theta)


def fixed_heterozygosity(M: int, n: int, t: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """E H_t / H_0 with the first n points of generation 1 in every training set, averaged over them too.

    [(n-1)(2M-n) + 2D/(n+1) b^t - (n-1)M/(n+1) (b^2 - b/M)^t] / D with D = (2n+1)M - n(n+1). The slow b^t is how
    long the source itself, rather than the kept sample of it, is remembered.
    """
    memory = 2.0 / (n + 1) * power((n / M,), t)
    loss = (n - 1) * power(_two_synthetic_lines(M, n), t) / ((n + 1) * _kept_divisor(M, n))
    return fixed_limit(M, n) + memory - loss


def fixed_limit(M: int, n: int) -> float:
    """lim E H_t / H_0 = (1-1/n) theta/(1+theta) = (n-1)(2-alpha) / (n + (n+1)b): what n kept points preserve."""
    return (n - 1) * (2.0 - n / M) / _kept_divisor(M, n)


def _two_synthetic_lines(M: int, n: int) -> tuple[float, float]:
    """1-x and 1-y in b^2 - b/M = (1-x)(1-y): two points, drawn without putting back, are both synthetic."""
    return n / M, min(1.0, (n + 1) / M)


def _kept_divisor(M: int, n: int) -> float:
    """n + (n+1) b, positive."""
    return n + (n + 1) * (1.0 - n / M)
