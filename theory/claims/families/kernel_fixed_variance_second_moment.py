r"""A kernel density of fixed bandwidth keeps a spread of its variance over chains, whatever the source was.

Squared deviations of draws need the fourth moment of the model, that of its points and the bandwidth: the means of
$v$, $v^2$ and of the fourth moment of the points follow from those one fit earlier, and settle for every bandwidth:
with many points $E v_t^2\to\frac73M^2h^4$, where $E v_t\to Mh^2$.
"""

from fractions import Fraction
from functools import cache

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, exact
from theory.claims.families.kernel_density import COMMON, FIXED, setting, width
from theory.claims.families.kernel_squares import (
    FOURTH,
    K4,
    SQUARED,
    R,
    U,
    jittered,
    m4,
    mu4,
    one_sample,
    reference,
    var,
)
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation
from theory.laws.gaussian_mixing_squares import Row, mean_square, settled_square
from theory.laws.kernel_squares import BLOCKS, fixed_bandwidth
from theory.laws.symbols import E, M, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """Moments of one sample, the fourth moment of a model, and the square of its variance m_2 + h^2."""
    d = Derivation("Given the model, its draws are independent; the next model has the variance m_2 + h^2 of them.")
    one_sample(d)
    inner = jittered(d, width)
    squared = SQUARED.subs(mu4, inner) + 2 * width**2 * (1 - 1 / M) * var + width**4
    means = {(2, 0): R(t - 1), (1, 0): U(t - 1), (0, 1): K4(t - 1), (0, 0): sp.Integer(1)}
    terms = [(coefficient, means[powers]) for powers, coefficient in sp.Poly(sp.expand(squared), var, m4).terms()]
    said = d.algebra(
        sp.Add(*(sp.expand(coefficient) * mean for coefficient, mean in terms)),
        sp.Add(*(sp.factor(coefficient) * mean for coefficient, mean in terms)),
        because="so the mean of (m_2 + h^2)^2 with E m_2 = (1 - 1/M) v, averaged over models: U, R and K_4 are the "
        "means of v, v^2 and m_4",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(v(t) ** 2), said.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and the means by iterating the equations from the first fit on, exactly."""
    size, h = scenario.sample_size.constant, exact(scenario.estimator.bandwidth)
    means = _means(size, h, exact(scenario.source.variance), int(generation))
    return {
        M: size, width: h, t: generation,
        **{name: lambda fit, place=place: means[int(fit) - 1][place] for place, name in enumerate((U, R, K4))},
    }  # fmt: skip


@cache
def _means(size: int, h: sp.Rational, start: sp.Rational, last: int) -> list[tuple]:
    """(E v, E v^2, E m_4) of the fits 1 ... last."""
    moment, spread, square, found = 3 * start**2, start, start**2, []
    for _ in range(last):
        given = {M: size, mu4: moment, var**2: square}
        m2, m22, fourth = (1 - sp.Rational(1, size)) * spread, SQUARED.subs(given), FOURTH.subs(given)
        found.append((m2 + h**2, m22 + 2 * h**2 * m2 + h**4, fourth))
        moment, spread, square = fourth + 6 * h**2 * m2 + 3 * h**4, *found[-1][:2]
    return found


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t^2 in data units to the fourth; t counts fits."""
    step, start = _recursion(scenario)
    return scenario.source.variance**2 * mean_square(step, generations, start)


def limit(scenario: Scenario, at: None = None) -> float:
    """The stationary value, exact; about 7/3 M^2 h^4 for many points."""
    return scenario.source.variance**2 * float(settled_square(_recursion(scenario)[0], blocks=BLOCKS))


def _recursion(scenario: Scenario) -> tuple[tuple[Row, ...], Row]:
    bandwidth, variance = Fraction(repr(scenario.estimator.bandwidth)), Fraction(repr(scenario.source.variance))
    return fixed_bandwidth(scenario.sample_size.constant, bandwidth**2 / variance)


CLAIM = Claim(
    id="kernel-fixed-replace-variance-second-moment",
    title="A kernel density of fixed bandwidth has a second moment of its variance that settles, by a linear recursion "
    "of three means (t from 2 on)",
    kind=Kind.EXACT,
    statistic="variance_second_moment",
    assumptions=(*COMMON, FIXED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=lambda scenario, generation, at=None: reference(scenario, generation),
    limit=limit,
    examples=(
        Example(setting(20, bandwidth=0.3), t=(2, 5, 15)),
        Example(setting(3, 1e-6, bandwidth=0.01), t=(2, 4), simulate=False),
        Example(setting(20, bandwidth=0.3), t=(0, 1, 1000, np.inf), algebra=False, simulate=False),
        Example(setting(10**9, bandwidth=1e-4), t=(1, 1000), algebra=False, simulate=False),
        Example(setting(1, bandwidth=0.5), t=(0, 1, 7), algebra=False, simulate=False),
        Example(setting(2, bandwidth=2.0), t=(1, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
