r"""What claims about biased samplers share: one fit to M points that are not normal, and the recurrence that checks it.

A synthetic point is $\mu_t+\sqrt{v_t}\,z$, $z$ with variance $\tau$ and fourth central moment $\kappa$ whatever the
model. Where the first fit sees real points, $r_1=1$, those have $\tau=1$ and $\kappa=3$; where it sees biased ones too,
$r_1=0$. After $t$ fits $t-r_1$ were to biased points.
"""

from collections.abc import Iterator
from functools import cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float
from mpmath import mpf

from theory.claim import Assumption, Example, exact
from theory.claims.assumptions import CONSTANT_SIZE, GAUSSIAN, MOMENTS, UNDISTURBED, retains, sample_size_at_least
from theory.claims.gaussian.one_fit import mean_factor, v
from theory.claims.gaussian.reference import DIGITS, at_infinity, linear_iterate
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.gaussian.scaled import real_fits
from theory.derivation import Derivation, Step
from theory.laws.biased_draws import largest_moments, log_truncated_variance, truncated_moments
from theory.laws.chi_square import log_mean_factor, log_mean_squared_factor
from theory.laws.symbols import E, L, M, r1, t, v0
from theory.scenario import Scenario, parse_scenario

tau, kappa, q = sp.symbols("tau kappa q", positive=True)
squared_factor = ((M - 1) / L) ** 2 * (tau**2 + (kappa - tau**2 * (M - 3) / (M - 1)) / M)
STEPS = 24  # points of the trapezoidal rule in one standard deviation
CUT = (Assumption("the sampler draws within a cutoff", lambda s: s.sampler.kind == "truncated"),)
CHOSEN = (
    Assumption(
        "the sampler keeps the largest of k draws",
        lambda s: s.sampler.kind == "best_of" and s.sampler.reward == "value",
    ),
)
CUT_DRAW = (
    "A synthetic point is mu_t + sqrt(v_t) z, z normal given |z| <= c: the variance of z is "
    "tau = 1 - 2 c phi(c)/(2 Phi(c) - 1), kappa = 3 - 2 c (c^2+3) phi(c)/(2 Phi(c) - 1) its fourth moment."
)
CHOSEN_DRAW = (
    "A synthetic point is mu_t + sqrt(v_t) z, z the largest of k standard normals: tau is the variance of z, "
    "1 - 1/pi for k = 2, and kappa its fourth central moment."
)
COMMON = (GAUSSIAN, MOMENTS, retains("replace"), CONSTANT_SIZE, UNDISTURBED, sample_size_at_least(2))


def variance_of_biased_points(d: Derivation) -> Step:
    """E v_t: the first fit has the mean factor (M-1)/L, each later one tau times that."""
    second, mixed = sp.symbols("m_2 m_1", real=True)
    d.algebra(
        M * second - (M * second + M * (M - 1) * mixed**2) / M, (M - 1) * (second - mixed**2),
        because="the mean sum of squares of M independent points about their mean, from the mean m_1 and the mean "
        "square m_2 of one: M - 1 times its variance, which is tau v_t for a synthetic point, v_0 for a real one",
    )  # fmt: skip
    state = E(v(t))
    return d.solves(
        state, v0 * mean_factor**t * tau ** (t - r1), index=t, next_value=tau * mean_factor * state,
        initial=(1, v0 * mean_factor * tau ** (1 - r1)),
        because="the first model is fitted to real points if r_1 is 1, to biased ones if it is 0, every later one to "
        "biased ones (t from 1 on)",
    )  # fmt: skip


