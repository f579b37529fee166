r"""With all data kept the divergence of the model from the source stays bounded; under forgetting it grows for ever.

$E D_{KL}(p_t\Vert p_0)=\frac12\left[E\frac{v_t}{v_0}+E\frac{(\mu_t-\mu_0)^2}{v_0}-1-\sum_{k\le t}E\log F_k\right]$.
With large equal batches kept it tends to $\frac{\pi^2}6\cdot\frac1M$, $\frac{\pi^2}6$ times that of one fit. Under
forgetting the logarithm falls, or the variance grows, without end.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import accumulate, factors_reference, forgetting, varying
from theory.claims.gaussian.factors import (
    INDEPENDENT_FACTORS,
    INTRODUCTION,
    ell,
    evaluated,
    factors,
    forgets,
    reach,
    settled,
    solve_error,
    solve_power,
    sums_settle,
)
from theory.claims.gaussian.factors_transform import bindings, frullani
from theory.claims.gaussian.one_fit import divergence_from_model, v
from theory.derivation import Derivation
from theory.laws.symbols import E, k, s, t, v0
from theory.scenario import Scenario

divergence = sp.Symbol(r"D_{\mathrm{KL}}(p_t\,\Vert\,p_0)")


def derive() -> Derivation:
    """The divergence as an integral, its three means, and their sum."""
    d = Derivation(INTRODUCTION)
    divergence_from_model(d)
    factors(d)
    logarithm = solve_logarithm(d)
    error, mean = solve_error(d), solve_power(d, sp.Integer(1))
    total = d.algebra(
        (v0 * mean + v0 * error - v0 - v0 * logarithm) / (2 * v0), (mean + error - 1 - logarithm) / 2,
        because="put together",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(divergence), total.rhs, evaluate=False))


def solve_logarithm(d: Derivation) -> sp.Expr:
    """E log(v_t/v_0) as a sum over fits."""
    F = sp.Symbol("F", positive=True)
    d.given(
        sp.log(F), sp.Integral((sp.exp(-s) - sp.exp(-s * F)) / s, (s, 0, sp.oo)), source="dlmf", check=frullani,
        because="Frullani's integral; its mean over F, one over the transform, is l_k = E log F_k",
    )  # fmt: skip
    logarithm = E(sp.log(v(t) / v0))
    return d.solves(
        logarithm, sp.Sum(ell(k), (k, 1, t)), index=t, initial=(0, sp.Integer(0)),
        next_value=logarithm + ell(t + 1), because="the logarithms of the factors add up",
    ).rhs  # fmt: skip


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E KL(model t || source) in nats; t counts fits."""
    return evaluated(scenario, generations, "divergence_of_model")


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite where all data are kept, and where replaced ones grow fast, infinite under forgetting."""
    return settled(scenario, "divergence_of_model") if not forgets(scenario) else np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of the means of v, log v and (mu - mu_0)^2."""
    return factors_reference.value(scenario, generation, lambda m: (m[1] + m[4] - m[12] - m[10]) / 2)


CLAIM = Claim(
    id="gaussian-factors-kl-reverse",
    title="With all data kept the expected divergence of the model from the source tends to a finite limit for every "
    "divisor; under exponential forgetting it grows without bound; "
    "for replaced data with sizes that vary it is the same sum over fits, which ends if 1/M_k has a finite sum",
    kind=Kind.EXACT,
    statistic="kl_reverse",
    assumptions=INDEPENDENT_FACTORS,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=sums_settle,
    reach=reach,
    examples=(
        Example(accumulate.setting(5), t=(0, 1, 2)),
        Example(accumulate.setting(10, first=25, divisor="unbiased", variance=1e-6), t=(1, 3)),
        Example(forgetting.setting(10, 0.3, "mle"), t=(1, 2, 10, 50)),
        Example(forgetting.setting(5, 0.9, "offset", offset=0.5), t=(1, 3, 12)),
        Example(accumulate.setting(2, first=3), t=(1, 2, 5), algebra=False, simulate=False),
        Example(accumulate.setting(5), t=(101, 1000, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(accumulate.setting(1, divisor="unbiased", first=2), t=(1, 2, 3), algebra=False, simulate=False),
        Example(accumulate.setting(1_000_000_000), t=(1, 2), algebra=False, simulate=False),
        Example(accumulate.setting(1_000_000, first=2), t=(2,), algebra=False, simulate=False),
        Example(forgetting.setting(2, 0.999, "unbiased"), t=(1, 30), algebra=False, simulate=False),
        Example(forgetting.setting(10, 1.0, "mle"), t=(1, 2, 1000), algebra=False, simulate=False),
        Example(forgetting.setting(10, 0.3, "mle"), t=(1_000_000, np.inf), algebra=False, simulate=False),
        Example(forgetting.setting(10, 0.3, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(forgetting.setting(10**9, 1e-3, "mle"), t=(1, 1_000_000), algebra=False, simulate=False),
        Example(varying.setting({"kind": "explicit", "sizes": [30, 15, 100]}, "offset", offset=0.5), t=(1, 2, 3)),
        Example(varying.setting({"kind": "polynomial", "size": 30, "power": 1.0}, "mle"), t=(1, 5), algebra=False),
        Example(varying.setting({"kind": "geometric", "size": 4, "ratio": 1.5}),
                t=(2, 12), algebra=False, simulate=False),
        Example(varying.setting({"kind": "geometric", "size": 20, "ratio": 2.0}, "mle"),
                t=(np.inf,), algebra=False, simulate=False),
        Example(varying.setting({"kind": "explicit", "sizes": [10**9, 2, 150, 3]}, "mle"),
                t=(0, 1, 2, 4), algebra=False, simulate=False),
    ),
)  # fmt: skip
