r"""In several dimensions the mean wanders as on the line under every retention policy, once for each unit of trace.

$E\lVert\mu_t-\mu_0\rVert^2=\operatorname{tr}[\Sigma_0]\,E(\mu_t-\mu_0)^2$, the right side on the line for a source of
variance 1: what is kept and how it is weighted does not depend on the coordinates, so that every direction is a chain
on the line.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.assumptions import FAITHFUL, MOMENTS, SEVERAL_DIMENSIONS, UNDISTURBED
from theory.claims.exact_claims import exact_claim, reach_of, settles
from theory.claims.vector.one_fit import distance, projection
from theory.claims.vector.source import SHEET, SPACE, exact_covariance, trace, trace0, vector_setting
from theory.derivation import Derivation
from theory.laws.symbols import E, t
from theory.scenario import Scenario, parse_scenario
from theory.scenario.source import GaussianSource

ERROR = "mean_squared_error"
on_the_line = sp.Function("D_1", positive=True)
LINE = GaussianSource(kind="gaussian", mean=0.0, variance=1.0)
POLICIES = {
    "accumulate": {"kind": "accumulate"},
    "stratified": {"kind": "real_share", "scheme": "stratified", "share": 0.2},
    "fixed": {"kind": "real_share", "scheme": "fixed", "share": 0.4},
    "iid": {"kind": "real_share", "scheme": "iid", "share": 0.3},
    "window": {"kind": "window", "length": 3},
}


def line(scenario: Scenario) -> Scenario:
    """The same policy, sizes and estimator on the line, for a source of variance 1."""
    return scenario.model_copy(update={"source": LINE})


def derive() -> Derivation:
    """Moments of coordinates are coordinates of moments; one direction, then two orthogonal ones for all of them."""
    a, b, u1, u2, phi = sp.symbols("a b u_1 u_2 varphi", real=True)
    s11, s12, s22 = sp.symbols(r"\Sigma_{11} \Sigma_{12} \Sigma_{22}", real=True)
    d = Derivation(
        "D_1(t) is E(mu_t - mu_0)^2 on the line with the same policy, sizes and divisor and a source of variance 1, by "
        "the exact claim that covers it there."
    )
    apart = sp.Matrix([a, b])
    direction = sp.Matrix([u1, u2])
    d.algebra(
        (direction.T * apart * apart.T * direction)[0], (u1 * a + u2 * b) ** 2,
        because="pooled, weighted and forgotten covariances are linear in outer products of differences (a, b) of "
        "points and means, with weights that depend on no coordinate: in the direction u each is the square of the "
        "difference of coordinates, so that the variance of the coordinates is fitted as on the line",
    )  # fmt: skip
    projection(d)
    one, other = sp.Matrix([sp.cos(phi), sp.sin(phi)]), sp.Matrix([-sp.sin(phi), sp.cos(phi)])
    d.algebra(
        (one.T * apart)[0] ** 2 + (other.T * apart)[0] ** 2, a**2 + b**2,
        because="over orthogonal directions, here two, the squares add up to the squared distance (a, b) of mu_t "
        "from mu_0",
    )  # fmt: skip
    covariance = sp.Matrix([[s11, s12], [s12, s22]])
    variances = (one.T * covariance * one)[0] + (other.T * covariance * other)[0]
    d.algebra(
        variances.subs(s22, trace0 - s11) * on_the_line(t), trace0 * on_the_line(t),
        because="and each is D_1(t) times the source's variance u' Sigma_0 u in that direction: together the trace",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(distance**2), trace0 * on_the_line(t), evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    claim = exact_claim(line(scenario), ERROR)
    number = sp.Float(claim.algebra_value(line(scenario), int(generation)), 40)
    return {t: generation, trace0: exact_covariance(scenario).trace(), on_the_line: lambda generation: number}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E |mu_t - mu_0|^2 in squared data units; t counts fits."""
    return trace(scenario) * exact_claim(line(scenario), ERROR).evaluate(line(scenario), generations, None)


def limit(scenario: Scenario, at: None = None) -> float:
    """tr Sigma_0 times the limit on the line, where that is known."""
    return trace(scenario) * float(exact_claim(line(scenario), ERROR).limit(line(scenario), None))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The error of each coordinate by the route that checks the claim on the line, summed."""
    with mpmath.workdps(40):
        alone = exact_claim(line(scenario), ERROR).reference(line(scenario), generation, None)
        diagonal = [exact_covariance(scenario)[i, i] for i in range(scenario.source.dimension)]
        return mpmath.fsum(mpf(int(q.p)) / int(q.q) * alone for q in diagonal)


def setting(policy: str, size: int, divisor: str, covariance: tuple[tuple[float, ...], ...] = SPACE) -> Scenario:
    """A scenario of the examples: a policy, in three dimensions."""
    tables = vector_setting(size, divisor, covariance).dump() | {"retention": POLICIES[policy]}
    return parse_scenario(tables)


CLAIM = Claim(
    id="vector-mean-squared-error",
    title="In several dimensions the mean wanders as on the line under every policy: its squared error is the trace of "
    "the source's covariance times that on the line for variance 1",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=(
        SEVERAL_DIMENSIONS, MOMENTS, FAITHFUL, UNDISTURBED,
        Assumption(
            "an exact claim covers mean_squared_error on the line",
            lambda s: SEVERAL_DIMENSIONS.holds(s) and exact_claim(line(s), ERROR) is not None,
        ),
    ),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=lambda scenario: settles(ERROR)(line(scenario)),
    reach=lambda scenario: reach_of(ERROR)(line(scenario)),
    examples=(
        Example(setting("accumulate", 10, "mle"), t=(1, 5, 12)),
        Example(setting("accumulate", 10, "mle"), t=(0, np.inf), algebra=False, simulate=False),
        Example(setting("stratified", 10, "unbiased", SHEET), t=(1, 4, 15)),
        Example(setting("fixed", 10, "mle"), t=(1, 6)),
        Example(setting("iid", 20, "unbiased"), t=(1, 8)),
        Example(setting("iid", 20, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting("window", 6, "mle"), t=(1, 2, 7)),
    ),
)  # fmt: skip
