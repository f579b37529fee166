r"""With weight on four or more fresh real points the divergence of the source from the model settles at a known value.

$E D_{KL}(p_0\Vert p_t)=\frac12[I_{\rm inv}+I_{\rm err}-1+I_{\log}]$, where $I_{\rm inv}=\int_0^\infty\varphi_t\,ds$ is
$E[v_0/v_t]$, and $I_{\rm err}=\int_0^\infty\psi_t\,ds$, $\psi_t(s)=E(\mu_t-\mu_0)^2e^{-sv_t/v_0}/v_0$, the mean error
over the variance. Each fit takes both transforms to the next ones.
"""

from collections.abc import Callable
from functools import cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.gaussian import weighted, weighted_log_law
from theory.claims.gaussian.bounded_forward_reference import divergence_of_source
from theory.claims.gaussian.bounded_kl_forward_lower import KL
from theory.claims.gaussian.one_fit import divergence_from_source
from theory.claims.gaussian.weighted import fit_of, setting
from theory.claims.gaussian.weighted_log_law import (
    DIGITS,
    WEIGHTED_LAW,
    I_log,
    log_from_transform,
    nodes,
    transform_of_one_fit,
)
from theory.derivation import Derivation, Verdict, agree
from theory.laws.symbols import s, t, w
from theory.laws.weighted_precision import WeightedPrecision
from theory.scenario import Scenario

I_inv, I_err = sp.Function("I_inv"), sp.Function("I_err")
FOUR_POINTS = Assumption(
    "there are at least 4 real points", lambda s: s.retention.kind == "weighted" and s.retention.real >= 4
)


def derive() -> Derivation:
    """The divergence as an integral; 1/v as an integral over exp(-sv); the next error of the mean."""
    d = Derivation("1/v is the integral of exp(-s v) over s, so that every quotient by v_t is read off a transform.")
    divergence_from_source(d)
    transform_of_one_fit(d)
    positive = sp.Symbol("v", positive=True)
    d.algebra(
        sp.Integral(sp.exp(-s * positive), (s, 0, sp.oo)), 1 / positive,
        because="so E[v_0/v_t] = I_inv, the integral of phi_t, and E[(mu_t - mu_0)^2/v_t] = I_err, that of psi_t",
    )  # fmt: skip
    x, y, error = sp.symbols("x y d", real=True)
    d.algebra(
        (w * x + (1 - w) * (error + y)) ** 2,
        (w * x) ** 2 + (1 - w) ** 2 * (error**2 + y**2) + 2 * (1 - w) * (w * x * (error + y) + (1 - w) * error * y),
        because="the next error of the mean, x and y the errors of the two batch means: independent of both variances, "
        "with mean squares v_0/n and v_t/m; so psi_(t+1)(s) is E exp(-s w A) times the mean over B of (1-w)^2 psi_t + "
        "w^2/n phi_t - (1-w)^2/m phi_t' at (1-w) s B",
    )  # fmt: skip
    log_from_transform(d)
    bound = d.given(
        KL, (I_inv(t) + I_err(t) - 1 + I_log(t)) / 2, source="dlmf", check=integral_of_exponentials,
        because="put together; the integrals exist from 4 real points on",
    )  # fmt: skip
    return d.concludes(sp.Eq(KL, bound.rhs, evaluate=False))


def integral_of_exponentials() -> list[Verdict]:
    """E[1/X] of a chi-square with 5 degrees of freedom, 1/3, as the integral of its transform."""
    return [agree(mpmath.quad(lambda r: (1 + 2 * r) ** mpf(-2.5), [0, 1, 10, mpmath.inf]), mpf(1) / 3, 1e-10)]


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The integrals of phi_t and psi_t besides those of the logarithm, after one fit or two."""

    def integral(of_error: bool) -> Callable:
        return lambda k: sp.Float(_integral(of_error, *weighted.numbers(scenario), int(k)), DIGITS)

    given = weighted_log_law.bindings(scenario, generation)
    return given | {I_inv: integral(False), I_err: integral(True)}


@cache
def _integral(of_error: bool, weight, real: int, synthetic: int, offset, generation: int) -> mpf:
    with mpmath.workdps(DIGITS):
        a, shift = mpf(weight.numerator) / weight.denominator, mpf(offset.numerator) / offset.denominator

        def one(r: mpf, points: int) -> mpf:
            return (1 + 2 * r / (points - 1 + shift)) ** (-mpf(points - 1) / 2)

        def transform(r: mpf) -> mpf:
            if generation == 1:
                return one(r, real) / (real if of_error else 1)
            total = mpf(0)
            for X, p in nodes(real - 1):
                first = X / (real - 1 + shift)
                error = ((1 - a) ** 2 + a**2) / real + (1 - a) ** 2 * first / synthetic if of_error else 1
                total += p * error * one((1 - a) * r * first, synthetic)
            return one(a * r, real) * total

        if generation not in (1, 2):
            raise ValueError(f"the statement is evaluated at t = 1 and 2, got {generation}")
        step, terms = mpf(1) / 4, []
        for k in range(-112, 360):
            r = mpmath.exp(step * k)
            terms.append(r * transform(r))
            if k > 20 and terms[-1] < mpf(10) ** -15:
                break
        return step * mpmath.fsum(terms)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E KL(source || model t) in nats; t counts fits. Takes up to 1 s at t = 10^4, where w is small."""
    fit = fit_of(scenario)
    law = WeightedPrecision(fit.weight, fit.real, fit.synthetic, fit.offset)
    return np.where(np.asarray(generations) > 0, law.divergences(np.maximum(generations, 1)), 0.0)


def limit(scenario: Scenario, at: None = None) -> float:
    """The stationary law's."""
    return float(evaluate(scenario, np.array([np.inf]))[0])


CLAIM = Claim(
    id="gaussian-weighted-kl-forward",
    title="Weight on 4 or more fresh real points holds the divergence of the source from the model: three integrals "
    "over transforms",
    kind=Kind.EXACT,
    statistic="kl_forward",
    assumptions=(*WEIGHTED_LAW, FOUR_POINTS),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=divergence_of_source,
    limit=limit,
    tolerance=1e-10,
    examples=(
        Example(setting(20, 20, 0.6, "mle"), t=(1, 2), algebra=False),
        Example(setting(8, 12, 0.25, "offset", offset=0.5), t=(1, 2), simulate=False),
        Example(setting(40, 30, 0.05, "unbiased"), t=(0, 2), algebra=False, simulate=False),
        Example(setting(4, 2, 0.5, "mle", variance=1e-6), t=(1, 2), algebra=False, simulate=False),
        Example(setting(5, 1, 0.5, "mle"), t=(1,), simulate=False),
        Example(setting(10, 10, 1.0, "mle"), t=(1,), simulate=False),
        Example(setting(1000, 1000, 0.3, "mle"), t=(1, 2), algebra=False, simulate=False),
        Example(setting(100_000, 1_000_000_000, 0.01, "unbiased"), t=(1,), algebra=False, simulate=False),
    ),
)  # fmt: skip
