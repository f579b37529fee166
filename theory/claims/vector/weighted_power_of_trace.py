r"""With weights on real and drawn points moments of the trace of the covariance follow a linear recursion, and settle.

$E(\operatorname{tr}\Sigma_t)^r=\sum_\kappa C_\kappa(\Sigma_0)\,q_\kappa(t)$ over the partitions of $r$; $q$ of all
partitions up to $r$ follow linearly from those one fit earlier, lower orders from themselves alone: where the factor of
the largest is below 1 they settle.
"""

import mpmath
import sympy as sp
from jaxtyping import Float, Int
from numpy import ndarray

from theory.claim import Claim, Kind, Source
from theory.claims.vector import weighted_powers
from theory.claims.vector.replace_power_of_trace import power_of_trace
from theory.claims.vector.weighted_powers import COVERED, EXAMPLES
from theory.derivation import Derivation
from theory.laws.symbols import E
from theory.scenario import Scenario


def derive() -> Derivation:
    """Zonal polynomials of order 2 by algebra; those of a sum by their products."""
    d = Derivation(
        "In coordinates in which the source is N(0, I) the law of the model's covariance Q knows no directions: for "
        "each partition of r one number counts, the mean of a zonal polynomial C over its value at I."
    )
    said = weighted_powers.zonal_moments(d, power_of_trace, sp.Integer(1))
    return d.concludes(sp.Eq(E(power_of_trace), said, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[ndarray, " T"], at: float) -> Float[ndarray, " T"]:
    """E (tr Sigma_t)^r in data units to the power 2r, r = ``at`` whole, 1 to 6; takes 1 s once for r = 6."""
    return weighted_powers.evaluated(scenario, generations, at, True)


def limit(scenario: Scenario, at: float) -> float:
    """Finite unless a factor of an order up to r reaches 1."""
    return weighted_powers.settled(scenario, at, True)


def reference(scenario: Scenario, generation: float, at: float) -> mpmath.mpf:
    """The recurrence of the means of all products of traces, by pairings of real and of drawn vectors."""
    return weighted_powers.reference(scenario, generation, at, True)


CLAIM = Claim(
    id="vector-weighted-power-of-trace",
    title="With weights on fresh real and on drawn points the moment of order r of the trace of the covariance is a "
    "sum over partitions of r of numbers that follow a linear recursion, and settles where its largest factor is "
    "below 1",
    kind=Kind.EXACT,
    statistic="power_of_trace",
    assumptions=COVERED,
    derive=derive,
    bindings=weighted_powers.bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=weighted_powers.settles,
    reach=weighted_powers.reach,
    tolerance=1e-11,
    examples=EXAMPLES,
    sources=(
        Source(
            "muirhead1982", "", "cited", "one fit, no generations", "the mean of a zonal polynomial of a Wishart matrix"
        ),
    ),
)
