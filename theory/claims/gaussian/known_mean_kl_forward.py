r"""With a known mean the divergence of the source from the model grows exponentially, and is infinite for two points.

$E\,\mathrm{KL}(p_0\Vert p_t)=\frac12E\left[\frac{v_0}{v_t}-1+\log\frac{v_t}{v_0}\right]$ with
$E\frac1S=\frac M{M-2}$.
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
    power_of_variance,
    setting,
)
from theory.claims.gaussian.one_fit import NORMAL, v
from theory.claims.gaussian.replace_kl_forward import divergence
from theory.derivation import Derivation
from theory.laws.chi_square import exponential_remainder, log_mean_reciprocal, mean_log_over_mean_reciprocal
from theory.laws.symbols import E, M, t, v0, z
from theory.scenario import Scenario


def derive() -> Derivation:
    """The divergence of two normal laws of one mean; E 1/v_t and E log v_t."""
    d = Derivation(INTRODUCTION)
    transform = factor(d)
    reciprocal = moment(d, transform, sp.Integer(-1), M / (M - 2), "E 1/S, for M > 2")
    inverse = power_of_variance(d, reciprocal, sp.Integer(-1), E(v0 / v(t)))
    rate = mean_of_log(d, transform)
    ratio = z**2 * v0 / (2 * v(t)) - z**2 / 2 + sp.log(v(t) / v0) / 2
    d.algebra(
        sp.Integral(ratio * NORMAL, (z, -sp.oo, sp.oo)), (v0 / v(t) - 1 + sp.log(v(t) / v0)) / 2,
        because="the mean over a draw mu_0 + sqrt(v_0) z of the logarithm of the ratio of the densities",
    )  # fmt: skip
    said = d.solves(
        E(divergence), (inverse - 1 + t * rate) / 2, index=t, initial=(0, sp.Integer(0)),
        next_value=E(divergence) + inverse * (reciprocal - 1) / 2 + rate / 2,
        because="a fit multiplies E v_0/v_t by E 1/S and adds E log S to the mean logarithm",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(divergence), said.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E KL(source || model t) in nats; t counts fits. Infinite beyond the largest float, and for 1 or 2 points."""
    size = scenario.sample_size.constant + 1
    if size <= 3:
        return np.where(generations > 0, np.inf, 0.0)
    growth = generations * log_mean_reciprocal(size, 0.0)
    return (exponential_remainder(growth) + generations * mean_log_over_mean_reciprocal(size)) / 2


def limit(scenario: Scenario, at: None = None) -> float:
    """Infinity."""
    return np.inf


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Means of the reciprocal of the factor and of its logarithm by quadrature; of 2 points the first has none."""
    if scenario.sample_size.constant <= 2:
        return mpmath.mpf("inf") if generation else mpmath.mpf(0)
    inverse, rate = mean_over_factor(lambda s: 1 / s, scenario), mean_over_factor(mpmath.log, scenario)
    return by_powers(lambda fits: (inverse**fits - 1 + fits * rate) / 2, generation)


CLAIM = Claim(
    id="gaussian-known-mean-kl-forward",
    title="With a known mean the expected divergence of the source from model t grows exponentially, by M/(M-2) in "
    "every fit to M > 2 points, and is infinite for 1 or 2",
    kind=Kind.EXACT,
    statistic="kl_forward",
    assumptions=KNOWN_MEAN_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20), t=(0, 1, 4)),
        Example(setting(3), t=(1, 30), simulate=False),
        Example(setting(10**9), t=(1, 1000), simulate=False),
        Example(setting(2), t=(0, 1, 5), algebra=False, simulate=False),
        Example(setting(10), t=(100, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
