r"""A kernel density whose bandwidth follows its points explodes in the second moment where it yet shrinks in the mean.

The bandwidth $h^2=c_s^2\frac{M m_2}{M-1}$, with $c_s=c$ in unbiased standard deviations of the points and
$c_s^2=(1-1/M)c^2$ in those by maximum likelihood, makes everything homogeneous: means of $v^2$ and of the fourth moment
of the points follow from each other, and grow or fall with the larger eigenvalue of a matrix of two rows. It passes 1
near $c_s=\sqrt{3/(7M)}$ for large $M$, below $1/\sqrt M$, from which on the mean of the variance grows.
"""

from fractions import Fraction
from functools import cache

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, exact
from theory.claims.assumptions import sample_size_at_least
from theory.claims.families.kernel_density import COMMON, RELATIVE, SPREAD_OF_POINTS, setting, spread
from theory.claims.families.kernel_squares import FOURTH, K4, SQUARED, R, jittered, m4, mu4, one_sample, reference, var
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation
from theory.laws.gaussian_mixing_squares import Row, mean_square, settled_square
from theory.laws.kernel_squares import BLOCKS, relative_bandwidth
from theory.laws.symbols import E, M, t
from theory.scenario import Scenario

r = spread**2 * M / (M - 1)  # h^2 over m_2


def derive() -> Derivation:
    """Moments of one sample, the fourth moment of a model, and the square of its variance (1 + r) m_2."""
    d = Derivation(
        "Given the model, its draws are independent; the next model has the variance m_2 + h^2 = (1 + r) m_2 of them, "
        "r = c_s^2 M/(M-1), which is "
        "c^2 in standard deviations by maximum likelihood."
    )
    one_sample(d)
    h = sp.Symbol("h", positive=True)
    ratio = sp.Symbol("r", positive=True)
    inner = d.algebra(
        jittered(d, h).subs(h, sp.sqrt(ratio / (1 + ratio) * var)),
        m4 + 3 * ratio * (2 + ratio) * var**2 / (1 + ratio) ** 2,
        because="with h^2 = r m_2 and v = (1 + r) m_2",
    ).rhs  # fmt: skip
    squared = sp.expand((1 + ratio) ** 2 * SQUARED.subs(mu4, inner))
    averages = {var**2: R(t - 1), m4: K4(t - 1)}
    averaged = d.algebra(
        sp.Add(*((1 + ratio) ** 2 * term for term in sp.Add.make_args(SQUARED.subs(mu4, inner)))).subs(averages),
        sp.Add(*(sp.factor(squared.coeff(name)) * mean for name, mean in averages.items())),
        because="so the mean of (1 + r)^2 m_2^2, averaged over models: R and K_4 are the means of v^2 and m_4",
    )  # fmt: skip
    said = d.algebra(
        averaged.rhs.subs(ratio, r),
        sp.Add(*(sp.factor(squared.coeff(name).subs(ratio, r)) * mean for name, mean in averages.items())),
        because="with r = c_s^2 M/(M-1)",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(v(t) ** 2), said.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and the means by iterating the equations from the first fit on, exactly."""
    size = scenario.sample_size.constant
    square = sp.Rational(*_square(scenario).as_integer_ratio())
    means = _means(size, square, exact(scenario.source.variance), int(generation))
    return {
        M: size, spread: sp.sqrt(square), t: generation,
        R: lambda fit: means[int(fit) - 1][0], K4: lambda fit: means[int(fit) - 1][1],
    }  # fmt: skip


@cache
def _means(size: int, square_of_c: sp.Rational, start: sp.Rational, last: int) -> list[tuple]:
    """(E v^2, E m_4) of the fits 1 ... last."""
    ratio = square_of_c * size / (size - 1)
    moment, square, found = 3 * start**2, start**2, []
    for _ in range(last):
        given = {M: size, mu4: moment, var**2: square}
        m22, fourth = SQUARED.subs(given), FOURTH.subs(given)
        found.append(((1 + ratio) ** 2 * m22, fourth))
        moment, square = fourth + 3 * ratio * (2 + ratio) * m22, found[-1][0]
    return found


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t^2 in data units to the fourth; t counts fits."""
    step, start = _recursion(scenario)
    return scenario.source.variance**2 * mean_square(step, generations, start)


def limit(scenario: Scenario, at: None = None) -> float:
    """0 where the larger eigenvalue is below 1, else infinity."""
    return float(settled_square(_recursion(scenario)[0], 0, BLOCKS[1:]))


def _recursion(scenario: Scenario) -> tuple[tuple[Row, ...], Row]:
    return relative_bandwidth(scenario.sample_size.constant, _square(scenario))


def _square(scenario: Scenario) -> Fraction:
    """c_s^2."""
    size, square = scenario.sample_size.constant, Fraction(repr(scenario.estimator.relative)) ** 2
    return square * Fraction(size - 1, size) if scenario.estimator.sd == "mle" else square


CLAIM = Claim(
    id="kernel-relative-replace-variance-second-moment",
    title="A kernel density of relative bandwidth has a second moment of its variance that grows or falls with an "
    "eigenvalue, and explodes below c = 1/sqrt(M) already (t from 2 on)",
    kind=Kind.EXACT,
    statistic="variance_second_moment",
    assumptions=(*COMMON, RELATIVE, SPREAD_OF_POINTS, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=lambda scenario, generation, at=None: reference(scenario, generation),
    limit=limit,
    examples=(
        Example(setting(20, relative=0.3), t=(2, 5, 10)),
        Example(setting(3, 1e-6, relative=0.1), t=(2, 4), simulate=False),
        Example(setting(5, relative=0.4, sd="mle"), t=(2, 6), simulate=False),
        Example(setting(5, relative=0.4, sd="mle"), t=(0, 1, 60, np.inf), algebra=False, simulate=False),
        Example(setting(20, relative=0.3), t=(0, 1, 100, np.inf), algebra=False, simulate=False),
        Example(setting(20, relative=0.19), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(20, relative=0.1), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(10**9, relative=1e-3), t=(1, 1000), algebra=False, simulate=False),
        Example(setting(2, relative=0.5), t=(1, 7), algebra=False, simulate=False),
    ),
)  # fmt: skip