def second_moment_of_biased_points(d: Derivation) -> Step:
    """E v_t^2 from the fourth moment of the points."""
    d.algebra(
        (M * kappa + M * (M - 1) * tau**2) - 2 * (M * kappa + M * (M - 1) * tau**2) / M
        + (M * kappa + 3 * M * (M - 1) * tau**2) / M**2,
        L**2 * squared_factor,
        because="for points with mean 0, variance tau and fourth moment kappa: the mean square of their sum of "
        "squares less their squared sum over M, term by term",
    )  # fmt: skip
    first = (M - 1) * (M + 1) / L**2
    d.algebra(squared_factor.subs({tau: 1, kappa: 3}), first, because="for real points, tau = 1 and kappa = 3")
    state = E(v(t) ** 2)
    return d.solves(
        state, v0**2 * first**r1 * q ** (t - r1), index=t, next_value=q * state,
        initial=(1, v0**2 * first**r1 * q ** (1 - r1)),
        because="with q that mean square over L^2: the first model is fitted to real points if r_1 is 1, to biased "
        "ones if it is 0, every later one to biased ones",
    )  # fmt: skip


def log_factors(scenario: Scenario) -> tuple[float, float]:
    """log of the mean factor of the first fit, and of tau."""
    rate = log_mean_factor(*size_and_offset(scenario))
    cut = scenario.sampler.kind == "truncated"
    return rate, log_truncated_variance(scenario.sampler.cutoff) if cut else np.log(moments(scenario)[0])


def log_squared_factors(scenario: Scenario) -> tuple[float, float]:
    """log of the mean squared factor of the first fit, and of a later one."""
    size, offset = size_and_offset(scenario)
    variance, fourth = moments(scenario)
    spread = (fourth / variance**2 - (size - 3) / (size - 1)) / size
    later = 2 * (log_mean_factor(size, offset) + np.log(variance)) + np.log1p(spread)
    return log_mean_squared_factor(size, offset), float(later)


def moments(scenario: Scenario) -> tuple[float, float]:
    """tau and kappa."""
    sampler = scenario.sampler
    return truncated_moments(sampler.cutoff) if sampler.kind == "truncated" else largest_moments(sampler.k)


