r"""No sizes with the sum B leave a smaller squared error of the mean after t unbiased fits than equal ones: $v_0t^2/B$.

Equality holds for equal sizes alone. To halve the error of a chain of given length takes twice the points; a chain
twice as long takes four times as many.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Kind
from theory.claims.gaussian.budget import UNBIASED, bounded, examples, level, reach, spent, tangent, total
from theory.claims.gaussian.one_fit import squared_error
from theory.claims.gaussian.replace_varying_mean_squared_error import reference
from theory.claims.gaussian.varying import bindings, cochran, sizes
from theory.derivation import Derivation
from theory.laws.symbols import E, k, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The error is v_0 times the sum of 1/M_k, and 1/M lies above its tangents."""
    d = Derivation("M_k is the size of generation k, and B_t = M_1 + ... + M_t the points that t fits have used.")
    cochran(d)
    d.solves(
        E(squared_error), v0 * sp.Sum(1 / sizes[k], (k, 1, t)), index=t, initial=(0, sp.Integer(0)),
        next_value=E(squared_error) + v0 / sizes[t + 1],
        because="unbiased, E v_t = v_0: fit t + 1 adds v_0/M_(t+1) to the squared error of the mean",
    )  # fmt: skip
    tangent(d)
    least = d.algebra(
        sp.Subs(v0 * (2 * t / level - total / level**2), level, total / t), v0 * t**2 / total,
        because="the tangents at c = B_t/t, the mean size, added up over the fits: attained by equal sizes alone",
    )  # fmt: skip
    return d.concludes(sp.Ge(E(squared_error), least.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """v_0 t^2/B_t in squared data units; t counts fits."""
    points = spent(scenario, generations)
    return bounded(generations, lambda t: scenario.source.variance * t * (t / points))


CLAIM = Claim(
    id="gaussian-replace-budget-lower-bound",
    title="With B points in all, however they are spread over t unbiased fits, the squared error of the mean is at "
    "least v_0 t^2/B: equal sizes are best",
    kind=Kind.LOWER_BOUND,
    statistic="mean_squared_error",
    assumptions=UNBIASED,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    reach=reach,
    examples=examples("unbiased"),
)
