r"""The mean log-determinant is at most the logarithm of the mean determinant, which is known under every policy.

$E\log\det\Sigma_t\le\log E\det\Sigma_t$: what is missing is half of the variance of $\log\det$, where that is small;
the part that models turn, which the log-variances along lines leave out, is in it.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.exact_claims import exact_claim, known, reach_of, settles
from theory.claims.gaussian.moment_bounds import tangents_lie_above
from theory.claims.vector.distance import ROUND
from theory.claims.vector.log_determinant_upper_bound import reference
from theory.claims.vector.source import determinant, exact_covariance
from theory.claims.vector.whitened import FULL_RANK, KEPT, LOG_DETERMINANT, STRATIFIED, VECTOR_FITS, WEIGHTED, setting
from theory.derivation import Derivation
from theory.laws.symbols import E, t, z
from theory.scenario import Scenario

DETERMINANT = "determinant"
mean = sp.Function("G_d", positive=True)


def derive() -> Derivation:
    """The logarithm lies below its tangent at the mean."""
    d = Derivation("G_d(t) is E det Sigma_t, by the exact claim that covers determinant.")
    tangent = d.algebra(
        sp.log(z) + (E(determinant) - z) / z, E(determinant) / z + sp.log(z) - 1,
        because="the mean of the tangent of the logarithm at z: at z = G_d(t) = E det Sigma_t it is log G_d(t)",
    )  # fmt: skip
    assert tangent.rhs.subs(z, E(determinant)) == sp.log(E(determinant))
    bound = d.given(
        E(sp.log(determinant)), sp.log(mean(t)), relation=r"\le", source="jensen1906fonctions",
        check=tangents_lie_above, because="and a logarithm does not exceed its tangent",
    )  # fmt: skip
    return d.concludes(sp.Le(bound.lhs, bound.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    number = exact_covariance(scenario).det()
    if generation:
        number = sp.Float(exact_claim(scenario, DETERMINANT).algebra_value(scenario, int(generation)), 40)
    return {t: generation, mean: lambda generation: number}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """log E det Sigma_t in nats; t counts fits."""
    values = exact_claim(scenario, DETERMINANT).value(scenario, np.asarray(generations, dtype=np.float64))
    with np.errstate(divide="ignore"):
        return np.log(values)


CLAIM = Claim(
    id="vector-log-determinant-upper-bound-by-determinant",
    title="The expected log-determinant is at most the logarithm of the expected determinant, whatever the policy",
    kind=Kind.UPPER_BOUND,
    statistic=LOG_DETERMINANT,
    assumptions=(*VECTOR_FITS, FULL_RANK, known(DETERMINANT)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=lambda scenario, at=None: float(evaluate(scenario, np.array([np.inf]))[0]),  # type: ignore[arg-type]
    settles=settles(DETERMINANT),
    reach=reach_of(DETERMINANT),
    tolerance=1e-10,
    examples=(
        Example(setting(STRATIFIED, "mle", ROUND, 12), t=(1, 2)),
        Example(setting(WEIGHTED, "mle", ROUND), t=(1, 2), algebra=False, simulate=False),
        Example(setting(KEPT, "mle", ROUND, 10), t=(1, 3), simulate=False),
        Example(setting({"kind": "replace"}, "mle", ROUND, 10), t=(2,), simulate=False),
    ),
)  # fmt: skip
