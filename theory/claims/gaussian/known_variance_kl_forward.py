r"""With a known variance the divergence of the source from model t is half the squared error of the mean over $v_0$.

$\frac12\sum_kq_k$, so $\frac t{2M}$ where data are replaced: linear for ever, with no exponential part.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import known_variance
from theory.claims.gaussian.known_variance import (
    FORGOTTEN,
    GAUSSIAN_KNOWN_VARIANCE,
    GROWING,
    INTRODUCTION,
    KEPT,
    LISTED,
    MOST_FITS,
    bindings,
    q,
    setting,
    settles,
    steps,
    walk,
)
from theory.claims.gaussian.one_fit import NORMAL, mu0, mut
from theory.derivation import Derivation
from theory.laws.symbols import E, t, v0, z
from theory.scenario import Scenario

divergence = sp.Symbol(r"D_{\mathrm{KL}}(p_0\,\Vert\,p_t)")


def derive() -> Derivation:
    """The divergence of two normal laws of one width; the walk of the mean."""
    d = Derivation(INTRODUCTION)
    walk(d)
    ratio = ((mu0 - mut + sp.sqrt(v0) * z) ** 2 - v0 * z**2) / (2 * v0)
    d.algebra(
        sp.Integral(ratio * NORMAL, (z, -sp.oo, sp.oo)), (mut - mu0) ** 2 / (2 * v0),
        because="the mean of the logarithm of the ratio of the densities, over a draw from the first of the two laws",
    )  # fmt: skip
    said = d.solves(
        E(divergence), steps / 2, index=t, initial=(0, sp.Integer(0)), next_value=E(divergence) + q(t + 1) / 2,
        because="its mean over chains: a fit adds half of q_k",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(divergence), said.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E KL(source || model t) in nats; t counts fits."""
    return 0.5 * known_variance.squared_error(scenario, generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite where all data are kept, and where sum 1/M_k is."""
    return 0.5 * known_variance.settled(scenario)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Each fit a weighted mean of batches, whose errors are independent."""
    return mpmath.mpf(1) / 2 * known_variance.reference(scenario, generation)


CLAIM = Claim(
    id="gaussian-known-variance-kl-forward",
    title="With a known variance the expected divergence of the source from model t is t/(2M) where data are replaced",
    kind=Kind.EXACT,
    statistic="kl_forward",
    assumptions=GAUSSIAN_KNOWN_VARIANCE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=settles,
    reach=lambda scenario: MOST_FITS,
    examples=(
        Example(setting(20), t=(0, 1, 5)),
        Example(setting(8, **KEPT, first=3), t=(1, 2, 9)),
        Example(setting(10, **FORGOTTEN), t=(1, 6), simulate=False),
        Example(setting(LISTED), t=(3,), simulate=False),
        Example(setting(8, **KEPT), t=(100_000, np.inf), algebra=False, simulate=False),
        Example(setting(GROWING), t=(2, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
