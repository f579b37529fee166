r"""The divergence of the source from the model is at least that along one direction, which is that on the line.

$E D_{KL}(p_0\Vert p_t)\ge k_1(t)$ with $k_1$ the expected divergence on the line for a source of variance 1, or what
bounds it from below there, whatever the policy. What is missing is what the other directions add, given the first.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.vector.distance import ROUND
from theory.claims.vector.kl_forward_lower import FORWARD, reference
from theory.claims.vector.one_fit import projection
from theory.claims.vector.source import PLANE, SPACE
from theory.claims.vector.whitened import (
    KEPT,
    STRATIFIED,
    VARYING,
    VECTOR_FITS,
    WEIGHTED,
    bound_reach,
    bound_settles,
    bounding_claim,
    bounding_values,
    is_bounded,
    line,
    setting,
)
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.symbols import t
from theory.scenario import Scenario

DIVERGENCE, BELOW = "kl_forward", Kind.LOWER_BOUND
along = sp.Function("k_1", nonnegative=True)
KNOWN = Assumption(
    "an exact claim or a lower bound covers kl_forward on the line",
    lambda s: VARYING.holds(s) and is_bounded(line(s), DIVERGENCE, BELOW),
)


def derive() -> Derivation:
    """The divergence of one coordinate and of the second given the first; what that adds is not negative."""
    a, b = sp.symbols("a b", positive=True)
    c, s1, s2 = sp.symbols("c s_1 s_2", real=True)
    rest, slope, y = b - c**2 / a, c / a, sp.Symbol("y", positive=True)
    covariance, mean = sp.Matrix([[a, c], [c, b]]), sp.Matrix([s1, s2])
    inverse = covariance.inv()
    d = Derivation(
        "In coordinates in which the source is N(0, I), in the plane, the model has the mean (s_1, s_2), the variances "
        "a and b and the covariance c. k_1(t) is the expected divergence on the line with the same policy, sizes and "
        "divisor and a source of variance 1, or what bounds it from below there."
    )
    conditional = (1 + slope**2 + (s2 - slope * s1) ** 2) / rest - 1 + sp.log(rest)
    d.algebra(
        (inverse.trace() - 2 + (mean.T * inverse * mean)[0] + sp.log(a) + sp.log(rest)) / 2,
        (1 / a - 1 + s1**2 / a + sp.log(a)) / 2 + conditional / 2,
        because="the divergence is that of the first coordinate and the mean one of the second given the first; the "
        "determinant is a times what is left of b, b - c^2/a",
    )  # fmt: skip
    d.algebra(
        sp.Derivative(1 / y - 1 + sp.log(y), y), (y - 1) / y**2,
        because="the second part is at least 1/y - 1 + log y over two, y = b - c^2/a, which falls to 0 at y = 1 and "
        "grows from there",
    )  # fmt: skip
    projection(d)
    bound = d.given(
        FORWARD, along(t), relation=r"\ge", source="jensen1906fonctions", check=directions_of_models,
        because="so it is in every number of dimensions: what the other coordinates add, given the first, is a mean of "
        "divergences, none of which is negative (Jensen's inequality); the first is a chain on the line",
    )  # fmt: skip
    return d.concludes(sp.Ge(bound.lhs, bound.rhs, evaluate=False))


def directions_of_models() -> list[Verdict]:
    """Random models in four dimensions, along each axis."""
    rng = np.random.default_rng(0)
    verdicts = []
    for factor, mean in zip(rng.normal(size=(4, 4, 6)), rng.normal(size=(4, 4)), strict=True):
        model = factor @ factor.T
        inverse, variance = np.linalg.inv(model), np.diag(model)
        whole = (np.trace(inverse) - 4 + mean @ inverse @ mean + np.linalg.slogdet(model)[1]) / 2
        verdicts.append(at_most(float(np.max((1 + mean**2) / variance - 1 + np.log(variance)) / 2), float(whole)))
    return verdicts


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    claim, one = bounding_claim(line(scenario), DIVERGENCE, BELOW, generation), line(scenario)
    number = sp.Float(claim.algebra_value(one, int(generation)), 30) if generation else sp.Integer(0)
    return {t: generation, along: lambda generation: number}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """k_1(t) in nats; t counts fits. Takes as long as the claim on the line, up to 4 s with a share of real data."""
    return bounding_values(line(scenario), DIVERGENCE, BELOW, np.asarray(generations, dtype=np.float64))


def limit(scenario: Scenario, at: None = None) -> float:
    """The limit on the line."""
    return float(evaluate(scenario, np.array([np.inf]))[0])  # type: ignore[arg-type]


CLAIM = Claim(
    id="vector-kl-forward-lower-bound-along",
    title="In several dimensions the divergence of the source from the model is at least that on the line, whatever "
    "the policy",
    kind=BELOW,
    statistic=DIVERGENCE,
    assumptions=(*VECTOR_FITS, KNOWN),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=lambda scenario: bound_settles(line(scenario), DIVERGENCE, BELOW),
    reach=lambda scenario: bound_reach(line(scenario), DIVERGENCE, BELOW),
    tolerance=1e-9,
    examples=(
        Example(setting(STRATIFIED | {"real": 10}, "mle", ROUND, 40), t=(0, 1, 2), algebra=False, simulate=False),
        Example(setting(KEPT, "mle", PLANE, 40), t=(1, 2), simulate=False),
        Example(setting(WEIGHTED, "mle", PLANE), t=(1, 2), algebra=False, simulate=False),
        Example(setting({"kind": "forgetting", "rate": 0.5}, "unbiased", SPACE, 7), t=(1,), simulate=False),
    ),
)  # fmt: skip
