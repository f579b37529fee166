r"""The mean logarithm of a constant plus chi-squares with scales of their own, $Q=c+\sum_i a_iX_i$.

Frullani's integral $E\log Q=\log q+\int_0^\infty(e^{-s}-E e^{-sQ/q})\,ds/s$, $q=E Q$, needs nothing but the Laplace
transforms $(1+2a_is)^{-\nu_i/2}$; its integrand is written without cancellation, so that $E\log Q-\log q$ keeps its
digits where it is small.
"""

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from theory.laws.pooled_fit import less_log1p

STEP = 0.125
FAR = 4.0  # s from which on the two terms of the integrand are no longer close
SHORT, LONG = 9.5, 76.0  # ends of the grid; at the long one the transform of a single chi^2_1 has vanished
NEGLIGIBLE = -40.0  # logarithm of a transform that has vanished


def _grid(start: float, end: float) -> tuple[Float[np.ndarray, " S"], Float[np.ndarray, " S"]]:
    """Points s and weights of ds/s on the grid s = exp(p - exp(-p)), p from start to end."""
    places = np.arange(start, end, STEP)
    return np.exp(places - np.exp(-places)), STEP * (1 + np.exp(-places))


_ALL_S, _ALL_WEIGHTS = _grid(-3.75, LONG)
_NEAR = int(np.searchsorted(_ALL_S, FAR))
_SHORT = int(np.searchsorted(_ALL_S, np.exp(SHORT)))
_NEAR_S, _NEAR_WEIGHTS = _ALL_S[:_NEAR], _ALL_WEIGHTS[:_NEAR]
_FAR = {end: (_ALL_S[_NEAR:end], _ALL_WEIGHTS[_NEAR:end]) for end in (_SHORT, len(_ALL_S))}
_DECAY = {end: weights @ np.exp(-s) for end, (s, weights) in _FAR.items()}


def mean_log(
    constant: Float[np.ndarray, "*A"] | float, scales: ArrayLike, degrees: ArrayLike
) -> Float[np.ndarray, "*A"]:
    """E log Q; constant [...], scales and degrees of freedom [..., terms], none negative, Q not 0."""
    scales, halves = np.asarray(scales, np.float64), np.asarray(degrees, np.float64) / 2
    mean = np.asarray(constant + 2 * (scales * halves).sum(axis=-1))
    rates, fixed = 2 * scales / mean[..., None], constant / mean
    last = fixed * _ALL_S[_SHORT] + (halves * np.log1p(rates * _ALL_S[_SHORT])).sum(axis=-1)
    end = _SHORT if np.all(-last < NEGLIGIBLE) else len(_ALL_S)
    rates, halves, fixed = rates[..., None], halves[..., None], np.asarray(fixed)[..., None]
    excess = (halves * less_log1p(rates * _NEAR_S)).sum(axis=-2)  # s + log E exp(-s Q/q)
    near = (np.exp(excess - _NEAR_S) * np.expm1(-excess)) @ _NEAR_WEIGHTS
    s, weights = _FAR[end]
    transform = np.exp(-fixed * s - (halves * np.log1p(rates * s)).sum(axis=-2))
    return np.log(mean) + near + (_DECAY[end] - transform @ weights)
