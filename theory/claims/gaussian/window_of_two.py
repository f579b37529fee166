"""What exact claims about windows of two batches share: conditions, the chain of their shapes, the statements' numbers.

After the first fit nothing depends on its mean and variance but place and scale. The statements are in moments of
v_t/v_1 and (mu_t - mu_1)/sqrt v_1, functions of t: the algebra's numbers of them are integrals over transforms, for two
fits, which are to all data.
"""

import math
from collections.abc import Callable

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import Assumption
from theory.claims.gaussian import window, window_of_two_reference
from theory.claims.gaussian.factors_transform import DIGITS, Transform, transform
from theory.claims.gaussian.one_fit import cochran, order
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.reference import chi_square_mean
from theory.claims.gaussian.window import GAUSSIAN_WINDOW
from theory.derivation import Derivation, Verdict, agree
from theory.laws.symbols import M, delta, nu, t
from theory.laws.window_limit import room
from theory.laws.window_of_two import WindowOfTwo, window_of_two
from theory.scenario import Scenario

FEWEST, MOST, LAST = 8, 1000, 10_000
TWO_BATCHES = Assumption(
    f"the window has 2 batches, of {FEWEST} to {MOST} points each, and the divisor is the number of points or 1 more "
    "or 1 or 2 less, or between these",
    lambda s: (
        s.retention.kind == "window" and s.retention.length == 2 and s.estimator.kind == "moments"
        and FEWEST <= (s.sample_size.constant or 0) <= MOST and -1 <= offset_of(s) <= 2
    ),
)  # fmt: skip
WINDOW_OF_TWO = (*GAUSSIAN_WINDOW, TWO_BATCHES)
L1 = M - 1 + delta  # the divisor of the first fit
log_mean, log_spread, root, inverse, strayed = (sp.Function(name) for name in ("l_s", "V_s", "r_s", "p_s", "k_s"))
first_log = sp.Symbol("l_1", real=True)
FIRST_LOG = sp.digamma((M - 1) / sp.Integer(2)) - sp.log(L1 / 2)
INTRODUCTION = (
    "In units of the variance v_t of its model a full window has the sums of squares c and b of its older and newer "
    "batch about their own means, and the mean of the newer one is a from that of the model. Dashes mark the next fit."
)
a, b, c, a2, b2, c2 = sp.symbols("a b c a' b' c'", positive=True)


def shapes(d: Derivation) -> None:
    """The next shape and the factor of the variance; the density; nothing of the first fit but place and scale."""
    cochran(d)
    m1, m2, w, X, x, y = sp.symbols("m_1 m_2 w X x y", real=True)
    d.algebra(
        M * (m1 - (m1 + m2) / 2) ** 2 + M * (m2 - (m1 + m2) / 2) ** 2, M * (m1 - m2) ** 2 / 2,
        because="the squares between two batches, from their means: with the newer mean at a from the model's this is "
        "2 M a^2, so that b + c + 2 M a^2 is the divisor L = 2M - 1 + delta",
    )  # fmt: skip
    d.algebra(
        (b + X + M * w**2 / 2).subs({X: b * b2 / c2, w: 2 * a2 * sp.sqrt(b / c2)}), b / c2 * (c2 + b2 + 2 * M * a2**2),
        because="L v_(t+1)/v_t, X the chi-square of the new batch and w its mean less that of the batch before, "
        "N(0, 1/M) less a: in units of the new variance they are b' and 2a', the kept sum of squares is c'. The "
        "bracket is L: so v_(t+1)/v_t = b/c'",
    )  # fmt: skip
    d.algebra(
        sp.Subs(M * w**2 / 2, w, sp.sqrt(2 * b * (1 + sp.exp(x)) / M) * sp.sinh(y)),
        b * (1 + sp.exp(x)) * sp.sinh(y) ** 2,
        because="with x = log(b'/c') and 2 M a'^2 = (b' + c') sinh(y)^2: X = b e^x and w are independent, so that the "
        "new shape has a density, analytic in x and y, which depends on a and b alone: a Markov chain. The first fit "
        "is to one batch: a = 0 and b = M - 1 + delta",
    )  # fmt: skip


