r"""With weight on fresh real points the mean is a normal mixture: its law after every fit, and in the end.

Given the variances before, $\mu_t-\mu_0$ is normal with $V_{t+1}=(1-w)^2V_t+w^2/n+(1-w)^2v_t/(mv_0)$ in units of $v_0$,
so that $E e^{-\lambda V_t}$ is a product of factors along the chain of $v$: one vector for each $\lambda$, fit by fit.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind, exact
from theory.claims.gaussian import weighted, weighted_chain_reference
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.reference import DIGITS, chi_square_mean
from theory.claims.gaussian.replace_mean_tail import P, V, strays
from theory.claims.gaussian.weighted import setting
from theory.claims.gaussian.weighted_chain_law import WEIGHTED_CHAIN, chain_of
from theory.derivation import Derivation, Verdict, agree
from theory.laws.normal_mixture import tail
from theory.laws.symbols import E, k, m, n, t, v0, w, x
from theory.scenario import Scenario

LEAST_WEIGHT = 0.05
REMEMBERED = Assumption(
    f"the weight is at least {LEAST_WEIGHT}",
    lambda s: s.retention.kind == "weighted" and s.retention.weight >= LEAST_WEIGHT,
)


def derive() -> Derivation:
    """The normal tail given the path, the variance of the mean along it, and the tail of the mixture."""
    y, r = sp.symbols("y r", positive=True)
    d = Derivation(
        "V_t is the variance of mu_t, in units of v_0, given the variances of the models before. The mean of the real "
        "points is off by a normal error of variance v_0/n, that of the synthetic ones by one of variance v_t/m."
    )
    d.algebra(
        2 * sp.Integral(sp.exp(-(y**2) / (2 * r)) / sp.sqrt(2 * sp.pi * r), (y, x, sp.oo)), sp.erfc(x / sp.sqrt(2 * r)),
        because="both tails of a normal law of variance r",
    )  # fmt: skip
    mu, a, b = sp.symbols("mu_t a b", real=True)
    d.algebra(
        w * a + (1 - w) * (mu + b), (1 - w) * mu + w * a + (1 - w) * b,
        because="the new mean in terms of the old one and the errors a and b: given the variances it is normal, as "
        "these are independent of the variances within the batches",
    )  # fmt: skip
    kept = (1 - w) ** 2
    d.solves(
        V, kept**t * (1 / (n * kept) + sp.Sum(kept ** (-k) * (w**2 / n + kept * v(k - 1) / (m * v0)), (k, 2, t))),
        index=t, next_value=kept * V + w**2 / n + kept * v(t) / (m * v0), initial=(1, 1 / n),
        because="variances of independent errors add up; the first fit is to n real points alone",
    )  # fmt: skip
    chance = d.given(
        P(strays), E(sp.erfc(x / sp.sqrt(2 * v0 * V))), source="asmussen2003", check=two_fits,
        because="the mean over paths of v, which are those of a Markov chain on the line",
    )  # fmt: skip
    return d.concludes(sp.Eq(chance.lhs, chance.rhs, evaluate=False))


def two_fits() -> list[Verdict]:
    """The sine integral over the transform beside the mean of the normal tail, after two fits."""
    return [
        agree(_tail(scenario, 2, level), weighted_chain_reference.stray(scenario, 2, level), 1e-11)
        for scenario, level in ((setting(20, 20, 0.6, "mle", variance=1.0), 0.3),
                                (setting(5, 9, 0.2, "unbiased", variance=1.0), 1.5))
    ]  # fmt: skip


def bindings(scenario: Scenario, generation: int, at: float) -> dict:
    """The mean over paths of at most two fits, by quadrature over one chi-square."""

    def mean(_: sp.Expr) -> sp.Float:
        with mpmath.workdps(DIGITS):
            return sp.Float(_first_fits(scenario, generation, mpf(at)), DIGITS)

    return {**weighted.bindings(scenario, generation), x: exact(at), E: mean}


def _first_fits(scenario: Scenario, generation: int, x: mpf) -> mpf:
    weight, real, synthetic, offset = weighted.numbers(scenario)
    unit, w_ = mpf(repr(scenario.source.variance)), mpf(weight.numerator) / weight.denominator
    if generation == 1:
        return mpmath.erfc(x / mpmath.sqrt(2 * unit / real))
    divisor = real - 1 + mpf(offset.numerator) / offset.denominator
    fixed, moving = (w_**2 + (1 - w_) ** 2) / real, (1 - w_) ** 2 / synthetic
    return chi_square_mean(lambda X: mpmath.erfc(x / mpmath.sqrt(2 * unit * (fixed + moving * X / divisor))), real - 1)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """P(|mu_t - mu_0| > at), to 1e-13 of 1; t counts fits. Takes 20 ms for each fit to remember, 8 s at w = 0.05."""
    return np.array([_tail(scenario, float(t), at) for t in generations])


def limit(scenario: Scenario, at: float) -> float:
    """The stationary law's."""
    return _tail(scenario, np.inf, at)


def _tail(scenario: Scenario, t: float, at: float) -> float:
    if at < 0 or t == 0:
        return float(at < 0)
    if at == 0:
        return 1.0
    chain, retention = chain_of(scenario, 0.0), scenario.retention
    spread = math.sqrt(1 / retention.real + 1 / retention.synthetic)
    level = at / np.sqrt(scenario.source.variance)
    return min(1.0, max(0.0, tail(lambda frequencies: chain.lacking(frequencies, t), level, spread)))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """At most two fits: the mean of the normal tail. More: sums of sines over transforms of another matrix."""
    if at < 0 or generation == 0:
        return mpf(int(at < 0))
    return weighted_chain_reference.stray(scenario, generation, at / float(np.sqrt(scenario.source.variance)))


CLAIM = Claim(
    id="gaussian-weighted-mean-tail",
    title="With weight on fresh real points the mean is a normal mixture over the path of the variance: its law after "
    "t fits and in the end",
    kind=Kind.EXACT,
    statistic="mean_tail",
    assumptions=(*WEIGHTED_CHAIN, REMEMBERED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-9,
    examples=(
        Example(setting(20, 20, 0.6, "mle"), t=(1, 2), at=0.25),
        Example(setting(8, 12, 0.25, "offset", offset=0.5), t=(2,), at=1.0, simulate=False),
        Example(setting(4, 12, 0.6, "mle"), t=(3, np.inf), at=1.0, algebra=False, simulate=False),
        Example(setting(2, 2, 0.5, "mle", variance=1e-6), t=(1, 2), at=0.001, simulate=False),
        Example(setting(5, 1, 0.5, "mle"), t=(1, 2), at=1.5, simulate=False),
        Example(setting(10, 10, 1.0, "mle"), t=(1, 2), at=0.5, simulate=False),
        Example(setting(8, 12, 0.25, "offset", offset=0.5), t=(0, 2), at=-1.0, algebra=False, simulate=False),
        Example(setting(8, 12, 0.25, "offset", offset=0.5), t=(0,), at=0.0, algebra=False, simulate=False),
    ),
)  # fmt: skip
