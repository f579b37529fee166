r"""The trace of the squared covariance under every policy, from one number on the line and one in the plane.

$E\operatorname{tr}\Sigma_t^2=\frac13\left[(2p_2+p_1^2)R_1(t)-(p_1^2-p_2)\Delta_2(t)\right]$ with
$p_1=\operatorname{tr}\Sigma_0$, $p_2=\operatorname{tr}\Sigma_0^2$; $R_1=E v_t^2$ on the line for a source of variance 1
and $\Delta_2=E\det\Sigma_t$ in the plane for the source $N(0,I)$, both under the same policy. It settles where these
do."""

import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf
from numpy import ndarray

from theory.claim import Claim, Kind
from theory.claims.vector import two_numbers
from theory.claims.vector.second_moments import square
from theory.claims.vector.source import square0, trace0
from theory.claims.vector.two_numbers import COVERED, EXAMPLES, in_the_plane, knows_limits, on_the_line
from theory.derivation import Derivation
from theory.laws.symbols import E, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """Two numbers by invariance, and the contraction of the means of products that gives the trace of the square."""
    d = Derivation(
        "R_1(t) is E v_t^2 on the line with the same policy, sizes and divisor and a source of variance 1, Delta_2(t) "
        "is E det Sigma_t in the plane with the source N(0, I), each by the exact claim that covers it there."
    )
    p, q = two_numbers.two_numbers(d)
    said = d.algebra(
        p * square0 + q * (trace0**2 + square0),
        ((2 * square0 + trace0**2) * on_the_line(t) - (trace0**2 - square0) * in_the_plane(t)) / 3,
        because="the trace of (A V A')^2 sums V_ij V_kl (A'A)_jk (A'A)_li: p takes tr Sigma_0^2, q takes it and the "
        "squared trace of Sigma_0",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(square), said.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[ndarray, " T"], at: None = None) -> Float[ndarray, " T"]:
    """E tr Sigma_t^2 in data units to the fourth; t counts fits.

    As slow as the two claims that it stands on: 0.5 s for a window of 5 batches at t = 10^4.
    """
    return two_numbers.evaluated(scenario, generations, -1.0)


def limit(scenario: Scenario, at: None = None) -> float:
    """The same combination of both limits; infinite where that on the line is."""
    return two_numbers.settled(scenario, -1.0)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Means of products of entries by sums over single points, without the line or a determinant."""
    return two_numbers.references(scenario, generation)[0]


CLAIM = Claim(
    id="vector-trace-of-square",
    title="Under every policy the mean trace of the squared covariance is a combination of the second moment of the "
    "variance on the line and the expected determinant in the plane",
    kind=Kind.EXACT,
    statistic="trace_of_square",
    assumptions=COVERED,
    derive=derive,
    bindings=two_numbers.bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=knows_limits,
    reach=two_numbers.reach,
    examples=EXAMPLES,
)
