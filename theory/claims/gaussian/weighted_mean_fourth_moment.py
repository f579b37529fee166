r"""Weight on fresh real points holds the fourth moment of the error of the mean where it holds that of the variance.

The new mean is normal given the model, with the variance $w^2v_0/n+(1-w)^2v_t/m$: its fourth power needs the second
moment of the variance, and is finite for ever if $(1-w)^2\,E B^2<1$, $B$ the variance of a fit to $m$ standard normal
points.
"""

from functools import cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.one_fit import cochran, mellin, moment_of_factor, mu0, mut
from theory.claims.gaussian.real_share_squares import MEANS, POWERS, averaged, dev, var
from theory.claims.gaussian.weighted import GAUSSIAN_WEIGHTED, numbers, setting
from theory.claims.gaussian.weighted_fourth import fourth_moment
from theory.derivation import Derivation
from theory.laws.symbols import E, L, M, delta, m, n, t, v0, w
from theory.laws.weighted_fourth import weighted_fourth, weighted_fourth_limit
from theory.scenario import Scenario

a, e, a2, e2 = sp.symbols("a e a_2 e_2", positive=True)  # E A, E B, E A^2 and E B^2
BATCHES = {
    a: (n - 1) / (n - 1 + delta), e: (m - 1) / (m - 1 + delta), a2: (n**2 - 1) / (n - 1 + delta) ** 2,
    e2: (m**2 - 1) / (m - 1 + delta) ** 2,
}  # fmt: skip
h = sp.Symbol("h", positive=True)
noise = w**2 * v0 / n + (1 - w) ** 2 * var / m
fresh = w * v0 * a + (1 - w) * var * e
second, fourth = (1 - w) ** 2 * dev**2 + h, (1 - w) ** 4 * dev**4 + 6 * (1 - w) ** 2 * dev**2 * h + 3 * h**2


@cache
def one_fit() -> tuple[sp.Expr, ...]:
    """The means of v, d^2, v^2, v d^2 and d^4 after a fit, given v and d before it."""
    square = w**2 * v0**2 * a2 + 2 * w * (1 - w) * v0 * var * a * e + (1 - w) ** 2 * var**2 * e2
    means = (fresh, second, square, fresh * second, fourth)
    return tuple(_collected(mean.subs(h, noise)) for mean in means)


def _collected(mean: sp.Expr) -> sp.Expr:
    """Its powers of v and d with factored coefficients."""
    poly = sp.Poly(sp.expand(mean), var, dev)
    return sp.Add(*(sp.factor(x).subs(BATCHES) * var**i * dev**j for (i, j), x in poly.terms()))


