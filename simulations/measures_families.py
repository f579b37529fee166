"""What is read off chains of the smaller families: laws with one parameter, mixtures, regressions.

Measures take numpy and JAX arrays alike; see simulations/measure.py for their arguments.
"""

from typing import Any, NamedTuple

from jaxtyping import Float64

Value = Float64[Any, "*R"]
At = Float64[Any, ""]


class ScaleUnits(NamedTuple):
    """A source whose models differ from it in scale alone: its variance, the log of it, and its mean."""

    variance: Float64[Any, ""]
    log_variance: Float64[Any, ""]
    mean: Float64[Any, ""]


def scale_variance(source: ScaleUnits, log_scale: Value, at: At) -> Value:
    """v_t = v_0 scale^2, squared data units."""
    return source.variance * _numpy(log_scale).exp(2.0 * log_scale)


def scale_variance_squared(source: ScaleUnits, log_scale: Value, at: At) -> Value:
    """v_t^2."""
    return scale_variance(source, log_scale, at) ** 2


def scale_log_variance(source: ScaleUnits, log_scale: Value, at: At) -> Value:
    """log v_t."""
    return source.log_variance + 2.0 * log_scale


def scale_squared_error(source: ScaleUnits, log_scale: Value, at: At) -> Value:
    """(mu_t - mu_0)^2 with mu_t = mu_0 scale."""
    return (source.mean * _numpy(log_scale).expm1(log_scale)) ** 2


def scale_error(source: ScaleUnits, log_scale: Value, at: At) -> Value:
    """mu_t - mu_0, signed."""
    return source.mean * _numpy(log_scale).expm1(log_scale)


def scale_variance_at_most(source: ScaleUnits, log_scale: Value, at: At) -> Value:
    """1 where v_t <= at, else 0."""
    return (scale_variance(source, log_scale, at) <= at) * 1.0


def scale_collapsed(source: ScaleUnits, log_scale: Value, at: At) -> Value:
    """1 where v_t < at, else 0."""
    return (scale_variance(source, log_scale, at) < at) * 1.0


def rate(source: Value, rate: Value, at: At) -> Value:
    """lambda_t, which is mean and variance of a Poisson law."""
    return rate * 1.0


def rate_squared(source: Value, rate: Value, at: At) -> Value:
    """lambda_t^2."""
    return rate**2


def log_rate(source: Value, rate: Value, at: At) -> Value:
    """log lambda_t; -inf where the chain has died out."""
    xp = _numpy(rate)
    return xp.where(rate > 0, xp.log(xp.where(rate > 0, rate, 1.0)), -xp.inf)


def rate_squared_error(source: Value, rate: Value, at: At) -> Value:
    """(lambda_t - lambda_0)^2."""
    return (rate - source) ** 2


def rate_error(source: Value, rate: Value, at: At) -> Value:
    """lambda_t - lambda_0, signed."""
    return rate - source


def rate_at_most(source: Value, rate: Value, at: At) -> Value:
    """1 where lambda_t <= at, else 0; at 0 it is extinction."""
    return (rate <= at) * 1.0


class MixtureUnits(NamedTuple):
    """The units of a mixture: its standard deviation is 1, its mean 0; and the variance of the source, and its log."""

    variance: Float64[Any, ""]
    log_variance: Float64[Any, ""]


class MixtureReading(NamedTuple):
    """A mixture in the source's units: shift of its mean, log of its variance; weights and log-variances of its parts.

    The log-variance of a component that is dead means nothing.
    """

    shift: Float64[Any, "*R"]
    log_ratio: Float64[Any, "*R"]
    weights: Float64[Any, "*R J"]
    log_ratios: Float64[Any, "*R J"]


def mixture_variance(source: MixtureUnits, model: MixtureReading, at: At) -> Value:
    """v_t of the whole mixture, squared data units."""
    return source.variance * _numpy(model.log_ratio).exp(model.log_ratio)


def mixture_variance_squared(source: MixtureUnits, model: MixtureReading, at: At) -> Value:
    """v_t^2."""
    return mixture_variance(source, model, at) ** 2


def mixture_log_variance(source: MixtureUnits, model: MixtureReading, at: At) -> Value:
    """log v_t; -inf where the mixture is a point."""
    return source.log_variance + model.log_ratio


def mixture_squared_error(source: MixtureUnits, model: MixtureReading, at: At) -> Value:
    """(mu_t - mu_0)^2."""
    return source.variance * model.shift**2


def mixture_variance_at_most(source: MixtureUnits, model: MixtureReading, at: At) -> Value:
    """1 where v_t <= at, else 0."""
    return (mixture_variance(source, model, at) <= at) * 1.0


def mixture_heterozygosity(source: MixtureUnits, model: MixtureReading, at: At) -> Value:
    """1 - sum of the squared weights: the probability that two draws come from different components."""
    return 1.0 - (model.weights**2).sum(-1)


def components_alive(source: MixtureUnits, model: MixtureReading, at: At) -> Value:
    """Components of positive weight."""
    return (model.weights > 0).sum(-1) * 1.0


def component_dead(source: MixtureUnits, model: MixtureReading, at: At) -> Value:
    """1 where the component at place `at` of the source's list is dead, else 0."""
    return (_component(model.weights, at) == 0) * 1.0


def component_variance(source: MixtureUnits, model: MixtureReading, at: At) -> Value:
    """The variance of the component at place `at` of the source's list, squared data units; 0 where it is dead."""
    xp = _numpy(model.weights)
    alive, log_ratio = _component(model.weights, at) > 0, _component(model.log_ratios, at)
    return source.variance * xp.where(alive, xp.exp(xp.where(alive, log_ratio, 0.0)), 0.0)


def excess_risk(source: Value, error: Float64[Any, "*R d"], at: At) -> Value:
    """|w_t - w_*|^2."""
    return (error**2).sum(-1)


_SCALE = {
    "variance": scale_variance,
    "variance_second_moment": scale_variance_squared,
    "log_variance": scale_log_variance,
    "mean_squared_error": scale_squared_error,
    "variance_cdf": scale_variance_at_most,
}

FAMILY_MEASURES: dict[str, dict[str, Any]] = {
    "uniform": _SCALE,
    "exponential": {**_SCALE, "mean_bias": scale_error},
    "poisson": {
        "variance": rate,
        "variance_second_moment": rate_squared,
        "log_variance": log_rate,
        "mean_squared_error": rate_squared_error,
        "mean_bias": rate_error,
        "variance_cdf": rate_at_most,
    },
    "mixture": {
        "variance": mixture_variance,
        "variance_second_moment": mixture_variance_squared,
        "log_variance": mixture_log_variance,
        "mean_squared_error": mixture_squared_error,
        "variance_cdf": mixture_variance_at_most,
        "heterozygosity": mixture_heterozygosity,
        "vocabulary": components_alive,
        "absence": component_dead,
        "component_variance": component_variance,
    },
    "regression": {"excess_risk": excess_risk},
}
"""Measures of each family by the statistic whose mean over chains they give."""


def _component(values: Float64[Any, "*R J"], at: At) -> Value:
    xp = _numpy(values)
    return xp.take(values, xp.asarray(at).astype(xp.int64), axis=-1)


def _numpy(array: Any) -> Any:
    return array.__array_namespace__()