def first_root(d: Derivation, law: sp.Expr) -> sp.Expr:
    """E sqrt(v_1/v_0), from the Mellin transform of a chi-square."""
    half = (M - 1) / sp.Integer(2)
    return d.algebra(
        sp.Subs(law.subs(nu, M - 1) / L1**order, order, sp.Rational(1, 2)),
        sp.sqrt(2) / sp.sqrt(L1) * sp.gamma(M / 2) / sp.gamma(half),
        because="the first fit, to M real points: v_t/v_1 does not depend on it",
    ).rhs  # fmt: skip


def first_logarithm(d: Derivation, law: sp.Expr) -> sp.Symbol:
    """E log(v_1/v_0), a symbol."""
    d.algebra(
        sp.Subs(sp.Derivative(sp.log(law.subs(nu, M - 1) / L1**order), order), order, 0), FIRST_LOG,
        because="the first fit, to M real points, by the slope of log E X^s: v_t/v_1 does not depend on it",
    )  # fmt: skip
    d.define(first_log, FIRST_LOG, "E log(v_1/v_0)")
    return first_log


def first_precision(d: Derivation, law: sp.Expr) -> sp.Expr:
    """E v_0/v_1."""
    return d.algebra(
        sp.Subs(law.subs(nu, M - 1) / L1**order, order, -1), L1 / (M - 3),
        because="the first fit, to M real points: v_t/v_1 and (mu_t - mu_1)/sqrt v_1 do not depend on it",
    ).rhs  # fmt: skip


def shapes_beside_batches() -> list[Verdict]:
    """Moments of the chain after three fits, beside those of the batches themselves."""
    law, scenario, three = window_of_two(20, 1.0), window.setting(20, 2, "mle"), np.array([3])
    first = math.exp(law.log_first(-1))
    kept = law.strayed(0, three)[0] - law.power(-2, three)[0] / 20
    return [
        agree(law.power(-2, three)[0] / first, window_of_two_reference.power(scenario, 3, -1.0), 1e-11),
        agree(kept, window_of_two_reference.strayed(scenario, 3), 1e-11),
    ]


def chain_of(scenario: Scenario) -> WindowOfTwo:
    """The chain of the scenario's shapes."""
    return window_of_two(scenario.sample_size.constant, float(offset_of(scenario)))


def reach(scenario: Scenario) -> float:
    """The last fit that is answered: rates are then known to 1e-11, and float64 holds one over the variance."""
    return min(LAST, 100 * scenario.sample_size.constant)


def does_not_grow(scenario: Scenario) -> bool:
    """Whether the mean variance stays or falls, so that that of its logarithm falls without end."""
    return room(2, offset_of(scenario)) >= 0


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and the moments after one fit or two."""
    size, shift = scenario.sample_size.constant, offset_of(scenario)
    one = {log_mean: 0, log_spread: 0, root: 1, inverse: 1, strayed: 0}

    def moment(name: sp.Function) -> Callable[[int], sp.Expr]:
        return lambda fits: sp.Integer(one[name]) if fits == 1 else _of_two_fits(scenario, name, int(fits))

    given = {M: sp.Integer(size), delta: sp.Rational(shift.numerator, shift.denominator), t: generation}
    given[first_log] = sp.Float(sp.N(FIRST_LOG.subs(given), DIGITS), DIGITS)
    return given | {name: moment(name) for name in one}


def _of_two_fits(scenario: Scenario, name: sp.Function, fits: int) -> sp.Float:
    if fits != 2:
        raise ValueError(f"the statement's numbers are known for 2 fits, got {fits}")
    read: dict[sp.Function, Callable[[Transform, mpf], mpf]] = {
        log_mean: lambda F, _: F.log_mean(),
        log_spread: lambda F, _: F.log_variance(),
        root: lambda F, _: F.power(mpf(1) / 2),
        inverse: lambda F, _: F.power(mpf(-1)),
        strayed: lambda F, moved: moved * F.squared_power(mpf(-1)),
    }
    with mpmath.workdps(DIGITS):
        return sp.Float(read[name](*transform(scenario, 2)), DIGITS - 5)


def of_first_fit(scenario: Scenario, function: Callable[[mpf], mpf]) -> mpf:
    """The mean of a function of v_1/v_0, by quadrature."""
    divisor = mpf(repr(scenario.estimator.divide_by(scenario.sample_size.constant)))
    return chi_square_mean(lambda x: function(x / divisor), scenario.sample_size.constant - 1)


def log_reference(scenario: Scenario, generation: int) -> mpf:
    """E log(v_t/v_0), t from 1 on."""
    return of_first_fit(scenario, mpmath.log) + window_of_two_reference.logarithm(scenario, generation)[0]
