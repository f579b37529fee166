"""What is read off a chain: one number per chain and generation, by the name of the statistic.

Measures take numpy and JAX arrays alike. They are written for one chain; vmap them, or give arrays whose last axis is
the chain's own. `at` is the argument of a statistic that takes one, else ignored.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from jaxtyping import Float64

from simulations.measures_families import FAMILY_MEASURES, scale_collapsed
from simulations.measures_vector import VECTOR_MEASURES
from theory.scenario import Scenario
from theory.scenario.estimator import Kernel
from theory.scenario.source import GaussianSource


class GaussianModel(NamedTuple):
    """A Gaussian model in the source's units: (mu - mu_0) / sigma_0 and log(v / v_0)."""

    shift: Float64[Any, "*R"]
    log_ratio: Float64[Any, "*R"]


class GaussianUnits(NamedTuple):
    """The units of the source: v_0 and log v_0."""

    variance: Float64[Any, ""]
    log_variance: Float64[Any, ""]


Value = Float64[Any, "*R"]
At = Float64[Any, ""]
Frequencies = Float64[Any, "K"]
Models = Float64[Any, "*R K"]
Measure = Callable[[Any, Any, At], Value]
"""(source, what is observed of the chain, argument) -> value."""


def variance(source: GaussianUnits, model: GaussianModel, at: At) -> Value:
    """v_t, squared data units."""
    return source.variance * _numpy(model.log_ratio).exp(model.log_ratio)


def variance_squared(source: GaussianUnits, model: GaussianModel, at: At) -> Value:
    """v_t^2."""
    return variance(source, model, at) ** 2


def precision(source: GaussianUnits, model: GaussianModel, at: At) -> Value:
    """1/v_t; infinite where all points of a training set agree."""
    return _numpy(model.log_ratio).exp(-model.log_ratio) / source.variance


def log_variance(source: GaussianUnits, model: GaussianModel, at: At) -> Value:
    """log v_t; -inf where all points of a training set agree."""
    return source.log_variance + model.log_ratio


def squared_error(source: GaussianUnits, model: GaussianModel, at: At) -> Value:
    """(mu_t - mu_0)^2."""
    return source.variance * model.shift**2


def error(source: GaussianUnits, model: GaussianModel, at: At) -> Value:
    """mu_t - mu_0, signed, data units."""
    return _numpy(model.shift).sqrt(source.variance) * model.shift


def fourth_power_of_error(source: GaussianUnits, model: GaussianModel, at: At) -> Value:
    """(mu_t - mu_0)^4."""
    return squared_error(source, model, at) ** 2


def squared_distance_of_a_draw(source: GaussianUnits, model: GaussianModel, at: At) -> Value:
    """E[(X - mu_0)^2] of a value X drawn from the model: v_t + (mu_t - mu_0)^2."""
    return variance(source, model, at) + squared_error(source, model, at)


def fourth_power_of_a_draw(source: GaussianUnits, model: GaussianModel, at: At) -> Value:
    """E[(X - mu_0)^4] of a value X drawn from the model: d^4 + 6 d^2 v_t + 3 v_t^2, d = mu_t - mu_0."""
    strayed, width = squared_error(source, model, at), variance(source, model, at)
    return strayed**2 + 6.0 * strayed * width + 3.0 * width**2


def wasserstein2_squared(source: GaussianUnits, model: GaussianModel, at: At) -> Value:
    """(mu_t - mu_0)^2 + (sigma_t - sigma_0)^2."""
    return source.variance * (model.shift**2 + _numpy(model.log_ratio).expm1(0.5 * model.log_ratio) ** 2)


def gaussian_kl_reverse(source: GaussianUnits, model: GaussianModel, at: At) -> Value:
    """D(model || source) = (r - 1 - log r + d^2) / 2 with r = v_t / v_0 and d the shift in source units."""
    return 0.5 * (_numpy(model.log_ratio).expm1(model.log_ratio) - model.log_ratio + model.shift**2)


def gaussian_kl_forward(source: GaussianUnits, model: GaussianModel, at: At) -> Value:
    """D(source || model) = (1/r - 1 + log r + d^2 / r) / 2; infinite where the model is a point."""
    xp = _numpy(model.log_ratio)
    narrowing = xp.exp(-model.log_ratio)
    value = 0.5 * (xp.expm1(-model.log_ratio) + model.log_ratio + narrowing * model.shift**2)
    return xp.where(narrowing == xp.inf, xp.inf, value)


def variance_at_most(source: GaussianUnits, model: GaussianModel, at: At) -> Value:
    """1 where v_t <= at, else 0."""
    return (variance(source, model, at) <= at) * 1.0


def mean_beyond(source: GaussianUnits, model: GaussianModel, at: At) -> Value:
    """1 where |mu_t - mu_0| > at, else 0."""
    xp = _numpy(model.shift)
    return (xp.abs(model.shift) * xp.sqrt(source.variance) > at) * 1.0


