r"""Where everything is kept the second moment of the variance obeys a recursion of five means, whatever the batches.

Every fit adds independent chi-squares and two normal means to the pool. The means of $v$, $d^2$, $v^2$, $vd^2$ and
$d^4$, $d=\mu_{t-1}-\mu_0$, follow from those one fit earlier with coefficients that change with the pool: as it grows
they tend to those of no change, and what chance has done to the first models stays in all later ones, unless the
shares $n_t/N_t$ of fresh real points have an infinite sum.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, exact
from theory.claims.gaussian import pool, pool_limit
from theory.claims.gaussian.one_fit import mellin, order, v
from theory.claims.gaussian.pool import GAUSSIAN_POOL, RUNNING_OUT, SMALL, constant, growing, setting
from theory.claims.gaussian.pool import points as N
from theory.claims.gaussian.pool import real as n
from theory.claims.gaussian.pool import synthetic as m
from theory.claims.gaussian.pool_squares import after_fits
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.real_share_squares import MEANS, POWERS, SQUARE, averaged, dev, var
from theory.derivation import Derivation
from theory.laws.growing_pool_squares import SQUARE as PLACE
from theory.laws.growing_pool_squares import pool_squares
from theory.laws.symbols import E, delta, nu, t, v0
from theory.scenario import Scenario

P, q = sp.symbols("N q", positive=True)  # points in the pool before, and with the synthetic ones
b, L = q / N, N - 1 + delta
POINTS = {P: N - n - m, q: N - n}
A, A1, A2 = sp.symbols("A A_1 A_2")  # what is within the batches, its mean and mean square
G, H, C, e_g, e_z = sp.symbols("G H C c_eg c_ez", real=True)
names = {
    G: var * m / q**2 + v0 / n, H: (m * var + n * v0) / N**2, C: (m * var / q - v0) / N, e_g: var / q, e_z: var / N,
}  # fmt: skip
WITHIN = {
    A1: (P - 1 + delta + m - 1) * var + (n - 1) * v0,
    A2: ((P - 1 + delta) ** 2 + 2 * (P - 1 + delta) * (m - 1) + m**2 - 1) * var**2
    + 2 * (n - 1) * (P - 1 + delta + m - 1) * var * v0 + (n**2 - 1) * v0**2,
}  # fmt: skip
e2, e4 = var / m, 3 * var**2 / m**2
g2, g4 = dev**2 + G, dev**4 + 6 * dev**2 * G + 3 * G**2
z2, z4 = b**2 * dev**2 + H, b**4 * dev**4 + 6 * b**2 * dev**2 * H + 3 * H**2
e2g2, e2z2 = e2 * g2 + 2 * e_g**2, e2 * z2 + 2 * e_z**2
g2z2 = g2 * z2 + 4 * b * dev**2 * C + 2 * C**2
r, s = P * m / q, n * b  # the weights of e^2 and g^2 in the squares


@cache
def one_fit() -> tuple[sp.Expr, ...]:
    """The means of v, d^2, v^2, v d^2 and d^4 after a fit, given v and d before it."""
    means = (
        (A1 + r * e2 + s * g2) / L,
        z2,
        (A2 + 2 * A1 * (r * e2 + s * g2) + r**2 * e4 + 2 * r * s * e2g2 + s**2 * g4) / L**2,
        (A1 * z2 + r * e2z2 + s * g2z2) / L,
        z4,
    )
    return tuple(_collected(mean) for mean in means)


def _collected(mean: sp.Expr) -> sp.Expr:
    """Its powers of v and d, with coefficients in the points of the two batches and of the whole pool."""
    poly = sp.Poly(sp.expand(mean.subs(WITHIN).subs(names)), var, dev)
    return sp.Add(*(sp.factor(x.subs(POINTS)) * var**i * dev**j for (i, j), x in poly.terms()))


def derive() -> Derivation:
    """The squares within three batches and between them, the normal variables in these, and one fit."""
    d = Derivation(
        "n_t real and m_t synthetic points join, N_t are in the pool after. Within the batches are two chi-squares; "
        "e is how far the synthetic mean is from the pool's, g how far the real mean is from both together, z how far "
        "the new mean is from mu_0: linear in two independent normal variables, the errors of the two new means."
    )
    o, x = sp.symbols("o x")
    d.algebra(
        P * o**2 + m * (o + x) ** 2 - (P * o + m * (o + x)) ** 2 / (P + m), P * m * x**2 / (P + m),
        because="the squares between the N points of the pool and synthetic points, whose mean is x = e from its; q is "
        "N + m_t. Then real points in the same way, with n_t q/N_t times g^2", source="chan1983",
    )  # fmt: skip
    transform = mellin(d)
    square = d.algebra(sp.Subs(transform, order, 2), nu * (nu + 2), because="the mean square of a chi-square").rhs
    old = P - 1 + delta
    d.algebra(
        old**2 * var**2 + 2 * old * var * ((m - 1) * var + (n - 1) * v0) + square.subs(nu, m - 1) * var**2
        + 2 * (m - 1) * (n - 1) * var * v0 + square.subs(nu, n - 1) * v0**2,
        WITHIN[A2],
        because="the mean square A_2 of what is within the pool, the synthetic and the real points; its mean is A_1",
    )  # fmt: skip
    _normal_variables(d)
    given = one_fit()[2]
    d.algebra(
        ((A2 + 2 * A1 * (r * e2 + s * g2) + r**2 * e4 + 2 * r * s * e2g2 + s**2 * g4) / L**2)
        .subs(WITHIN).subs(names).subs(POINTS),
        given,
        because="so the mean of v_t^2 given the model before, in the powers of its v and d: with the weights "
        "N m_t/q of e^2 and n_t q/N_t of g^2, N = N_t - n_t - m_t and q = N_t - n_t. It holds with n_t or "
        "m_t = 0 as well",
    )  # fmt: skip
    said = averaged(given)
    d.algebra(
        said, sp.Mul(1 / L**2, sp.Add(*(sp.factor(L**2 * term) for term in said.args)), evaluate=False),
        because="averaged over the model: U, D, R, Q, B are the means of v, d^2, v^2, v d^2, d^4",
    )  # fmt: skip
    pool_limit.squares_run(d)
    return d.concludes(sp.Eq(E(v(t) ** 2), said, evaluate=False))


def _normal_variables(d: Derivation) -> None:
    """Moments of e, g and z to the fourth order."""
    x, sigma = sp.Symbol("x", real=True), sp.Symbol("sigma", positive=True)
    density = sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi)
    d.algebra(
        sp.Integral((dev + sigma * x) ** 4 * density, (x, -sp.oo, sp.oo)),
        dev**4 + 6 * dev**2 * sigma**2 + 3 * sigma**4,
        because="E g^4, g normal with mean d; likewise of z, with mean b d, b = q/N_t, and of e, with mean 0",
    )  # fmt: skip
    y, w = sp.symbols("y w", real=True)  # errors of the synthetic and of the real mean
    e, g, z = y, m * y / q - w, b * m * y / q + n * w / N
    for one, other, name, words in (
        (g, g, G, "the variance G of g"), (z, z, H, "the variance H of z"), (g, z, C, "the covariance C of g and z"),
        (e, g + z, e_g + e_z, "the covariances v_t/q of e and g and v_t/N_t of e and z"),
    ):  # fmt: skip
        poly = sp.Poly(sp.expand(one * other), y, w)
        error = poly.coeff_monomial(y**2) * var / m + poly.coeff_monomial(w**2) * v0 / n
        d.algebra(error, sp.factor(name.subs(names)), because=words)
    f, h = sp.symbols("f h")
    d.algebra(
        sp.expand((dev + f) ** 2 * (b * dev + h) ** 2).subs({f**2 * h**2: G * H + 2 * C**2})
        .subs({f**2 * h: 0, f * h**2: 0}).subs({f**2: G, h**2: H, f * h: C}).subs({f: 0, h: 0}),
        g2z2,
        because="E g^2 z^2 multiplied out: odd moments of the centred parts vanish, and the mean of their squares' "
        "product is G H + 2 C^2; with e, whose mean is 0, likewise",
    )  # fmt: skip


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and the means by iterating the five equations."""
    given, history = _history(scenario.retention, offset_of(scenario), int(generation))
    unit = exact(scenario.source.variance)

    def mean(place: int) -> Callable[[sp.Integer], sp.Rational]:
        variances, distances = POWERS[place + 1]
        return lambda fit: history[int(fit)][place] * unit ** (variances + distances // 2)

    return given | {t: generation, v0: unit} | {name: mean(place) for place, name in enumerate(MEANS)}


@cache
def _history(retention, offset: Fraction, last: int) -> tuple[dict, list]:
    """The values of n, m, N and delta at a fit, and the five means up to the one before, in units of v_0."""
    shift = sp.Rational(offset.numerator, offset.denominator)
    after = sp.lambdify(
        (n, m, N, delta, *(mean(t - 1) for mean in MEANS)), [averaged(x).subs(v0, 1) for x in one_fit()]
    )
    total = sp.Integer(retention.real_points(1))
    square = (total - 1) / (total - 1 + shift)
    means = [None, (square, 1 / total, square * (total + 1) / (total - 1 + shift), square / total, 3 / total**2)]
    given = {}
    for k in range(2, last + 1):
        fresh, drawn = retention.real_points(k), retention.synthetic_points(k)
        total += fresh + drawn
        given = {n: sp.Integer(fresh), m: sp.Integer(drawn), N: total, delta: shift}
        means.append(tuple(after(*given.values(), *means[-1])))
    return given, means


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t^2 in data units to the fourth; t counts fits. Steps through all of them: 40 ms for 10 000."""
    return stepped(scenario, generations, PLACE)


def stepped(scenario: Scenario, generations: Int[np.ndarray, " T"], place: int) -> Float[np.ndarray, " T"]:
    """One of the means of fourth order at each generation, in data units to the fourth."""
    retention = scenario.retention

    def batches(k: int) -> tuple[int, int]:
        return retention.real_points(k), retention.synthetic_points(k)

    means = pool_squares(batches, float(offset_of(scenario)), int(generations.max(initial=0)), place)
    return scenario.source.variance**2 * means[generations]


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """One fit multiplied out in standard variables, whose moments are taken by quadrature, and iterated.

    At t = inf whether the values approach it with each doubling of t.
    """
    unit = mpmath.mpf(repr(scenario.source.variance)) ** 2
    if generation == np.inf:
        return pool_limit.settled(scenario, unit, lambda fit: unit * after_fits(scenario, fit)[SQUARE])
    return unit * after_fits(scenario, int(generation))[SQUARE]


def limit(scenario: Scenario, at: None = None) -> float:
    """v_0^2 where real points keep pulling the pool back, else what early models left."""
    return pool_limit.end(scenario, scenario.source.variance**2, lambda t_: evaluate(scenario, t_))


CLAIM = Claim(
    id="gaussian-pool-variance-second-moment",
    title="With everything kept in unequal batches, the second moment of the variance obeys a linear recursion of five "
    "means (t from 2 on)",
    kind=Kind.EXACT,
    statistic="variance_second_moment",
    assumptions=GAUSSIAN_POOL,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=pool_limit.ends,
    reach=lambda scenario: pool.LAST,
    examples=(
        Example(setting(*RUNNING_OUT, "mle"), t=(2, 3, 6, 10)),
        Example(setting(*SMALL, "unbiased", variance=1e-6), t=(2, 3, 4, 5)),
        Example(setting(*SMALL, "offset", offset=0.5), t=(2, 5)),
        Example(setting(constant(5), constant(10), "mle"), t=(2, 10)),
        Example(setting(*SMALL, "mle"), t=(0, 1), algebra=False),
        Example(setting([2, 0, 0], [0, 10**9, 10**9], "unbiased"), t=(2, 3), simulate=False),
        Example(setting([1, 1, 1], [0, 1, 1], "mle"), t=(2, 3), simulate=False),
        Example(setting(constant(20), constant(5), "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(constant(5), growing(900, 1e4), "mle"), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
