r"""With a known variance $n$ kept points hold the mean: it ends at most half as far again from the truth as theirs.

$E(\mu_t-\mu_0)^2=\frac{v_0}n\frac{u(2b+u)}{1+b}$ with $b=1-\alpha$ and $u=1-b^t$: $v_0/M$ after the first fit, and
$\frac{v_0}n\frac{1+2b}{1+b}$ in the end, between once and 1.5 times the error of the mean of the kept points.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, exact
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, GAUSSIAN, UNDISTURBED, shares_real
from theory.claims.gaussian.known_variance import KNOWN_VARIANCE, setting
from theory.claims.gaussian.known_variance_batches import reference as by_batches
from theory.claims.gaussian.known_variance_batches import unit
from theory.claims.gaussian.one_fit import squared_error
from theory.derivation import Derivation
from theory.laws.symbols import E, M, alpha, n, t, v0
from theory.laws.walking_mean import kept_points
from theory.scenario import Scenario


def derive() -> Derivation:
    """The distance of the new mean from the kept one, its square and its product with the error of the kept one."""
    d = Derivation(
        "The variance is known to be v_0. Of M points n = alpha M are kept, their mean is k; e_t = mu_t - k, and y is "
        "the mean of the errors of M - n draws."
    )
    k, e, y = sp.symbols("k e y", real=True)
    b = 1 - alpha
    d.algebra(alpha * k + b * (k + e + y) - k, b * (e + y), because="one fit: e_(t+1) = (1 - alpha)(e_t + y)")
    product, square = E(sp.Symbol("e_t") * sp.Symbol("k")), E(sp.Symbol("e_t") ** 2)
    first = d.solves(
        product, -(b**t) * v0 / n, index=t, initial=(1, -b * v0 / n), next_value=b * product,
        because="the mean of e_t (k - mu_0): -(1 - alpha) v_0/n in the first fit, to k and M - n other real points; y "
        "is independent of k",
    )  # fmt: skip
    d.algebra(
        b**2 * (v0 / n + v0 / (M - n)).subs(n, alpha * M), (b * v0 / n).subs(n, alpha * M),
        because="the mean of e_1^2, with n = alpha M",
    )  # fmt: skip
    second = d.solves(
        square, v0 * (b + b ** (2 * t)) / (n * (1 + b)), index=t, initial=(1, b * v0 / n),
        next_value=b**2 * square + b * alpha * v0 / n,
        because="E y^2 = v_0/(M - n) adds (1 - alpha)^2 v_0/((1 - alpha) M) = (1 - alpha) alpha v_0/n",
    )  # fmt: skip
    said = d.algebra(
        v0 / n + 2 * first.rhs + second.rhs, v0 * (1 - b**t) * (1 + 2 * b - b**t) / (n * (1 + b)),
        because="E(mu_t - mu_0)^2 = E(k - mu_0 + e_t)^2",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(squared_error), said.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    size = scenario.sample_size.constant
    kept = scenario.retention.real_points(size)
    return {alpha: sp.Rational(kept, size), n: kept, t: generation, v0: exact(scenario.source.variance)}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units, averaged over the kept points too; t counts fits."""
    size = scenario.sample_size.constant
    kept = scenario.retention.real_points(size)
    return scenario.source.variance * kept_points(size, kept, np.asarray(generations, dtype=np.float64))


def limit(scenario: Scenario, at: None = None) -> float:
    """(v_0/n)(3 - 2 alpha)/(2 - alpha)."""
    size = scenario.sample_size.constant
    kept = scenario.retention.real_points(size)
    return scenario.source.variance * float(kept_points(size, kept, np.array([np.inf]))[0])


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Mean products of single points of all batches."""
    return unit(scenario) * by_batches(scenario, generation)


def _kept(size: int, variance: float = 2.25, **real: float) -> Scenario:
    return setting(size, variance, kind="real_share", scheme="fixed", **real)


CLAIM = Claim(
    id="gaussian-known-variance-fixed-real-share-mean-squared-error",
    title="With a known variance and n kept real points the squared error of the mean settles at (v_0/n)(3 - 2 alpha)/"
    "(2 - alpha), at most 1.5 times that of their mean",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=(GAUSSIAN, KNOWN_VARIANCE, shares_real("fixed"), CONSTANT_SIZE, FAITHFUL, UNDISTURBED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(_kept(10, real=3), t=(1, 2, 9)),
        Example(_kept(10, real=3), t=(0, np.inf), algebra=False, simulate=False),
        Example(_kept(8, 1e-6, share=0.25), t=(3, 40), simulate=False),
        Example(_kept(5, real=5), t=(1, 4, np.inf), algebra=False, simulate=False),
        Example(_kept(10**9, real=10), t=(1, 20), simulate=False),
    ),
)  # fmt: skip
