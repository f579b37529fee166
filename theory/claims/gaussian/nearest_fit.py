r"""What claims about the hard choice of the best towards a centre share: the nearest of k draws, and bounds fit by fit.

The centre is the mean of the source. With $\delta=(\mu_t-c)/\sqrt{v_t}$ the nearest of k draws is
$c+\sqrt{v_t}(z-\delta)$ off; it leaves the model's mean on the same side of the centre, no farther off, and its mean
square about the centre lies between $w_k$ and $w_k+\delta^2$ in units of $v_t$.
"""

import math
from functools import cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float
from mpmath import mpf
from numpy.polynomial import chebyshev
from scipy import special

from theory.claim import Assumption, exact
from theory.claims.assumptions import CONSTANT_SIZE, GAUSSIAN, MOMENTS, UNDISTURBED, retains, sample_size_at_least
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.gaussian.scaled import real_fits
from theory.derivation import Derivation, Verdict, agree, at_most
from theory.laws.nearest_draw import nearest, nearest_square
from theory.laws.symbols import E, L, M, r1, t, v0
from theory.scenario import Scenario, parse_scenario

LAST = 10_000
LOGS, DEGREE = (-12.0, 2.6), 140  # of delta, and of the series
TO_ITS_CENTRE = Assumption(
    "the sampler keeps the nearest of k draws to the mean of the source",
    lambda s: (
        s.sampler.kind == "best_of"
        and s.sampler.reward == "quadratic"
        and s.source.kind == "gaussian"
        and s.source.dimension == 1
        and s.sampler.centre == float(np.ravel(s.source.mean)[0])
    ),
)
NEAREST = (
    GAUSSIAN, MOMENTS, retains("replace"), CONSTANT_SIZE, TO_ITS_CENTRE, UNDISTURBED, sample_size_at_least(2),
)  # fmt: skip
INTRODUCTION = (
    "A point is the nearest of k draws to the centre, the mean of the source; those of the first fit are real if r_1 = "
    "1. w_k is the mean of the least of the squares of k standard normals, 1 - 2/pi for k = 2."
)
w_k = sp.Symbol("w_k", positive=True)
high, low, far = (sp.Function(name, nonnegative=True) for name in ("U_w", "L_w", "D_w"))


def nearest_of_k(d: Derivation) -> None:
    """The mean square of the nearest about the centre, and its mean."""
    z, delta = sp.symbols("z delta", real=True)
    d.given(
        E((z - delta) ** 2), w_k + delta**2, relation=r"\le", source="anderson1955integral", check=nearest_of_several,
        because="with the centre delta standard deviations off the model's mean: the nearest to the mean itself would "
        "be w_k + delta^2 off, and the nearest to the centre is nearer; it is at least w_k, as an interval holds most "
        "of a normal law about its own mean. The mean of z lies between 0 and delta, as z is likelier than its "
        "reflections in 0 and in delta that are farther from the centre, or from the mean",
    )  # fmt: skip
    Q, m = sp.symbols("m_2 m_1", real=True)
    d.algebra(
        m**2 * (1 - 1 / M) + Q / M, m**2 + (Q - m**2) / M,
        because="the square of the next mean about the centre, from the mean m_1 and the mean square m_2 of a point "
        "about it: its own and an M-th of the variance of a point, at most delta^2 + w_k/M together",
    )  # fmt: skip
    d.algebra(
        M * Q - (M * Q + M * (M - 1) * m**2) / M, (M - 1) * (Q - m**2),
        because="and M - 1 times the variance of a point is the mean sum of squares of M of them about their own mean: "
        "the variance lies between w_k - delta^2 and w_k + delta^2",
    )  # fmt: skip


def nearest_of_several() -> list[Verdict]:
    """The mean square about a centre between both bounds, its mean within delta, and w_2."""
    verdicts = [agree(nearest_square(2), 1 - 2 / mpmath.pi)]
    for k in (2, 3, 10):
        square, variance = nearest(k, np.array([0.3, 1.0, 4.0]))
        for delta, Q, V in zip((0.3, 1.0, 4.0), square, variance, strict=True):
            w = nearest_square(k)
            verdicts += [at_most(w, Q), at_most(Q, w + delta**2), at_most(Q - V, delta**2)]
    return verdicts


