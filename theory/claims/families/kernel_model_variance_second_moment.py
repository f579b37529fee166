r"""A kernel density whose bandwidth follows the model before it remembers its variance beside that of its points.

With $h^2=c^2v_t$ the next variance is $v'=m_2+c^2v$, $m_2$ that of M draws: means of $v^2$ and of the fourth moment
$\mu_4$ of the model follow from each other. What the bandwidth adds has no noise of its own: the second moment explodes
later than with a bandwidth in standard deviations of the points.
"""

from fractions import Fraction
from functools import cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, exact
from theory.claims.families.kernel_density import COMMON, RELATIVE, SPREAD_OF_MODEL, relative, setting
from theory.claims.families.kernel_squares import DIGITS, FOURTH, SQUARED, R, jittered, mu4, one_sample, var
from theory.claims.families.kernel_squares import m4 as m4_of_points
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.reference import linear_iterate
from theory.claims.gaussian.subsample_squares import Draws
from theory.derivation import Derivation
from theory.laws.gaussian_mixing_squares import Row, mean_square, settled_square
from theory.laws.kernel_squares import BLOCKS, bandwidth_of_the_model_before
from theory.laws.symbols import E, M, t
from theory.scenario import Scenario

K = sp.Function("K_mu")  # mean of the fourth moment of the model
OF_VARIANCE = (M**2 - 2 * M + 3) * (M - 1) / M**3 + 2 * relative**2 * (M - 1) / M + relative**4
OF_FOURTH = (M - 1) ** 2 / M**3


