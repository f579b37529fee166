r"""The distance in several dimensions is at least that of its projections on the principal directions of the source.

$E W_2^2\ge\operatorname{tr}\Sigma_0\left[\frac{M-L}M\sum_{k\le t}r^k+2\,(1-c^t)\right]$ with $r=\frac{M-1}L$ and
$c=E\sqrt{\chi^2_{M-1}/L}$: the value on the line with the trace for the variance. It is the value of a source that
varies in one direction; in more it leaves out that models turn.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Kind
from theory.claims.assumptions import VECTOR_REPLACE, sample_size_at_least
from theory.claims.gaussian.one_fit import moment_of_factor, powers_of_factor, root_mean_factor
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.vector.distance import EXAMPLES, excess_of_parts, limit, mean_excess, reference, wasserstein
from theory.claims.vector.one_fit import variance_along
from theory.claims.vector.source import bindings, trace, trace0, vector_setting
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.chi_square import log_mean_root_factor
from theory.laws.symbols import E, L, M, dim, i, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """Any coupling couples the coordinates; their distances, whose expectations are those on the line; the sum."""
    d = Derivation(
        "Couple model and source: the squared distance of two points is the sum of those of their coordinates along "
        "the principal directions of the source, and each of these costs at least the distance of the two laws of one "
        "coordinate, which is that of a chain on the line."
    )
    excess, transform = excess_of_parts(d)
    along = sp.Symbol(r"W_{t,i}", positive=True)
    d.given(
        wasserstein**2, sp.Sum(along**2, (i, 1, dim)), relation=r"\ge", source="villani2003",
        check=projections_are_nearer,
        because="W_(t,i) is the distance of the laws of the i-th coordinate: the optimal coupling of the vectors is "
        "one of the coordinates too",
    )  # fmt: skip
    c = moment_of_factor(
        d, transform, sp.Rational(1, 2), root_mean_factor,
        "one fit multiplies the mean standard deviation along a direction by this c",
    )  # fmt: skip
    q = variance_along
    root = d.solves(
        E(sp.sqrt(q(0) * q(t))), q(0) * c**t, index=t, next_value=c * E(sp.sqrt(q(0) * q(t))), initial=(0, q(0)),
        because="the factors are independent; this is the cross term of the distance in one direction, and summed over "
        "the principal directions q_0 becomes the trace",
    )  # fmt: skip
    total = d.algebra(
        excess + 2 * trace0 - 2 * root.rhs.subs(q(0), trace0),
        trace0 * ((M - L) / M * powers_of_factor + 2 * (1 - c**t)),
        because="put together: |mu_t - mu_0|^2 + tr Sigma_t + tr Sigma_0 less twice the cross terms",
    )  # fmt: skip
    return d.concludes(sp.Ge(E(wasserstein**2), total.rhs, evaluate=False))


def projections_are_nearer() -> list[Verdict]:
    """The sum of the distances of both coordinates beside the exact expectation in two dimensions, one fit of ten."""
    scenario = vector_setting(10, "unbiased", ((1.0, 0.0), (0.0, 2.0)))
    return [at_most(float(evaluate(scenario, np.array([n]))[0]), reference(scenario, n)) for n in (1, 2)]


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """The lower bound of E W_2^2(model t, source) in squared data units; t counts fits."""
    excess = mean_excess(scenario, generations)
    with np.errstate(over="ignore", invalid="ignore"):
        lost_root = -np.expm1(generations * log_mean_root_factor(*size_and_offset(scenario)))
        return np.where(excess == np.inf, np.inf, excess + 2 * trace(scenario) * lost_root)


CLAIM = Claim(
    id="vector-replace-wasserstein2-lower-bound",
    title="In several dimensions the expected squared Wasserstein distance is at least that on the line, with the "
    "trace for the variance",
    kind=Kind.LOWER_BOUND,
    statistic="wasserstein2_squared",
    assumptions=(*VECTOR_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-9,
    examples=EXAMPLES,
)
