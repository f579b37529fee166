"""What claims about scaled draws and fresh real points share: conditions, readings, and single training points."""

from fractions import Fraction
from functools import cache

import mpmath
import numpy as np
from jaxtyping import Int
from mpmath import mpf

from theory.claim import Assumption
from theory.claims.assumptions import CONSTANT_SIZE, GAUSSIAN, MOMENTS, UNDISTURBED, shares_real
from theory.claims.gaussian.real_share import DIGITS, offset_of, share_of
from theory.claims.gaussian.reference import at_infinity, linear_iterate
from theory.claims.gaussian.scaled import SCALED
from theory.laws.gaussian_mixing import Moments
from theory.laws.gaussian_mixing_scaled import scaled_limits, scaled_moments
from theory.scenario import Scenario, parse_scenario

SOME_REAL = Assumption(
    "there is at least one real point in every generation",
    lambda s: s.retention.kind == "real_share" and bool(s.retention.share or s.retention.real),
)
GAUSSIAN_SCALED_SHARE = (
    GAUSSIAN, MOMENTS, shares_real("stratified"), SOME_REAL, CONSTANT_SIZE, SCALED, UNDISTURBED,
)  # fmt: skip


def read(scenario: Scenario) -> tuple[int, int, Fraction, Fraction]:
    """M, n, the offset of the divisor and c, as the numbers that were written."""
    size = scenario.sample_size.constant
    factor = Fraction(repr(scenario.sampler.variance_factor))
    return size, int(share_of(scenario) * size), offset_of(scenario), factor


def expected(scenario: Scenario, generations: Int[np.ndarray, " T"]) -> Moments:
    """Variance and error at each generation, in squared data units."""
    v, D = scaled_moments(*read(scenario), generations)
    return scenario.source.variance * v, scenario.source.variance * D


def settled(scenario: Scenario) -> tuple[float, float]:
    """Their stationary values, each rounded once."""
    v, D = scaled_limits(*read(scenario))
    return scenario.source.variance * float(v), scenario.source.variance * float(D)


def reference(scenario: Scenario, generation: float, which: int) -> mpf:
    """E v_t or E(mu_t - mu_0)^2 from the second moments of single training points; ``generation`` may be inf."""
    step, readings = _bookkeeping(*read(scenario))
    with mpmath.workdps(DIGITS):
        unit = mpf(repr(scenario.source.variance))

        def value(t: int) -> mpf:
            if t == 0:
                return mpf(1 - which)
            return mpmath.fdot(readings[which], linear_iterate(step, [mpf(1), mpf(0), mpf(1)], t - 1))

        return unit * (at_infinity(value) if np.isinf(generation) else value(int(generation)))


@cache
def _bookkeeping(size: int, real: int, offset: Fraction, factor: Fraction):
    """The map of (1, E y y', E y^2) of synthetic points y, in generation 1 real, and readings of a training set."""
    with mpmath.workdps(DIGITS):
        M, n = mpf(size), mpf(real)
        m, drawn = M - n, mpf(factor.numerator) / factor.denominator
        divisor = M - 1 + mpf(offset.numerator) / offset.denominator
        squares, pairs = [n, mpf(0), m], [mpf(0), m * (m - 1), mpf(0)]  # real points have mean products 0
        of_mean = [(x + y) / M**2 for x, y in zip(squares, pairs, strict=True)]
        of_variance = [(x - M * z) / divisor for x, z in zip(squares, of_mean, strict=True)]
        step = mpmath.matrix(3, 3)
        step[0, 0] = 1
        for column in range(3):
            step[1, column] = of_mean[column]
            step[2, column] = of_mean[column] + drawn * of_variance[column]
        return step, (of_variance, of_mean)


def setting(size: int, real: int, factor: float, divisor: str, **offset: float) -> Scenario:
    """A scenario for the examples; the source has a mean and a variance that are not 0 and 1."""
    return parse_scenario({
        "source": {"kind": "gaussian", "mean": 0.5, "variance": 2.25},
        "sample_size": {"kind": "constant", "size": size},
        "retention": {"kind": "real_share", "scheme": "stratified", "real": real},
        "estimator": {"kind": "moments", "divisor": divisor, **offset},
        "sampler": {"kind": "scaled", "variance_factor": factor},
    })  # fmt: skip
