r"""With a share of real points the mean precision of the model settles at a known value.

$E[v_0/v_t]=I_{\rm inv}=\int_0^\infty\varphi_t(s)\,ds$, $\varphi_t(s)=Ee^{-sv_t/v_0}$, which given the model before is
a product of three factors; the law of the model before, in mean and variance, is carried from fit to fit.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import real_share_kl_forward
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.real_share import setting
from theory.claims.gaussian.real_share_law import FEW_DRAWN, REAL_SHARE_LAW, chain_of, joint_law_of_one_fit
from theory.claims.gaussian.real_share_law_reference import INVERSE, mean
from theory.claims.gaussian.weighted_kl_forward import I_inv, integral_of_exponentials
from theory.derivation import Derivation
from theory.laws.fresh_chain import FreshChain
from theory.laws.fresh_precision import mean_precision
from theory.laws.kept_precision import kept_precision
from theory.laws.symbols import E, s, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The joint law of one fit, its transform, and 1/v as an integral over exp(-sv)."""
    d = Derivation("1/v is the integral of exp(-s v) over s, so that the mean precision is read off the transform.")
    joint_law_of_one_fit(d)
    positive = sp.Symbol("v", positive=True)
    d.algebra(
        sp.Integral(sp.exp(-s * positive), (s, 0, sp.oo)), 1 / positive,
        because="the mean of 1/v_t is the integral of the mean of exp(-s v_t)",
    )  # fmt: skip
    precision = d.given(
        E(1 / v(t)), I_inv(t) / v0, source="dlmf", check=integral_of_exponentials,
        because="the mean taken inside; with n real points kept v_t is Q/n times a variance v' about them, so that "
        "v_0/v_t is n/Q times 1/v'",
    )  # fmt: skip
    return d.concludes(sp.Eq(precision.lhs, precision.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E 1/v_t in one over squared data units. Takes some 0.3 s for a new setting, 1 s with "iid" or "fixed"."""
    unit = scenario.source.variance
    return np.array([_precision(scenario, t) if t else 1.0 for t in np.asarray(generations).tolist()]) / unit


def _precision(scenario: Scenario, t: float) -> float:
    chain = chain_of(scenario)
    return mean_precision(chain, t) if isinstance(chain, FreshChain) else float(kept_precision(chain).quotients(t)[0])


def limit(scenario: Scenario, at: None = None) -> float:
    """The stationary law's."""
    return float(evaluate(scenario, np.array([np.inf]))[0])  # type: ignore[arg-type]


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Plain quadrature of up to three fits."""
    return mean(INVERSE, scenario, generation) / mpf(repr(scenario.source.variance))


CLAIM = Claim(
    id="gaussian-real-share-mean-precision",
    title="A share of real points, fresh or kept, holds the mean precision of the model: an integral over a transform "
    "that is a mean over the model before",
    kind=Kind.EXACT,
    statistic="mean_precision",
    assumptions=(*REAL_SHARE_LAW, FEW_DRAWN),
    derive=derive,
    bindings=real_share_kl_forward.bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-9,
    examples=(
        Example(setting("fixed", 50, "mle", real=10), t=(2,), algebra=False),
        Example(setting("fixed", 50, "mle", real=25), t=(1,), simulate=False),
        Example(setting("stratified", 50, "mle", real=5), t=(1, 2)),
        Example(setting("stratified", 50, "mle", real=5), t=(0, 3), algebra=False, simulate=False),
        Example(setting("iid", 20, "unbiased", share=0.5), t=(1, 2), algebra=False),
        Example(setting("stratified", 1000, "mle", real=999), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
