r"""Under maximum likelihood, too, equal sizes are best: the error is at least $v_0(1-(1-t/B)^t)$ with B points in all.

The same bound from above holds for what is left of the variance, $E v_t\le v_0(1-t/B)^t$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Kind
from theory.claims.gaussian.budget import MLE, bounded, examples, level, reach, size, spent, tangent, total
from theory.claims.gaussian.one_fit import squared_error
from theory.claims.gaussian.replace_varying_mean_squared_error import reference
from theory.claims.gaussian.varying import bindings, cochran, sizes
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.symbols import E, k, t, v0, y
from theory.scenario import Scenario


def derive() -> Derivation:
    """What one fit leaves of the variance against what it would at the mean size, and the product of that."""
    d = Derivation(
        "M_k is the size of generation k, B_t = M_1 + ... + M_t the points that t fits have used, and c = B_t/t their "
        "mean size."
    )
    cochran(d)
    left = sp.Product(1 - 1 / sizes[k], (k, 1, t))
    d.solves(
        E(squared_error), v0 * (1 - left), index=t, initial=(0, sp.Integer(0)),
        next_value=E(squared_error) + v0 * left / sizes[t + 1],
        because="E v_t is v_0 times the product of 1 - 1/M_k, and fit t + 1 adds E v_t/M_(t+1)",
    )  # fmt: skip
    tangent(d)
    d.algebra(
        sp.Subs(2 * t / level - total / level**2, level, total / t), t**2 / total,
        because="so the sum of 1/M_k is at least t^2/B_t = t/c",
    )  # fmt: skip
    d.algebra((1 - 1 / size) / (1 - 1 / level), 1 + (1 - level / size) / (level - 1), because="for a fit to n points")
    d.given(
        sp.log(1 + y), y, relation=r"\le", source="hardy1952inequalities", check=logarithm_below_its_tangent,
        because="so the product is at most (1 - 1/c)^t exp((t - c sum 1/M_k)/(c-1)), with an exponent that is not "
        "positive",
    )  # fmt: skip
    least = d.algebra(
        v0 - v0 * sp.Subs((1 - 1 / level) ** t, level, total / t), v0 * (1 - (1 - t / total) ** t),
        because="and what it leaves of the variance is at most that of equal sizes, v_0 (1 - 1/c)^t",
    )  # fmt: skip
    return d.concludes(sp.Ge(E(squared_error), least.rhs, evaluate=False))


def logarithm_below_its_tangent() -> list[Verdict]:
    return [at_most(mpmath.log1p(x), x) for x in (-0.9, -0.1, 0.0, 1e-9, 3.0)]


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """v_0 (1 - (1 - t/B_t)^t) in squared data units; t counts fits."""
    points = spent(scenario, generations)
    return bounded(generations, lambda t: -scenario.source.variance * np.expm1(t * np.log1p(-t / points)))


CLAIM = Claim(
    id="gaussian-replace-budget-mle-lower-bound",
    title="With B points in all, however they are spread over t fits by maximum likelihood, the squared error of the "
    "mean is at least v_0 (1 - (1 - t/B)^t): equal sizes are best",
    kind=Kind.LOWER_BOUND,
    statistic="mean_squared_error",
    assumptions=MLE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    reach=reach,
    examples=examples("mle"),
)
