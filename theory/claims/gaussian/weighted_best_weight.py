r"""At the best weight $w^*$ the error of the mean settles at exactly $w^* v_0/n$: $n/w^*$ real points for ever.

$w^*=\tfrac12(\sqrt{c^2+4c}-c)$ with $c=n/m$ is the weight of least stationary error under unbiased fits: the golden
ratio conjugate 0.618 at $n=m$. As $m$ grows $n/w^*\to\sqrt{nm}$: synthetic points help, but only by their root.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Assumption, Claim, Example, Kind, Source
from theory.claims.assumptions import divisor_is
from theory.claims.gaussian import weighted
from theory.claims.gaussian.one_fit import squared_error
from theory.claims.gaussian.weighted import GAUSSIAN_WEIGHTED, bindings, error_rate, q, setting
from theory.derivation import Derivation
from theory.laws.geometric import power
from theory.laws.symbols import E, m, n, t, v0, w
from theory.laws.weighted_mixing import best_weight
from theory.scenario import Scenario

BEST_WEIGHT = Assumption(
    "the weight is 2/(1 + sqrt(1 + 4m/n)), for n real and m synthetic points, to 15 digits",
    lambda s: (
        s.retention.kind == "weighted"
        and abs(s.retention.weight / best_weight(s.retention.real, s.retention.synthetic) - 1) < 1e-15
    ),
)


def derive() -> Derivation:
    """The stationary error, where it is least, its value there, and the error at every t."""
    d = Derivation("Under unbiased fits E v_t = v_0 throughout, and the error has a recursion of its own.")
    error = (w**2 / n + (1 - w) ** 2 / m) * v0 / (w * (2 - w))
    d.algebra(
        error, w**2 * v0 / n + (1 - w) ** 2 * (error + v0 / m),
        because="the error that a fit leaves as it is: real points are off by v_0/n, synthetic ones by v_0/m around "
        "the mean of their model",
    )  # fmt: skip
    c = sp.Symbol("c", positive=True)
    at_c = error.subs(m, n / c)
    d.algebra(
        sp.Derivative(at_c, w), 2 * v0 * (w**2 + c * w - c) / (n * w**2 * (2 - w) ** 2),
        because="its slope in w, with c = n/m: negative for small w, positive at w = 1, with one root between",
    )  # fmt: skip
    root = (sp.sqrt(c**2 + 4 * c) - c) / 2
    d.algebra(root**2 + c * root, c, because="which is the best weight: the golden ratio's conjugate at c = 1")
    d.algebra(
        at_c.subs(c, w**2 / (1 - w)), w * v0 / n,
        because="at the best weight c = w^2/(1-w), and the least error is w v_0/n: that of n/w real points",
    )  # fmt: skip
    d.algebra(
        w**2 * v0 / n + (1 - w) ** 2 * v0 * w**2 / (n * (1 - w)), (1 - (1 - w) ** 2) * w * v0 / n,
        because="what a fit adds, with w^2/(n(1-w)) for 1/m: the part 1 - rho_D of the least error, rho_D = (1-w)^2",
    )  # fmt: skip
    solved = d.solves(
        E(squared_error), (w + (1 - w) * q ** (t - 1)) * v0 / n, index=t, initial=(1, v0 / n),
        next_value=q * E(squared_error) + (1 - q) * w * v0 / n,
        because="from v_0/n after the first fit",
    )  # fmt: skip
    d.define(q, error_rate, "what one fit keeps of the squared error of the mean")
    return d.concludes(sp.Eq(E(squared_error), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units; t counts fits."""
    one_fit, weight = scenario.source.variance / scenario.retention.real, scenario.retention.weight
    value = one_fit * (weight + power(float(np.log1p(-weight)), 2 * np.maximum(generations, 1) - 1))
    return np.where(generations > 0, value, 0.0)


def limit(scenario: Scenario, at: None = None) -> float:
    """w* v_0/n."""
    return scenario.source.variance * scenario.retention.weight / scenario.retention.real


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The second moments of single training points, generation by generation."""
    return weighted.reference(scenario, generation, weighted.ERROR)


GOLDEN = best_weight(1, 1)

CLAIM = Claim(
    id="gaussian-weighted-best-weight",
    title="The best weight w = (sqrt(c^2 + 4c) - c)/2, c = n/m, the golden ratio 0.618 at n = m, holds the error at "
    "exactly w v_0/n (t from 1 on)",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=(*GAUSSIAN_WEIGHTED, divisor_is("unbiased"), BEST_WEIGHT),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20, 20, GOLDEN, "unbiased"), t=(1, 2, 5, 20, np.inf)),
        Example(setting(20, 80, best_weight(20, 80), "unbiased"), t=(1, 2, 10, np.inf)),
        Example(setting(2, 10, best_weight(2, 10), "unbiased"), t=(1, 3, 15, np.inf)),
        Example(setting(3, 10**9, best_weight(3, 10**9), "unbiased"), t=(1, 100, 1_000_000, np.inf), simulate=False),
        Example(setting(10**9, 2, best_weight(10**9, 2), "unbiased"), t=(1, 2, np.inf), algebra=False, simulate=False),
        Example(setting(20, 20, GOLDEN, "unbiased"), t=(0,), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "he2026recursive", "", "cited", "not compared",
            "the golden ratio as the optimal weight at equal sizes; theorem numbers were not seen",
        ),
        Source(
            "garg2025mixing", "", "cited", "not compared",
            "the golden ratio as the optimal share of real data in min-norm interpolation",
        ),
        Source(
            "muth1960", "", "cited", "not compared",
            "the same gain, as the optimal exponential smoothing of a random walk seen with noise",
        ),
    ),
)  # fmt: skip
