r"""Exponential forgetting takes only $g^2$ of the noise of a fit into the mean: a random walk, slowed quadratically.

$E(\mu_t-\mu_0)^2=\frac{v_0}M+\frac{g^2}M\sum_{k<t}E v_k$: under the unbiased divisor it grows by $g^2v_0/M$ per fit for
ever; under maximum likelihood it ends at $\frac{v_0}M\left(1+g(M-1)\right)$, less than $v_0$ by far if $g$ is small.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import forgetting
from theory.claims.gaussian.forgetting import ERRATA, GAUSSIAN_FORGETTING, X, bindings, factor, read, setting
from theory.claims.gaussian.one_fit import mellin, order, squared_error, v
from theory.derivation import Derivation
from theory.laws.forgetting import mean_squared_error
from theory.laws.symbols import E, L, M, g, k, nu, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The variance, and the error that it drives."""
    d = Derivation("The mean is a martingale; the variances of its steps add up.")
    F = factor(d)
    mean = d.algebra(sp.Subs(mellin(d), order, 1), nu, because="the mean of a chi-square is its degrees of freedom").rhs
    kept = d.algebra(
        F.subs(X, mean.subs(nu, M - 1)), 1 - g * (L - M + 1) / L, because="so the mean of the factor, X having M - 1"
    ).rhs
    start = v0 * (M - 1) / L
    variance = d.solves(
        E(v(t)), start * kept ** (t - 1), index=t, initial=(1, start), next_value=kept * E(v(t)),
        because="the first model is a fit to real points; then means multiply",
    )  # fmt: skip
    mu, fit = sp.symbols("mu_t fit")
    d.algebra(
        (1 - g) * mu + g * fit - mu, g * (fit - mu),
        because="the mean moves by g times the error of a fit, whose mean square is v_t/M",
    )  # fmt: skip
    solved = d.solves(
        E(squared_error), v0 / M + g**2 * start / M * sp.Sum(kept ** (k - 2), (k, 2, t)), index=t,
        initial=(1, v0 / M), next_value=E(squared_error) + g**2 / M * variance.rhs,
        because="from the error v_0/M of the first fit",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(squared_error), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units; t counts fits."""
    return scenario.source.variance * mean_squared_error(*read(scenario), generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """v_0 (1 + g (M-1)/delta)/M for an offset delta above 0, else infinity."""
    size, offset, rate = read(scenario)
    return scenario.source.variance * (1 + rate * (size - 1) / offset) / size if offset > 0 else np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence, the means of both chi-squares by quadrature."""
    return forgetting.reference(scenario, generation, lambda state, unit: unit * state[3])


CLAIM = Claim(
    id="gaussian-forgetting-mean-squared-error",
    title="With exponential forgetting each fit adds g^2 E v_t/M to the squared error of the mean: v_0 (1 + g(M-1))/M "
    "in the end under maximum likelihood (t from 1 on)",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=GAUSSIAN_FORGETTING,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(10, 0.3, "mle"), t=(1, 2, 10, 50)),
        Example(setting(20, 0.5, "unbiased", variance=1e-6), t=(1, 2, 10)),
        Example(setting(5, 0.9, "offset", offset=0.5), t=(1, 3, 12)),
        Example(setting(2, 0.25, "mle"), t=(1, 2, 40), simulate=False),
        Example(setting(10, 1.0, "mle"), t=(1, 2, 30), simulate=False),
        Example(setting(10, 0.3, "mle"), t=(0, np.inf), algebra=False, simulate=False),
        Example(setting(10, 0.3, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(4, 0.1, "offset", offset=-2.0), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(10**9, 1e-4, "mle"), t=(1, 1_000_000), algebra=False, simulate=False),
    ),
    errata=ERRATA,
)  # fmt: skip
