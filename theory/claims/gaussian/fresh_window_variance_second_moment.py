r"""A window with fresh real points in every batch: the second moment of the variance settles unless few are real.

With $S_j$ the sum of squares of batch $j$ about its own mean and $e_j$ the distance of that mean from $\mu_t$, all
means of $S_iS_j$, $S_ie_je_k$ and $e_ie_je_ke_l$ follow linearly from those one fit earlier, and settle where the
largest eigenvalue of that map is below 1. Longer windows keep chains together: with 1 real point among 5 under the
unbiased divisor $E v_t^2$ grows beyond all bounds at $W=1$ and ends at $2.490v_0^2$ at $W=3$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, exact
from theory.claims.gaussian.fresh_window import FRESH_WINDOW, real_points, setting
from theory.claims.gaussian.fresh_window_squares import DRAW, FOURTH, SQUARE, from_points, mean_products
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.real_share_stratified_variance_second_moment import two_kinds
from theory.claims.gaussian.window import batches, first
from theory.claims.gaussian.window_variance_second_moment import F, G, J
from theory.derivation import Derivation
from theory.laws.fresh_window_squares import PRECISE, WIDEST, fresh_window_squares, settled_squares
from theory.laws.symbols import E, M, W, delta, i, j, t
from theory.scenario import Scenario

FEW, MANY = 12, 100_000
LATE = 22  # fits after which a growing moment is told from one that settles
INTRODUCTION = (
    "A batch has four independent variables: two chi-squares within its kinds of points and two normal means. Real "
    "points have the variance v_0, the others variance and mean of the model of the window before, which is off by d: "
    "both are sums over that window, so that no other means are needed."
)


def derive() -> Derivation:
    """A batch of two kinds of points; the variance of a window, squared."""
    d = Derivation(INTRODUCTION)
    two_kinds(d)
    return d.concludes(sp.Eq(E(v(t) ** 2), squared(d), evaluate=False))


def squared(d: Derivation) -> sp.Expr:
    """E v_t^2 of a window in the mean products of batch squares and distances."""
    r, q, b, mean, within, between = sp.symbols("r q b m A B", positive=True)
    d.algebra(
        (q + r) - b * M * mean**2, q + M * (r / M - b * mean**2),
        because="the squares of a pool of b batches of M points: q within them, and M times those of the means about "
        "their mean, r/M being the sum of the squared means",
    )  # fmt: skip
    divisor, over = M * batches - 1 + delta, ((i, first, t), (j, first, t))
    d.algebra(
        (within + M * between) ** 2 / divisor**2,
        (within**2 + 2 * M * within * between + M**2 * between**2) / divisor**2,
        because="v_t^2, A the sum of S_j and B that of e_j^2 over the batches of the window",
    )  # fmt: skip
    squares, both, distances = (sp.Sum(mean(i, j), *over) for mean in (F, G, J))
    return d.algebra(
        (squares + 2 * M * both + M**2 * distances) / divisor**2,
        squares / divisor**2 + M * (2 * both + M * distances) / divisor**2,
        because="and its mean: F, G and J are the means of S_i S_j, S_i e_j^2 and e_i^2 e_j^2",
    ).lhs  # fmt: skip


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and F, G and J by following each kind of points to its model."""
    offset, length, size = offset_of(scenario), scenario.retention.length, scenario.sample_size.constant
    products = mean_products(size, length, real_points(scenario), offset, int(generation))
    unit = exact(scenario.source.variance) ** 2
    return {M: size, W: length, delta: sp.Rational(offset.numerator, offset.denominator), t: generation} | {
        function: lambda x, y, kind=kind: unit * products(kind, int(x), int(y))
        for kind, function in enumerate((F, G, J))
    }  # fmt: skip


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t^2 in data units to the fourth; t counts fits. Takes 50 ms at t = 10^4 if W = 4, 1 s if W = 6."""
    return values_of(scenario, generations, 0)


def values_of(scenario: Scenario, generations: Int[np.ndarray, " T"], which: int) -> Float[np.ndarray, " T"]:
    """E v_t^2 (0), E (mu_t - mu_0)^4 (1) or E (X_t - mu_0)^4 (2)."""
    size, length, last = scenario.sample_size.constant, scenario.retention.length, int(generations.max(initial=0))
    values = fresh_window_squares(size, length, real_points(scenario), float(offset_of(scenario)), last)
    return scenario.source.variance**2 * values[which][generations]


def limit(scenario: Scenario, at: None = None) -> float:
    """The stationary value, infinite unless the largest eigenvalue is below 1."""
    return limit_of(scenario, 0)


def limit_of(scenario: Scenario, which: int) -> float:
    """That of E v_t^2 (0), E (mu_t - mu_0)^4 (1) or E (X_t - mu_0)^4 (2)."""
    size, length = scenario.sample_size.constant, scenario.retention.length
    limits = settled_squares(size, length, real_points(scenario), float(offset_of(scenario)))
    return scenario.source.variance**2 * limits[which]


def settles(scenario: Scenario) -> bool:
    """Whether the limit is known: with real points, and windows whose fits are matrices."""
    return real_points(scenario) > 0 and scenario.retention.length <= WIDEST


def reach(scenario: Scenario) -> float:
    """Fits that take seconds: a wide window of W batches goes fit by fit through W^4 mean products."""
    length = scenario.retention.length
    return MANY if length <= PRECISE else MANY // 10 if length <= WIDEST else max(FEW, MANY // length**3)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Sums and sums of squares of single points of both kinds about mu_0; at t = inf those of late fits."""
    return by_points(scenario, generation, 0)


