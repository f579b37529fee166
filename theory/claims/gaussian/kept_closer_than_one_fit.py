r"""Kept data or slow forgetting: a later model is closer to the source than the first one less often than not, too.

The steps of the mean and of the standard deviation keep the ratio of their variances, 2 to 1, so that the probability
is that of replaced data with $\rho=N_1\sum_{k=2}^tM/N_k^2$ where all data are kept, $N_k$ points in the pool, and
$\rho=(t-1)g^2$ under exponential forgetting. With equal batches kept for ever $\rho=\pi^2/6-1$: 0.31.
"""

import math
from functools import cache

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf
from scipy import special

from theory.claim import Claim, Example, Kind, Source
from theory.claims.gaussian import accumulate, forgetting
from theory.claims.gaussian.factors import GAUSSIAN_FACTORS, INTRODUCTION, factors
from theory.claims.gaussian.kept_data import keeps_all
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.varying_closer_than_one_fit import W1, P, Wt, closer_by_normal_steps, deviations, ratio
from theory.derivation import Derivation, Verdict, agree
from theory.laws.closeness import closer_probability
from theory.laws.least_squares import batches_after_first
from theory.laws.symbols import M, t
from theory.notation import Asymptotically
from theory.scenario import Scenario

ANGLES, FARTHEST = 64, 8.0


def derive() -> Derivation:
    """One step of both policies, and what is known of two normal steps."""
    d = Derivation(INTRODUCTION)
    factors(d)
    points = sp.Symbol("P", positive=True)
    share = 1 - M / points
    d.given(
        sp.Symbol(r"\operatorname{Var}\sqrt{F_k}/q_k"), sp.Rational(1, 2), relation=r"\to", source="cramer1946",
        check=steps_of_both_policies,
        because="as M grows, for both policies: a step of the mean, of variance q_k, has twice the variance of one of "
        "the standard deviation, and the two are independent",
    )  # fmt: skip
    d.algebra(
        (2 * (M - 1) + 2 * share**2) / points**2 / (4 * M / points**2), sp.Rational(1, 2) - (1 - share**2) / (2 * M),
        because="all data kept, L = P: a quarter of Var F_k over q_k = M/P^2",
    )  # fmt: skip
    return d.concludes(Asymptotically(P(sp.Lt(Wt, W1)), closer_by_normal_steps(d)))


def steps_of_both_policies() -> list[Verdict]:
    """The variance of the root of the factor of a second fit, by quadrature, over that of the step of its mean."""
    z = special.ndtri((np.arange(4000) + 0.5) / 4000)
    found = []
    for scenario in (accumulate.setting(10**4), forgetting.setting(10**4, 0.3, "mle")):
        step, constant, slope, square = _second_fit(scenario)
        spread = 2 * slope**2 * (10**4 - 1) + 2 * square**2
        mean = constant + slope * (10**4 - 1) + square
        roots = np.sqrt(mean + math.sqrt(spread) * z)
        found.append(agree(float(roots.var()) / step**2, 0.5, 2e-3))
    return found


