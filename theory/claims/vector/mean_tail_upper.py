r"""Markov's inequality: the mean strays farther than x with a chance of at most $\operatorname{tr}[\Sigma_0]\,D_1/x^2$.

$D_1=E(\mu_t-\mu_0)^2$ on the line for a source of variance 1, whatever the policy. One fit has a normal mean, whose
chance falls much faster; under replacement with the unbiased divisor $D_1$ grows without end, and the chance settles
at what claims about large samples say.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, exact
from theory.claims.assumptions import FAITHFUL, MOMENTS, SEVERAL_DIMENSIONS, UNDISTURBED
from theory.claims.exact_claims import exact_claim, known, reach_of, settles
from theory.claims.gaussian.bounded_mean_tail import normal_tails
from theory.claims.vector.distance import ROUND
from theory.claims.vector.one_fit import distance, projection
from theory.claims.vector.projected_mean_squared_error import ERROR, on_the_line
from theory.claims.vector.source import PLANE, SHEET, eigenvalues, exact_covariance, rank, trace0
from theory.claims.vector.whitened import KEPT, POOL, STRATIFIED, SUBSAMPLE, WEIGHTED, line, setting
from theory.derivation import Derivation
from theory.laws.symbols import t, x
from theory.scenario import Scenario

P = sp.Function("P")
strays = sp.Gt(distance, x, evaluate=False)


def derive() -> Derivation:
    """The squared error over orthogonal directions, and Markov's inequality for it."""
    l1, l2, e = sp.symbols("lambda_1 lambda_2 e", positive=True)
    d = Derivation("Only the mean square of the error is used, so that the policy does not matter.")
    projection(d)
    d.algebra(
        (sp.sqrt(l1) * sp.sqrt(e)) ** 2 + (sp.sqrt(l2) * sp.sqrt(e)) ** 2, (l1 + l2) * e,
        because="along the i-th principal direction of the source the squared error is its variance lambda_i times "
        "that of a source of variance 1: for two directions they add up to the trace times that",
    )  # fmt: skip
    bound = d.given(
        P(strays), sp.Min(1, trace0 * on_the_line(t) / x**2), relation=r"\le", source="hardy1952inequalities",
        check=normal_tails, because="Markov's inequality for the squared distance, for x > 0",
    )  # fmt: skip
    return d.concludes(sp.Le(bound.lhs, bound.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: float) -> dict:
    claim = exact_claim(line(scenario), ERROR)
    number = sp.Float(claim.algebra_value(line(scenario), int(generation)), 40) if generation else sp.Integer(0)
    return {
        t: generation, trace0: exact_covariance(scenario).trace(), x: exact(at), on_the_line: lambda generation: number,
    }  # fmt: skip


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """tr Sigma_0 D_1/x^2, or 1 where that is more; t counts fits."""
    error = exact_claim(scenario, ERROR).value(scenario, np.asarray(generations, dtype=np.float64))
    return np.minimum(1.0, error / at / at) + 0.0 if at > 0 else np.where((error > 0) | (at < 0), 1.0, 0.0)


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """The chance after one fit, whose mean is normal, for a source of rank two: a mean over directions."""
    if generation == 0 or at < 0:
        return mpf(int(at < 0))
    if generation != 1 or rank(scenario) != 2:
        raise ValueError(f"the true chance is known after one fit in the plane, got t = {generation}")
    first, second = (mpf(float(one)) for one in eigenvalues(scenario))
    level = mpf(repr(at)) ** 2 * scenario.first_size / 2

    def beyond(angle: mpf) -> mpf:
        return mpmath.exp(-level / (first * mpmath.cos(angle) ** 2 + second * mpmath.sin(angle) ** 2))

    return mpmath.quad(beyond, [0, mpmath.pi / 2]) * 2 / mpmath.pi


CLAIM = Claim(
    id="vector-mean-tail-upper-bound",
    title="In several dimensions the mean strays farther than x with a chance of at most E |mu_t - mu_0|^2/x^2, "
    "whatever the policy",
    kind=Kind.UPPER_BOUND,
    statistic="mean_tail",
    assumptions=(SEVERAL_DIMENSIONS, MOMENTS, FAITHFUL, UNDISTURBED, known(ERROR)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=lambda scenario, at: float(evaluate(scenario, np.array([np.inf]), at)[0]),  # type: ignore[arg-type]
    settles=lambda scenario: scenario.retention.kind != "replace" and settles(ERROR)(scenario),
    reach=reach_of(ERROR),
    examples=(
        Example(setting(STRATIFIED, "mle", ROUND, 12), t=(0, 1), at=1.0),
        Example(setting({"kind": "window", "length": 3}, "mle", SHEET, 10), t=(1,), at=1.5, simulate=False),
        Example(setting(WEIGHTED, "mle", PLANE), t=(1,), at=1.0, simulate=False),
        Example(setting(POOL, "mle", PLANE), t=(1,), at=1.2, simulate=False),
        Example(setting(KEPT, "unbiased", PLANE, 30), t=(1,), at=0.5, simulate=False),
        Example(setting(SUBSAMPLE, "mle", PLANE, 20), t=(1,), at=0.8, simulate=False),
        Example(setting({"kind": "replace"}, "mle", PLANE, 10), t=(0, 1), at=-1.0, algebra=False, simulate=False),
    ),
)  # fmt: skip
