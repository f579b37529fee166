r"""How many real points a batch is worth whose points are real with probability $\alpha$, else from the last estimate.

Two notions, to be told apart. Unbiased estimates that know $\alpha$ reach an error of order $1/\sum_tn_t\alpha_t^2$
when nobody says which points are real, $1/\sum_tn_t\alpha_t$ when somebody does, and between the two when a watermark
or a detector says something: $\sum_tn_t\alpha_t^2(1+\chi^2(Q_1\Vert Q_{\alpha_t}))$. What a pooled fit that corrects
nothing is worth is ``effective_real_size`` of the scenario.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

Sizes = Sequence[float] | Float[np.ndarray, " T"]
Law = Sequence[float] | Float[np.ndarray, " S"]


def unassisted_size(sizes: Sizes, shares: Sizes) -> float:
    """The sum of n alpha^2: nobody says which points are real."""
    n, alpha = np.asarray(sizes, dtype=np.float64), np.asarray(shares, dtype=np.float64)
    return float((n * alpha**2).sum())


def labelled_size(sizes: Sizes, shares: Sizes) -> float:
    """The sum of n alpha: real points are labelled."""
    n, alpha = np.asarray(sizes, dtype=np.float64), np.asarray(shares, dtype=np.float64)
    return float((n * alpha).sum())


def marked_size(sizes: Sizes, shares: Sizes, real: Law, synthetic: Law) -> float:
    """The sum of n alpha^2 (1 + chi^2(Q1 || Q_alpha)): a detector gives each point a signal, with these laws.

    Q1 of real points, Q0 of synthetic ones, Q_alpha = alpha Q1 + (1 - alpha) Q0.
    """
    n, alpha = np.asarray(sizes, dtype=np.float64), np.asarray(shares, dtype=np.float64)
    gained = [1 + chi_square_divergence(real, share, synthetic) for share in alpha]
    return float((n * alpha**2 * np.array(gained)).sum())


def chi_square_divergence(real: Law, share: float, synthetic: Law) -> float:
    """chi^2(Q1 || Q_alpha), the sum of Q1^2/Q_alpha over the signals, less 1; 0 where signals say nothing."""
    one, other = np.asarray(real, dtype=np.float64), np.asarray(synthetic, dtype=np.float64)
    mixed = share * one + (1 - share) * other
    return float((((1 - share) * (one - other)) ** 2 / np.where(mixed > 0, mixed, 1.0)).sum())


def corrected_loss(sizes: Sizes, shares: Sizes, heterozygosity: float) -> float:
    """E|P_t - p|^2 after the last batch, where every estimate corrects its batches for their known shares.

    Batch i is drawn from alpha_i p + (1 - alpha_i) P_(i-1), the first is real; each gives the unbiased estimate
    (frequencies less (1 - alpha_i) P_(i-1)) over alpha_i, and P_t weighs them by n_i alpha_i^2. Given the past one has
    the squared error (1 - sum m^2)/(n_i alpha_i^2), m what it was drawn from, and the mean of sum m^2 is
    sum p^2 + (1 - alpha_i)^2 E|P_(i-1) - p|^2: at most ``heterozygosity``, 1 - sum p^2, over ``unassisted_size``.
    Exact where no estimate leaves the simplex, as with n_i alpha_i <= ``unassisted_size`` up to i.
    """
    worth = np.asarray(sizes, dtype=np.float64) * np.asarray(shares, dtype=np.float64) ** 2
    loss = noise = 0.0
    for added, share, total in zip(worth, shares, np.cumsum(worth), strict=True):
        noise += added * (heterozygosity - (1 - share) ** 2 * loss)
        loss = noise / total**2
    return float(loss)
