r"""A window of two batches: the expected squared Wasserstein distance, by the law of shapes and two linear recursions.

$E W_2^2=D+U+v_0-2\sqrt{v_0}\,E\sqrt{v_t}$, $U=E v_t$ and $D=E(\mu_t-\mu_0)^2$ known for every window, and
$E\sqrt{v_t}=\sqrt{v_0}\,E\sqrt{F_1}\,r_s(t)$ with $r_s(t)=E\sqrt{v_t/v_1}$, which falls by a factor in every late fit.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import moment_bounds, window, window_of_two, window_of_two_reference
from theory.claims.gaussian.bounded_wasserstein_lower import W2
from theory.claims.gaussian.moment_bounds import D, U, squared_distance
from theory.claims.gaussian.one_fit import mellin, v
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.window import setting
from theory.claims.gaussian.window_of_two import (
    INTRODUCTION,
    WINDOW_OF_TWO,
    chain_of,
    first_root,
    of_first_fit,
    reach,
    root,
    shapes,
    shapes_beside_batches,
)
from theory.derivation import Derivation
from theory.laws.symbols import E, t, v0
from theory.laws.window import window_moments
from theory.laws.window_limit import window_limits
from theory.scenario import Scenario


def derive() -> Derivation:
    """The distance in three means, and the mean standard deviation along the chain of shapes."""
    d = Derivation(INTRODUCTION)
    distance = squared_distance(d)
    shapes(d)
    first = first_root(d, mellin(d))
    mean = d.given(
        E(sp.sqrt(v(t))), sp.sqrt(v0) * first * root(t), source="asmussen2003", check=shapes_beside_batches,
        because="the root of v_t/v_1 is a product of sqrt(b/c') along the chain; r_s(t) is its mean, and v_1 "
        "independent of it",
    )  # fmt: skip
    total = d.algebra(
        distance.subs(mean.lhs, mean.rhs), D(t) + U(t) + v0 * (1 - 2 * first * root(t)), because="put together",
    )  # fmt: skip
    return d.concludes(sp.Eq(W2, total.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """Those of the chain, and of both moments."""
    return window_of_two.bindings(scenario, generation) | moment_bounds.bindings(U, D)(scenario, generation)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E W_2^2(model t, source) in squared data units; t counts fits. Takes 0.1 s at M = 100, 1 s at M = 8, once."""
    size, offset = scenario.sample_size.constant, float(offset_of(scenario))
    means, errors = (x[generations] for x in window_moments(size, 2, offset, int(generations.max(initial=0))))
    return scenario.source.variance * (errors + means + 1 - 2 * chain_of(scenario).power(1, generations))


def limit(scenario: Scenario, at: None = None) -> float:
    """Without a mean standard deviation, which vanishes where the mean variance does; infinite for lesser divisors."""
    limits = window_limits(scenario.sample_size.constant, 2, offset_of(scenario))
    return scenario.source.variance * (sum(limits) + 1)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The covariances of single points; the root batch by batch up to three fits, then polynomials backwards."""
    unit = mpf(repr(scenario.source.variance))
    if generation == np.inf:
        late = [window.reference(scenario, 400, which) for which in (window.VARIANCE, window.ERROR)]
        return mpmath.fsum(late) + unit
    both = mpmath.fsum(window.reference(scenario, generation, which) for which in (window.VARIANCE, window.ERROR))
    if generation == 0:
        return both - unit
    mean = of_first_fit(scenario, mpmath.sqrt) * window_of_two_reference.power(scenario, int(generation), 0.5)
    return both + unit - 2 * unit * mean


CLAIM = Claim(
    id="gaussian-window-of-two-wasserstein2-squared",
    title="Fitted to the last two batches, the expected squared Wasserstein distance follows from two recursions and "
    "the Markov chain of the shape of the window (t from 1 on)",
    kind=Kind.EXACT,
    statistic="wasserstein2_squared",
    assumptions=WINDOW_OF_TWO,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=reach,
    tolerance=1e-10,
    examples=(
        Example(setting(20, 2, "mle"), t=(1, 2)),
        Example(setting(20, 2, "mle"), t=(0, 3), algebra=False, simulate=False),
        Example(setting(8, 2, "mle", variance=1e-6), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(30, 2, "offset", offset=-0.5), t=(1, 2, 3), algebra=False, simulate=False),
        Example(setting(400, 2, "unbiased"), t=(3,), algebra=False, simulate=False),
    ),
)  # fmt: skip
