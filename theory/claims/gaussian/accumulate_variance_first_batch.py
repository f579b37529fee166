r"""A first batch of any size, either divisor: the variance that accumulated data keep is a quotient of Gamma functions.

With $N_1$ real points first and $M$ of the model in every later batch, each fit multiplies the mean variance by
$1-M/(N_k(N_k-1+\delta))$, $N_k=N_1+(k-1)M$: a ratio of quadratics in $k$, whose product telescopes into Gamma
functions. The unbiased divisor ($\delta=0$) does not save the variance: its points are correlated, and it falls to a
limit as well.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import GAUSSIAN_ACCUMULATE, divisor_is
from theory.claims.gaussian.accumulate import (
    N,
    bindings,
    factor_of_one_batch,
    setting,
    variance_and_error,
    variance_left,
)  # fmt: skip
from theory.claims.gaussian.factor_quantiles import quantile_of_variance
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation, Verdict, agree
from theory.laws.symbols import N1, E, M, delta, k, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The first fit, the factor of every later batch, their product; the product as Gamma functions, and its limit."""
    d = Derivation(
        "Each fit multiplies the mean variance by a factor that does not depend on the pool. In units of a batch the "
        "factor is a ratio of quadratics in the size of the pool, and the product of all is one of Gamma functions. "
        "Here delta is 1 under maximum likelihood and 0 for the unbiased divisor."
    )
    factor = factor_of_one_batch(d)
    pool, later = N1 + (k - 1) * M, N1 + t * M
    first = v0 * (N1 - 1) / (N1 - 1 + delta)
    solved = d.solves(
        E(v(t)), first * sp.Product(1 - M / (pool * (pool - 1 + delta)), (k, 2, t)), index=t, initial=(1, first),
        next_value=factor.subs(N, later - M) * E(v(t)),
        because="the first fit, to real points, has the mean factor (N_1 - 1)/(N_1 - 1 + delta); then means multiply",
    )  # fmt: skip
    a, b = sp.symbols("a b", real=True)
    beta = sp.Symbol("beta", positive=True)
    roots = {M: -1 / (a * b), delta: 1 + (a + b) / (a * b)}
    split = d.algebra(
        factor.subs(N, (t + beta - 1) * M).subs(roots),
        (t + beta - a) * (t + beta - b) / ((t + beta) * (t + beta - a - b)),
        because="with beta = N_1/M and the roots a, b of y^2 - y (1-delta)/M - 1/M, so that M = -1/(ab) and "
        "1 - delta = (a+b) M, every factor splits",
    )  # fmt: skip

    def gammas(y: sp.Expr) -> sp.Expr:
        return sp.gamma(y - a) * sp.gamma(y - b) / (sp.gamma(y) * sp.gamma(y - a - b))

    d.solves(
        E(v(t)), first * gammas(t + beta) / gammas(1 + beta), index=t, initial=(1, first),
        next_value=split.rhs * E(v(t)),
        because="the same in closed form, as Gamma(y+1) = y Gamma(y)",
    )  # fmt: skip
    y = sp.Symbol("y", positive=True)
    d.given(
        sp.Limit(gammas(y), y, sp.oo), sp.Integer(1), source="dlmf", check=gammas_tend_to_one,
        because="Gamma functions whose shifts have equal sums above and below: the variance tends to what is left",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(v(t)), solved.rhs, evaluate=False))


def gammas_tend_to_one() -> list[Verdict]:
    """Gamma(y-a) Gamma(y-b) / (Gamma(y) Gamma(y-a-b)) = 1 - ab/y + ... at large y, for a = 1/2 and b = -1/3."""
    with mpmath.workdps(40):
        a, b = mpmath.mpf(1) / 2, -mpmath.mpf(1) / 3
        return [
            agree((mpmath.gammaprod([y - a, y - b], [y, y - a - b]) - 1) * y, -a * b, 10 / y)
            for y in (mpmath.mpf(10) ** 8, mpmath.mpf(10) ** 10)
        ]


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t in squared data units; t counts fits."""
    return scenario.source.variance * np.exp(variance_left(scenario, generations))


def limit(scenario: Scenario, at: None = None) -> float:
    """The Gamma quotient without its part that depends on t."""
    return scenario.source.variance * float(np.exp(variance_left(scenario, np.array([np.inf]))[0]))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of the covariances of the points in the pool."""
    return variance_and_error(scenario, generation)[0]


CLAIM = Claim(
    id="gaussian-accumulate-variance-any-first-batch",
    title="With all data kept after a first batch of any size, the expected variance is a quotient of Gamma functions "
    "(t from 1 on), whether the divisor is that of maximum likelihood or unbiased",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=(*GAUSSIAN_ACCUMULATE, divisor_is("mle", "unbiased")),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    quantile=quantile_of_variance,
    examples=(
        Example(setting(10, first=25), t=(1, 2, 10, 50)),
        Example(setting(20, first=3, variance=1e-6), t=(1, 2, 30)),
        Example(setting(2, first=100), t=(1, 5, 40)),
        Example(setting(1, first=10), t=(1, 5, 40)),
        Example(setting(5), t=(1, 4, 20)),
        Example(setting(5, divisor="unbiased"), t=(1, 2, 4, 20)),
        Example(setting(1, divisor="unbiased", first=2), t=(1, 2, 20), simulate=False),
        Example(setting(10, first=25), t=(0,), algebra=False, simulate=False),
        Example(setting(10, first=25), t=(99, 100, 101, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(20, divisor="unbiased"), t=(100, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(1000, first=1_000_000_000), t=(1, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(1_000_000, first=2), t=(1, 2, 1_000_000, np.inf), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "kazdan2025collapse", "", "cited", "not compared",
            "that accumulating avoids collapse in this setting; the text of its theorems was not seen",
        ),
    ),
)  # fmt: skip
