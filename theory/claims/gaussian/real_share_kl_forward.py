r"""With a share of real points the divergence of the source from the model settles at a known value.

$E D_{KL}(p_0\Vert p_t)=\frac12[I_{\rm inv}+I_{\rm err}-1+I_{\log}]$, where $I_{\rm inv}=\int_0^\infty\varphi_t\,ds$ is
$E[v_0/v_t]$, and $I_{\rm err}=\int_0^\infty\psi_t\,ds$, $\psi_t(s)=E(\mu_t-\mu_0)^2e^{-sv_t/v_0}/v_0$, the mean error
over the variance: in closed form given the model before, whose law is carried from fit to fit.
"""

from collections.abc import Callable
from functools import cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import real_share_law
from theory.claims.gaussian.bounded_kl_forward_lower import KL
from theory.claims.gaussian.one_fit import divergence_from_source
from theory.claims.gaussian.real_share import setting
from theory.claims.gaussian.real_share_law import FEW_DRAWN, REAL_SHARE_LAW, joint_law_of_one_fit, quotients, readings
from theory.claims.gaussian.real_share_law_reference import LOG, QUOTIENT, mean
from theory.claims.gaussian.weighted_kl_forward import I_err, I_inv, integral_of_exponentials
from theory.claims.gaussian.weighted_log_law import DIGITS, I_log, log_from_transform
from theory.derivation import Derivation
from theory.laws import fresh_precision, kept_precision
from theory.laws.fresh_chain import FreshChain
from theory.laws.kept_chain import KeptChain
from theory.laws.symbols import s, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The divergence as an integral; 1/v as an integral over exp(-sv); the error of the mean under that weight."""
    d = Derivation("1/v is the integral of exp(-s v) over s, so that every quotient by v_t is read off a transform.")
    divergence_from_source(d)
    joint_law_of_one_fit(d)
    positive = sp.Symbol("v", positive=True)
    d.algebra(
        sp.Integral(sp.exp(-s * positive), (s, 0, sp.oo)), 1 / positive,
        because="so E[v_0/v_t] = I_inv, the integral of phi_t, and E[(mu_t - mu_0)^2/v_t] = I_err, that of psi_t",
    )  # fmt: skip
    error, share, slope, q, y = sp.symbols("d b r q y", real=True)
    d.algebra(
        share * error + slope * (error / q + y - error), (share - slope * (1 - 1 / q)) * error + slope * y,
        because="the error of the next mean on its line in z, of slope r = k (v - 1)/(m + n v), b = m/M: under the "
        "weight exp(-s v_(t+1)) z is d/q + y, y normal with mean 0 and variance sigma^2/q; psi_(t+1)(s) is the mean of "
        "the three factors times the square of the first term + r^2 sigma^2/q + v/(m + n v)",
    )  # fmt: skip
    d.algebra(
        (share * (error / q + y) - slope) ** 2 - (share * (error / q + y)) ** 2,
        slope**2 - 2 * slope * share * (error / q + y),
        because="with the same real points for ever, in units in which v_0 = n/Q and from their mean: the next mean is "
        "b z. It is off by its distance from the mean r of the source, N(0, v_0/n): means over the chain with the "
        "weights 1, r and r^2 are carried on",
    )  # fmt: skip
    log_from_transform(d)
    bound = d.given(
        KL, (I_inv(t) + I_err(t) - 1 + I_log(t)) / 2, source="dlmf", check=integral_of_exponentials,
        because="put together",
    )  # fmt: skip
    return d.concludes(sp.Eq(KL, bound.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The integrals of phi_t and psi_t besides that of the logarithm, after one fit or two."""

    def integral(of_error: bool) -> Callable:
        return lambda k: sp.Float(_integral(of_error, scenario, int(k)), DIGITS)

    given = real_share_law.bindings(scenario, generation)
    return given | {I_inv: integral(False), I_err: integral(True)}


@cache
def _integral(of_error: bool, scenario: Scenario, generation: int) -> mpf:
    with mpmath.workdps(DIGITS):
        terms = (r * pair[of_error] for r, *pair in quotients(scenario, generation))
        return mpmath.fsum(terms) / 4


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E KL(source || model t) in nats; t counts fits. Takes some 0.3 s for a new setting, 1.5 s with scheme "iid"."""
    return readings(scenario, _divergence, generations)


def _divergence(chain: FreshChain | KeptChain, t: float) -> float:
    law = fresh_precision if isinstance(chain, FreshChain) else kept_precision
    return law.divergence_from_source(chain, t)  # type: ignore[arg-type]


def limit(scenario: Scenario, at: None = None) -> float:
    """The stationary law's."""
    return float(evaluate(scenario, np.array([np.inf]))[0])


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Plain quadrature of up to three fits."""
    if generation == 0:
        return mpf(0)
    return (mean(QUOTIENT, scenario, generation) - 1 + mean(LOG, scenario, generation)) / 2


CLAIM = Claim(
    id="gaussian-real-share-kl-forward",
    title="A share of real points, fresh or kept, holds the divergence of the source from the model: three integrals "
    "over transforms",
    kind=Kind.EXACT,
    statistic="kl_forward",
    assumptions=(*REAL_SHARE_LAW, FEW_DRAWN),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=2e-9,
    examples=(
        Example(setting("stratified", 50, "mle", real=5), t=(1, 2)),
        Example(setting("stratified", 50, "mle", real=5), t=(0, 3), algebra=False, simulate=False),
        Example(setting("iid", 20, "unbiased", share=0.5), t=(1, 2), algebra=False),
        Example(setting("fixed", 50, "mle", real=10), t=(2,), algebra=False),
        Example(setting("fixed", 50, "mle", real=25), t=(1,), simulate=False),
        Example(setting("stratified", 1000, "mle", real=999), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
