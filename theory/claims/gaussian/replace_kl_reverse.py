r"""The divergence of a refitted Gaussian from its source grows exactly linearly under both usual divisors.

$E D_{KL}(p_t\Vert p_0)=\frac12\left[\frac{M-L}M\sum_{k\le t}\left(\frac{M-1}L\right)^k-t\ell\right]$ with
$\ell=E\log(\chi^2_{M-1}/L)$: the sum is $t/M$ for the unbiased divisor and absent under maximum likelihood.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import GAUSSIAN_REPLACE, sample_size_at_least
from theory.claims.gaussian.one_fit import (
    cochran,
    divergence_from_model,
    error_and_variance,
    expected_variance,
    mellin,
    order,
    powers_of_factor,
    v,
)  # fmt: skip
from theory.claims.gaussian.replace import bindings, expected, setting, size_and_offset
from theory.derivation import Derivation
from theory.laws.chi_square import mean_log_factor, powers_of_mean_factor
from theory.laws.symbols import E, L, M, nu, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The divergence as an integral, its two expectations, and their sum."""
    d = Derivation(
        "The divergence of two normal laws is half of (mu_t - mu_0)^2/v_0 + v_t/v_0 - 1 - log(v_t/v_0): a second "
        "moment about the mean of the source, whose excess is known, and a logarithm that changes linearly."
    )
    divergence_from_model(d)
    cochran(d)
    transform = mellin(d)
    excess = error_and_variance(d, expected_variance(d, transform))
    slope = d.algebra(
        sp.Subs(sp.Derivative(sp.log(transform.subs(nu, M - 1) / L**order), order), order, 0),
        sp.polygamma(0, (M - 1) / sp.Integer(2)) - sp.log(L / 2),
        because="E log of the factor of one fit is the derivative of its log-Mellin transform at 0",
    )
    logarithm = d.solves(
        E(sp.log(v(t) / v0)), t * slope.rhs, index=t, initial=(0, sp.Integer(0)),
        next_value=E(sp.log(v(t) / v0)) + slope.rhs,
        because="the logarithms of independent factors add up",
    )  # fmt: skip
    total = d.algebra(
        (excess.rhs / v0 - logarithm.rhs) / 2,
        (M - L) * powers_of_factor / (2 * M) + t * (sp.log(L / 2) - sp.polygamma(0, (M - 1) / sp.Integer(2))) / 2,
        because="put together; the first term is t/(2M) for L = M - 1 and 0 for L = M",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(sp.Symbol(r"D_{\mathrm{KL}}(p_t\,\Vert\,p_0)")), total.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E KL(model t || source) in nats; t counts fits."""
    size, offset = size_and_offset(scenario)
    excess = (1 - offset) / size * powers_of_mean_factor(size, offset, generations) if offset != 1 else 0.0
    return (excess - generations * mean_log_factor(size, offset)) / 2


def limit(scenario: Scenario, at: None = None) -> float:
    """Infinity for every divisor: the variance vanishes, or its mean grows without bound."""
    return np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrences of E v, E log v and the error of the mean, all moments by quadrature."""
    v = mpmath.mpf(str(scenario.source.variance))
    return expected(lambda state: ((state["error"] + state["v"]) / v - 1 - state["log"]) / 2, scenario, generation)


CLAIM = Claim(
    id="gaussian-replace-kl-reverse",
    title="The divergence of the model from the source grows exactly linearly for the unbiased divisor and under "
    "maximum likelihood",
    kind=Kind.EXACT,
    statistic="kl_reverse",
    assumptions=(*GAUSSIAN_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(10, "unbiased"), t=(0, 1, 5, 10)),
        Example(setting(10, "mle"), t=(0, 1, 5, 50)),
        Example(setting(50, "offset", offset=0.5), t=(1, 20)),
        Example(setting(2, "mle", variance=1e-6), t=(1, 4)),
        Example(setting(20, "offset", offset=3.0), t=(1, 10)),
        Example(setting(100, "mle"), t=(1000, 1_000_000), simulate=False),
        Example(setting(1_000_000_000, "unbiased"), t=(1, 1000), simulate=False),
        Example(setting(1_000_000_000, "offset", offset=0.3), t=(1, 1000), simulate=False),
        Example(setting(10, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(10, "mle"), t=(np.inf,), algebra=False, simulate=False),
    ),
)