def after_fits(scenario: Scenario, t: Float[np.ndarray, " T"], first: float, later: float) -> Float[np.ndarray, " T"]:
    """exp(r_1 first + (t-r_1) later), 1 at t = 0: the product of what the fits do, the first by itself if r_1 = 1."""
    unbiased = np.minimum(t, real_fits(scenario))
    with np.errstate(over="ignore"):
        return np.exp(unbiased * first + (t - unbiased) * later)


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement to 50 digits."""
    size, offset = size_and_offset(scenario)
    two, four = (sp.Float(moment, DIGITS) for moment in central(scenario)[1:])
    symbols = {M: sp.Float(size, 60), t: generation, v0: exact(scenario.source.variance), tau: two, kappa: four}
    symbols |= {L: sp.Float(size - 1 + exact(offset), 60), r1: real_fits(scenario)}
    return {**symbols, q: squared_factor.subs(symbols)}


def central(scenario: Scenario) -> tuple[mpf, mpf, mpf]:
    """Mean, variance and fourth central moment of a standard draw, from its raw moments."""
    raw = _raw(scenario.sampler.kind, getattr(scenario.sampler, "cutoff", None) or scenario.sampler.k)
    with mpmath.workdps(DIGITS):
        a, b, c, e = raw
        return a, b - a**2, e - 4 * a * c + 6 * a**2 * b - 3 * a**4


@cache
def _raw(kind: str, number: float) -> tuple[mpf, ...]:
    """E z, E z^2, E z^3, E z^4 by quadrature of the density, on the whole line by the trapezoidal rule."""
    with mpmath.workdps(DIGITS + 10):
        if kind == "truncated":
            edge = min(mpf(str(number)), mpf(20))
            places = [-edge, *(x for x in range(-20, 21, 4) if abs(x) < edge), edge]
            sums = [mpmath.quad(lambda x, j=j: x**j * mpmath.exp(-(x**2) / 2), places) for j in range(5)]
        else:
            points = [mpf(k) / STEPS for k in range(-20 * STEPS, 20 * STEPS + 1)]
            weights = [mpmath.exp(-(x**2) / 2) * mpmath.ncdf(x) ** (int(number) - 1) for x in points]
            sums = [mpmath.fsum(w * x**j for x, w in zip(points, weights, strict=True)) for j in range(5)]
        return tuple(total / sums[0] for total in sums[1:])


def expected(quantity: str, scenario: Scenario, generation: float) -> mpf:
    """E v_t or E v_t^2 by the recurrence, or E (mu_t - mu_0)^2 where a draw has mean 0."""
    with mpmath.workdps(DIGITS):
        if generation == mpmath.inf:
            return at_infinity(lambda later: expected(quantity, scenario, later))
        start = mpf(str(scenario.source.variance))
        size, offset = size_and_offset(scenario)
        normal = (mpf(0), mpf(1), mpf(0), mpf(3))
        sampler = scenario.sampler
        biased = _raw(sampler.kind, getattr(sampler, "cutoff", None) or sampler.k)
        state = [start, start**2, mpf(0)]
        fits = int(generation)
        if fits and scenario.sampler.first_fit == "real":
            state, fits = linear_iterate(_one_fit(size, offset, normal), state, 1), fits - 1
        state = linear_iterate(_one_fit(size, offset, biased), state, fits)
        return dict(zip(("variance", "variance_second_moment", "mean_squared_error"), state, strict=True))[quantity]


@cache
def _one_fit(size: int, offset: float, raw: tuple[mpf, ...]) -> mpmath.matrix:
    """The linear map of (v, v^2, (mu - mu_0)^2), the sum of squares as a sum over pairs of squared differences.

    Pairs of pairs are the same, share a point, or share none; each mean is from the raw moments of a point.
    """
    a, b, c, e = raw
    pair = 2 * b - 2 * a**2
    same = 2 * e - 8 * a * c + 6 * b**2
    shared = e - 4 * a * c + 3 * b**2
    pairs = mpf(size) * (size - 1) / 2
    alone = pairs * (size - 2) * (size - 3) / 2
    divisor = size - 1 + mpf(str(offset))
    matrix = mpmath.eye(3)
    matrix[0, 0] = pairs * pair / size / divisor
    matrix[1, 1] = (pairs * same + 2 * pairs * (size - 2) * shared + alone * pair**2) / size**2 / divisor**2
    matrix[2, 0] = (b - a**2) / size
    return matrix


def setting(size: int, divisor: str, variance: float = 2.25, first_fit: str = "real", **sampler: float) -> Scenario:
    """A scenario for the examples: a cutoff, or a number k of draws of which the largest is kept."""
    kind = (
        {"kind": "truncated", **sampler} if "cutoff" in sampler else {"kind": "best_of", "reward": "value", **sampler}
    )
    return parse_scenario({
        "source": {"kind": "gaussian", "mean": 0.5, "variance": variance},
        "sample_size": {"kind": "constant", "size": size},
        "retention": {"kind": "replace"},
        "estimator": {"kind": "moments", "divisor": divisor},
        "sampler": {**kind, "first_fit": first_fit},
    })  # fmt: skip


def examples(usual: dict, strong: dict, weak: dict, none: dict, large: dict) -> Iterator[Example]:
    """Settings of a sampler over the sizes: as it is used, where it takes much, little, and nothing."""
    yield Example(setting(20, "unbiased", **usual), t=(1, 2, 4))
    yield Example(setting(10, "mle", **strong), t=(1, 3))
    yield Example(setting(2, "mle", 1e-6, **weak), t=(1, 5))
    yield Example(setting(50, "unbiased", **none), t=(1, 10))
    yield Example(setting(20, "unbiased", 1.0, "biased", **usual), t=(1, 2, 4), simulate=False)
    yield Example(setting(20, "unbiased", 1.0, "biased", **usual), t=(0, np.inf), algebra=False, simulate=False)
    yield Example(setting(20, "unbiased", **usual), t=(0, np.inf), algebra=False, simulate=False)
    yield Example(setting(1_000_000_000, "unbiased", **large), t=(1, 100), simulate=False)
