r"""Fitted to $M$ of all points so far, the error of the mean keeps a fourth moment where the variance keeps a second.

The pool's mean is at $c$ from $\mu_0$, a fit's at $c+e$: beside the squared variance and the fourth moment of the pool
the means of $c$ times its third moment, of $c^2$ times its variance and of $c^4$ close by themselves. Under maximum
likelihood all settle if $M\ge3$; above its divisor the draws fall together, and where their pool came to rest stays.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import subsample_variance_second_moment as squares
from theory.claims.gaussian.one_fit import mu0, mut
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.subsample import GAUSSIAN_SUBSAMPLE, N, eta, h, read, setting
from theory.claims.gaussian.subsample_errors import (
    DRAWS,
    SAMES,
    a2,
    a3,
    a4,
    d2,
    errors,
    f,
    fourth,
    g,
    joined,
    s,
    t1,
    t3,
    third,
    va2,
    with_variance,
)
from theory.claims.gaussian.subsample_squares import fourths
from theory.claims.gaussian.subsample_variance_second_moment import X, Y, e4, x, y
from theory.derivation import Derivation
from theory.laws.subsampled_pool_fourth import mean_fourth, settled_fourth
from theory.laws.symbols import E, M, t
from theory.scenario import Scenario

ZT, ZS, Z4 = sp.Function("Z_T"), sp.Function("Z_S"), sp.Function("Z_4")


def derive() -> Derivation:
    """The steps to the second moment of the variance; third powers of draws; how the pool's mean moves; the fit."""
    square = squares.derive()
    d = Derivation(square.introduction)
    d.steps += square.steps
    T = sp.Symbol("T")
    counts = {pattern: sp.expand(sp.prod(N - i for i in range(len(pattern)))) for pattern in SAMES}
    for weights, words in (
        ({(3,): 1, (2, 1): 1}, "the sum of squares times the sum"),
        ({(3,): 1, (2, 1): 3, (1, 1, 1): 1}, "the cubed sum"),
    ):
        d.algebra(
            sp.Add(*(weight * counts[pattern] * SAMES[pattern] * T / N for pattern, weight in weights.items())),
            sp.Integer(0), because=f"{words} of the pool about its mean, T being the sum of third powers",
        )  # fmt: skip
    for symbol, words in ((t3, "E e^3"), (t1, "E Q e")):
        d.algebra(
            DRAWS["left"][symbol], sp.factor(DRAWS["left"][symbol]),
            because=f"{words} over T/N without replacement; with replacement it is what remains without bound on N",
        )  # fmt: skip
    _moved(d)
    c, e = sp.symbols("c e")
    d.algebra(
        (c + e) ** 4, c**4 + 4 * c**3 * e + 6 * c**2 * e**2 + 4 * c * e**3 + e**4,
        because="and the error of a fit: E e = 0 given the pool, E e^2 is a multiple of S, E e^3 one of T",
    )  # fmt: skip
    now = {N: t * M, h: eta(t)}
    averages = {with_variance: ZS(t), third: ZT(t), fourth: Z4(t), x: X(t), y: Y(t)}
    written, said = fourth, Z4(t)
    for weight, draws in ((1 - h, DRAWS["left"]), (h, DRAWS["put back"])):
        written += weight * (6 * draws[d2] * with_variance + 4 * draws[t3] * third + draws[e4])
        of_pool = sp.expand(draws[e4])
        coefficients = {with_variance: 6 * draws[d2], third: 4 * draws[t3], x: of_pool.coeff(x), y: of_pool.coeff(y)}
        said += sp.Add(*(
            weight.subs(now) * sp.factor(coefficient.subs(now)) * averages[mean]
            for mean, coefficient in coefficients.items()
        ))  # fmt: skip
    d.algebra(
        written.subs(now).subs(averages), said,
        because="so the mean of its fourth power, averaged over pools of t M points at fit t; eta = 1 if its draws are "
        "put back and else 0",
    )  # fmt: skip
    return d.concludes(sp.Eq(E((mu0 - mut) ** 4), said, evaluate=False))


