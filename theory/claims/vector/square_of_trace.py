r"""The squared trace of the covariance under every policy: the other combination of the same two numbers.

$E(\operatorname{tr}\Sigma_t)^2=\frac13\left[(2p_2+p_1^2)R_1(t)+2(p_1^2-p_2)\Delta_2(t)\right]$ with
$p_1=\operatorname{tr}\Sigma_0$, $p_2=\operatorname{tr}\Sigma_0^2$. Over the trace of the square it is a participation
number of directions: where $\Delta_2$ falls beside $R_1$, as wherever data are replaced, it tends to 1.
"""

import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf
from numpy import ndarray

from theory.claim import Claim, Kind
from theory.claims.vector import two_numbers
from theory.claims.vector.second_moments import squared_trace
from theory.claims.vector.source import square0, trace0
from theory.claims.vector.two_numbers import COVERED, EXAMPLES, in_the_plane, knows_limits, on_the_line
from theory.derivation import Derivation
from theory.laws.symbols import E, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """Two numbers by invariance, the contraction that gives the squared trace, and the quotient of both statistics."""
    d = Derivation(
        "R_1(t) is E v_t^2 on the line with the same policy, sizes and divisor and a source of variance 1, Delta_2(t) "
        "is E det Sigma_t in the plane with the source N(0, I), each by the exact claim that covers it there."
    )
    p, q = two_numbers.two_numbers(d)
    said = d.algebra(
        p * trace0**2 + 2 * q * square0,
        ((2 * square0 + trace0**2) * on_the_line(t) + 2 * (trace0**2 - square0) * in_the_plane(t)) / 3,
        because="the squared trace of A V A' sums V_ij V_kl (A'A)_ji (A'A)_lk: p takes the squared trace of Sigma_0, q "
        "twice tr Sigma_0^2",
    )  # fmt: skip
    n, r = sp.symbols("n r", positive=True)  # dimensions; Delta_2/R_1
    d.algebra(
        (2 * n + n**2 + 2 * (n**2 - n) * r) / (2 * n + n**2 - (n**2 - n) * r), (n + 2 + 2 * (n - 1) * r) / (n + 2 - (n -
        1) * r), because="the quotient of this and of E tr Sigma_t^2 for the source N(0, I) in n dimensions, r = "
        "Delta_2/R_1: a participation number of directions, n where r = 1 and 1 where r = 0",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(squared_trace), said.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[ndarray, " T"], at: None = None) -> Float[ndarray, " T"]:
    """E (tr Sigma_t)^2 in data units to the fourth; t counts fits.

    As slow as the two claims that it stands on: 0.5 s for a window of 5 batches at t = 10^4.
    """
    return two_numbers.evaluated(scenario, generations, 2.0)


def limit(scenario: Scenario, at: None = None) -> float:
    """The same combination of both limits; infinite where that on the line is."""
    return two_numbers.settled(scenario, 2.0)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Means of products of entries by sums over single points, without the line or a determinant."""
    return two_numbers.references(scenario, generation)[1]


CLAIM = Claim(
    id="vector-square-of-trace",
    title="Under every policy the mean squared trace of the covariance is a combination of the second moment of the "
    "variance on the line and the expected determinant in the plane",
    kind=Kind.EXACT,
    statistic="square_of_trace",
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
