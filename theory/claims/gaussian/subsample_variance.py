r"""Models fitted to $M$ of all points so far: the variance settles if $L=M$, and grows without bound if it is unbiased.

Under maximum likelihood and without replacement $E v_t\to v_0\left(1-\frac1M\right)\frac{\Gamma(2-1/M)}
{\Gamma(2-y_+)\Gamma(2-y_-)}$, $y_\pm=\frac{1\pm\sqrt{12M-3}}{2M}$: a deficit of $(\pi^2/2-2)/M$ to first order, where
a fit to the whole pool has $\pi^2/(6M)$. The unbiased divisor is unbiased for independent points alone: every
generation is a little wider than the pool that it joins, and $E v_t$ grows as $t^{1/M}$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.gaussian import subsample
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.subsample import (
    GAUSSIAN_SUBSAMPLE,
    Am,
    Cm,
    N,
    bindings,
    eta,
    h,
    one_fit,
    read,
    setting,
    spread,
)
from theory.derivation import Derivation
from theory.laws.subsampled_pool import log_variance_in_pool
from theory.laws.symbols import E, M, delta, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """One fit by the chances that draws coincide, the product of all, and its closed form in the simplest case."""
    d = Derivation(
        "Points of the pool are alike on average: the mean square A + C of a point and the mean product C of a pair, "
        "in units of v_0 and about mu_0, say what a fit to M of them has."
    )
    _, error, later = one_fit(d)
    pool = spread(d, later)
    y, z = sp.symbols("y_+ y_-", real=True)
    k = sp.Symbol("k", positive=True)
    factor_of_mle = d.algebra(
        (later / Am).subs({delta: 1, h: 0}).subs(N, (k - 1) * M).subs(M, 1 / (y + z)),
        1 - (3 * (y + z) - (y + z) ** 2) / (k * (k - (y + z))),
        because="maximum likelihood without replacement, in terms of y_+ + y_- = 1/M",
    )  # fmt: skip
    root = sp.sqrt(12 * M - 3)
    d.algebra(
        ((1 + root) / (2 * M)) * ((1 - root) / (2 * M)), -(3 * M - 1) / M**2,
        because="where y_+ y_- = -(3M-1)/M^2, so that 3/M - 1/M^2 = -y_+ y_-",
    )  # fmt: skip
    d.algebra(
        factor_of_mle.rhs.subs(3 * (y + z) - (y + z) ** 2, -y * z), (k - y) * (k - z) / (k * (k - y - z)),
        because="and the factor splits: the product telescopes into Gamma functions",
    )  # fmt: skip
    gammas = sp.gamma(k + 1 - y) * sp.gamma(k + 1 - z) / (sp.gamma(k + 1) * sp.gamma(k + 1 - y - z))
    d.solves(
        sp.Function("A")(k), gammas / gammas.subs(k, 1), index=k, initial=(1, sp.Integer(1)),
        next_value=(k + 1 - y) * (k + 1 - z) / ((k + 1) * (k + 1 - y - z)) * sp.Function("A")(k),
        because="A in closed form; the first quotient tends to 1",
    )  # fmt: skip
    said = d.algebra(
        v0 * M * (1 - ((error - Cm) / Am)).subs({N: t * M, h: eta(t)}) / (M - 1 + delta) * pool,
        v0 * (M - 1) / (M - 1 + delta) * (1 - eta(t) / (t * M)) * pool,
        because="the expected variance of model t: A_t less the part of it that the mean has",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(v(t)), said.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t in squared data units; t counts fits."""
    return scenario.source.variance * np.exp(log_variance_in_pool(*read(scenario), generations))


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite under maximum likelihood; infinite for a smaller divisor, 0 for a greater one."""
    return float(evaluate(scenario, np.array([np.inf]))[0])


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The covariances of all generations."""
    return subsample.reference(scenario, generation, subsample.VARIANCE)


CLAIM = Claim(
    id="gaussian-subsample-variance",
    title="Fitted to M of all points so far, the expected variance settles at the divisor M and grows as t^(1/M) for "
    "the unbiased one (t from 1 on)",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=GAUSSIAN_SUBSAMPLE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(5, False), t=(1, 2, 3, 10, 30)),
        Example(setting(5, True), t=(1, 2, 3, 10, 30)),
        Example(setting(8, False, "unbiased"), t=(1, 2, 10, 30)),
        Example(setting(8, True, "unbiased", variance=1e-6), t=(1, 2, 10)),
        Example(setting(3, True, "offset", offset=0.5), t=(1, 2, 20)),
        Example(setting(2, False), t=(1, 2, 12), simulate=False),
        Example(setting(1, False), t=(1, 2, 9), algebra=False, simulate=False),
        Example(setting(5, False), t=(0,), algebra=False, simulate=False),
        Example(setting(5, True), t=(64, 100, 101, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(20, False), t=(1000, 1001, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(4, False, "unbiased"), t=(1000, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(4, True, "offset", offset=2.5), t=(1000, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(1_000_000_000, True), t=(1, 1_000_000, np.inf), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "kazdan2025collapse", "Abstract, versions 1 and 4", "reported", "not compared",
            'simulations of this policy; that it degrades "slowly and gradually" (version 4), "apparently plateaus" '
            "(version 1): under maximum likelihood it is the latter; the text of its theorems was not seen",
        ),
    ),
)  # fmt: skip
