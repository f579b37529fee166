r"""A refitted mixture has the mean variance of one normal law fitted by maximum likelihood: components change nothing.

Replaced data take one part in $M$ off it in every fit, $E v_t=v_0(1-1/M)^t$, whether the components lie apart, overlap
or die; with all data kept it ends at $v_0\sin(\pi/\sqrt M)/(\pi/\sqrt M)$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.exact_claims import exact_claim, reach_of, settles
from theory.claims.families.mixture_heterozygosity import setting as components
from theory.claims.families.mixture_moments import (
    APART,
    OVERLAPPING,
    assumptions,
    fitted_moments,
    one_normal,
    setting,
    whole_variance,
)
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation
from theory.laws.symbols import E, t, v0
from theory.scenario import Scenario

VARIANCE = "variance"
of_one = sp.Function("U_1", positive=True)


def derive() -> Derivation:
    """The variance of the fit is that of its points; mixture and normal law follow one linear recursion."""
    d = Derivation("U_1(t) is E v_t of one normal law that starts with the variance 1.")
    fitted_moments(d)
    a = sp.Symbol("a")
    said = d.solves(
        E(v(t)), v0 * of_one(t), index=t, initial=(0, v0 * of_one(0)),
        next_value=v0 * of_one(t + 1) + a * (E(v(t)) - v0 * of_one(t)),
        because="the same linear recursion for mixture and normal law in units of v_0, the source's variance: what "
        "they differ by follows it without its constant term, here with one coefficient a, and is 0 for the source",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(v(t)), said.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    line = one_normal(scenario)
    number = sp.Float(exact_claim(line, VARIANCE).algebra_value(line, int(generation)), 40)
    return {t: generation, v0: whole_variance(scenario), of_one: lambda generation: number}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t of the whole mixture, squared data units; t counts fits."""
    line = one_normal(scenario)
    return float(whole_variance(scenario)) * exact_claim(line, VARIANCE).evaluate(line, generations, None)


def limit(scenario: Scenario, at: None = None) -> float:
    """The limit for one normal law, where it is known."""
    line = one_normal(scenario)
    return float(whole_variance(scenario)) * float(exact_claim(line, VARIANCE).limit(line, None))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The route that checks the claim about one normal law."""
    line = one_normal(scenario)
    unit = whole_variance(scenario)
    with mpmath.workdps(40):
        found = exact_claim(line, VARIANCE).reference(line, generation, None)
        return mpmath.mpf(int(unit.p)) / int(unit.q) * found


CLAIM = Claim(
    id="mixture-variance",
    title="A refitted mixture of normal laws has the expected variance of one normal law fitted by maximum likelihood,"
    " under every policy that pools its points: v_0 (1-1/M)^t where data are replaced",
    kind=Kind.EXACT,
    statistic=VARIANCE,
    assumptions=assumptions(VARIANCE),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=lambda scenario: settles(VARIANCE)(one_normal(scenario)),
    reach=lambda scenario: reach_of(VARIANCE)(one_normal(scenario)),
    examples=(
        Example(components(60, 0.2), t=(1, 5)),
        Example(setting(OVERLAPPING), t=(1, 4), simulate=False),
        Example(setting(OVERLAPPING, kind="accumulate"), t=(1, 3), simulate=False),
        Example(setting(APART, kind="real_share", scheme="stratified", share=0.25), t=(1, 5), simulate=False),
        Example(setting(APART, kind="real_share", scheme="iid", share=0.3), t=(0, 2, np.inf), algebra=False,
                simulate=False),
        Example(setting(OVERLAPPING, kind="real_share", scheme="fixed", share=0.25), t=(1, 3), simulate=False),
        Example(setting(APART, {"kind": "explicit", "sizes": [12, 6, 9]}), t=(1, 3), simulate=False),
        Example(setting(APART, kind="window", length=2), t=(2, 4), simulate=False),
        Example(setting(APART, None, kind="pool", real=[10, 5, 5], synthetic=[0, 5, 5]), t=(1, 3), simulate=False),
        Example(setting(APART, kind="accumulate_subsample", replacement=False), t=(3, np.inf), algebra=False,
                simulate=False),
        Example(setting(OVERLAPPING, 10**9), t=(10**6,), algebra=False, simulate=False),
        Example(setting(OVERLAPPING, 2), t=(0, 1, 3), algebra=False, simulate=False),
    ),
)  # fmt: skip
