r"""The mean of a refitted mixture wanders like that of one normal law fitted by maximum likelihood.

Replaced data take it $v_0(1-(1-1/M)^t)$ away in the mean square, in the end the whole variance of the source, that
between its components too: components die and the last of them decides.
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
from theory.claims.gaussian.one_fit import squared_error
from theory.derivation import Derivation
from theory.laws.symbols import E, t, v0
from theory.scenario import Scenario

ERROR = "mean_squared_error"
of_one = sp.Function("D_1", positive=True)


def derive() -> Derivation:
    """The mean of the fit is that of its points; mixture and normal law follow one linear recursion."""
    d = Derivation("D_1(t) is E(mu_t - mu_0)^2 of one normal law that starts with the variance 1.")
    fitted_moments(d)
    a = sp.Symbol("a")
    error = E(squared_error)
    said = d.solves(
        error, v0 * of_one(t), index=t, initial=(0, v0 * of_one(0)),
        next_value=v0 * of_one(t + 1) + a * (error - v0 * of_one(t)),
        because="the same linear recursion for mixture and normal law in units of v_0, the source's variance: what "
        "they differ by follows it without its constant term, here with one coefficient a, and is 0 for the source",
    )  # fmt: skip
    return d.concludes(sp.Eq(error, said.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    line = one_normal(scenario)
    number = sp.Float(exact_claim(line, ERROR).algebra_value(line, int(generation)), 40)
    return {t: generation, v0: whole_variance(scenario), of_one: lambda generation: number}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 of the mean of the whole mixture, squared data units; t counts fits."""
    line = one_normal(scenario)
    return float(whole_variance(scenario)) * exact_claim(line, ERROR).evaluate(line, generations, None)


def limit(scenario: Scenario, at: None = None) -> float:
    """The limit for one normal law, where it is known."""
    line = one_normal(scenario)
    return float(whole_variance(scenario)) * float(exact_claim(line, ERROR).limit(line, None))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The route that checks the claim about one normal law."""
    line = one_normal(scenario)
    unit = whole_variance(scenario)
    with mpmath.workdps(40):
        found = exact_claim(line, ERROR).reference(line, generation, None)
        return mpmath.mpf(int(unit.p)) / int(unit.q) * found


CLAIM = Claim(
    id="mixture-mean-squared-error",
    title="The mean of a refitted mixture of normal laws wanders as that of one normal law fitted by maximum "
    "likelihood, under every policy that pools its points: in the end by the variance of the source if data are "
    "replaced",
    kind=Kind.EXACT,
    statistic=ERROR,
    assumptions=assumptions(ERROR),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=lambda scenario: settles(ERROR)(one_normal(scenario)),
    reach=lambda scenario: reach_of(ERROR)(one_normal(scenario)),
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
        Example(setting(OVERLAPPING, 10**9), t=(10**6, np.inf), algebra=False, simulate=False),
        Example(setting(OVERLAPPING, 2), t=(0, 1, 3), algebra=False, simulate=False),
    ),
)  # fmt: skip
