r"""Every moment of the trace of the covariance is a sum of powers of t, one for each partition of its order.

$E(\operatorname{tr}\Sigma_t)^r=\sum_\kappa C_\kappa(\Sigma_0)\varphi_\kappa^t$ over the partitions $\kappa$ of $r$,
with zonal polynomials $C_\kappa$ and $\varphi_\kappa=\prod_i\prod_{j<k_i}\frac{M-i+2j}L$. The largest factor, of
$\kappa=(r)$, is that of the moment of order $r$ of the variance in one direction: $E v_t^r$ on the line.
"""

import mpmath
import sympy as sp
from jaxtyping import Float, Int
from numpy import inf, ndarray

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import VECTOR_REPLACE, sample_size_at_least
from theory.claims.vector import powers
from theory.claims.vector.source import PLANE, SHEET, SPACE, vector_setting
from theory.derivation import Derivation
from theory.laws.symbols import E
from theory.scenario import Scenario

power_of_trace = sp.Symbol(r"\operatorname{tr}[\Sigma_t]^r", positive=True)


def derive() -> Derivation:
    """Zonal polynomials of order 3 by algebra, of any order as a named theorem; each is multiplied by a number."""
    d = Derivation(
        "Products of traces of powers of a Wishart matrix mix in the mean; for each partition of r one combination of "
        "them, a zonal polynomial C, is multiplied by a number varphi."
    )
    said = powers.zonal_moments(d, power_of_trace, sp.Integer(1))
    return d.concludes(sp.Eq(E(power_of_trace), said, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[ndarray, " T"], at: float) -> Float[ndarray, " T"]:
    """E (tr Sigma_t)^r in data units to the power 2r, r = ``at`` whole, 1 to 8; t counts fits."""
    return powers.evaluated(scenario, generations, at, True)


def limit(scenario: Scenario, at: float) -> float:
    """0 where the largest factor is below 1, as under maximum likelihood to some order; infinite above."""
    return powers.settled(scenario, at)


def reference(scenario: Scenario, generation: float, at: float) -> mpmath.mpf:
    """The recurrence of the means of all products of traces, by pairings of vectors."""
    return powers.reference(scenario, generation, at, True)


EXAMPLES = (
    Example(vector_setting(50, "unbiased"), t=(0, 1, 3), at=3),
    Example(vector_setting(50, "unbiased"), t=(1, 2), at=2, simulate=False),
    Example(vector_setting(20, "mle", SPACE), t=(1, 4), at=3, simulate=False),
    Example(vector_setting(10, "offset", SHEET, offset=0.5), t=(1, 30), at=4, simulate=False),
    Example(vector_setting(3, "mle", SPACE), t=(0, 1, 6), at=5, algebra=False, simulate=False),
    Example(vector_setting(2, "unbiased", SPACE), t=(1, 4), at=4, algebra=False, simulate=False),
    Example(vector_setting(10**9, "mle", PLANE), t=(1, 1_000_000), at=3, algebra=False, simulate=False),
    Example(vector_setting(10, "mle"), t=(100, inf), at=1, algebra=False, simulate=False),
    Example(vector_setting(10, "mle"), t=(100, inf), at=3, algebra=False, simulate=False),
    Example(vector_setting(6, "unbiased"), t=(5, inf), at=2, algebra=False, simulate=False),
)

CLAIM = Claim(
    id="vector-replace-power-of-trace",
    title="The moment of order r of the trace of the covariance is a sum of powers of t, one for each partition of r",
    kind=Kind.EXACT,
    statistic="power_of_trace",
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
