r"""With weights on real and drawn points the mean trace of a power of the covariance follows a linear recursion.

$E\operatorname{tr}\Sigma_t^r=\sum_\kappa\omega_\kappa C_\kappa(\Sigma_0)\,q_\kappa(t)$ with the numbers of the moments
of the trace, and the weights of replaced data.
"""

import mpmath
import sympy as sp
from jaxtyping import Float, Int
from numpy import ndarray

from theory.claim import Claim, Kind, Source
from theory.claims.vector import weighted_powers
from theory.claims.vector.factors_trace_of_power import FEW_DIMENSIONS
from theory.claims.vector.powers import weights
from theory.claims.vector.replace_trace_of_power import trace_of_power
from theory.claims.vector.weighted_powers import COVERED, EXAMPLES
from theory.derivation import Derivation
from theory.laws.symbols import E, j
from theory.scenario import Scenario


def derive() -> Derivation:
    """The same zonal polynomials, with the weights that make traces of powers of them."""
    d = Derivation(
        "In coordinates in which the source is N(0, I) the law of the model's covariance Q knows no directions: for "
        "each partition of r one number counts, the mean of a zonal polynomial C over its value at I."
    )
    said = weighted_powers.zonal_moments(d, trace_of_power, weights[j])
    return d.concludes(sp.Eq(E(trace_of_power), said, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[ndarray, " T"], at: float) -> Float[ndarray, " T"]:
    """E tr Sigma_t^r in data units to the power 2r, r = ``at`` whole, 1 to 6; takes 1 s once for r = 6."""
    return weighted_powers.evaluated(scenario, generations, at, False)


def limit(scenario: Scenario, at: float) -> float:
    """Finite unless a factor of an order up to r reaches 1."""
    return weighted_powers.settled(scenario, at, False)


def reference(scenario: Scenario, generation: float, at: float) -> mpmath.mpf:
    """The recurrence of the means of all products of traces, by pairings of real and of drawn vectors."""
    return weighted_powers.reference(scenario, generation, at, False)


CLAIM = Claim(
    id="vector-weighted-trace-of-power",
    title="With weights on fresh real and on drawn points the mean trace of the covariance to the power r is a sum "
    "over partitions of r of numbers that follow a linear recursion, and settles where its largest factor is below 1",
    kind=Kind.EXACT,
    statistic="trace_of_power",
    assumptions=(*COVERED, FEW_DIMENSIONS),
    derive=derive,
    bindings=weighted_powers.bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=weighted_powers.settles,
    reach=weighted_powers.reach,
    tolerance=1e-9,
    examples=EXAMPLES,
    sources=(
        Source(
            "muirhead1982", "", "cited", "one fit, no generations", "the mean of a zonal polynomial of a Wishart matrix"
        ),
    ),
)
