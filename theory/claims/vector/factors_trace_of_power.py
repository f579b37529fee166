r"""Where all data are kept the mean trace of any power of the covariance settles: the same products, other weights.

$E\operatorname{tr}\Sigma_t^r=\sum_\kappa\omega_\kappa C_\kappa(\Sigma_0)\prod_{k\le t}f_\kappa(k)$ with the factors
of the moments of the trace and the weights of replaced data. In many dimensions large terms cancel: four are covered.
"""

import mpmath
import sympy as sp
from jaxtyping import Float, Int
from numpy import float64, ndarray

from theory.claim import Assumption, Claim, Kind, Source
from theory.claims.assumptions import SEVERAL_DIMENSIONS
from theory.claims.vector import moved_powers, powers
from theory.claims.vector.independent_moves import reach, settles
from theory.claims.vector.moved_powers import COVERED, EXAMPLES
from theory.claims.vector.replace_trace_of_power import trace_of_power
from theory.derivation import Derivation
from theory.laws.symbols import E, j
from theory.scenario import Scenario

MOST = 4
FEW_DIMENSIONS = Assumption(
    f"the source has at most {MOST} dimensions", lambda s: SEVERAL_DIMENSIONS.holds(s) and s.source.dimension <= MOST
)


def derive() -> Derivation:
    """The same zonal polynomials, with the weights that make traces of powers of them."""
    d = Derivation(
        "Products of traces of powers of the next covariance mix in the mean; for each partition of r one combination "
        "of them, a zonal polynomial C, is multiplied by a number. The trace of the power is the sum of them with "
        "weights omega."
    )
    said = moved_powers.zonal_moments(d, trace_of_power, powers.weights[j])
    return d.concludes(sp.Eq(E(trace_of_power), said, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[ndarray, " T"], at: float) -> Float[ndarray, " T"]:
    """E tr Sigma_t^r in data units to the power 2r, r = ``at`` whole, 1 to 8; takes 1 s for r = 8."""
    return moved_powers.evaluated(scenario, generations.astype(float64), at, False)


def limit(scenario: Scenario, at: float) -> float:
    """Positive where all data are kept; under forgetting 0 or infinite as the largest factor is below or above 1."""
    return moved_powers.settled(scenario, at, False)


def reference(scenario: Scenario, generation: float, at: float) -> mpmath.mpf:
    """The recurrence of the means of all products of traces, by pairings of vectors."""
    return moved_powers.reference(scenario, generation, at, False)


CLAIM = Claim(
    id="vector-factors-trace-of-power",
    title="Where all data are kept, models forget or sizes of replaced data vary, the mean trace of the covariance to "
    "the power r is a sum over partitions of r of products over fits; with all data kept it settles",
    kind=Kind.EXACT,
    statistic="trace_of_power",
    assumptions=(*COVERED, FEW_DIMENSIONS),
    derive=derive,
    bindings=moved_powers.bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=settles,
    reach=reach,
    tolerance=1e-9,
    examples=EXAMPLES,
    sources=(
        Source(
            "muirhead1982", "", "cited", "one fit, no generations", "the mean of a zonal polynomial of a Wishart matrix"
        ),
    ),
)
