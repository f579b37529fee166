r"""A window of batches: the second moment of the variance from products of batch squares and distances of batch means.

With $S_j$ the sum of squares of batch $j$ about its own mean and $e_j$ the distance of that mean from $\mu_t$, all
means of $S_iS_j$, $S_ie_je_k$ and $e_ie_je_ke_l$ over the window follow linearly from those one fit earlier. Under the
unbiased divisor $E v_t^2$ grows, by a factor near $1+\frac4{W(W+1)M}$ in each fit for every $W$ that was tried, from 1
to 8, while $E v_t$ falls if $W\ge2$: few chains carry it. Under maximum likelihood it vanishes, by a factor that lies
below 1 by the order of $1/M^2$ only.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, exact
from theory.claims.gaussian.one_fit import mellin, order, v
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.window import GAUSSIAN_WINDOW, batches, first, setting
from theory.claims.gaussian.window_squares import mean_products, square_from_points
from theory.derivation import Derivation
from theory.laws.symbols import E, M, W, delta, i, j, nu, t, v0
from theory.laws.window_squares import NARROW, WIDEST, square_growth, window_squares
from theory.scenario import Scenario

F, G, J = (sp.Function(name) for name in "FGJ")  # E S_i S_j, E S_i e_j^2, E e_i^2 e_j^2
FEW, MANY, LAST = 12, 100_000, 1_000_000
LATE = 12, 16  # fits to windows of up to 3 batches between which the second moment falls or grows as it always will
SEEN = 1e-13  # of what a late fit adds to its logarithm


def derive() -> Derivation:
    """The variance of a window, squared; what a new batch adds to the mean products; the new mean."""
    d = Derivation(
        "A batch is drawn from the model of the window before: given that, its squares S are v times a chi-square and "
        "its mean is off from the model's by a normal error of variance v/M, independent of S."
    )
    r, q, b, mean = sp.symbols("r q b m", positive=True)
    d.algebra(
        (q + r) - b * M * mean**2, q + M * (r / M - b * mean**2),
        because="the squares of a pool of b batches of M points: q within them, and M times those of the means about "
        "their mean, r/M being the sum of the squared means",
    )  # fmt: skip
    transform = mellin(d)
    d.algebra(
        sp.Subs(transform, order, 2).subs(nu, M - 1), M**2 - 1,
        because="E S^2 = (M^2 - 1) E v^2 of a new batch, and with all else S has the mean (M - 1) v",
    )  # fmt: skip
    a, u = sp.Symbol("a", real=True), sp.Symbol("u", positive=True)
    x, sigma = sp.Symbol("x", real=True), sp.Symbol("sigma", positive=True)
    density = sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi)
    for power, moment in ((2, a**2 + sigma**2), (4, a**4 + 6 * a**2 * sigma**2 + 3 * sigma**4)):
        d.algebra(
            sp.Integral((a + sigma * x) ** power * density, (x, -sp.oo, sp.oo)), moment,
            because=f"the power {power} of a distance that a normal error enters, sigma^2 = v/M: v and v^2 are "
            "themselves sums of S and products of distances, so that no other means are needed",
        )  # fmt: skip
    d.algebra(
        (a - u) ** 2, a**2 - 2 * a * u + u**2,
        because="and distances from the new mean, which is off by u, the mean of those in the new window",
    )  # fmt: skip
    within, between = sp.symbols("A B")
    divisor = M * batches - 1 + delta
    d.algebra(
        (within + M * between) ** 2 / divisor**2,
        (within**2 + 2 * M * within * between + M**2 * between**2) / divisor**2,
        because="v_t^2, A the sum of S_j and B that of e_j^2 over the batches of the window",
    )  # fmt: skip
    over = (i, first, t), (j, first, t)
    squares, both, distances = (sp.Sum(mean(i, j), *over) for mean in (F, G, J))
    said = d.algebra(
        (squares + 2 * M * both + M**2 * distances) / divisor**2,
        squares / divisor**2 + M * (2 * both + M * distances) / divisor**2,
        because="and its mean: F, G and J are the means of S_i S_j, S_i e_j^2 and e_i^2 e_j^2",
    )  # fmt: skip
    long_run(d, transform)
    return d.concludes(sp.Eq(E(v(t) ** 2), said.lhs, evaluate=False))


def long_run(d: Derivation, transform: sp.Expr) -> None:
    """What a late fit makes of the second moment."""
    d.algebra(
        sp.Subs(transform, order, 2).subs(nu, M - 1) / (M - 1 + delta) ** 2, (M**2 - 1) / (M - 1 + delta) ** 2,
        because="for t = inf: the factor of E v_t^2 in one fit to one batch. A full window has the largest eigenvalue "
        "of the map of its mean products in the place of this factor, which scale alike: E v_t^2 ends at 0 where it is "
        "below 1, and grows beyond all bounds where it is above 1",
    )  # fmt: skip


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and F, G and J by following each batch to the model that it was drawn from."""
    offset, length, size = offset_of(scenario), scenario.retention.length, scenario.sample_size.constant
    products = mean_products(size, length, offset, int(generation))
    unit = exact(scenario.source.variance) ** 2
    return {
        M: size, W: length, delta: sp.Rational(offset.numerator, offset.denominator), t: generation, v0: 1,
    } | {
        function: lambda x, y, kind=kind: unit * products(kind, int(x), int(y))
        for kind, function in enumerate((F, G, J))
    }  # fmt: skip


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t^2 in data units to the fourth; t counts fits. Takes 30 ms at t = 10^4 if W = 6, up to 0.3 s if W = 8."""
    retention, size = scenario.retention, scenario.sample_size.constant
    values = window_squares(size, retention.length, float(offset_of(scenario)), int(generations.max(initial=0)))
    return scenario.source.variance**2 * values[generations]


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Sums and sums of squares of single points about mu_0, without a law of the sample variance.

    At t = inf those of late fits, which fall or grow.
    """
    unit = mpmath.mpf(repr(scenario.source.variance)) ** 2
    if generation == 0:
        return unit
    size, length, offset = scenario.sample_size.constant, scenario.retention.length, offset_of(scenario)
    if generation == np.inf:
        earlier, later = (square_from_points(size, length, offset, fit) for fit in LATE)
        return mpmath.inf if later > earlier else mpmath.mpf(0)
    return unit * square_from_points(size, length, offset, int(generation))


