"""The law of the variance of one chain under independent factors, read off a scenario, and its quantiles."""

import numpy as np
from jaxtyping import Float

from theory.claims.gaussian.kept_data import keeps_all
from theory.claims.gaussian.real_share import offset_of
from theory.laws.forgetting import mean_log
from theory.laws.log_variance_law import accumulated_law, forgotten_law
from theory.laws.log_variance_varying import varying_law
from theory.laws.saddle_inversion import Transform
from theory.laws.saddle_inversion import quantile as level
from theory.scenario import InputError, Scenario

MOST_FITS = 1000  # of replaced data


def variance_law(scenario: Scenario, generation: float) -> Transform:
    """The law of log(v_t/v_0) after t >= 1 fits, inf where all data are kept."""
    size, offset = scenario.sample_size.constant, float(offset_of(scenario))
    if scenario.retention.kind == "replace":
        return varying_law(tuple(scenario.sample_size.schedule(int(generation)).tolist()), offset)
    if keeps_all(scenario):
        return accumulated_law(size, scenario.first_size, offset, float(generation))
    return forgotten_law(size, offset, scenario.retention.rate, float(generation))


def drift(scenario: Scenario) -> float:
    """E log F of a later fit under forgetting: the rate at which almost every chain falls or grows."""
    return mean_log(scenario.sample_size.constant, float(offset_of(scenario)), scenario.retention.rate)


def quantile_of_log_variance(
    scenario: Scenario, generations: Float[np.ndarray, " T"], q: Float[np.ndarray, " Q"], at: None = None
) -> Float[np.ndarray, "T Q"]:
    """The level below which log v_t of a single chain lies with probability q; -inf or inf where all chains are."""
    start = np.log(scenario.source.variance)

    def row(t_: float) -> list[float]:
        if t_ == 0:
            return [0.0] * len(q)
        if scenario.first_size == 1:
            return [-np.inf] * len(q)
        if scenario.retention.kind == "replace" and t_ > MOST_FITS:
            raise InputError(f"t must be at most {MOST_FITS} for quantiles where sample_size varies, got {t_:.0f}")
        if np.isinf(t_) and not keeps_all(scenario):
            return [np.copysign(np.inf, drift(scenario))] * len(q)
        return [level(variance_law(scenario, t_), float(p)) for p in q]

    return start + np.array([row(float(t_)) for t_ in generations])


def quantile_of_variance(
    scenario: Scenario, generations: Float[np.ndarray, " T"], q: Float[np.ndarray, " Q"], at: None = None
) -> Float[np.ndarray, "T Q"]:
    """The level below which v_t of a single chain lies with probability q; about a second at a thousand sizes."""
    with np.errstate(over="ignore"):
        return np.exp(quantile_of_log_variance(scenario, generations, q))
