r"""For $t\ll M$ the squared Wasserstein distance of one chain has the variance $\frac52v_0^2(t/M)^2$ over chains.

To first order the distance is $W_t^2\approx v_0\frac tM(Z_1^2+\frac12Z_2^2)$ with independent standard normal $Z_1$
(the mean) and $Z_2$ (the standard deviation): mean $\frac32$, variance $2+\frac12$, whatever the divisor.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import GAUSSIAN_REPLACE, divisor_is, sample_size_at_least
from theory.claims.gaussian.one_fit import cochran
from theory.claims.gaussian.replace import bindings, setting
from theory.claims.gaussian.replace_wasserstein import distance
from theory.claims.gaussian.replace_wasserstein_variance import reference
from theory.derivation import Derivation, Verdict, agree
from theory.laws.symbols import M, t, v0
from theory.notation import Asymptotically
from theory.scenario import Scenario


def derive() -> Derivation:
    """The limit law of the two deviations, and the variance of its quadratic form."""
    x, y = sp.symbols("x y", real=True)
    a = sp.Symbol("a", positive=True)
    d = Derivation(
        "a = t/M. The error of the mean and the deviation of sqrt(v_t) are sums of t small terms, asymptotically "
        "normal and independent; the distance is the sum of their squares."
    )
    cochran(d)
    normal = sp.exp(-(x**2 + y**2) / 2) / (2 * sp.pi)
    form = x**2 + y**2 / 2
    plane = (x, -sp.oo, sp.oo), (y, -sp.oo, sp.oo)
    mean = d.algebra(
        sp.Integral(v0 * a * form * normal, *plane), 3 * v0 * a / 2,
        because="its mean, with (mu_t - mu_0)^2 = v_0 a x^2 and (sqrt(v_t) - sqrt(v_0))^2 = v_0 a y^2/2",
    )  # fmt: skip
    spread = d.algebra(
        sp.Integral(v0**2 * a**2 * form**2 * normal, *plane) - mean.rhs**2, 5 * v0**2 * a**2 / 2,
        because="and its variance",
    )  # fmt: skip
    d.given(
        sp.Function("Var")(distance**2), spread.rhs.subs(a, t / M), relation=r"\sim", source="cramer1946",
        check=exact_variance_approaches_it,
        because="the moments of the two sums converge with their law: those of chi-square and normal are all finite",
    )  # fmt: skip
    return d.concludes(Asymptotically(sp.Function("Var")(distance**2), spread.rhs.subs(a, t / M)))


def exact_variance_approaches_it() -> list[Verdict]:
    """From the recurrence: the relative difference times M/t is settled from M = 10^6 to 10^8."""
    verdicts = []
    for divisor, t_ in (("unbiased", 1), ("mle", 10)):
        differences = [
            (reference(setting(size, divisor, variance=1.0), t_) * (mpmath.mpf(size) / t_) ** 2 / 2.5 - 1)
            * size / t_
            for size in (10**6, 10**8)
        ]  # fmt: skip
        verdicts.append(agree(differences[0], differences[1], 1e-4))
    return verdicts


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """(5/2) v_0^2 (t/M)^2 in data units to the fourth; t counts fits."""
    return 2.5 * (scenario.source.variance * generations / scenario.sample_size.constant) ** 2


def relative_error(scenario: Scenario, generation: float, at: None = None) -> float:
    """At most 3 t/M, relative to the exact value where t <= M/3; at most 1 beyond, where the value is too small."""
    return min(3 * generation / scenario.sample_size.constant, 1.0)


CLAIM = Claim(
    id="gaussian-replace-wasserstein2-variance-leading-order",
    title="For t far below M the variance over chains of the squared Wasserstein distance is about "
    "(5/2) v_0^2 (t/M)^2, unbiased or maximum likelihood",
    kind=Kind.ASYMPTOTIC,
    statistic="wasserstein2_squared_variance",
    assumptions=(*GAUSSIAN_REPLACE, divisor_is("mle", "unbiased"), sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    error=relative_error,
    regime="M grows and t stays fixed",
    examples=(
        Example(setting(2, "unbiased"), t=(1, 2), simulate=False),
        Example(setting(10, "unbiased"), t=(1, 3, 10, 100), simulate=False),
        Example(setting(10, "mle"), t=(1, 3, 10), simulate=False),
        Example(setting(100, "unbiased"), t=(1, 5, 10), simulate=False),
        Example(setting(1000, "mle"), t=(1, 10, 100), simulate=False),
        Example(setting(1_000_000_000, "unbiased"), t=(1, 1000), simulate=False),
        Example(setting(1_000_000_000, "mle"), t=(1, 1000), simulate=False),
    ),
    errata="The constant is 5/2, of which 2 comes from the mean and 1/2 from the standard deviation; 3/2 is the "
    " leading constant of the expectation, in v_0 t/M.",
)