def heterozygosity(source: Frequencies, p: Models, at: At) -> Value:
    """1 - sum p^2."""
    return 1.0 - (p**2).sum(-1)


def moment(source: Frequencies, p: Models, at: At) -> Value:
    """The sum of p^at over the tokens alive."""
    xp = _numpy(p)
    return xp.where(p > 0, xp.where(p > 0, p, 1.0) ** at, 0.0).sum(-1)


def vocabulary(source: Frequencies, p: Models, at: At) -> Value:
    """Token types alive."""
    return (p > 0).sum(-1) * 1.0


def absence(source: Frequencies, p: Models, at: At) -> Value:
    """1 where the token of rank `at` is gone, else 0."""
    return (_token(p, at) == 0) * 1.0


def fixation(source: Frequencies, p: Models, at: At) -> Value:
    """1 where the token of rank `at` is the only one left, else 0."""
    return (_token(p, at) == 1.0) * 1.0


def lost_mass(source: Frequencies, p: Models, at: At) -> Value:
    """Source probability of the tokens that are gone."""
    return _numpy(p).where(p == 0, source, 0.0).sum(-1)


def entropy(source: Frequencies, p: Models, at: At) -> Value:
    """-sum p log p, nats."""
    xp = _numpy(p)
    return -(p * xp.log(xp.where(p > 0, p, 1.0))).sum(-1)


def token_kl_reverse(source: Frequencies, p: Models, at: At) -> Value:
    """sum p log(p / p_0), nats."""
    xp = _numpy(p)
    alive = p > 0
    return (p * xp.log(xp.where(alive, p, 1.0) / xp.where(alive, source, 1.0))).sum(-1)


def total_variation(source: Frequencies, p: Models, at: At) -> Value:
    """Half the sum of |p - p_0|."""
    return 0.5 * _numpy(p).abs(p - source).sum(-1)


def collapsed(source: GaussianUnits, model: GaussianModel, at: At) -> Value:
    """1 where v_t < at, else 0."""
    return (variance(source, model, at) < at) * 1.0


def single_type_left(source: Frequencies, p: Models, at: At) -> Value:
    """1 where one token is all there is, else 0."""
    return ((p > 0).sum(-1) == 1) * 1.0


def some_type_lost(source: Frequencies, p: Models, at: At) -> Value:
    """1 where a token that the source has is gone, else 0."""
    return ((source > 0) & (p == 0)).any(-1) * 1.0


MEASURES: dict[str, dict[str, Measure]] = {
    "gaussian": {
        "variance": variance,
        "variance_second_moment": variance_squared,
        "log_variance": log_variance,
        "mean_squared_error": squared_error,
        "mean_bias": error,
        "mean_precision": precision,
        "wasserstein2_squared": wasserstein2_squared,
        "kl_reverse": gaussian_kl_reverse,
        "kl_forward": gaussian_kl_forward,
        "variance_cdf": variance_at_most,
        "mean_tail": mean_beyond,
        "mean_fourth_moment": fourth_power_of_error,
        "draw_variance": squared_distance_of_a_draw,
        "draw_fourth_moment": fourth_power_of_a_draw,
    },
    "tokens": {
        "heterozygosity": heterozygosity,
        "moment": moment,
        "vocabulary": vocabulary,
        "absence": absence,
        "fixation_probability": fixation,
        "lost_mass": lost_mass,
        "entropy": entropy,
        "kl_reverse": token_kl_reverse,
        "total_variation": total_variation,
    },
    "gaussian_vector": VECTOR_MEASURES,
    "gaussian_density": {
        "variance": variance,
        "variance_second_moment": variance_squared,
        "log_variance": log_variance,
        "mean_squared_error": squared_error,
        "mean_bias": error,
        "variance_cdf": variance_at_most,
        "mean_tail": mean_beyond,
        "mean_fourth_moment": fourth_power_of_error,
        "draw_variance": squared_distance_of_a_draw,
    },
    **FAMILY_MEASURES,
}
"""Measures by family and by the statistic whose mean over chains they give."""

EVENTS: dict[str, dict[str, Measure]] = {
    "gaussian": {"collapse_time": collapsed},
    "gaussian_density": {"collapse_time": collapsed},
    "uniform": {"collapse_time": scale_collapsed},
    "tokens": {"collapse_time": single_type_left, "first_loss_time": some_type_lost},
}
"""Times of a whole chain, by what has happened when they come: 1 then, 0 before."""


def measured_by(scenario: Scenario) -> str:
    """The key of MEASURES that reads the chains of a scenario."""
    if isinstance(scenario.source, GaussianSource) and scenario.source.dimension > 1:
        return "gaussian_vector"
    if isinstance(scenario.estimator, Kernel):
        return "gaussian_density"
    return scenario.family


def _numpy(array: Any) -> Any:
    return array.__array_namespace__()


def _token(p: Models, at: At) -> Value:
    xp = _numpy(p)
    return xp.take(p, xp.asarray(at).astype(xp.int64), axis=-1)
