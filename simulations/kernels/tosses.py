"""How many of M points are real where each tosses its own coin: the numbers that can be, and their probabilities."""

import numpy as np
from jaxtyping import Float64, Int64


def likely_counts(M: int, alpha: float) -> tuple[int, int]:
    """The least and the greatest number of real points that 64 random bits can reach, probability alpha each."""
    reach = 10.0 * np.sqrt(M * alpha * (1.0 - alpha)) + 60.0 if 0.0 < alpha < 1.0 else 0.0
    return max(0, int(M * alpha - reach)), min(M, int(M * alpha + reach))


def toss_law(M: int, alpha: float) -> tuple[Int64[np.ndarray, "K"], Float64[np.ndarray, "K"]]:
    """The likely numbers with their binomial probabilities, by the ratio of neighbours, scaled to sum to 1."""
    least, greatest = likely_counts(M, alpha)
    n = np.arange(least, greatest + 1)
    ratio = (M - n[:-1]) / n[1:] * (alpha / (1.0 - alpha) if alpha < 1.0 else 1.0)
    log_p = np.concatenate([[0.0], np.cumsum(np.log(ratio))])
    p = np.exp(log_p - log_p.max())
    return n, p / p.sum()
