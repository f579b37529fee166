r"""With a known mean the divergence of the model from the source grows linearly: half of what the log-variance loses.

$E\,\mathrm{KL}(p_t\Vert p_0)=\frac12E\left[\frac{v_t}{v_0}-1-\log\frac{v_t}{v_0}\right]$ and $E v_t=v_0$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.known_mean import (
    INTRODUCTION,
    KNOWN_MEAN_REPLACE,
    bindings,
    by_powers,
    factor,
    mean_of_log,
    mean_over_factor,
    moment,
    setting,
)
from theory.claims.gaussian.one_fit import NORMAL, v
from theory.derivation import Derivation
from theory.laws.chi_square import mean_log_chi_square
from theory.laws.symbols import E, t, v0, z
from theory.scenario import Scenario

divergence = sp.Symbol(r"D_{\mathrm{KL}}(p_t\,\Vert\,p_0)")


def derive() -> Derivation:
    """The divergence of two normal laws of one mean; E v_t and E log v_t."""
    d = Derivation(INTRODUCTION)
    transform = factor(d)
    moment(d, transform, sp.Integer(1), sp.Integer(1), "E S = 1: the mean of v_t/v_0 is 1")
    rate = mean_of_log(d, transform)
    ratio = v(t) * z**2 / (2 * v0) - z**2 / 2 - sp.log(v(t) / v0) / 2
    d.algebra(
        sp.Integral(ratio * NORMAL, (z, -sp.oo, sp.oo)), (v(t) / v0 - 1 - sp.log(v(t) / v0)) / 2,
        because="the mean over a draw mu_0 + sqrt(v_t) z of the logarithm of the ratio of the densities",
    )  # fmt: skip
    solved = d.solves(
        E(divergence), -t * rate / 2, index=t, initial=(0, sp.Integer(0)), next_value=E(divergence) - rate / 2,
        because="a fit leaves E v_t as it is and adds E log S to the mean logarithm",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(divergence), solved.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E KL(model t || source) in nats; t counts fits."""
    return generations * (-mean_log_chi_square(scenario.sample_size.constant) / 2)


def limit(scenario: Scenario, at: None = None) -> float:
    """Infinity."""
    return np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Means of the factor and of its logarithm by quadrature."""
    mean, rate = mean_over_factor(lambda s: s, scenario), mean_over_factor(mpmath.log, scenario)
    if generation == mpmath.inf:
        return mpmath.inf if rate < 0 else mpmath.mpf(0)
    return by_powers(lambda fits: (mean**fits - 1 - fits * rate) / 2, generation)


CLAIM = Claim(
    id="gaussian-known-mean-kl-reverse",
    title="With a known mean the expected divergence of model t from the source grows by (log(M/2) - psi(M/2))/2 in "
    "every fit",
    kind=Kind.EXACT,
    statistic="kl_reverse",
    assumptions=KNOWN_MEAN_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20), t=(0, 1, 4)),
        Example(setting(1), t=(1, 30), simulate=False),
        Example(setting(10**9), t=(1, 1000), simulate=False),
        Example(setting(10), t=(10**6, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