def by_points(scenario: Scenario, generation: float, which: int) -> mpmath.mpf:
    """E v_t^2 (0), E (mu_t - mu_0)^4 (1) or that of a draw (2); t = inf where it settles soon, or grows."""
    unit = mpmath.mpf(repr(scenario.source.variance)) ** 2
    if generation == 0:
        return unit * (1, 0, 3)[which]
    size, length, offset = scenario.sample_size.constant, scenario.retention.length, offset_of(scenario)

    def moment(fit: int) -> mpmath.mpf:
        return from_points(size, length, real_points(scenario), offset, fit, (SQUARE, FOURTH, DRAW)[which])

    if generation < np.inf:
        return unit * moment(int(generation))
    earlier, late, later = (moment(fit) for fit in (LATE - 8, LATE - 4, LATE))
    if abs(later - late) >= abs(late - earlier):
        return mpmath.inf
    return unit * later


CLAIM = Claim(
    id="gaussian-fresh-window-variance-second-moment",
    title="With fresh real points in every batch of a window the second moment of the variance obeys a linear "
    "recursion of mean products of batch squares and distances of batch means, and settles if its largest eigenvalue "
    "is below 1 (t from 1 on)",
    kind=Kind.EXACT,
    statistic="variance_second_moment",
    assumptions=FRESH_WINDOW,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=settles,
    reach=reach,
    examples=(
        Example(setting(5, 3, "mle", real=1), t=(1, 2, 3, 4, 6)),
        Example(setting(10, 4, "unbiased", share=0.2), t=(1, 2, 3), simulate=False),
        Example(setting(4, 2, "offset", variance=1e-6, offset=0.5, real=2), t=(1, 3, 6), simulate=False),
        Example(setting(10, 1, "mle", real=3), t=(1, 2, 8), simulate=False),
        Example(setting(6, 2, "unbiased", real=6), t=(1, 2, 4), simulate=False),
        Example(setting(3, 2, "unbiased", real=0), t=(1, 3), simulate=False),
        Example(setting(1, 3, "mle", real=1), t=(1, 2, 6), simulate=False),
        Example(setting(6, 3, "mle", real=2), t=(0, 8), algebra=False, simulate=False),
        Example(setting(6, 8, "mle", real=1), t=(5,), algebra=False, simulate=False),
        Example(setting(1_000_000_000, 3, "unbiased", real=1), t=(1, 2, 6), algebra=False, simulate=False),
        Example(setting(5, 1, "unbiased", real=4), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(5, 2, "mle", real=4), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(5, 1, "unbiased", real=1), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
