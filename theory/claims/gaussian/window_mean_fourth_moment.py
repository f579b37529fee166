r"""A window of batches: the fourth moment of the error of the mean, from products of the errors of four batch means.

The mean of the model is that of the batch means. A batch mean is the mean of the model that its batch was drawn from
and a normal error of variance $v/M$: products with the newest batch are products of earlier ones, in which the variance
of that model is made of batch squares and distances of batch means.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, exact
from theory.claims.gaussian import window_variance_second_moment as square
from theory.claims.gaussian.one_fit import mu0, mut
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.window import GAUSSIAN_WINDOW, batches, first, setting
from theory.claims.gaussian.window_squares import fourth_from_points, products_of_four_means
from theory.derivation import Derivation
from theory.laws.symbols import E, W, i, j, k, t
from theory.laws.window_squares import NARROW, window_fourth_limit, window_fourths
from theory.scenario import Scenario

C4, last = sp.Function("C_4"), sp.Symbol("l", integer=True)
FEW, LAST = 12, 100_000
FALLS = 1e-4  # of the logarithm of the second moment of the variance in a fit
LATE = 45, 56  # fits after which the error has settled in the examples, or grows


def derive() -> Derivation:
    """The steps to the second moment of the variance; powers of a new batch mean; the mean of the window."""
    of_square = square.derive()
    d = Derivation(of_square.introduction)
    d.steps += of_square.steps
    a, x = sp.symbols("a x", real=True)
    sigma = sp.Symbol("sigma", positive=True)
    density = sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi)
    for power, moment in ((1, a), (3, a**3 + 3 * a * sigma**2)):
        d.algebra(
            sp.Integral((a + sigma * x) ** power * density, (x, -sp.oo, sp.oo)), moment,
            because=f"the power {power} of the mean of a new batch, whose model has the mean a, sigma^2 = v/M; those "
            "of order 2 and 4 are as before. What multiplies it in a product of four is of earlier batches, and so "
            "are a and v: products of the newest batch mean are products of earlier means, squares and distances",
        )  # fmt: skip
    over = ((i, first, t), (j, first, t), (k, first, t), (last, first, t))
    alike, all_four = sp.Sum(C4(i, i, j, k), *over[:3]), sp.Sum(C4(i, j, k, last), *over)
    said = d.algebra(
        alike / batches**4 + (all_four - alike) / batches**4, all_four / batches**4,
        because="so the mean of the fourth power of the mean of the window: C_4 is the mean product of the errors of "
        "four batch means about mu_0, of which the first two are of one batch or of different ones",
    )  # fmt: skip
    rate, start, added = *sp.symbols("rho R_0", positive=True), sp.Function("A")
    d.solves(
        added(t), start * (1 - rate**t) / (1 - rate), index=t, initial=(0, sp.Integer(0)),
        next_value=added(t) + start * rate**t,
        because="for t = inf: what fits add to the fourth power of the error are means of the variance, squared or "
        "times the squared error. With all factors rho of these below 1 the sum ends, and with one above 1 it does not",
    )  # fmt: skip
    return d.concludes(sp.Eq(E((mu0 - mut) ** 4), said.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and C_4 by following each batch to the model that it was drawn from."""
    length = scenario.retention.length
    products = products_of_four_means(scenario.sample_size.constant, length, offset_of(scenario))
    unit = exact(scenario.source.variance) ** 2
    return {W: length, t: generation, C4: lambda *four: unit * products(*(int(one) for one in four))}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^4 in data units to the fourth; t counts fits. At t = 10^4 0.1 s for W = 4, 2 s for W = 8."""
    retention, size = scenario.retention, scenario.sample_size.constant
    values = window_fourths(size, retention.length, float(offset_of(scenario)), int(generations.max(initial=0)))
    return scenario.source.variance**2 * values[generations]


def settles(scenario: Scenario) -> bool:
    """Whether the second moment of the variance is seen to grow, or falls fast enough for twelve digits of the sum."""
    return square.settles(scenario) and not -FALLS < square.growth(scenario) < 0


def limit(scenario: Scenario, at: None = None) -> float:
    """What all fits add; infinite where the second moment of the variance grows."""
    if square.growth(scenario) > 0:
        return np.inf
    given = scenario.sample_size.constant, scenario.retention.length, float(offset_of(scenario))
    return scenario.source.variance**2 * window_fourth_limit(*given)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Sums and sums of squares of single points about mu_0, without a law of the sample variance.

    At t = inf those of late fits, where they have settled, or grow.
    """
    if generation == 0:
        return mpmath.mpf(0)
    size, length, offset = scenario.sample_size.constant, scenario.retention.length, offset_of(scenario)
    unit = mpmath.mpf(repr(scenario.source.variance)) ** 2
    if generation == np.inf:
        late, later = (fourth_from_points(size, length, offset, fit) for fit in LATE)
        return unit * later if abs(later - late) < mpmath.mpf(10) ** -12 * later else mpmath.inf
    return unit * fourth_from_points(size, length, offset, int(generation))


def reach(scenario: Scenario) -> float:
    """Fits that take seconds: a wide window of W batches goes fit by fit through W^4 mean products."""
    length = scenario.retention.length
    return LAST if length <= NARROW else max(FEW, LAST // (length**3 // 8))


CLAIM = Claim(
    id="gaussian-window-mean-fourth-moment",
    title="Fitted to the last W batches, the fourth moment of the error of the mean is the average over all products "
    "of four batch means, which obey a linear recursion (t from 1 on)",
    kind=Kind.EXACT,
    statistic="mean_fourth_moment",
    assumptions=GAUSSIAN_WINDOW,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=settles,
    reach=reach,
    examples=(
        Example(setting(40, 4, "mle"), t=(2, 3, 4)),
        Example(setting(5, 3, "mle"), t=(1, 2, 3, 4, 7), simulate=False),
        Example(setting(10, 4, "unbiased"), t=(1, 2, 5), simulate=False),
        Example(setting(4, 2, "offset", variance=1e-6, offset=0.5), t=(1, 3, 10), simulate=False),
        Example(setting(10, 1, "mle"), t=(1, 2, 8), simulate=False),
        Example(setting(1, 3, "mle"), t=(1, 2, 6), simulate=False),
        Example(setting(6, 3, "mle"), t=(40,), algebra=False, simulate=False),
        Example(setting(6, 8, "mle"), t=(5,), algebra=False, simulate=False),
        Example(setting(2, 2, "mle"), t=(0, 60), algebra=False, simulate=False),
        Example(setting(1_000_000_000, 3, "mle"), t=(1, 2, 20), algebra=False, simulate=False),
        Example(setting(2, 2, "offset", offset=40.0), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(5, 2, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
