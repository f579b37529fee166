r"""Fitted to $M$ of all points so far, the variance keeps a spread over chains of about $(\pi^2-4)\,v_0^2/M$.

The mean fourth power and squared variance of the pool close by themselves, whatever the mean of the pool does. Under
maximum likelihood $E v_t^2$ settles if $M\ge3$: $\operatorname{Var}v_t\to(\pi^2-4)\,v_0^2/M$ to first order, twice the
loss of the mean in units of $v_0$, and $(2\pi^2/3-\frac12)\,v_0^2/M$ with replacement; with $M=2$ it grows as $t^{1/4}$
while $E v_t$ settles. To first order a batch is off from the pool by the sampling error of its model and by its own.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import subsample
from theory.claims.gaussian.one_fit import mellin, order, v
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.subsample import GAUSSIAN_SUBSAMPLE, N, eta, h, read, setting
from theory.claims.gaussian.subsample_squares import squares
from theory.derivation import Derivation
from theory.laws.subsampled_pool_squares import mean_square, settled_square
from theory.laws.symbols import E, M, delta, k, nu, t
from theory.scenario import Scenario

X, Y = sp.Function("P_2"), sp.Function("P_4")  # squared variance and fourth central moment of the pool, on average
x, y = sp.symbols("x y", positive=True)  # of one pool: (S/N)^2 and F/N
spread = sp.sqrt(x)
L = M - 1 + delta
Q, Q2, Qe2, e2, e4 = sp.symbols("Q Q_2 Q_e e_2 e_4")  # means over the draws from one pool
SAMES = {  # mean products over different points of a pool about its mean: x^4, x^3 y, x^2 y^2, x^2 y z, x y z w
    (4,): y,
    (3, 1): -y / (N - 1),
    (2, 2): (N * x - y) / (N - 1),
    (2, 1, 1): (2 * y - N * x) / ((N - 1) * (N - 2)),
    (1, 1, 1, 1): 3 * (N * x - 2 * y) / ((N - 1) * (N - 2) * (N - 3)),
}
INDEPENDENT = {(4,): y, (3, 1): sp.Integer(0), (2, 2): x, (2, 1, 1): sp.Integer(0), (1, 1, 1, 1): sp.Integer(0)}


def of_draws(product: dict) -> dict[sp.Symbol, sp.Expr]:
    """Means of Q^2, Q e^2 and e^4: Q the squares of M draws about their mean, e how far that is from the pool's."""
    two, three = M * (M - 1), M * (M - 1) * (M - 2)
    fourth = M * product[4,] + 4 * two * product[3, 1] + 3 * two * product[2, 2] + 6 * three * product[2, 1, 1]
    fourth = fourth + three * (M - 3) * product[1, 1, 1, 1]
    both = M * product[4,] + 2 * two * product[3, 1] + two * product[2, 2] + three * product[2, 1, 1]
    square = M * product[4,] + two * product[2, 2]
    return {Q2: square - 2 * both / M + fourth / M**2, Qe2: both / M**2 - fourth / M**3, e4: fourth / M**4}


LEFT = of_draws(SAMES) | {Q: (M - 1) * N * spread / (N - 1), e2: spread * (N - M) / (N - 1) / M}
PUT_BACK = of_draws(INDEPENDENT) | {Q: (M - 1) * spread, e2: spread / M}
WHOLE = {Q: N * spread, Q2: N**2 * x, Qe2: sp.Integer(0), e2: sp.Integer(0), e4: sp.Integer(0)}


def joined() -> tuple[sp.Expr, sp.Expr]:
    """The next x and y of one pool, in terms of what a fit draws from it."""
    P, S = N + M, N * spread
    apart, apart4 = e2 + Q / L / M, e4 + 6 * Qe2 / L / M + 3 * Q2 / L**2 / M**2
    v_apart = Qe2 / L + Q2 / L**2 / M
    within, r = (M - 1) * Q / L, N * M / P
    square = S**2 + 2 * S * (within + r * apart) + (M**2 - 1) * Q2 / L**2 + 2 * r * (M - 1) * v_apart + r**2 * apart4
    fourth = N * y + 6 * (M / P) ** 2 * S * apart + N * (M / P) ** 4 * apart4
    fourth = (
        fourth + 3 * (M - 1) ** 2 / M * Q2 / L**2 + 6 * (N / P) ** 2 * (M - 1) * v_apart + M * (N / P) ** 4 * apart4
    )
    return square / P**2, fourth / P


