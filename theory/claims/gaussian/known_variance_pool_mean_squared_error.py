r"""With a known variance the mean of a growing pool, or of draws from it, is a chain of two mean squares.

$Q$ is that of the mean of the pool and $S$ that of one of its points, about $\mu_0$. A fit to the whole pool is off by
$Q$, one to $b$ draws by $Q+\kappa(S-Q)$, $\kappa=\frac1b$ where draws are put back and $\frac{N-b}{b(N-1)}$ where not.
"""

from functools import cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Assumption, Claim, Example, Kind, exact
from theory.claims.assumptions import FAITHFUL, GAUSSIAN, UNDISTURBED
from theory.claims.gaussian.known_variance import KNOWN_VARIANCE, LISTED
from theory.claims.gaussian.known_variance_batches import reference as by_batches
from theory.claims.gaussian.known_variance_batches import unit, with_policy
from theory.claims.gaussian.one_fit import squared_error
from theory.derivation import Derivation
from theory.laws.symbols import E, t, v0
from theory.laws.walking_mean import APART, REPLACED, WHOLE, pooled_points
from theory.scenario import Scenario

POOLED = Assumption(
    'the retention policy is "pool" or "accumulate_subsample", or "accumulate" with sizes that change',
    lambda s: (
        s.retention.kind in ("pool", "accumulate_subsample")
        or (s.retention.kind == "accumulate" and s.sample_size.constant is None)
    ),
)
LAST = 100_000
mean_of_pool, point_of_pool, share_of_one = sp.Function("Q_p"), sp.Function("S_p"), sp.Function("kappa_b")


def derive() -> Derivation:
    """What joins the pool, and draws from it."""
    d = Derivation(
        "The variance is known to be v_0. Q_p is the mean square of the error of the mean of the pool and S_p that of "
        "one of its points, both about mu_0."
    )
    N, n, m, b, Q, S = sp.symbols("N n m b Q S", positive=True)
    z, x, y, dev = sp.symbols("z x y d", real=True)
    d.algebra(
        (N * z + n * x + m * (dev + y)) ** 2,
        (N * z + m * dev) ** 2 + n**2 * x**2 + m**2 * y**2 + 2 * ((N * z + m * dev) * (n * x + m * y) + n * m * x * y),
        because="the sum of the errors of N points of the pool, n real and m synthetic ones: x and y, of mean squares "
        "v_0/n and v_0/m, are independent of what was; the error d of the model has with the mean z of the pool the "
        "mean product Q",
    )  # fmt: skip
    d.algebra(
        (S + (b - 1) * Q) / b, Q + (S - Q) / b,
        because="the mean square of the mean of b draws that are put back: two are independent given the pool",
    )  # fmt: skip
    d.algebra(
        (S + (b - 1) * (N * Q - S) / (N - 1)) / b, Q + (S - Q) * (N - b) / (b * (N - 1)),
        because="and of b different points of N, two of which have the mean product (N Q - S)/(N - 1)",
    )  # fmt: skip
    share = share_of_one(t)
    said = d.algebra(
        (1 - share) * mean_of_pool(t) + share * point_of_pool(t),
        mean_of_pool(t) + share * (point_of_pool(t) - mean_of_pool(t)),
        because="so E(mu_t - mu_0)^2, kappa_b = 0 for a fit to all points",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(squared_error), said.rhs, evaluate=False))


def _batches(scenario: Scenario, last: int) -> tuple[list[int], list[int], list[int], str]:
    """Real and synthetic points that join, points that a fit sees, and how they are drawn, for t = 1 ... last."""
    retention, fits = scenario.retention, range(1, last + 1)
    if retention.kind == "pool":
        real, synthetic = ([read(fit) for fit in fits] for read in (retention.real_points, retention.synthetic_points))
        return real, synthetic, [retention.budget or 1] * last, WHOLE if retention.budget is None else REPLACED
    sizes = [scenario.first_size, *(scenario.sample_size.at(fit) for fit in fits[1:])][:last]
    synthetic = [0, *sizes[1:]][:last]
    if retention.kind == "accumulate":
        return [size * (fit == 1) for fit, size in zip(fits, sizes, strict=True)], synthetic, sizes, WHOLE
    how = REPLACED if retention.replacement else APART
    return [size * (fit == 1) for fit, size in zip(fits, sizes, strict=True)], synthetic, sizes, how


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement; Q_p, S_p and kappa_b as fractions."""
    Q, S, share = _means(scenario, int(generation))
    unit_ = exact(scenario.source.variance)
    return {
        t: generation, v0: unit_, mean_of_pool: lambda fit: unit_ * Q, point_of_pool: lambda fit: unit_ * S,
        share_of_one: lambda fit: share,
    }  # fmt: skip


@cache
def _means(scenario: Scenario, last: int) -> tuple[sp.Rational, sp.Rational, sp.Rational]:
    """Q_p, S_p and kappa_b of the last fit, in units of v_0."""
    Q = S = share = error = sp.Integer(0)
    points, (*joined, how) = 0, _batches(scenario, last)
    for fit, (real, synthetic, drawn) in enumerate(zip(*joined, strict=True), start=1):
        N = sp.Integer(points + real + synthetic)
        S = (points * S + real + synthetic * (1 + error)) / N
        Q = (points * (points + 2 * synthetic) * Q + real + synthetic + synthetic**2 * error) / N**2
        share = sp.Integer(0)
        if fit > 1 and how != WHOLE:
            share = sp.Rational(1, drawn) if how == REPLACED else (N - drawn) / (drawn * (N - 1))
        points, error = int(N), Q + share * (S - Q)
    return Q, S, share


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units; t counts fits. Takes 0.2 s at t = 10^5."""
    return scenario.source.variance * pooled_points(*_batches(scenario, int(generations.max(initial=0))))[generations]


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Mean products of single points of all batches."""
    return unit(scenario) * by_batches(scenario, generation)


MIXED = {"kind": "pool", "real": [5, 0, 2, 0, 3], "synthetic": [0, 4, 0, 7, 1]}

CLAIM = Claim(
    id="gaussian-known-variance-pool-mean-squared-error",
    title="With a known variance the squared error of the mean of a growing pool, or of draws from it, follows a "
    "linear recursion of two mean squares",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=(GAUSSIAN, KNOWN_VARIANCE, POOLED, FAITHFUL, UNDISTURBED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    reach=lambda scenario: LAST,
    examples=(
        Example(with_policy(None, **MIXED), t=(1, 2, 5)),
        Example(with_policy(None, **MIXED, budget=4), t=(1, 2, 5), simulate=False),
        Example(with_policy(6, kind="accumulate_subsample", replacement=False), t=(1, 2, 9), simulate=False),
        Example(with_policy(6, 1e-6, kind="accumulate_subsample", replacement=True), t=(0, 3, 9), algebra=False,
                simulate=False),
        Example(with_policy(1, kind="accumulate_subsample", replacement=False), t=(1, 5), simulate=False),
        Example(with_policy(LISTED, kind="accumulate"), t=(1, 3), simulate=False),
        Example(with_policy(10**9, kind="accumulate_subsample", replacement=False), t=(4,), simulate=False),
    ),
)  # fmt: skip