def growth(scenario: Scenario) -> float:
    """What a late fit adds to log E v_t^2."""
    return square_growth(scenario.sample_size.constant, scenario.retention.length, float(offset_of(scenario)))


def settles(scenario: Scenario) -> bool:
    """Whether it is seen if late fits let it fall or grow, of windows whose fits are multiplied."""
    return scenario.retention.length <= NARROW and abs(growth(scenario)) > SEEN


def limit(scenario: Scenario, at: None = None) -> float:
    """0 or infinite."""
    return 0.0 if growth(scenario) < 0 else np.inf


def reach(scenario: Scenario) -> float:
    """Fits that take seconds: a wide window of W batches goes fit by fit through W^4 mean products."""
    length = scenario.retention.length
    return LAST if length <= WIDEST else max(FEW, MANY // (length**3 // 8))


CLAIM = Claim(
    id="gaussian-window-variance-second-moment",
    title="Fitted to the last W batches, the second moment of the variance obeys a linear recursion of mean products "
    "of batch squares and distances of batch means (t from 1 on)",
    kind=Kind.EXACT,
    statistic="variance_second_moment",
    assumptions=GAUSSIAN_WINDOW,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=settles,
    reach=reach,
    examples=(
        Example(setting(5, 3, "mle"), t=(1, 2, 3, 4, 7)),
        Example(setting(10, 4, "unbiased"), t=(1, 2, 5)),
        Example(setting(4, 2, "offset", variance=1e-6, offset=0.5), t=(1, 3, 10)),
        Example(setting(10, 1, "mle"), t=(1, 2, 8), simulate=False),
        Example(setting(1, 3, "mle"), t=(1, 2, 6), simulate=False),
        Example(setting(6, 3, "mle"), t=(40,), algebra=False, simulate=False),
        Example(setting(6, 8, "mle"), t=(5,), algebra=False, simulate=False),
        Example(setting(2, 2, "mle"), t=(0, 60), algebra=False, simulate=False),
        Example(setting(1_000_000_000, 3, "mle"), t=(1, 2, 20), algebra=False, simulate=False),
        Example(setting(5, 2, "mle"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(5, 2, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(5, 1, "mle"), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
