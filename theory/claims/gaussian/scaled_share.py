"""What claims about scaled draws and real data share: conditions, readings, values, and how a scenario is made."""

import numpy as np
from jaxtyping import Float, Int

from theory.claim import Assumption
from theory.claims.assumptions import CONSTANT_SIZE, GAUSSIAN, MOMENTS, UNDISTURBED, shares_real
from theory.claims.gaussian import real_share
from theory.claims.gaussian.real_share import factor_of, offset_of, share_of
from theory.claims.gaussian.scaled import SCALED
from theory.laws.gaussian_mixing_scaled import (
    ScaledFit,
    iid_fit,
    kept_fit,
    scaled_limits,
    scaled_moments,
    stratified_fit,
)
from theory.scenario import Scenario

SOME_REAL = Assumption(
    "there is at least one real point in every generation, or a chance of one",
    lambda s: s.retention.kind == "real_share" and bool(s.retention.share or s.retention.real),
)
FITS = {"stratified": stratified_fit, "iid": iid_fit, "fixed": kept_fit}


def gaussian_scaled_share(scheme: str) -> tuple[Assumption, ...]:
    """The conditions shared by every claim about scaled draws with real data by this scheme; any divisor."""
    return (GAUSSIAN, MOMENTS, shares_real(scheme), SOME_REAL, CONSTANT_SIZE, SCALED, UNDISTURBED)


def fit_of(scenario: Scenario) -> ScaledFit:
    """One fit, with every number as it was written."""
    size, share, scheme = scenario.sample_size.constant, share_of(scenario), scenario.retention.scheme
    return FITS[scheme](size, share if scheme == "iid" else int(share * size), offset_of(scenario), factor_of(scenario))


def expected(scenario: Scenario, generations: Int[np.ndarray, " T"], which: int) -> Float[np.ndarray, " T"]:
    """VARIANCE or ERROR at each generation, in squared data units."""
    return scenario.source.variance * scaled_moments(fit_of(scenario), generations)[which]


def settled(scenario: Scenario, which: int) -> float:
    """The stationary value, rounded once."""
    return scenario.source.variance * float(scaled_limits(fit_of(scenario))[which])


def setting(
    size: int, real: int, factor: float, divisor: str, scheme: str = "stratified", **offset: float
) -> Scenario:  # fmt: skip
    """A scenario for the examples; the source has a mean and a variance that are not 0 and 1."""
    return real_share.setting(scheme, size, divisor, factor=factor, real=real, **offset)
