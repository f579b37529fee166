r"""With fresh real points the fourth moment of the error of the mean settles where the second of the variance does.

$E(\mu_t-\mu_0)^4$ follows from the means of $1,v,d^2,v^2,vd^2$ and $d^4$ one fit earlier, $d=\mu_{t-1}-\mu_0$. The new
mean is normal given the model, with the mean $(1-\alpha)d$: its kurtosis over chains is 3 at $t=1$, and stays above it
by as much as the variances of the models differ between chains.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import real_share_fourth, real_share_squares
from theory.claims.gaussian.mixed_fit import b
from theory.claims.gaussian.real_share import gaussian_with_real_share, setting
from theory.claims.gaussian.real_share_squares import FOURTH, dev, var
from theory.claims.gaussian.real_share_stratified_variance_second_moment import A, c, g, h, k, m, n, names, one_fit
from theory.claims.gaussian.real_share_stratified_variance_second_moment import derive as derive_square
from theory.derivation import Derivation
from theory.laws.gaussian_mixing_squares import stratified_step
from theory.laws.symbols import L, alpha, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The steps to the second moment of the variance; the new mean, whose noise is normal; its fourth power."""
    square = derive_square()
    d = Derivation(square.introduction)
    d.steps += square.steps
    d.algebra(
        alpha**2 * v0 / n + b**2 * var / m, names[h],
        because="h, the variance of the new mean alpha xbar + (1 - alpha) ybar, which is normal with the mean "
        "(1 - alpha) d from mu_0 given the model",
    )  # fmt: skip
    x, spread = sp.Symbol("x", real=True), sp.Symbol("sigma", positive=True)
    density = sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi)
    d.algebra(
        sp.Integral((b * dev + spread * x) ** 4 * density, (x, -sp.oo, sp.oo)),
        b**4 * dev**4 + 6 * b**2 * dev**2 * spread**2 + 3 * spread**4,
        because="so the mean of its fourth power, with sigma^2 = h",
    )  # fmt: skip
    both = (dev**2 + g) * (b**2 * dev**2 + h) - 4 * b * dev**2 * c + 2 * c**2
    written = (
        (A * (b**2 * dev**2 + h) + k * both) / L,
        b**4 * dev**4 + 6 * b**2 * dev**2 * h + 3 * h**2,
    )
    return real_share_fourth.two_more_means(d, tuple(mean.subs(names) for mean in written), one_fit())


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    return real_share_squares.bindings(one_fit, scenario, generation)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^4 in data units to the fourth; t counts fits."""
    return real_share_fourth.evaluated(stratified_step, scenario, generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """The stationary value, exact; infinite unless the spectral radius is below 1. Share 0 is replacement."""
    return real_share_fourth.settled(stratified_step, scenario)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """One fit multiplied out in standard variables, whose moments are taken by quadrature."""
    return real_share_squares.reference(scenario, generation, place=FOURTH)


CLAIM = Claim(
    id="gaussian-stratified-real-share-mean-fourth-moment",
    title="With fresh real points the fourth moment of the error of the mean follows a linear recursion of six means, "
    "and settles if its spectral radius is below 1 (t from 1 on)",
    kind=Kind.EXACT,
    statistic="mean_fourth_moment",
    assumptions=gaussian_with_real_share("stratified"),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting("stratified", 100, "unbiased", share=0.1), t=(0, 2), algebra=False),
        Example(setting("stratified", 50, "mle", real=5), t=(1, 2, 40), simulate=False),
        Example(setting("stratified", 20, "offset", offset=0.444, real=4), t=(1, 8), simulate=False),
        Example(setting("stratified", 50, "unbiased", real=5), t=(1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting("stratified", 4, "unbiased", real=1), t=(5, np.inf), algebra=False, simulate=False),
        Example(setting("stratified", 2, "mle", real=1), t=(1, 2, 30, np.inf), algebra=False, simulate=False),
        Example(setting("stratified", 10, "mle", real=0), t=(1, 30, np.inf), algebra=False, simulate=False),
        Example(setting("stratified", 10, "unbiased", real=0), t=(7, np.inf), algebra=False, simulate=False),
        Example(setting("stratified", 10, "unbiased", real=10), t=(1, 2, np.inf), algebra=False, simulate=False),
        Example(setting("stratified", 10**6, "unbiased", real=100), t=(1, 999, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
