r"""The likeliest mixture of normals near another one, by expectation maximisation.

Every point is known by its distances u from the components that the fit starts from, in their own standard deviations,
and the fit moves each component by $\delta$ of its deviations and stretches it by $e^\rho$: components may be thousands
of orders of magnitude narrower than their distances.

The likelihood has no maximum where a component may shrink onto one point. So a component that is responsible for less
than two points at any step dies: its weight is 0 from then on, and its points go to the others. The one that is
responsible for most never dies.

Source: Dempster, Laird and Rubin, Maximum likelihood from incomplete data via the EM algorithm (1977).
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float64, Int32

MOST_STEPS = 300
"""Steps after which a fit ends."""

TOLERANCE = 1e-7
"""It ends when a step gains less than this in the log-likelihood of a point, in the mean over points."""

FEWEST_POINTS = 2.0
"""A component that is responsible for less dies."""

_FARTHEST, _NARROWEST, _POINT = 1e150, -300.0, -1e12


class Components(NamedTuple):
    """Weights that sum to 1 (0 of a component that died), means, logs of standard deviations."""

    weights: Float64[Any, "*R J"]
    means: Float64[Any, "*R J"]
    log_deviations: Float64[Any, "*R J"]


class _Fit(NamedTuple):
    weights: Float64[Array, "J"]
    delta: Float64[Array, "J"]
    rho: Float64[Array, "J"]
    log_likelihood: Float64[Array, ""]
    gain: Float64[Array, ""]
    steps: Int32[Array, ""]


def likeliest(start: Components, distances: Float64[Array, "n J"], counted: Bool[Array, "n"]) -> Components:
    """The fit to the points that are counted, at least one; it starts from `start`."""
    u = jnp.nan_to_num(jnp.clip(distances, -_FARTHEST, _FARTHEST), nan=_FARTHEST)
    log_deviations = jnp.maximum(start.log_deviations, _POINT)  # that of a point is -inf
    N = jnp.maximum(counted.sum().astype(jnp.float64), 1.0)

    def step(fit: _Fit) -> _Fit:
        e = jnp.clip((u - fit.delta) * jnp.exp(-jnp.maximum(fit.rho, _NARROWEST)), -_FARTHEST, _FARTHEST)
        alive = fit.weights > 0
        log_weights = jnp.where(alive, jnp.log(jnp.where(alive, fit.weights, 1.0)), -jnp.inf)
        log_joint = log_weights - log_deviations - jnp.maximum(fit.rho, _NARROWEST) - 0.5 * e**2
        log_joint = jnp.where(alive, log_joint, -jnp.inf)
        log_density = jax.nn.logsumexp(log_joint, axis=1)
        r = jnp.where(counted[:, None], jnp.exp(log_joint - log_density[:, None]), 0.0)
        n = r.sum(0)
        lives = alive & ((n >= FEWEST_POINTS) | (jnp.arange(len(n)) == jnp.argmax(n)))
        divisor = jnp.maximum(n, 1.0 / _FARTHEST)
        delta = (r * u).sum(0) / divisor
        variance = (r * (u - delta) ** 2).sum(0) / divisor
        rho = 0.5 * jnp.where(variance > 0, jnp.log(jnp.where(variance > 0, variance, 1.0)), -jnp.inf)
        weights = jnp.where(lives, n, 0.0)
        total = jnp.where(counted, log_density, 0.0).sum()
        return _Fit(
            weights / weights.sum(),
            delta,
            rho,
            total,
            jnp.where((lives == alive).all(), total - fit.log_likelihood, jnp.inf),
            fit.steps + 1,
        )

    def goes_on(fit: _Fit) -> Bool[Array, ""]:
        return (fit.steps < MOST_STEPS) & ~(fit.gain < TOLERANCE * N)

    zero, infinity = jnp.zeros(u.shape[1]), jnp.asarray(np.inf)
    fit = lax.while_loop(goes_on, step, _Fit(start.weights, zero, zero, -infinity, infinity, jnp.zeros((), jnp.int32)))
    alive = fit.weights > 0
    means = start.means + jnp.exp(start.log_deviations) * fit.delta
    logs = start.log_deviations + fit.rho
    return Components(fit.weights, jnp.where(alive, means, 0.0), jnp.where(alive, logs, 0.0))


def location_and_log_scale(model: Components) -> tuple[Float64[Array, ""], Float64[Array, ""]]:
    """Mean and log standard deviation of the whole mixture."""
    mean = (model.weights * model.means).sum()
    apart = jnp.abs(model.means - mean)
    logs = jnp.concatenate([2.0 * model.log_deviations, 2.0 * jnp.log(apart)])
    weights = jnp.concatenate([model.weights, model.weights])
    return mean, 0.5 * jax.nn.logsumexp(jnp.where(weights > 0, logs, -jnp.inf), b=weights)
