r"""What a token model draws from: the estimator's probabilities as the sampler bends them, for many chains at once.

Weights stand for probabilities up to a factor. Ties of `top_k` and `top_p` go to the token of lower rank, the earlier
one in the order of the file. The reward of a best of k has ties too; among equal rewards any draw is as good, so with
$F_l$ the probability of the rewards up to level $l$ and $m_l$ that of the level, $P(\text{token}) = q_i / m_l \cdot
(F_l^k - (F_l - m_l)^k)$.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float64, Int64, Shaped

from simulations.kernels.tokens.counts_draw import Streams, Weights
from theory.scenario.estimator import Additive, Posterior
from theory.scenario.sampler import BestOf, Temperature, Tilt, TopK, TopP
from theory.scenario.scenario import Scenario

SLACK = 1e-12
"""A head has mass p if it misses no more than this share of it: sums of floats are not exact."""

Fit = Callable[[Streams, Int64[np.ndarray, "R K"]], Weights]
Bend = Callable[[Weights], Weights]


def fit_of(scenario: Scenario) -> Fit:
    """Counts to the weights of the model that the estimator makes of them."""
    estimator = scenario.estimator
    if isinstance(estimator, Additive):
        pseudocount = estimator.pseudocount
        return lambda streams, counts: counts + pseudocount
    if isinstance(estimator, Posterior):
        pseudocount = estimator.pseudocount
        return lambda streams, counts: streams.generator().standard_gamma(counts + pseudocount)
    return lambda streams, counts: counts


def bend_of(scenario: Scenario) -> Bend:
    """The model's weights to those that its sampler draws from."""
    sampler = scenario.sampler
    if isinstance(sampler, Temperature):
        power = 1.0 / sampler.temperature
        return lambda weights: (weights / weights.max(axis=1, keepdims=True)) ** power
    if isinstance(sampler, TopK):
        k = sampler.k
        return lambda weights: _head(weights, np.full(len(weights), k), -np.partition(-weights, k - 1)[:, k - 1])
    if isinstance(sampler, TopP):
        p = sampler.p
        return lambda weights: weights if p == 1.0 else _mass(weights, p)
    if isinstance(sampler, Tilt):
        power = sampler.strength * np.asarray(sampler.reward, np.float64)
        return lambda weights: _tilted(weights, power)
    if isinstance(sampler, BestOf):
        _, level = np.unique(np.asarray(sampler.reward, np.float64), return_inverse=True)
        k = sampler.k
        return lambda weights: np.stack([_best(q, level, k) for q in normalised(weights)])
    return lambda weights: weights


def normalised(weights: Weights) -> Float64[np.ndarray, "R K"]:
    """Probabilities."""
    return weights / weights.sum(axis=1, keepdims=True)


def _mass(weights: Weights, p: float) -> Weights:
    """The weights of the smallest head of mass p."""
    falling = -np.sort(-weights, axis=1)
    mass = falling.cumsum(axis=1)
    k = (mass < p * mass[:, -1:] * (1.0 - SLACK)).sum(axis=1) + 1
    return _head(weights, k, falling[np.arange(len(k)), k - 1])


def _head(weights: Weights, k: Int64[np.ndarray, "R"], least: Shaped[np.ndarray, "R"]) -> Weights:
    """The weights of the k most probable tokens, `least` that of the last of them; 0 elsewhere."""
    above, level = weights > least[:, None], weights == least[:, None]
    room = k - above.sum(axis=1)
    return np.where(above | (level & (level.cumsum(axis=1) <= room[:, None])), weights, 0)


def _tilted(weights: Weights, power: Float64[np.ndarray, "K"]) -> Float64[np.ndarray, "R K"]:
    """Weights times exp(power), scaled so that the largest power of a token alive counts 1."""
    alive = np.where(weights > 0, power, -np.inf)
    return weights * np.exp(alive - alive.max(axis=1, keepdims=True))


def _best(q: Float64[np.ndarray, "K"], level: Int64[np.ndarray, "K"], k: int) -> Float64[np.ndarray, "K"]:
    mass = np.bincount(level, q)
    up_to = mass.cumsum()
    ahead = np.divide(mass, up_to, out=np.zeros_like(mass), where=mass > 0)
    with np.errstate(divide="ignore"):
        chosen = -((up_to / up_to[-1]) ** k) * np.expm1(k * np.log1p(-ahead))
    return q * np.divide(chosen, mass, out=np.zeros_like(mass), where=mass > 0)[level]