def _moved(d: Derivation) -> None:
    """The pool once M points of its model have joined, whose mean is at a from the pool's."""
    a, c, z, q, S, T, w = sp.symbols("a c z q S T s", real=True)
    d.algebra(
        (z - w * a) ** 3, z**3 - 3 * w * a * z**2 + 3 * w**2 * a**2 * z - w**3 * a**3,
        because="third powers about a mean that has moved by s a, s = M/(N+M): of old points T - 3 s a S - N s^3 a^3, "
        "of new ones, at (1-s) a on average, M (1-s)^3 a^3 + 3 (1-s) a q and what has no mean, q their squares",
    )  # fmt: skip
    d.algebra(
        M * (1 - s) ** 3 - N * s**3, g, because="the weight g of a^3 in the next T",
    )  # fmt: skip
    weight, moved = sp.Symbol("g"), c + w * a
    d.algebra(
        moved * (T - 3 * w * a * S + weight * a**3 + 3 * (1 - w) * a * q),
        c * (T - 3 * w * a * S) + c * (weight * a**3 + 3 * (1 - w) * a * q)
        + w * (a * T - 3 * w * a**2 * S + weight * a**4 + 3 * (1 - w) * a**2 * q),
        because="c times T: the mean of a vanishes given the pool; that of a^3 is E e^3 + 3 E e v/M, of a q it is "
        "(M-1) E e v, of a^2 q it is (M-1) E v (e^2 + v/M), v = Q/L",
    )  # fmt: skip
    size = sp.Symbol("r")
    d.algebra(
        moved**2 * (S + q + size * a**2),
        c**2 * (S + q + size * a**2) + 2 * w * c * (a * S + a * q + size * a**3)
        + w**2 * (a**2 * S + a**2 * q + size * a**4),
        because="c^2 times S, r = NM/(N+M)",
    )  # fmt: skip
    normal, sigma = sp.Symbol("u", real=True), sp.Symbol("sigma", positive=True)
    e = sp.Symbol("e", real=True)
    density = sp.exp(-(normal**2) / 2) / sp.sqrt(2 * sp.pi)
    for power, moment, words in (
        (2, e**2 + sigma**2, "its mean a_2 over S/N, as of e^2 it is d_2 and of Q it is f"),
        (3, e**3 + 3 * e * sigma**2, "its mean a_3 over T/N, as of e^3 it is t_3 and of Q e it is t_1"),
        (4, e**4 + 6 * e**2 * sigma**2 + 3 * sigma**4, "its mean a_4, and a_v that of v a^2"),
    ):  # fmt: skip
        d.algebra(
            sp.Integral((e + sigma * normal) ** power * density, (normal, -sp.oo, sp.oo)), moment,
            because=f"a^{power}, a being e and a normal error of variance sigma^2 = v/M, v = Q/L: {words}",
        )  # fmt: skip
    for words, mean in zip(("c T/N", "c^2 S/N"), joined(), strict=False):
        d.algebra(
            mean, _term_by_term(mean),
            because=f"so the next mean of {words}, c_T and c_S being those before and x that of (S/N)^2",
        )  # fmt: skip
    d.algebra(
        moved**4, c**4 + 4 * c**3 * w * a + 6 * c**2 * w**2 * a**2 + 4 * c * w**3 * a**3 + w**4 * a**4,
        because="and of c^4: it is c_4 + 6 s^2 a_2 c_S + 4 s^3 a_3 c_T + s^4 a_4",
    )  # fmt: skip


def _term_by_term(mean: sp.Expr) -> sp.Expr:
    """Its products of means, with factored coefficients."""
    names = (third, with_variance, x, a2, a3, a4, va2, t1, f)
    terms = sp.Poly(sp.expand(mean), *names).terms()
    return sp.Add(*(
        sp.factor(coefficient) * sp.prod(name**power for name, power in zip(names, powers, strict=True))
        for powers, coefficient in terms
    ))  # fmt: skip


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and five means of the pool by iterating their equations."""
    size, offset, replacement = scenario.sample_size.constant, offset_of(scenario), scenario.retention.replacement
    means, unit = errors(size, offset, replacement, int(generation)), sp.Rational(repr(scenario.source.variance)) ** 2
    return squares.bindings(scenario, generation) | {
        mean: lambda fit, place=place: unit * means[int(fit) - 1][place] for place, mean in enumerate((ZT, ZS, Z4))
    }


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^4 in data units to the fourth; t counts fits."""
    return scenario.source.variance**2 * mean_fourth(*read(scenario), generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """Finite under maximum likelihood from 3 points on and for a larger divisor; infinite for a smaller one."""
    return scenario.source.variance**2 * settled_fourth(*read(scenario))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Mean products of four points of the pool, draws placed one by one."""
    if generation == 0:
        return mpmath.mpf(0)
    return mpmath.mpf(repr(scenario.source.variance)) ** 2 * fourths(
        scenario.sample_size.constant, scenario.retention.replacement, offset_of(scenario), generation
    )


CLAIM = Claim(
    id="gaussian-subsample-mean-fourth-moment",
    title="Fitted to M >= 3 of all points so far, the fourth moment of the error of the mean settles at the divisor M, "
    "and does not for a smaller one (t from 2 on)",
    kind=Kind.EXACT,
    statistic="mean_fourth_moment",
    assumptions=GAUSSIAN_SUBSAMPLE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(5, False), t=(2, 3, 10), simulate=False),
        Example(setting(5, True), t=(2, 10), simulate=False),
        Example(setting(8, False, "unbiased"), t=(2, 4), simulate=False),
        Example(setting(3, True, "offset", offset=0.5), t=(2, 20), simulate=False),
        Example(setting(2, False), t=(2, 12), simulate=False),
        Example(setting(1, False), t=(1, 2, 9, np.inf), algebra=False, simulate=False),
        Example(setting(5, False), t=(0, 1, 2), algebra=False),
        Example(setting(5, True), t=(512, 513, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(5, False), t=(1023, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(2, True), t=(1000, np.inf), algebra=False, simulate=False),
        Example(setting(8, False, "unbiased"), t=(60, np.inf), algebra=False, simulate=False),
        Example(setting(10**9, True), t=(2, 1_000_000, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
