r"""The squared trace of the covariance: the other sum of the same two powers.

$E(\operatorname{tr}\Sigma_t)^2 = \frac13\left[(2p_2+p_1^2)\left(\frac{M^2-1}{L^2}\right)^t
+2(p_1^2-p_2)\left(\frac{(M-1)(M-2)}{L^2}\right)^t\right]$ with $p_1=\operatorname{tr}\Sigma_0$ and
$p_2=\operatorname{tr}\Sigma_0^2$. The mean of the trace itself is $p_1\left(\frac{M-1}L\right)^t$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Kind
from theory.claims.assumptions import VECTOR_REPLACE, sample_size_at_least
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.vector.reference import second_moments
from theory.claims.vector.replace_trace_of_square import EXAMPLES
from theory.claims.vector.second_moments import squared_trace, zonal_moments
from theory.claims.vector.source import bindings, square_and_minors
from theory.derivation import Derivation
from theory.laws.chi_square import log_mean_squared_factor
from theory.laws.symbols import E
from theory.laws.wishart import mean_square_of_trace
from theory.scenario import Scenario


def derive() -> Derivation:
    """The two zonal moments, and the other combination of them."""
    d = Derivation(
        "The square of the trace is another combination of the two second moments of a Wishart matrix that one fit "
        "multiplies by one number each."
    )
    wide, narrow = zonal_moments(d)
    total = d.algebra(
        (wide.rhs + 2 * narrow.rhs) / 3, sp.Mul(sp.Rational(1, 3), wide.rhs + 2 * narrow.rhs, evaluate=False),
        because="the square of the trace is a third of the first and two thirds of the second",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(squared_trace), total.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (tr Sigma_t)^2 in data units to the fourth; t counts fits."""
    squares, minors, unit = square_and_minors(scenario)
    value = mean_square_of_trace(squares, minors, *size_and_offset(scenario), generations)
    with np.errstate(over="ignore"):
        return value * unit * unit


def limit(scenario: Scenario, at: None = None) -> float:
    """0 where L^2 exceeds M^2 - 1, as under maximum likelihood; infinity below, as for the unbiased divisor."""
    rate = log_mean_squared_factor(*size_and_offset(scenario))
    squares, minors, unit = square_and_minors(scenario)
    return (squares + minors / 3) * unit * unit if rate == 0 else (0.0 if rate < 0 else np.inf)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of both second moments, counted over pairs of points."""
    return second_moments(scenario, generation)[1]


CLAIM = Claim(
    id="vector-replace-square-of-trace",
    title="The mean squared trace of the covariance is a sum of two powers of t; for the unbiased divisor it grows",
    kind=Kind.EXACT,
    statistic="square_of_trace",
    assumptions=(*VECTOR_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=EXAMPLES,
)
