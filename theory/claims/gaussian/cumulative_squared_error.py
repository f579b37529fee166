r"""Who uses every model of a chain pays for all of their errors: $\sum_{s\le t}E(\mu_s-\mu_0)^2$, for every policy.

Replaced data with the unbiased divisor cost $v_0\,t(t+1)/2M$ by the end of t fits; where the error of the mean settles
at $D$, the sum grows as $tD$, so that no policy whose models stay off has a finite one over all time.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.exact_claims import exact_claim, known, reach_of
from theory.claims.gaussian import accumulate, real_share, replace, varying, window
from theory.claims.gaussian.effective_real_size import ERROR
from theory.claims.vector.source import vector_setting
from theory.derivation import Derivation
from theory.laws.symbols import M, j, t, v0
from theory.laws.varying_sizes import running_sums
from theory.scenario import Scenario

error = sp.Function("D")  # of the mean of model t
cumulative = sp.Symbol(r"\sum_{s=1}^t D(s)", positive=True)
MOST_MODELS, FOREVER = 1_000_000, np.array([np.inf])


def derive() -> Derivation:
    """A sum by its recursion, and its value where every fit adds the same."""
    d = Derivation("D(s) is E |mu_s - mu_0|^2, by the exact claim that covers it.")
    added = d.solves(
        cumulative, sp.Sum(error(j), (j, 1, t)), index=t, initial=(0, sp.Integer(0)),
        next_value=cumulative + error(t + 1), because="model t + 1 adds its own squared error",
    )  # fmt: skip
    d.algebra(
        sp.Sum(j * v0 / M, (j, 1, t)), v0 * t * (t + 1) / (2 * M),
        because="replaced data, unbiased, M points per fit: D(s) = v_0 s/M",
    )  # fmt: skip
    least, since = sp.symbols("d s", positive=True)
    d.algebra(
        sp.Sum(least, (j, since + 1, t)), (t - since) * least,
        because="for t = inf: where D(s) has a limit above 0, all but finitely many models, those after some s, have "
        "an error of at least d, half of it; the sum is at least this and grows beyond every number",
    )  # fmt: skip
    return d.concludes(sp.Eq(cumulative, added.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    claim = exact_claim(scenario, ERROR)
    return {error: lambda s: sp.Float(claim.algebra_value(scenario, int(s), digits=60), 60), t: generation}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """The sum of E |mu_s - mu_0|^2 over s = 1, ..., t in squared data units; t counts fits."""
    models = np.arange(1, int(generations.max(initial=0)) + 1)
    errors = exact_claim(scenario, ERROR).evaluate(scenario, models, None)
    return np.concatenate([[0.0], running_sums(errors)])[generations]


def limit(scenario: Scenario, at: None = None) -> float:
    """Infinite, as the error of the mean does not vanish."""
    return np.inf


def stays_off(scenario: Scenario) -> bool:
    """Whether the error of the mean has a limit that is known and above 0."""
    claim = exact_claim(scenario, ERROR)
    return claim is not None and claim.knows_limit(scenario) and bool(claim.value(scenario, FOREVER)[0] > 0)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The errors added up, each by the recurrence of its policy; in the limit its last value decides.

    Raises ValueError where that is 0.
    """
    with mpmath.workdps(40):
        found = exact_claim(scenario, ERROR).reference
        if generation == mpmath.inf:
            if not found(scenario, np.inf, None) > 0:
                raise ValueError("the sum of errors that vanish may be finite")
            return mpf("inf")
        return mpmath.fsum(found(scenario, s, None) for s in range(1, int(generation) + 1))


CLAIM = Claim(
    id="gaussian-cumulative-squared-error",
    title="The squared errors of the means of models 1 to t add up to v_0 t(t+1)/2M by replacement if unbiased, and "
    "to what their exact values say under every policy",
    kind=Kind.EXACT,
    statistic="cumulative_squared_error",
    assumptions=(
        Assumption("the source is a Gaussian", lambda s: s.family == "gaussian"),
        known(ERROR),
    ),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=stays_off,
    reach=reach_of(ERROR, besides=MOST_MODELS),
    examples=tuple(
        Example(scenario, t=times, algebra=min(times) > 0 and max(times) < np.inf, simulate=False)
        for scenario, times in (
            (replace.setting(10, "unbiased"), (1, 5, 12)),
            (replace.setting(10, "mle"), (0, 30, np.inf)),
            (replace.setting(10, "unbiased"), (np.inf,)),
            (varying.setting({"kind": "explicit", "sizes": [20, 9, 100]}), (1, 3)),
            (accumulate.setting(100), (2, 6)),
            (accumulate.setting(100), (np.inf,)),
            (real_share.setting("stratified", 50, "unbiased", real=5), (2, 7)),
            (real_share.setting("fixed", 20, "mle", real=4), (np.inf,)),
            (window.setting(10, 2, "mle"), (3,)),
            (vector_setting(20, "unbiased"), (4,)),
        )
    ),
)  # fmt: skip
