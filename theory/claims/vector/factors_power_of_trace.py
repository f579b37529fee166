r"""Where all data are kept every moment of the trace of the covariance settles; zonal polynomials are multiplied.

$E(\operatorname{tr}\Sigma_t)^r=\sum_\kappa C_\kappa(\Sigma_0)\prod_{k\le t}f_\kappa(k)$ over the partitions $\kappa$
of $r$,
$$f_\kappa(k)=L_k^{-r}\sum_{\sigma\subseteq\kappa}\binom\kappa\sigma c_k^{r-|\sigma|}C_\sigma(1,\dots,1,w_k)/a_\sigma$$
with generalised binomial coefficients; for replaced data $c_k=0$, and one term is left.
"""

import mpmath
import sympy as sp
from jaxtyping import Float, Int
from numpy import float64, ndarray

from theory.claim import Claim, Kind, Source
from theory.claims.vector import moved_powers
from theory.claims.vector.independent_moves import reach, settles
from theory.claims.vector.moved_powers import COVERED, EXAMPLES
from theory.claims.vector.replace_power_of_trace import power_of_trace
from theory.derivation import Derivation
from theory.laws.symbols import E
from theory.scenario import Scenario


def derive() -> Derivation:
    """Zonal polynomials of order 2 by algebra, of any order as a named theorem; a fit multiplies each by a number."""
    d = Derivation(
        "Products of traces of powers of the next covariance mix in the mean; for each partition of r one combination "
        "of them, a zonal polynomial C, is multiplied by a number, whatever part of the model a fit keeps."
    )
    said = moved_powers.zonal_moments(d, power_of_trace, sp.Integer(1))
    return d.concludes(sp.Eq(E(power_of_trace), said, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[ndarray, " T"], at: float) -> Float[ndarray, " T"]:
    """E (tr Sigma_t)^r in data units to the power 2r, r = ``at`` whole, 1 to 8; takes 1 s for r = 8."""
    return moved_powers.evaluated(scenario, generations.astype(float64), at, True)


def limit(scenario: Scenario, at: float) -> float:
    """Positive where all data are kept; under forgetting 0 or infinite as the largest factor is below or above 1."""
    return moved_powers.settled(scenario, at, True)


def reference(scenario: Scenario, generation: float, at: float) -> mpmath.mpf:
    """The recurrence of the means of all products of traces, by pairings of vectors."""
    return moved_powers.reference(scenario, generation, at, True)


CLAIM = Claim(
    id="vector-factors-power-of-trace",
    title="Where all data are kept, models forget or sizes of replaced data vary, the moment of order r of the trace "
    "of the covariance is a sum over partitions of r of products over fits; with all data kept it settles",
    kind=Kind.EXACT,
    statistic="power_of_trace",
    assumptions=COVERED,
    derive=derive,
    bindings=moved_powers.bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=settles,
    reach=reach,
    tolerance=1e-11,
    examples=EXAMPLES,
    sources=(
        Source(
            "muirhead1982", "", "cited", "one fit, no generations", "the mean of a zonal polynomial of a Wishart matrix"
        ),
    ),
)
