r"""The mean trace of any power of the covariance: the same powers of t with other weights.

$E\operatorname{tr}\Sigma_t^r=\sum_\kappa\omega_\kappa C_\kappa(\Sigma_0)\varphi_\kappa^t$ over the partitions $\kappa$
of $r$, $\omega_\kappa$ the product of $2j-i+1$ over all boxes $(i,j)$ of $\kappa$ but the first, $j=0,\dots,k_i-1$,
over $2^{r-1}(r-1)!$. The weight of $\kappa=(r)$ is 1, as in the power of the trace: the quotient of both tends to 1,
that of a covariance of rank 1.
"""

import mpmath
import sympy as sp
from jaxtyping import Float, Int
from numpy import ndarray

from theory.claim import Claim, Kind, Source
from theory.claims.assumptions import VECTOR_REPLACE, sample_size_at_least
from theory.claims.vector import powers
from theory.claims.vector.replace_power_of_trace import EXAMPLES
from theory.derivation import Derivation
from theory.laws.symbols import E, k
from theory.scenario import Scenario

trace_of_power = sp.Symbol(r"\operatorname{tr}[\Sigma_t^r]", positive=True)


def derive() -> Derivation:
    """The same zonal polynomials, with the weights that make traces of powers of them."""
    d = Derivation(
        "Products of traces of powers of a Wishart matrix mix in the mean; for each partition of r one combination of "
        "them, a zonal polynomial C, is multiplied by a number varphi. The trace of the power is the sum of them with "
        "weights omega."
    )
    said = powers.zonal_moments(d, trace_of_power, powers.weights[k])
    return d.concludes(sp.Eq(E(trace_of_power), said, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[ndarray, " T"], at: float) -> Float[ndarray, " T"]:
    """E tr Sigma_t^r in data units to the power 2r, r = ``at`` whole, 1 to 8; t counts fits."""
    return powers.evaluated(scenario, generations, at, False)


def limit(scenario: Scenario, at: float) -> float:
    """0 where the largest factor is below 1, as under maximum likelihood to some order; infinite above."""
    return powers.settled(scenario, at)


def reference(scenario: Scenario, generation: float, at: float) -> mpmath.mpf:
    """The recurrence of the means of all products of traces, by pairings of vectors."""
    return powers.reference(scenario, generation, at, False)


CLAIM = Claim(
    id="vector-replace-trace-of-power",
    title="The mean trace of the covariance to the power r is a sum of powers of t, one for each partition of r",
    kind=Kind.EXACT,
    statistic="trace_of_power",
    assumptions=(*VECTOR_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=powers.bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=EXAMPLES,
    sources=(
        Source(
            "muirhead1982", "", "cited", "one fit, no generations", "the mean of a zonal polynomial of a Wishart matrix"
        ),
    ),
)
