r"""The trace of the squared covariance is a sum of two powers, and the larger one decides.

$E\operatorname{tr}\Sigma_t^2 = \frac13\left[(2p_2+p_1^2)\left(\frac{M^2-1}{L^2}\right)^t
-(p_1^2-p_2)\left(\frac{(M-1)(M-2)}{L^2}\right)^t\right]$ with $p_1=\operatorname{tr}\Sigma_0$ and
$p_2=\operatorname{tr}\Sigma_0^2$: for the unbiased divisor it grows as $(1+\frac2{M-1})^t$, as the squared variance of
every single direction does. With the square of the trace it shows how models lose directions: the quotient of both
tends to 1, that of a model of one direction.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import VECTOR_REPLACE, sample_size_at_least
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.vector.reference import second_moments
from theory.claims.vector.second_moments import narrow_factor, square, wide_factor, zonal_moments
from theory.claims.vector.source import SHEET, SPACE, bindings, square_and_minors, vector_setting
from theory.derivation import Derivation
from theory.laws.chi_square import log_mean_squared_factor
from theory.laws.symbols import E, M
from theory.laws.wishart import mean_trace_of_square
from theory.scenario import Scenario


def derive() -> Derivation:
    """The two zonal moments, and the combination of them; then the quotient that shows the effective rank."""
    d = Derivation(
        "Second moments of a Wishart matrix mix the trace of the square and the square of the trace. Two combinations "
        "of them are multiplied by one number each."
    )
    wide, narrow = zonal_moments(d)
    total = d.algebra(
        (wide.rhs - narrow.rhs) / 3, sp.Mul(sp.Rational(1, 3), wide.rhs - narrow.rhs, evaluate=False),
        because="the trace of the square is a third of their difference",
    )  # fmt: skip
    r = sp.Symbol("r", positive=True)  # narrow0/wide0
    x = sp.Symbol("x", nonnegative=True)  # ((M-2)/(M+1))^t
    d.algebra(
        narrow_factor / wide_factor, 1 - 3 / (M + 1),
        because="the second power is small beside the first after some M/3 fits",
    )  # fmt: skip
    d.algebra(
        sp.Limit((1 + 2 * r * x) / (1 - r * x), x, 0, "+"), sp.Integer(1),
        because="the effective rank: with x this quotient to the power t and r that of the two combinations at the "
        "source, E (tr Sigma_t)^2 over E tr[Sigma_t^2] is (1 + 2 r x)/(1 - r x), which falls to 1",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(square), total.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E tr Sigma_t^2 in data units to the fourth; t counts fits."""
    squares, minors, unit = square_and_minors(scenario)
    value = mean_trace_of_square(squares, minors, *size_and_offset(scenario), generations)
    with np.errstate(over="ignore"):
        return value * unit * unit


def limit(scenario: Scenario, at: None = None) -> float:
    """0 where L^2 exceeds M^2 - 1, as under maximum likelihood; infinity below, as for the unbiased divisor."""
    rate = log_mean_squared_factor(*size_and_offset(scenario))
    squares, minors, unit = square_and_minors(scenario)
    return (squares + minors / 3) * unit * unit if rate == 0 else (0.0 if rate < 0 else np.inf)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of both second moments, counted over pairs of points."""
    return second_moments(scenario, generation)[0]


EXAMPLES = (
    Example(vector_setting(50, "unbiased"), t=(0, 1, 2, 5)),
    Example(vector_setting(50, "mle", SPACE), t=(1, 5)),
    Example(vector_setting(100, "offset", SHEET, offset=0.5), t=(1, 5)),
    Example(vector_setting(2, "mle", SPACE), t=(0, 1, 2, 4), algebra=False, simulate=False),
    Example(vector_setting(3, "offset", offset=-1.5), t=(1, 10), simulate=False),
    Example(vector_setting(10, "unbiased", SPACE), t=(5, 100), simulate=False),
    Example(vector_setting(10, "unbiased", ((1e-8, 0.0), (0.0, 1.0))), t=(1, 30), simulate=False),
    Example(vector_setting(1_000_000_000, "mle"), t=(1, 1000, 1_000_000), simulate=False),
    Example(vector_setting(1_000_000_000, "offset", SPACE, offset=0.3), t=(1, 1000), simulate=False),
    Example(vector_setting(10, "mle"), t=(np.inf,), algebra=False, simulate=False),
    Example(vector_setting(10, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
)

CLAIM = Claim(
    id="vector-replace-trace-of-square",
    title="The mean trace of the squared covariance is a sum of two powers of t; for the unbiased divisor it grows",
    kind=Kind.EXACT,
    statistic="trace_of_square",
    assumptions=(*VECTOR_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=EXAMPLES,
)
