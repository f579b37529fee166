r"""Where a pool ends that never stops growing, if real points keep pulling it back: $\sum_tn_t/N_t=\infty$.

Fitted as a whole it has the source's law. Models of a budget of $B$ draws keep an error of their own: with the share
$\alpha$ of real points in late batches and the share $\phi$ of the newest batch in the pool, 0 unless batches grow
geometrically, the variance $w$ of the pool and the squared error $q$ of its mean end in units of $v_0$ at
$$w=\frac\alpha{1-(1-\alpha)\kappa+\frac{\phi(1-\alpha)^2}{B(2-\phi\alpha)}},\qquad
q=\frac{\phi(1-\alpha)^2}{B\alpha(2-\phi\alpha)}w,\qquad\kappa=\frac{B-1}{B-1+\delta}+\frac1B,$$
if the denominator is positive; else they grow beyond all bounds.
"""

from fractions import Fraction

import numpy as np


def budget_limits(budget: int, offset: Fraction, share: Fraction, newest: Fraction) -> tuple[float, float]:
    """(E v_t, E (mu_t - mu_0)^2) over v_0 as t grows: v = (B-1)/(B-1+delta) w and q + w/B."""
    kept = (budget - 1) / (budget - 1 + offset) if budget > 1 else Fraction(0)
    drawn = newest * (1 - share) ** 2 / (budget * (2 - newest * share))
    left = 1 - (1 - share) * (kept + Fraction(1, budget)) + drawn
    if left <= 0:
        return np.inf, np.inf
    w = share / left
    return float(kept * w), float(drawn / share * w + w / budget)
