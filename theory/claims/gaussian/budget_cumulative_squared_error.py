r"""Added up over models 1 to t, the squared errors are at least $v_0(\sum_{j\le t}\sqrt j)^2/B$ with B points in all.

Sizes $M_k\propto\sqrt{t-k+1}$ attain it: what an early fit adds stays with all later models. Equal sizes pay $v_0t^2
(t+1)/2B$; the best ones save up to a ninth of that, for long chains.
"""

import dataclasses

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Kind
from theory.claims.gaussian.budget import UNBIASED, bounded, examples, level, reach, size, spent, total
from theory.claims.gaussian.cumulative_squared_error import cumulative, reference
from theory.claims.gaussian.varying import bindings, cochran, sizes
from theory.derivation import Derivation, Verdict, agree
from theory.laws.budget import least_risk, running_weights
from theory.laws.symbols import j, k, t, v0
from theory.laws.varying_sizes import running_sums
from theory.scenario import Scenario

weight, roots = sp.symbols("w R", positive=True)


def derive() -> Derivation:
    """Each fit weighs as many models as come after it; w/M lies above its tangent at the size that w deserves."""
    d = Derivation(
        "M_k is the size of generation k and B_t = M_1 + ... + M_t. Unbiased, E v_t = v_0, and the mean of model s has "
        "the squared error v_0 (1/M_1 + ... + 1/M_s)."
    )
    cochran(d)
    d.solves(
        cumulative, v0 * sp.Sum((t - k + 1) / sizes[k], (k, 1, t)), index=t, initial=(0, sp.Integer(0)),
        next_value=cumulative + v0 * sp.Sum(1 / sizes[k], (k, 1, t)) + v0 / sizes[t + 1],
        because="what fit k adds is in the models k, ..., t",
    )  # fmt: skip
    d.algebra(
        weight / size - (2 * sp.sqrt(weight) * level - level**2 * size),
        (sp.sqrt(weight) - level * size) ** 2 / size,
        because="never negative, and 0 for n = sqrt(w)/c alone: w/n lies above its tangent there",
    )  # fmt: skip
    d.algebra(
        sp.Subs(2 * level * roots - level**2 * total, level, roots / total), roots**2 / total,
        because="the tangents for w = t-k+1 at c = R/B_t, with R the sum of their roots, added up over the fits: "
        "attained by M_k = B_t sqrt(t-k+1)/R alone",
    )  # fmt: skip
    least = v0 * sp.Sum(sp.sqrt(j), (j, 1, t)) ** 2 / total
    d.given(
        cumulative, least, relation=r"\ge", source="hardy1952inequalities", check=sizes_that_attain_it,
        because="so, as Cauchy's inequality says, with the roots of 1, ..., t in the order of the weights",
    )  # fmt: skip
    d.algebra(
        sp.Limit((sp.Rational(2, 3) * t ** sp.Rational(3, 2)) ** 2 / (t**2 * (t + 1) / 2), t, sp.oo),
        sp.Rational(8, 9),
        because="beside equal sizes, which pay v_0 t^2 (t+1)/2B: the sum of roots is about (2/3) t^(3/2)",
    )  # fmt: skip
    return d.concludes(sp.Ge(cumulative, least, evaluate=False))


def sizes_that_attain_it() -> list[Verdict]:
    """M_k in proportion to the roots of the weights spend B and pay the bound, for t = 1, 2, 50."""
    found = []
    for fits in (1, 2, 50):
        w, B = running_weights(fits), 1000.0
        best = B * np.sqrt(w) / np.sqrt(w).sum()
        found += [agree((w / best).sum(), least_risk(w, B)), agree(best.sum(), B)]
    return found


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """v_0 (sum of sqrt j)^2/B_t in squared data units; t counts fits."""
    points = spent(scenario, generations)
    added = np.concatenate([[0.0], running_sums(np.sqrt(np.arange(1.0, generations.max(initial=0) + 1)))])[generations]
    return bounded(generations, lambda t: scenario.source.variance * added * (added / points))


CLAIM = Claim(
    id="gaussian-replace-cumulative-budget-lower-bound",
    title="With B points in all over t unbiased fits, the squared errors of the means of models 1 to t add up to at "
    "least v_0 s^2/B, s the sum of the roots of 1 to t: sizes that fall as the root of the fits to come are best",
    kind=Kind.LOWER_BOUND,
    statistic="cumulative_squared_error",
    assumptions=UNBIASED,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    reach=reach,
    examples=tuple(dataclasses.replace(one, simulate=False) for one in examples("unbiased") if max(one.t) <= 20),
    errata="Over long chains the best sizes pay 8/9 of what equal ones do. For whole sizes of 2 and more the least sum "
    "is a little above the bound; `plan` finds it.",
)  # fmt: skip
