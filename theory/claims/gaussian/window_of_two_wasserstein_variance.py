r"""A window of two batches: the spread over chains of the squared Wasserstein distance, by the law of shapes.

With $d=\mu_t-\mu_0$ and $e=\sqrt{v_t}-\sqrt{v_0}$ it is $d^2+e^2$: its second moment is $E d^4+2E d^2e^2+E e^4$. The
first is known for every window; the others are means along the chain of shapes.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.gaussian import window_limit, window_mean_fourth_moment, window_of_two_reference
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.reference import DIGITS
from theory.claims.gaussian.replace_wasserstein import distance, sorted_coupling_is_optimal
from theory.claims.gaussian.weighted_wasserstein_variance import Var, error, width
from theory.claims.gaussian.window import ERROR, setting
from theory.claims.gaussian.window_mean_fourth_moment import settles
from theory.claims.gaussian.window_of_two import INTRODUCTION, WINDOW_OF_TWO, a2, chain_of, of_first_fit, shapes
from theory.derivation import Derivation
from theory.laws.symbols import E
from theory.laws.window import window_moments
from theory.laws.window_limit import window_limits
from theory.laws.window_squares import window_fourths
from theory.scenario import Scenario

LARGEST, LAST, SETTLED = 100, 1000, 5000
NOT_TOO_LARGE = Assumption(
    f"a batch has at most {LARGEST} points",
    lambda s: s.sample_size is not None and (s.sample_size.constant or 0) <= LARGEST,
)


def derive() -> Derivation:
    """The distance in two errors, its square, and how the error of the newest mean goes along the chain."""
    d = Derivation(INTRODUCTION)
    d.given(
        distance**2, error**2 + width**2, source="villani2003", check=sorted_coupling_is_optimal,
        because="on the line the optimal coupling matches quantiles: d^2 + e^2, d = mu_t - mu_0 and e the other error",
    )  # fmt: skip
    shapes(d)
    g, s = sp.symbols("g s", positive=True)
    d.algebra(
        (g + 2 * a2 * s) ** 2, g**2 + 4 * a2 * s * g + 4 * a2**2 * s**2,
        because="g is the error of the mean of the newest batch, which the next one shares up to 2a's, s the new "
        "standard deviation; the new model is a's nearer: E d^2 sqrt(v_t) and E d^2 v_t are carried along the chain "
        "with the means of g and of g^2",
    )  # fmt: skip
    square = d.algebra(
        (error**2 + width**2) ** 2, error**4 + 2 * error**2 * width**2 + width**4, because="the square of the distance"
    )  # fmt: skip
    total = d.given(
        Var(distance**2), E(square.rhs) - E(error**2 + width**2) ** 2, source="villani2003",
        check=sorted_coupling_is_optimal,
        because="the mean square less the squared mean. For t = inf, where E v_t^2 vanishes, e^2 tends to v_0 and only "
        "d^2 varies; where it grows so does the spread",
    )  # fmt: skip
    return d.concludes(sp.Eq(total.lhs, total.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """Means after one fit, where d and e are independent, by quadrature over one chi-square."""
    unit, off = mpf(repr(scenario.source.variance)), mpf(1) / scenario.sample_size.constant

    def mean(expression: sp.Expr) -> sp.Float:
        with mpmath.workdps(DIGITS):
            second, fourth = (of_first_fit(scenario, lambda F, p=p: (mpmath.sqrt(F) - 1) ** p) for p in (2, 4))
            squared = any(power.exp == 4 for power in expression.atoms(sp.Pow))
            value = unit**2 * (3 * off**2 + 2 * off * second + fourth) if squared else unit * (off + second)
            return sp.Float(value, DIGITS)

    return {E: mean}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """Var W_2^2(model t, source) over chains in data units to the fourth. Takes 0.5 s at M = 100, 3 s at M = 8."""
    chain, t = chain_of(scenario), np.asarray(generations)
    size, offset, last = scenario.sample_size.constant, float(offset_of(scenario)), int(t.max(initial=0))
    root, mean, cube, square = (chain.power(degree, t) for degree in (1, 2, 3, 4))
    errors = window_moments(size, 2, offset, last)[1][t]
    both = chain.strayed(4, t) - 2 * chain.strayed(3, t) + errors
    quartic = square - 4 * cube + 6 * mean - 4 * root + 1
    spread = window_fourths(size, 2, offset, last)[t] + 2 * both + quartic - (errors + mean - 2 * root + 1) ** 2
    return scenario.source.variance**2 * np.where(t > 0, spread, 0.0)


def limit(scenario: Scenario, at: None = None) -> float:
    """The spread of the squared error of the mean where E v_t^2 vanishes; infinite where it grows."""
    error_ = window_limits(scenario.sample_size.constant, 2, offset_of(scenario))[1]
    fourth = window_mean_fourth_moment.limit(scenario)
    return fourth - (scenario.source.variance * error_) ** 2 if np.isfinite(fourth) else np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Batch by batch for up to three fits, in moments of v_t/v_1 and (mu_t - mu_1)/sqrt v_1; late fits at inf."""
    if generation == 0:
        return mpf(0)
    size, offset = scenario.sample_size.constant, float(offset_of(scenario))
    if generation == np.inf:
        late = window_fourths(size, 2, offset, SETTLED)[-1]
        return mpf(repr(scenario.source.variance)) ** 2 * late - window_limit.reference(scenario, ERROR) ** 2

    def later(i: int, k: int) -> mpf:
        return mpf(window_of_two_reference.of_first_fits(
            size, offset, int(generation), lambda v, d: d**i * v ** (k / 2)
        ))  # fmt: skip

    first = {p: of_first_fit(scenario, lambda F, p=p: F ** (mpf(p) / 2)) for p in range(1, 5)}
    off, strayed, root, whole = mpf(1) / size, later(2, 0), later(0, 1), later(0, 2)
    square = first[2] * whole - 2 * first[1] * root + 1
    fourth = 3 * off**2 + 6 * off * first[2] * strayed + first[4] * later(4, 0)
    both = off * square + first[4] * later(2, 2) - 2 * first[3] * later(2, 1) + first[2] * strayed
    quartic = first[4] * later(0, 4) - 4 * first[3] * later(0, 3) + 6 * first[2] * whole - 4 * first[1] * root + 1
    spread = fourth + 2 * both + quartic - (off + first[2] * strayed + square) ** 2
    return mpf(repr(scenario.source.variance)) ** 2 * spread


CLAIM = Claim(
    id="gaussian-window-of-two-wasserstein2-squared-variance",
    title="Fitted to the last two batches, the variance over chains of the squared Wasserstein distance follows from a "
    "recursion and the Markov chain of the shape of the window; where the second moment of the variance vanishes it "
    "settles",
    kind=Kind.EXACT,
    statistic="wasserstein2_squared_variance",
    assumptions=(*WINDOW_OF_TWO, NOT_TOO_LARGE),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=settles,
    reach=lambda scenario: LAST,
    tolerance=1e-9,
    examples=(
        Example(setting(20, 2, "mle"), t=(1,), simulate=False),
        Example(setting(20, 2, "mle"), t=(0, 2, 3), algebra=False, simulate=False),
        Example(setting(100, 2, "unbiased"), t=(2,), algebra=False),
        Example(setting(8, 2, "offset", variance=1e-6, offset=2.0), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
