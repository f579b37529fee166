r"""Sizes that make the most of a budget: those of least $\sum_kw_k/M_k$ for a given $\sum_kM_k=B$.

By the inequality of Cauchy and Schwarz $\sum_kw_k/M_k\ge(\sum_k\sqrt{w_k})^2/B$, with equality for $M_k\propto
\sqrt{w_k}$ alone. The squared error after the last of $t$ unbiased fits weighs all of them alike; added up over models
$1,\dots,t$ it weighs fit $k$ by $t-k+1$, so that early fits deserve more.
"""

import heapq

import numpy as np
from jaxtyping import Float, Int

Weights = Float[np.ndarray, " T"]


def final_weights(t: int) -> Weights:
    """1 for each of t fits: what each adds to the error of the last model."""
    return np.ones(t)


def running_weights(t: int) -> Weights:
    """t - k + 1 for fit k: how many of the models 1, ..., t what it adds stays with."""
    return np.arange(float(t), 0.0, -1.0)


def least_risk(weights: Weights, budget: float) -> float:
    """(sum of sqrt w)^2/B, which no sizes with the sum B go below."""
    return float(np.sqrt(weights).sum()) ** 2 / budget


def best_sizes(weights: Weights, budget: float) -> Weights:
    """M_k = B sqrt(w_k) over the sum of sqrt w: sizes that need not be whole."""
    roots = np.sqrt(weights)
    return budget * roots / roots.sum()


def best_whole_sizes(weights: Weights, budget: int, least: int) -> Int[np.ndarray, " T"]:
    """The whole sizes of least risk, each at least ``least``, with the sum ``budget``; early fits first where two tie.

    One more point for fit k is worth w_k/(M_k (M_k + 1)), less the more it has: so the best sizes take the points that
    are worth most, one by one. Raises ValueError where the budget is short of ``least`` points for each fit.
    """
    if budget < least * len(weights):
        raise ValueError(f"{least} points for each of {len(weights)} fits are more than {budget}")
    sizes = np.maximum(np.floor(_below(weights, budget, least)).astype(np.int64), least)
    gains = [(-weight / (size * (size + 1)), k) for k, (weight, size) in enumerate(zip(weights, sizes, strict=True))]
    heapq.heapify(gains)
    for _ in range(budget - int(sizes.sum())):
        _, k = gains[0]
        sizes[k] += 1
        heapq.heapreplace(gains, (-weights[k] / (sizes[k] * (sizes[k] + 1)), k))
    return sizes


def _below(weights: Weights, budget: int, least: int) -> Weights:
    """Sizes whose last point is worth at least some price, the lowest whose whole parts do not exceed the budget."""

    def bought(log_price: float) -> Weights:
        return (1 + np.sqrt(1 + 4 * weights / np.exp(log_price))) / 2

    def too_many(log_price: float) -> bool:
        return np.maximum(np.floor(bought(log_price)), least).sum() > budget

    low, high = np.log(weights.min()) - 2 * np.log(budget + 1.0) - 1.0, np.log(weights.max())
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if too_many(middle) else (low, middle)
    return bought(high)