def derive() -> Derivation:
    """What draws have of the pool's squares and fourth powers; what their model's points make of these; the model."""
    d = Derivation(
        "Take a pool of N points about its mean, with x the squared mean square and y the mean fourth power. The "
        "variance of a fit, and all that follows, does not change as pool and draws are shifted together."
    )
    counts = {pattern: sp.prod(N - i for i in range(len(pattern))) for pattern in SAMES}
    for weights, total, words in (
        ({(4,): 1, (2, 2): 1}, N**2 * x, "the squared sum of squares"),
        ({(4,): 1, (3, 1): 2, (2, 2): 1, (2, 1, 1): 1}, sp.Integer(0), "the sum of squares times the squared sum"),
        ({(4,): 1, (3, 1): 4, (2, 2): 3, (2, 1, 1): 6, (1, 1, 1, 1): 1}, sp.Integer(0), "the fourth power of the sum"),
    ):
        d.algebra(
            sp.Add(*(weight * counts[pattern] * SAMES[pattern] for pattern, weight in weights.items())), total,
            because=f"{words}: mean products over different points of the pool, each as often as it occurs",
        )  # fmt: skip
    for name, product in (("without replacement", LEFT), ("with replacement, draws being independent", PUT_BACK)):
        d.algebra(
            product[Q2], sp.collect(sp.expand(sp.factor(product[Q2])), (x, y), sp.factor),
            because=f"E Q^2 {name}, Q the squares of M draws about their mean; E Q e^2 and E e^4, e the distance of "
            "that mean from the pool's, in the same way",
        )  # fmt: skip
    _batch(d)
    now, averages = {N: t * M, h: eta(t)}, {x: X(t), y: Y(t)}
    kinds = ((1 - eta(t), sp.expand(LEFT[Q2])), (eta(t), sp.expand(PUT_BACK[Q2])))
    said = d.algebra(
        sp.Add(*(
            (weight * term / L**2).subs(now).subs(averages)
            for weight, product in ((1 - h, LEFT), (h, PUT_BACK)) for term in sp.Add.make_args(product[Q2])
        )),
        sp.Add(*(
            weight * sp.factor(square.coeff(name).subs(now) / L**2) * mean
            for weight, square in kinds for name, mean in averages.items()
        )),
        because="so the mean square of the variance of a fit, averaged over pools, of t M points at fit t; eta = 1 if "
        "its draws are put back and else 0",
    )  # fmt: skip
    _first_order(d)
    return d.concludes(sp.Eq(E(v(t) ** 2), said.rhs, evaluate=False))


def _first_order(d: Derivation) -> None:
    """The spread of v_t in the limit, for large M, under maximum likelihood and without replacement."""
    d.algebra(
        ((1 - 1 / k) + 1) / (k + 1) ** 2, 2 / (k + 1) ** 2 - (1 / k - 1 / (k + 1) - 1 / (k + 1) ** 2),
        because="for large M, in units of 2 v_0^2/M: batch k + 1 is off from the pool of k by the sampling error of "
        "its model, of variance 1 - 1/k, and by its own, 1, and is one part in k + 1 of the new pool",
    )  # fmt: skip
    squares = sp.Symbol("z")
    d.algebra(
        sp.Mul(2, 1 + 2 * (squares - 1) - (1 - (squares - 1)) + 1, evaluate=False), 6 * squares - 4,
        because="so the limit of M Var v_t/v_0^2, with z = pi^2/6 the sum of 1/k^2: 1 for the first batch, the sum "
        "over k >= 1, and 1 for the sampling error of the last fit; together pi^2 - 4",
    )  # fmt: skip


