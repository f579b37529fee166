"""What both bounds of the mean precision share: its true value after a fit or two, or by an exact claim."""

import mpmath
import numpy as np
from mpmath import mpf

from theory.claims.exact_claims import exact_claim
from theory.claims.gaussian.bounded_reference import reading
from theory.claims.gaussian.nearly_normal_reference import plainer, two_fits
from theory.claims.gaussian.weighted_log_reference import chi_square
from theory.scenario import Scenario


def mean_precision(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """E 1/v_t, by the density of a fit or two."""
    unit = mpf(repr(scenario.source.variance))
    if generation == 0:
        return 1 / unit
    if generation == 1:
        return reading(scenario, 1, _inverse, float) / unit
    scenario = plainer(scenario, generation)
    claim = exact_claim(scenario, "mean_precision", generation)
    if claim is not None:
        return claim.reference(scenario, generation)
    if generation == 2 and scenario.retention.kind == "real_share":
        chance, variance, *_ = two_fits(scenario)
        return mpf(float(np.sum(chance / variance))) / unit
    if generation != 2 or scenario.retention.kind != "weighted":
        raise ValueError(
            f"the true value is known after one fit, after two with weights or fresh points, got t = {generation}"
        )
    return mpf(_two_weighted_fits(scenario)) / unit


def _two_weighted_fits(scenario: Scenario) -> float:
    retention, divide = scenario.retention, scenario.estimator.divide_by
    w, n, m = retention.weight, retention.real, retention.synthetic
    (X, p), (Y, q) = chi_square(n - 1), chi_square(m - 1)
    second = w * X[:, None] / divide(n) + (1 - w) * X[:, None, None] / divide(n) * Y / divide(m)
    return float(np.einsum("i,j,k,ijk->", p, p, q, 1 / second))


def _inverse(x: mpf) -> mpf:
    return 1 / x if x else mpf(mpmath.inf)
