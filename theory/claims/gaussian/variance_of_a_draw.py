r"""Whatever data are kept, a value drawn from model $t$ scatters about the source by $E v_t+E(\mu_t-\mu_0)^2$.

The two parts are known exactly for most policies, and their sum with them: under maximum likelihood it is often
$v_0$ while one part turns into the other. The variance of a kernel density includes its bandwidth: refitted to its own
draws with a bandwidth $h$, the sum is $v_0+th^2$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.assumptions import GAUSSIAN
from theory.claims.exact_claims import exact_claim, reach_of, settles
from theory.claims.families import kernel_density
from theory.claims.gaussian import accumulate, forgetting, scaled, subsample, weighted
from theory.claims.gaussian.one_fit import squared_error, v
from theory.claims.gaussian.reference import DIGITS
from theory.derivation import Derivation
from theory.laws.symbols import E, t
from theory.scenario import Scenario

PARTS = ("variance", "mean_squared_error")
FITTED = Assumption(
    "the model is a normal law fitted by moments or a Gaussian kernel density",
    lambda s: s.estimator.kind in ("moments", "kernel"),
)
PARTS_EXACT = Assumption(
    "the mean variance and the mean squared error are known exactly",
    lambda s: all(exact_claim(s, statistic) is not None for statistic in PARTS),
)


def derive() -> Derivation:
    """The mean over a draw given its model."""
    mut, mu0, drawn = (sp.Symbol(name, real=True) for name in ("mu_t", "mu_0", "X_t"))
    d = Derivation(
        "X_t is a value drawn from model t, a law with mean mu_t and variance v_t: normal, or a kernel density, whose "
        "variance has the squared bandwidth in it."
    )
    mean_square = v(t) + mut**2
    total = d.algebra(
        E(mean_square - 2 * mu0 * mut + mu0**2), E(squared_error + v(t)),
        because="the mean over a draw given its model, from the mean square and the mean of the model, whatever its "
        "shape, then over chains: whatever data were kept, and however they were drawn",
    )  # fmt: skip
    return d.concludes(sp.Eq(E((drawn - mu0) ** 2), total.rhs, evaluate=False))


def parts(scenario: Scenario) -> list[Claim]:
    """The exact claims about the mean variance and the mean squared error, both of which there are."""
    return [claim for statistic in PARTS if (claim := exact_claim(scenario, statistic)) is not None]


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    def mean(of: sp.Expr) -> sp.Float:
        with mpmath.workdps(40):
            return sp.Float(mpmath.fsum(part.algebra_value(scenario, generation) for part in parts(scenario)), 40)

    return {t: generation, E: mean}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t + E (mu_t - mu_0)^2 in squared data units; t counts fits."""
    return np.sum([part.evaluate(scenario, generations, None) for part in parts(scenario)], axis=0)


def limit(scenario: Scenario, at: None = None) -> float:
    """The sum of the two limits, where both are known."""
    return float(sum(part.limit(scenario, None) for part in parts(scenario)))  # type: ignore[misc]


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The sum of the independent routes of the two parts."""
    with mpmath.workdps(DIGITS):
        return mpmath.fsum(part.reference(scenario, generation, None) for part in parts(scenario))


CLAIM = Claim(
    id="gaussian-draw-variance",
    title="Under any policy a value drawn from model t scatters about the mean of the source by the mean variance plus "
    "the mean squared error",
    kind=Kind.EXACT,
    statistic="draw_variance",
    assumptions=(GAUSSIAN, FITTED, PARTS_EXACT),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=settles(*PARTS),
    reach=reach_of(*PARTS),
    examples=(
        Example(accumulate.setting(5, divisor="mle"), t=(0, 1, 3)),
        Example(forgetting.setting(20, 0.4, "unbiased"), t=(1, 5)),
        Example(weighted.setting(20, 20, 0.6, "unbiased"), t=(2,), simulate=False),
        Example(scaled.setting(10, 0.9, "mle"), t=(4,), simulate=False),
        Example(kernel_density.setting(20, variance=1.0, bandwidth=0.3), t=(1, 15)),
        Example(kernel_density.setting(20, relative=0.3), t=(0, 1, 8), simulate=False),
        Example(kernel_density.setting(1, bandwidth=0.5), t=(0, 7, np.inf), algebra=False, simulate=False),
        Example(kernel_density.setting(20, relative=0.1), t=(np.inf,), algebra=False, simulate=False),
        Example(accumulate.setting(5, divisor="mle"), t=(np.inf,), algebra=False, simulate=False),
        Example(subsample.setting(5, False, "mle"), t=(10,), algebra=False, simulate=False),
        Example(weighted.setting(20, 20, 0.6, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