def _ratios(scenario: Scenario, t_: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    size, first = scenario.sample_size.constant, scenario.first_size
    if keeps_all(scenario):
        return first * batches_after_first(size, first, 0, t_)
    return np.maximum(t_ - 1, 0.0) * scenario.retention.rate**2


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    size, first = scenario.sample_size.constant, scenario.first_size
    if keeps_all(scenario):
        terms = [sp.Rational(first * size, (first + k * size) ** 2) for k in range(1, int(generation))]
    else:
        terms = [sp.Rational(repr(scenario.retention.rate)) ** 2] * (int(generation) - 1)
    return {t: generation, ratio: sum(terms, sp.Integer(0))}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """P(W_t < W_1); 1 at t = 0 and 0 at t = 1, where it is known; t counts fits."""
    later = closer_probability(_ratios(scenario, np.maximum(generations, 1).astype(np.float64)))
    return np.where(generations > 1, later, np.where(generations == 0, 1.0, 0.0))


def limit(scenario: Scenario, at: None = None) -> float:
    """Where all data are kept."""
    return float(closer_probability(_ratios(scenario, np.array([np.inf])))[0])


def relative_error(scenario: Scenario, generation: float, at: None = None) -> float:
    """3/N_1 and 3/M where all data are kept; t/M under forgetting."""
    size, first = scenario.sample_size.constant, scenario.first_size
    return 3 / min(size, first) if keeps_all(scenario) else generation / size


def reach(scenario: Scenario) -> float:
    """Under forgetting as many fits as there are points, beyond which the first order says nothing."""
    return math.inf if keeps_all(scenario) else scenario.sample_size.constant


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The probability itself for t = 2, by quadrature of chi-square and normal laws of any size."""
    if generation != 2:
        raise ValueError(f"the probability is added up for two fits, got {generation}")
    return mpf(_closer_after_two(scenario))


def _second_fit(scenario: Scenario) -> tuple[float, float, float, float]:
    """s, a, b, c: the mean moves by s sigma_1 Z and the variance by the factor a + b X + c Z^2, X chi-square."""
    size, pool = scenario.sample_size.constant, scenario.first_size + scenario.sample_size.constant
    offset = float(offset_of(scenario))
    if keeps_all(scenario):
        divisor = pool - 1 + offset
        return math.sqrt(size) / pool, (divisor - size) / divisor, 1 / divisor, (1 - size / pool) / divisor
    g = scenario.retention.rate
    return g / math.sqrt(size), 1 - g, g / (size - 1 + offset), 0.0


@cache
def _closer_after_two(scenario: Scenario) -> float:
    """The second mean is looked for across the circle of the first model, the second variance above and below it."""
    offset, first, size = float(offset_of(scenario)), scenario.first_size, scenario.sample_size.constant
    step, constant, slope, square = _second_fit(scenario)
    phi, width = np.polynomial.legendre.leggauss(ANGLES)
    length = (phi + 1) * FARTHEST / 2  # of the first model about its mean, both coordinates made normal
    around = (np.arange(ANGLES) + 0.5) * 2 * np.pi / ANGLES
    weight = (width * length * np.exp(-(length**2) / 2) * FARTHEST / 2 / ANGLES)[:, None]
    x, sigma = (
        length[:, None] * np.cos(around) / math.sqrt(first), deviations(first, offset, length[:, None] * np.sin(around))
    )  # fmt: skip
    radius = np.sqrt(x**2 + (sigma - 1) ** 2)
    total = 0.0
    for angle, part in zip(phi * np.pi / 2, width * np.pi / 2, strict=True):
        height = radius * math.cos(angle)
        z = (radius * math.sin(angle) - x) / (step * sigma)
        low, high = (
            special.gammainc((size - 1) / 2, np.maximum((root / sigma) ** 2 - constant - square * z**2, 0) / slope / 2)
            for root in (np.maximum(1 - height, 0), 1 + height)
        )
        density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi) / (step * sigma)
        total += part * float((weight * density * height * (high - low)).sum())
    return total


CLAIM = Claim(
    id="gaussian-kept-closer-than-one-fit",
    title="With all data kept, or slow forgetting, model t is closer to the source than model 1 with a probability "
    "below 1/2, to first order: 0.31 for ever with equal batches kept",
    kind=Kind.ASYMPTOTIC,
    statistic="closer_than_one_fit",
    assumptions=GAUSSIAN_FACTORS,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    reach=reach,
    limit=limit,
    settles=keeps_all,
    error=relative_error,
    regime="N_1 and M grow in proportion",
    examples=(
        Example(accumulate.setting(10), t=(2,), algebra=False, simulate=False),
        Example(accumulate.setting(100, divisor="unbiased"), t=(2,), algebra=False, simulate=False),
        Example(accumulate.setting(100, first=50), t=(2,), algebra=False, simulate=False),
        Example(forgetting.setting(100, 0.3, "mle"), t=(2,), algebra=False, simulate=False),
        Example(forgetting.setting(40, 1.0, "unbiased"), t=(2,), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "xu2025probabilistic", "", "reported", "not compared",
            "the same of replaced data, for every schedule, in the Gaussian case",
        ),
    ),
)  # fmt: skip