def derive() -> Derivation:
    """Moments of one sample, and the square of the next variance."""
    d = Derivation(
        "Given the model, of variance v and fourth central moment mu_4, its draws are independent; the next model has "
        "the variance m_2 + c^2 v, m_2 the mean squared deviation of M draws. R and K_mu are the means of v^2 and mu_4."
    )
    one_sample(d)
    h, m2 = sp.symbols("h m_2", positive=True)
    jittered(d, h)
    d.algebra(
        m4_of_points + 6 * relative**2 * var * m2 + 3 * relative**4 * var**2,
        m4_of_points + 3 * relative**2 * var * (2 * m2 + relative**2 * var),
        because="the next mu_4, with h^2 = c^2 v",
    )  # fmt: skip
    squared = d.algebra(
        SQUARED + 2 * relative**2 * var * (1 - 1 / M) * var + relative**4 * var**2,
        OF_FOURTH * mu4 + OF_VARIANCE * var**2,
        because="the mean of (m_2 + c^2 v)^2, as E m_2 = (1 - 1/M) v",
    ).rhs  # fmt: skip
    said = d.algebra(
        sp.expand(squared).subs({var**2: R(t - 1), mu4: K(t - 1)}), OF_FOURTH * K(t - 1) + OF_VARIANCE * R(t - 1),
        because="averaged over models",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(v(t) ** 2), said.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and the means by iterating the equations from the source on, exactly."""
    size, c = scenario.sample_size.constant, exact(scenario.estimator.relative)
    means = _means(size, c, exact(scenario.source.variance), int(generation))
    return {
        M: size, relative: c, t: generation, R: lambda fit: means[int(fit)][0], K: lambda fit: means[int(fit)][1],
    }  # fmt: skip


@cache
def _means(size: int, c: sp.Rational, start: sp.Rational, last: int) -> list[tuple]:
    """(E v^2, E mu_4) of the models 0 ... last."""
    found = [(start**2, 3 * start**2)]
    for _ in range(last):
        square, fourth = found[-1]
        given = {M: size, mu4: fourth, var**2: square}
        jitter = c**2 * (1 - sp.Rational(1, size)) * square
        found.append((
            SQUARED.subs(given) + 2 * jitter + c**4 * square, FOURTH.subs(given) + 6 * jitter + 3 * c**4 * square
        ))  # fmt: skip
    return found


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t^2 in data units to the fourth; t counts fits."""
    step, start = _recursion(scenario)
    return scenario.source.variance**2 * mean_square(step, generations, start)


def limit(scenario: Scenario, at: None = None) -> float:
    """0 where the larger eigenvalue is below 1, else infinity."""
    return float(settled_square(_recursion(scenario)[0], 0, BLOCKS[1:]))


def _recursion(scenario: Scenario) -> tuple[tuple[Row, ...], Row]:
    square = Fraction(repr(scenario.estimator.relative)) ** 2
    return bandwidth_of_the_model_before(scenario.sample_size.constant, square)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Products of different points of a generation, and of them with the variance V of the model they come from."""
    size = scenario.sample_size.constant
    decayed = 0 if generation == mpmath.inf else min(600, 2 * int(generation / size))
    with mpmath.workdps(DIGITS + decayed):
        scale = mpf(str(scenario.source.variance))
        c2 = mpf(str(scenario.estimator.relative)) ** 2
        start = [mpf(3), mpf(0), mpf(1), mpf(0), mpf(0), mpf(1), mpf(0), mpf(1)]
        matrix, reading = _map(size, c2, DIGITS + decayed)

        def square(fit: int) -> mpf:
            if fit == 0:
                return scale**2
            return scale**2 * mpmath.fdot(reading, linear_iterate(matrix, start, fit - 1))

        if generation == mpmath.inf:
            return mpf(0) if square(1000) < square(500) else mpmath.inf
        return square(int(generation))


@cache
def _map(size: int, c2: mpf, digits: int) -> tuple[mpmath.matrix, list[mpf]]:
    """One generation as a map of the five products of four points, V times those of two, and V^2; E v^2 of a fit.

    New points are old ones and errors of the variance c^2 V; the next V is the mean squared deviation and c^2 V.
    """
    with mpmath.workdps(digits):
        rows, reading = mpmath.matrix(8, 8), []
        chance, M_ = 1 / mpf(size), mpf(size)
        for column in range(8):
            state = [mpf(place == column) for place in range(8)]
            fourth, third, pairs, mixed, apart, own, other, square = state
            draws = Draws(M_, size, False, M_, state[:5])
            spread = (1 - chance) * (own - other)  # E m_2 V
            following = draws.mean((), 0, 2) + 2 * c2 * spread + c2**2 * square
            # of the parents: one and the same with the chance 1/M, pairs, triples and quadruples of them likewise
            two = fourth * chance + (1 - chance) * third
            both = fourth * chance + (1 - chance) * pairs
            p3 = (1 - chance) * (1 - 2 * chance)
            three = fourth * chance**2 + chance * (1 - chance) * (2 * third + pairs) + p3 * mixed
            four = (
                fourth * chance**3 + chance**2 * (1 - chance) * (4 * third + 3 * pairs)
                + 6 * chance * p3 * mixed + p3 * (1 - 3 * chance) * apart
            )  # fmt: skip
            shared = chance * own + (1 - chance) * other  # E V times two parents
            rows[0, column] = fourth + 6 * c2 * own + 3 * c2**2 * square
            rows[1, column] = two + 3 * c2 * shared
            rows[2, column] = both + 2 * c2 * own + c2**2 * square
            rows[3, column] = three + c2 * shared
            rows[4, column] = four
            of_points = draws.mean((2,), 0, 1), draws.mean((1, 1), 0, 1)
            rows[5, column] = of_points[0] + c2 * spread + c2 * (own + c2 * square)
            rows[6, column] = chance * of_points[0] + (1 - chance) * of_points[1] + c2 * shared
            rows[7, column] = following
            reading.append(following)
        return rows, reading


CLAIM = Claim(
    id="kernel-model-relative-replace-variance-second-moment",
    title="With a bandwidth relative to the model before it a kernel density has a second moment of its variance that "
    "grows or falls with an eigenvalue (t from 1 on)",
    kind=Kind.EXACT,
    statistic="variance_second_moment",
    assumptions=(*COMMON, RELATIVE, SPREAD_OF_MODEL),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20, relative=0.2, sd="model"), t=(1, 2, 6)),
        Example(setting(3, 1e-6, relative=0.4, sd="model"), t=(1, 4), simulate=False),
        Example(setting(2, relative=0.5, sd="model"), t=(3,), simulate=False),
        Example(setting(20, relative=0.3, sd="model"), t=(0, 60, np.inf), algebra=False, simulate=False),
        Example(setting(20, relative=0.1, sd="model"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(10**9, relative=1e-3, sd="model"), t=(1, 1000), algebra=False, simulate=False),
    ),
)  # fmt: skip