def bounds(scenario: Scenario, until: int) -> Float[np.ndarray, "T 3"]:
    """Upper and lower bound of E v_t and upper bound of E (mu_t - mu_0)^2, t = 0 ... until, in units of v_0."""
    size, offset = size_and_offset(scenario)
    w, f = nearest_square(scenario.sampler.k), (size - 1) / (size - 1 + offset)
    rows = [(1.0, 1.0, 0.0)]
    if scenario.biased_from > 1:
        rows.append((f, f, 1 / size))
    while len(rows) <= until:
        U, low_, D = rows[-1]
        rows.append((f * (w * U + D), max(f * (w * low_ - D), 0.0), D + w * U / size))
    return np.array(rows)


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The bounds by their recursions in 30 digits."""
    found = _exactly(scenario, generation)
    given = {
        function: lambda k, place=place: sp.Float(found[int(k)][place], 30)
        for place, function in enumerate((high, low, far))
    }
    size, offset = size_and_offset(scenario)
    return given | {
        t: generation, v0: exact(scenario.source.variance), r1: real_fits(scenario), M: size,
        L: size - 1 + exact(offset), w_k: sp.Float(least_square(scenario.sampler.k), 30),
    }  # fmt: skip


@cache
def _exactly(scenario: Scenario, until: int) -> list[tuple[mpf, mpf, mpf]]:
    with mpmath.workdps(35):
        size, offset = size_and_offset(scenario)
        w, f = least_square(scenario.sampler.k), (size - 1) / (size - 1 + mpf(str(offset)))
        step = mpmath.matrix([[f * w, 0, f], [0, f * w, -f], [w / size, 0, 1]])
        state = mpmath.matrix([1, 1, 0])
        rows = [tuple(state)]
        if scenario.biased_from > 1:
            state = mpmath.matrix([f, f, mpf(1) / size])
            rows.append(tuple(state))
        while len(rows) <= until:
            state = step * state
            state[1] = max(state[1], mpf(0))
            rows.append(tuple(state))
        return rows


@cache
def least_square(k: int) -> mpf:
    """w_k as the integral of P(min Z_j^2 > x)."""
    with mpmath.workdps(35):
        return mpmath.quad(lambda r: 2 * r * mpmath.erfc(r / mpmath.sqrt(2)) ** k, [0, mpf(1) / k, 1, 3, 8, 14])


def true_variance(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """E v_t: of a second fit by quadrature over the first one and a draw, known up to there."""
    unit = mpf(repr(scenario.source.variance))
    size, offset = size_and_offset(scenario)
    k, f = scenario.sampler.k, (size - 1) / (size - 1 + mpf(repr(offset)))
    if generation == 0:
        return unit
    if generation == 1:
        return unit * f * (1 if scenario.biased_from > 1 else least_square(k))
    if generation > 2 or scenario.biased_from == 1:
        raise ValueError(f"the true value is known up to one fit to biased points, got t = {generation}")
    return unit * f * mpf(_after_real_points(size, offset, k))


@cache
def _after_real_points(size: int, offset: float, k: int) -> float:
    """E S V(delta), S and delta of a fit to real points, by the trapezoidal rule in the logarithms of S and of Z."""
    a = (size - 1) / 2
    y = np.linspace(-max(10 / math.sqrt(a), 45 / a), math.log(1 + math.sqrt(90 / a) + 60 / a), 300)
    chance = np.exp(a * (y - np.expm1(y)))
    S = (size - 1) / (size - 1 + offset) * np.exp(y)
    x = np.exp(np.arange(-26.0, 2.5, 0.1))
    weight = x * np.exp(-(x**2) / 2)
    place = np.log(x / np.sqrt(size * S[:, None]))
    middle, half = (LOGS[0] + LOGS[1]) / 2, (LOGS[1] - LOGS[0]) / 2
    variance = chebyshev.chebval(np.clip((place - middle) / half, -1.0, 1.0), _series(k))
    return float(chance * S @ variance @ weight / chance.sum() / weight.sum())


@cache
def _series(k: int) -> Float[np.ndarray, " N"]:
    """The variance of the nearest as a Chebyshev series in log delta."""
    z = chebyshev.chebpts1(DEGREE + 1)
    logs = (LOGS[0] + LOGS[1]) / 2 + (LOGS[1] - LOGS[0]) / 2 * z
    return chebyshev.chebfit(z, np.array([_variance(k, math.exp(one)) for one in logs]), DEGREE)


def _variance(k: int, delta: float) -> float:
    """Of the nearest of k draws to delta, from its density on both sides of it."""
    nodes, weights = np.polynomial.legendre.leggauss(24)
    ends = np.unique([*np.linspace(-9.0, 9.0, 13), delta, max(delta - 1 / k, -9.0), delta + 1 / k])
    half = np.diff(ends)[:, None] / 2
    z = (ends[:-1, None] + half * (nodes + 1)).ravel()
    r = np.abs(z - delta)
    chance = (half * weights).ravel() * np.exp(-(z**2) / 2)
    chance = chance * (special.ndtr(delta - r) + special.ndtr(-delta - r)) ** (k - 1)
    mean = chance @ z / chance.sum()
    return float(chance @ (z - mean) ** 2 / chance.sum())


def setting(
    size: int, divisor: str, k: int, variance: float = 2.25, first_fit: str = "real", **offset: float
) -> Scenario:
    """A scenario for the examples: the nearest of k draws to the mean of the source."""
    return parse_scenario({
        "source": {"kind": "gaussian", "mean": 0.5, "variance": variance},
        "sample_size": {"kind": "constant", "size": size},
        "retention": {"kind": "replace"},
        "estimator": {"kind": "moments", "divisor": divisor, **offset},
        "sampler": {"kind": "best_of", "k": k, "reward": "quadratic", "centre": 0.5, "first_fit": first_fit},
    })  # fmt: skip