def derive() -> Derivation:
    """The variances of both batches, squared; the normal error of the new mean; its second and fourth power."""
    d = Derivation(
        "Means and variances of the two batches are four independent variables, and only the errors of the means are "
        "seen by the new mean."
    )
    cochran(d)
    transform = mellin(d)
    for power, closed, words in ((1, (M - 1) / L, "means"), (2, (M**2 - 1) / L**2, "mean squares")):
        moment_of_factor(
            d, transform, sp.Integer(power), closed,
            f"{words} of A and B, the variances of fits to n and to m points of variance 1: M is n or m, and "
            "L = M - 1 + delta",
        )  # fmt: skip
    A, B, y, z = sp.symbols("A B y z", real=True)
    d.algebra(
        (w * v0 * A + (1 - w) * var * B) ** 2,
        w**2 * v0**2 * A**2 + 2 * w * (1 - w) * v0 * var * A * B + (1 - w) ** 2 * var**2 * B**2,
        because="the new variance, squared; A and B are independent",
    )  # fmt: skip
    d.algebra(
        (w * y + (1 - w) * (dev + z)) ** 2,
        (1 - w) ** 2 * dev**2 + 2 * (1 - w) * dev * (w * y + (1 - w) * z)
        + (w**2 * y**2 + 2 * w * (1 - w) * y * z + (1 - w) ** 2 * z**2),
        because="the new mean from mu_0: y and z, the errors of the two batch means, are normal with variances v_0/n "
        "and v/m, independent of each other and of both variances A and B; so it is normal with the mean (1-w) d and "
        "the variance h = w^2 v_0/n + (1-w)^2 v/m, given the v and d of the model before",
    )  # fmt: skip
    x, spread = sp.Symbol("x", real=True), sp.Symbol("sigma", positive=True)
    density = sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi)
    for power, moment in ((2, second), (4, fourth)):
        d.algebra(
            sp.Integral(((1 - w) * dev + spread * x) ** power * density, (x, -sp.oo, sp.oo)),
            moment.subs(h, spread**2), because=f"the mean of its power {power}, with sigma^2 = h",
        )  # fmt: skip
    given = one_fit()
    for name, written, closed in (("v d^2", fresh * second, given[3]), ("d^4", fourth, given[4])):
        d.algebra(
            written.subs(h, noise).subs(BATCHES), closed,
            because=f"so the mean of {name} after the fit, in the powers of v and d before it",
        )  # fmt: skip
    said = averaged(given[4])
    d.algebra(
        said, sp.Mul(1 / (m * n) ** 2, sp.Add(*(sp.factor((m * n) ** 2 * term) for term in said.args)), evaluate=False),
        because="the last of these averaged over the model: U, D, R, Q, B are the means of v, d^2, v^2, v d^2, d^4; "
        "after the first fit, to real points alone, they are v_0 (n-1)/(n-1+delta), v_0/n, "
        "v_0^2 (n^2-1)/(n-1+delta)^2, v_0/n times the first, and 3 v_0^2/n^2",
    )  # fmt: skip
    return d.concludes(sp.Eq(E((mu0 - mut) ** 4), said, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and the five means by iterating the equations of one fit."""
    weight, real, synthetic, offset = numbers(scenario)
    given = {
        w: sp.Rational(weight.numerator, weight.denominator), n: sp.Integer(real), m: sp.Integer(synthetic),
        delta: sp.Rational(offset.numerator, offset.denominator),
    }  # fmt: skip
    unit, after = sp.Rational(repr(scenario.source.variance)), _history(tuple(given.items()), int(generation))

    def mean(place: int):
        variances, distances = POWERS[place + 1]
        return lambda fit: after[int(fit)][place] * unit ** (variances + distances // 2)

    return given | {t: generation, v0: unit} | {name: mean(place) for place, name in enumerate(MEANS)}


@cache
def _history(sizes: tuple, last: int) -> dict[int, tuple[sp.Expr, ...]]:
    """The five means after each fit from the first on, in units of v_0."""
    given = dict(sizes) | {v0: 1}
    first = sp.Integer(1) / given[n]
    mean, square = BATCHES[a].subs(given), BATCHES[a2].subs(given)
    start = (mean, first, square, mean * first, 3 * first**2)
    equations, now = [averaged(equation).subs(given) for equation in one_fit()], {1: start}
    for fit in range(2, last):
        before = dict(zip((name(t - 1) for name in MEANS), now[fit - 1], strict=True))
        now[fit] = tuple(x.subs(before) for x in equations)
    return now


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^4 in data units to the fourth; t counts fits."""
    return scenario.source.variance**2 * weighted_fourth(*numbers(scenario), generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite where (1-w)^2 E B^2 < 1, and for a single real point."""
    return scenario.source.variance**2 * float(weighted_fourth_limit(*numbers(scenario)))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """One fit multiplied out in standard variables, whose moments are taken by quadrature, and iterated."""
    return mpmath.mpf(repr(scenario.source.variance)) ** 2 * fourth_moment(*numbers(scenario), generation)


CLAIM = Claim(
    id="gaussian-weighted-mean-fourth-moment",
    title="Weight w on fresh real points keeps the fourth moment of the error of the mean finite for ever if and only "
    "if (1-w)^2 (m^2-1)/(m-1+delta)^2 < 1, for two real points or more (t from 2 on)",
    kind=Kind.EXACT,
    statistic="mean_fourth_moment",
    assumptions=GAUSSIAN_WEIGHTED,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(20, 20, 0.6, "mle"), t=(2, 5, 20)),
        Example(setting(8, 12, 0.25, "offset", offset=0.5), t=(2, 3, 12), simulate=False),
        Example(setting(20, 20, 0.6, "mle"), t=(0, 1, np.inf), algebra=False, simulate=False),
        Example(setting(5, 3, 0.2, "unbiased"), t=(2, 30), simulate=False),
        Example(setting(5, 3, 0.2, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(2, 1, 0.5, "mle"), t=(1, 2, 5, np.inf), algebra=False, simulate=False),
        Example(setting(1, 5, 0.1, "offset", offset=0.2), t=(1, 9, np.inf), algebra=False, simulate=False),
        Example(setting(1, 5, 0.0, "mle"), t=(1, 9, np.inf), algebra=False, simulate=False),
        Example(setting(10, 10, 1.0, "mle"), t=(1, 2, np.inf), algebra=False, simulate=False),
        Example(setting(10, 7, 0.0, "mle"), t=(1, 30, np.inf), algebra=False, simulate=False),
        Example(setting(10, 10, 0.0, "unbiased"), t=(1, 30, np.inf), algebra=False, simulate=False),
        Example(setting(10**6, 10**6, 3e-6, "unbiased"), t=(2, 10, 100_000, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
