"""The true divergence of the source from the model, E KL(source || model), where bounds are compared with it.

Mean and variance of the first fit are independent. Of a second one with weights they are so given the first: nested
quadrature over three chi-squares. Of a second one to fresh real points the error of the mean is normal given what the
quadrature is over. Beyond, and for other policies, it is an exact claim's own reference.
"""

import mpmath
import numpy as np
from mpmath import mpf

from theory.claims.exact_claims import exact_claim
from theory.claims.gaussian.bounded_reference import reading
from theory.claims.gaussian.nearly_normal_reference import plainer, two_fits
from theory.claims.gaussian.weighted_log_reference import chi_square
from theory.scenario import Scenario


def divergence_of_source(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """E KL(source || model) in nats."""
    if generation == 0:
        return mpf(0)
    if generation == 1:
        narrow = reading(scenario, 1, _inverse, float)
        return (narrow * (1 + mpf(1) / scenario.first_size) - 1 + reading(scenario, 1, mpmath.log, float)) / 2
    scenario = plainer(scenario, generation)
    claim = exact_claim(scenario, "kl_forward", generation)
    if scenario.retention.kind != "weighted" and claim is not None:
        return claim.reference(scenario, generation)
    if generation == 2 and scenario.retention.kind == "real_share":
        chance, variance, error, spread = two_fits(scenario)
        return mpf(float(chance @ ((1 + error**2 + spread) / variance - 1 + np.log(variance)))) / 2
    if generation > 2 or scenario.retention.kind != "weighted":
        raise ValueError(
            f"the true value is known after one fit, after two with weights or fresh points, got t = {generation}"
        )
    return mpf(_two_weighted_fits(scenario))


def _inverse(x: mpf) -> mpf:
    return 1 / x


def _two_weighted_fits(scenario: Scenario) -> float:
    retention, divide = scenario.retention, scenario.estimator.divide_by
    w, n, m = retention.weight, retention.real, retention.synthetic
    (X, p), (Y, q) = chi_square(n - 1), chi_square(m - 1)
    first = X[:, None, None] / divide(n)
    second = w * X[:, None] / divide(n) + (1 - w) * first * Y / divide(m)
    error = (1 - w) ** 2 / n + w**2 / n + (1 - w) ** 2 * first / m  # of the mean, given the first variance
    terms = (1 + error) / second - 1 + np.log(second)
    return float(np.einsum("i,j,k,ijk->", p, p, q, terms)) / 2
