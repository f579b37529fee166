r"""The mean of model t is as far from the truth as that of $v_0/E(\mu_t-\mu_0)^2$ independent real points.

One argument for every policy whose squared error is known exactly: $M/t$ points under replacement with the unbiased
divisor, $1/(1-\operatorname{sinc})\approx6M/\pi^2$ in the end where all data are kept, $n/w^*$ at the best weight of
$n$ real points.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind, Source, exact
from theory.claims.exact_claims import exact_claim, known, reach_of, settles
from theory.claims.gaussian import accumulate, forgetting, pool, real_share, replace, subsample, varying, weighted
from theory.claims.vector.source import vector_setting
from theory.derivation import Derivation
from theory.laws.symbols import M, alpha, n, t, v0, w, x
from theory.laws.weighted_mixing import best_weight
from theory.scenario import Scenario

ERROR = "mean_squared_error"
error = sp.Function("D", positive=True)  # of the mean of model t
effective = sp.Symbol(r"M_{\mathrm{eff}}(t)", positive=True)


def derive() -> Derivation:
    """The error of the mean of n real points, solved for n; then what that is where the error has a closed form."""
    d = Derivation(
        "D(t) is E |mu_t - mu_0|^2, by the exact claim that covers it; in several dimensions v_0 is the trace of the "
        "covariance of the source."
    )
    mean, size = sp.Function("F"), v0 / error(t)
    d.solves(
        mean(n), v0 / n, index=n, initial=(1, v0), next_value=(n / (n + 1)) ** 2 * mean(n) + v0 / (n + 1) ** 2,
        because="the mean of n real points: one more of them, independent of the others, enters with the weight "
        "1/(n+1)",
    )  # fmt: skip
    solved = d.algebra(
        size, n + (v0 - n * error(t)) / error(t),
        because="so n points have the error D(t) exactly where n D(t) = v_0, that is for n = v_0/D(t)",
    )  # fmt: skip
    for found, points, because in (
        (t * v0 / M, M / t, "replaced data, unbiased: M/t points"),
        (v0 / (M * alpha * (2 - alpha)), M * alpha * (2 - alpha),
         "a share of fresh real points, with the divisor that leaves the variance as it is: fewer than twice as many"),
        (w * v0 / n, n / w, "n real points at their best weight w: at equal sizes 1.618 times as many"),
    ):  # fmt: skip
        d.algebra(sp.Subs(v0 / x, x, found), points, because=because)
    d.algebra(
        sp.Limit(x**2 / (1 - sp.sin(sp.pi * x) / (sp.pi * x)), x, 0), 6 / sp.pi**2,
        because="all data kept under maximum likelihood, x = 1/sqrt(M): in the end about 6 M/pi^2 points",
    )  # fmt: skip
    return d.concludes(sp.Eq(effective, solved.lhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    digits = exact_claim(scenario, ERROR).algebra_value(scenario, generation, digits=60)
    return {v0: _variance(scenario), t: generation, error: lambda t: sp.Float(digits, 60)}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """v_0/E |mu_t - mu_0|^2, in points; infinite for the source itself; t counts fits."""
    return _size(scenario, exact_claim(scenario, ERROR).evaluate(scenario, generations, None))


def limit(scenario: Scenario, at: None = None) -> float:
    """The same of the limit of the error, where it is known; 0 where that is infinite."""
    return float(_size(scenario, np.asarray(exact_claim(scenario, ERROR).limit(scenario, None))))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """v_0 over the error by the route that checks it: the recurrence of each policy."""
    claim = exact_claim(scenario, ERROR)
    with mpmath.workdps(40):
        found = claim.reference(scenario, generation, None)
        return mpf(str(_variance(scenario).evalf(40))) / found if found else mpf(mpmath.inf)


def _variance(scenario: Scenario) -> sp.Expr:
    covariance = scenario.source.covariance_matrix()
    return sum((exact(covariance[i][i]) for i in range(len(covariance))), sp.Integer(0))


def _size(scenario: Scenario, squared_error: Float[np.ndarray, "*T"]) -> Float[np.ndarray, "*T"]:
    with np.errstate(divide="ignore"):
        return float(np.trace(scenario.source.covariance_matrix())) / squared_error


CLAIM = Claim(
    id="gaussian-effective-real-size",
    title="The mean of model t is as far off as that of v_0/E(mu_t - mu_0)^2 real points, under every policy: M/t of "
    "them by replacement if unbiased, 6M/pi^2 in the end where all data are kept",
    kind=Kind.EXACT,
    statistic="effective_real_size",
    assumptions=(
        Assumption("the source is a Gaussian", lambda s: s.family == "gaussian"),
        known(ERROR),
    ),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=settles(ERROR),
    reach=reach_of(ERROR),
    examples=tuple(
        Example(scenario, t=times, algebra=np.inf not in times and 0 not in times, simulate=False)
        for scenario, times in (
            (replace.setting(10, "unbiased"), (1, 5, 100)),
            (replace.setting(10, "unbiased"), (0, np.inf)),
            (replace.setting(100, "mle"), (1000, np.inf)),
            (varying.setting({"kind": "polynomial", "size": 20, "power": 2.0}), (1, 12)),
            (accumulate.setting(100), (10, np.inf)),
            (subsample.setting(20, False), (3, np.inf)),
            (real_share.setting("stratified", 50, "unbiased", real=5), (2, np.inf)),
            (weighted.setting(20, 20, best_weight(20, 20), "unbiased"), (3, np.inf)),
            (forgetting.setting(20, 0.3, "mle"), (2, 6)),
            (pool.setting([10, 5, 5], [0, 15, 15], "mle"), (1, 3)),
            (vector_setting(20, "unbiased"), (4, np.inf)),
        )
    ),
    sources=(
        Source(
            "dey2024universality", "", "reported", "not compared",
            "an asymptotic relative efficiency of at least 6/pi^2 for exponential families where all data are kept",
        ),
    ),
    errata="Equal to the number of real points only in the error of the mean. The variance of the model, its tails and "
    "its shape may be those of far fewer points, or of another law.",
)  # fmt: skip