def _batch(d: Derivation) -> None:
    """The squares and fourth powers of the pool once M points of its model have joined."""
    a, c, z = sp.symbols("a c z")
    d.algebra(
        N * a**2 + M * c**2 - (N * a + M * c) ** 2 / (N + M), N * M * (a - c) ** 2 / (N + M),
        because="the squares that two batches have between them", source="chan1983",
    )  # fmt: skip
    d.algebra(
        (z - a) ** 4, z**4 - 4 * a * z**3 + 6 * a**2 * z**2 - 4 * a**3 * z + a**4,
        because="fourth powers about a mean that has moved by a: a fraction M/(N+M) of the distance of the batch's "
        "mean, seen from the pool, N/(N+M) of it from the batch; cubes meet odd powers of distances with mean 0",
    )  # fmt: skip
    transform = mellin(d)
    square = d.algebra(
        sp.Subs(transform, order, 2).subs(nu, M - 1), M**2 - 1, because="the batch's own squares, over v, squared"
    ).rhs  # fmt: skip
    d.algebra(
        3 * (M - 1) ** 2 / M, M * 3 * (1 - 1 / M) ** 2,
        because="its fourth powers over v^2: M normal deviations from its mean, of variance 1 - 1/M each",
    )  # fmt: skip
    later = joined()
    apart4 = e4 + 6 * Qe2 / L / M + 3 * Q2 / L**2 / M**2
    r, P = N * M / (N + M), N + M
    d.algebra(
        (
            N**2 * x + 2 * N * spread * ((M - 1) * Q / L + r * (e2 + Q / L / M)) + square * Q2 / L**2
            + 2 * r * (M - 1) * (Qe2 / L + Q2 / L**2 / M) + r**2 * apart4
        ) / P**2,
        sp.collect(sp.expand(later[0]), (x, spread, Q2, Qe2, Q, e2, e4), sp.factor),
        because="the next x: the distance of the batch's mean is e and a normal error of variance v/M, v = Q/L",
    )  # fmt: skip


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and both means of the pool by iterating the equations."""
    size, offset, replacement = scenario.sample_size.constant, offset_of(scenario), scenario.retention.replacement
    known, unit = pools(size, offset, replacement, int(generation)), sp.Rational(repr(scenario.source.variance)) ** 2
    return subsample.bindings(scenario, generation) | {
        X: lambda fit: unit * known[int(fit) - 1][0], Y: lambda fit: unit * known[int(fit) - 1][1],
    }  # fmt: skip


@cache
def pools(size: int, offset: Fraction, replacement: bool, last: int) -> list[tuple[sp.Rational, sp.Rational]]:
    """x and y of the pool at the fits 1 ... last, in units of v_0, exactly; the first fit sees all of its pool."""
    means = [(sp.Rational(size**2 - 1, size**2), sp.Rational(3 * (size - 1) ** 2, size**2))]
    given = {M: size, delta: sp.Rational(offset.numerator, offset.denominator)}
    for fit in range(1, last):
        step = _step("whole" if fit == 1 else "put back" if replacement else "left")
        means.append(step(fit * size, given[M], given[delta], *means[-1]))
    return means


@cache
def _step(way: str) -> Callable[..., tuple[sp.Rational, sp.Rational]]:
    """The next x and y as a function of N, M, delta, x and y."""
    draws = {"whole": WHOLE, "put back": PUT_BACK, "left": LEFT}[way]
    step = sp.lambdify((N, M, delta, x, y), [mean.subs(draws) for mean in joined()], "sympy")
    return lambda *values: tuple(step(*map(sp.Rational, values)))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t^2 in data units to the fourth; t counts fits."""
    return scenario.source.variance**2 * mean_square(*read(scenario), generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite under maximum likelihood from 3 points on; infinite for a smaller divisor."""
    return scenario.source.variance**2 * settled_square(*read(scenario))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Mean products of four points of the pool, draws placed one by one."""
    unit = mpmath.mpf(repr(scenario.source.variance)) ** 2
    if generation == 0:
        return unit
    return unit * squares(
        scenario.sample_size.constant, scenario.retention.replacement, offset_of(scenario), generation
    )


CLAIM = Claim(
    id="gaussian-subsample-variance-second-moment",
    title="Fitted to M >= 3 of all points so far, the second moment of the variance settles at the divisor M, its "
    "variance near (pi^2 - 4) v_0^2/M without replacement (t from 2 on)",
    kind=Kind.EXACT,
    statistic="variance_second_moment",
    assumptions=GAUSSIAN_SUBSAMPLE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(5, False), t=(2, 3, 10)),
        Example(setting(5, True), t=(2, 3, 10)),
        Example(setting(8, False, "unbiased"), t=(2, 4)),
        Example(setting(3, True, "offset", offset=0.5), t=(2, 20), simulate=False),
        Example(setting(2, False), t=(2, 12), simulate=False),
        Example(setting(1, False), t=(1, 2, 9, np.inf), algebra=False, simulate=False),
        Example(setting(5, False), t=(0, 1), algebra=False, simulate=False),
        Example(setting(5, True), t=(512, 513, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(5, False), t=(1023, 1024, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(2, True), t=(1000, np.inf), algebra=False, simulate=False),
        Example(setting(8, False, "unbiased"), t=(1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(4, True, "offset", offset=2.5), t=(1000, np.inf), algebra=False, simulate=False),
        Example(setting(10**9, True), t=(2, 1_000_000, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
