r"""With the same $n$ real points kept the fourth moment of the error holds three parts: of theirs, of models, of both.

Seen from the mean $k$ of the kept points the fourth moment of $d=\mu_t-k$ is one of six means that close under a fit.
About $\mu_0$ it needs $\kappa=k-\mu_0$ too, of which the models know: they start at the source, $d=-\kappa$. The means
of $\kappa^2v$ and $\kappa^2d^2$, of $\kappa vd$ and $\kappa d^3$, and of $\kappa^3d$ follow recursions of their own;
what they hold of the start is forgotten, and in the limit $d$ and $\kappa$ are independent.
"""

from fractions import Fraction
from functools import cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import real_share_squares
from theory.claims.gaussian.mixed_fit import b
from theory.claims.gaussian.one_fit import mu0, mut
from theory.claims.gaussian.real_share import gaussian_with_real_share, offset_of, setting, share_of
from theory.claims.gaussian.real_share_fixed_fourth import fourth_moment
from theory.claims.gaussian.real_share_fixed_variance_second_moment import MEANS, START, g, k, m, n, one_fit, s
from theory.claims.gaussian.real_share_fixed_variance_second_moment import derive as derive_square
from theory.claims.gaussian.real_share_fixed_variance_second_moment import names as of_sizes
from theory.claims.gaussian.real_share_squares import averaged, dev, var
from theory.derivation import Derivation
from theory.laws.kept_points_fourth import kept_fourth, settled_kept_fourth
from theory.laws.symbols import E, L, M, alpha, t, v0
from theory.scenario import Scenario

Q1, B1, U2, B2 = (sp.Function(name) for name in ("Q_1", "B_1", "U_2", "B_2"))
kappa, left_of_start = sp.symbols("kappa p", real=True)
MEMORY = 3 * v0**2 / n**2 * b**t  # -E kappa^3 d
OF_SQUARES = (n - 1) * v0**2 / n  # E kappa^2 s, and -E kappa s d at t = 0


def with_error(kept: sp.Expr = b ** (t - 1)) -> dict[sp.Function, sp.Expr]:
    """What a fit makes of the means with kappa, in terms of those before it; ``kept`` is what d keeps on average."""
    second = B2(t - 1) + U2(t - 1) / m
    third = B1(t - 1) + 3 * Q1(t - 1) / m
    return {
        Q1: b * (-OF_SQUARES * kept + (m - 1) * Q1(t - 1) + k * third) / L,
        B1: b**3 * third,
        U2: (OF_SQUARES + (m - 1) * U2(t - 1) + k * second) / L,
        B2: b**2 * second,
    }


def derive() -> Derivation:
    """The steps about the kept mean; what is known of its own error; the two together."""
    square = derive_square()
    d = Derivation(square.introduction)
    d.steps += square.steps
    within, second, fourth = s + (m - 1) * var, dev**2 + g, dev**4 + 6 * dev**2 * g + 3 * g**2
    given = one_fit()
    for name, mean, place in (("v d^2", b**2 * (within * second + k * fourth) / L, 3), ("d^4", b**4 * fourth, 4)):
        closed = sp.expand(s**2 * given[place].subs({var: var / s, dev: dev / sp.sqrt(s)}, simultaneous=True))
        d.algebra(
            mean.subs(of_sizes), sp.collect(closed, (s, var, dev), sp.factor),
            because=f"so the mean of {name} given s, v and d",
        )  # fmt: skip
    d.algebra(
        (dev + kappa) ** 4,
        dev**4 + 4 * kappa * dev**3 + 6 * kappa**2 * dev**2 + 4 * kappa**3 * dev + kappa**4,
        because="the error of the model to the fourth power: kappa, that of the kept mean, is normal with variance "
        "v_0/n and independent of s",
    )  # fmt: skip
    x, spread = sp.Symbol("x", real=True), sp.Symbol("sigma", positive=True)
    density = sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi)
    d.algebra(
        sp.Integral((dev + spread * x) ** 3 * density, (x, -sp.oo, sp.oo)), dev**3 + 3 * dev * spread**2,
        because="E y^3, sigma^2 = v/m; E y = d, so that a fit multiplies the mean of d by 1 - alpha",
    )  # fmt: skip
    C, S = sp.Function("C"), sp.Function("S")
    d.solves(
        C(t), -MEMORY, index=t, next_value=b * C(t), initial=(0, -3 * v0**2 / n**2),
        because="C, the mean of kappa^3 d, from d = -kappa at the source: E kappa^4 = 3 v_0^2/n^2",
    )  # fmt: skip
    d.solves(
        S(t), -OF_SQUARES * b**t, index=t, next_value=b * S(t), initial=(0, -OF_SQUARES),
        because="S, the mean of kappa s d: E s = (n - 1) v_0 and E kappa^2 = v_0/n",
    )  # fmt: skip
    _one_more_fit(d)
    later = with_error()
    said = averaged(given[4], MEANS) + 4 * later[B1] + 6 * later[B2] + 3 * v0**2 / n**2 - 4 * MEMORY
    collected = sp.Add(
        averaged(given[4], MEANS), 4 * b**3 * B1(t - 1), 12 * b**2 / M * Q1(t - 1), 6 * b**2 * B2(t - 1),
        6 * b / M * U2(t - 1), 3 * v0**2 / n**2 * (1 - 4 * b**t),
    )  # fmt: skip
    d.algebra(
        said, collected,
        because="together: R, Q_k, B_k are the means of v^2, v d^2, d^4, and Q_1, B_1, U_2, B_2 those of kappa v d, "
        "kappa d^3, kappa^2 v, kappa^2 d^2, which start as -1, -3/n, 1 and 3/n times v_0^2/n",
    )  # fmt: skip
    return d.concludes(sp.Eq(E((mu0 - mut) ** 4), collected, evaluate=False))


def _one_more_fit(d: Derivation) -> None:
    """The means of kappa v d and kappa d^3, and of kappa^2 v and kappa^2 d^2, after a fit."""
    later, third = with_error(), dev**3 + 3 * dev * g
    second, within = dev**2 + g, s + (m - 1) * var
    odd = {dev * s: -OF_SQUARES * b ** (t - 1), dev * var: Q1(t - 1), dev**3: B1(t - 1)}
    even = {s: OF_SQUARES, var: U2(t - 1), dev**2: B2(t - 1)}
    for mean, written, averages, words in (
        (Q1, b * (within * dev + k * third) / L, odd, "kappa v d"), (B1, b**3 * third, odd, "kappa d^3"),
        (U2, (within + k * second) / L, even, "kappa^2 v"), (B2, b**2 * second, even, "kappa^2 d^2"),
    ):  # fmt: skip
        polynomial = sp.Poly(sp.expand(written.subs(of_sizes)), s, var, dev)
        averaged_terms = sp.Add(*(x * averages[s**i * var**j * dev**h] for (i, j, h), x in polynomial.terms()))
        d.algebra(
            averaged_terms, later[mean].subs(of_sizes),
            because=f"the mean of {words} after a fit, from those before it",
        )  # fmt: skip


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """Those of the six means about the kept one, and the means with its error by iterating their four equations."""
    given = real_share_squares.bindings(one_fit, scenario, generation, MEANS, START)
    sizes = {symbol: given[symbol] for symbol in (M, alpha, L, v0)}
    after = _history(tuple(sizes.items()), int(generation))
    return given | {
        mean: lambda fit, place=place: after[int(fit)][place] for place, mean in enumerate((Q1, B1, U2, B2))
    }


@cache
def _history(sizes: tuple, last: int) -> list[tuple[sp.Float, ...]]:
    """(Q_1, B_1, U_2, B_2) of the source and after each fit, in 60 digits."""
    given = dict(sizes)
    now = [tuple(sp.N((x * v0**2 / n).subs(given), 60) for x in (-1, -3 / n, sp.Integer(1), 3 / n))]
    before = [mean(t - 1) for mean in (Q1, B1, U2, B2)]
    equations = [mean.subs(of_sizes).subs(given) for mean in with_error(left_of_start).values()]
    after = sp.lambdify((left_of_start, *before), equations)
    for fit in range(1, last):
        now.append(tuple(sp.N(x, 60) for x in after(b.subs(given) ** (fit - 1), *now[-1])))
    return now


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^4 in data units to the fourth, averaged over the kept points too; t counts fits."""
    return scenario.source.variance**2 * kept_fourth(*_numbers(scenario), generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """The stationary value, exact; infinite unless the spectral radius is below 1, or for one kept point at most 1."""
    return scenario.source.variance**2 * float(settled_kept_fourth(*_numbers(scenario)))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """All products of fourth order, multiplied out in standard variables, whose moments are taken by quadrature."""
    return mpmath.mpf(repr(scenario.source.variance)) ** 2 * fourth_moment(*_numbers(scenario), generation)


def _numbers(scenario: Scenario) -> tuple[int, int, Fraction]:
    size = scenario.sample_size.constant
    return size, int(share_of(scenario) * size), Fraction(offset_of(scenario))


CLAIM = Claim(
    id="gaussian-fixed-real-share-mean-fourth-moment",
    title="With the same real points kept the fourth moment of the error of the mean follows linear recursions of the "
    "moments about theirs, and settles where that of the variance does (t from 1 on)",
    kind=Kind.EXACT,
    statistic="mean_fourth_moment",
    assumptions=gaussian_with_real_share("fixed"),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting("fixed", 200, "unbiased", share=0.5), t=(2, 3)),
        Example(setting("fixed", 6, "mle", real=2), t=(1, 2, 12), simulate=False),
        Example(setting("fixed", 20, "offset", offset=0.444, real=4), t=(1, 3), simulate=False),
        Example(setting("fixed", 50, "mle", real=5), t=(1, 40, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting("fixed", 20, "unbiased", real=2), t=(np.inf,), algebra=False, simulate=False),
        Example(setting("fixed", 4, "offset", offset=-0.4, real=2), t=(20, np.inf), algebra=False, simulate=False),
        Example(setting("fixed", 10, "mle", real=1), t=(1, 3, 12, np.inf), algebra=False, simulate=False),
        Example(setting("fixed", 2, "unbiased", real=1), t=(1, 2, 5), simulate=False),
        Example(setting("fixed", 10, "unbiased", real=10), t=(1, 2, np.inf), algebra=False, simulate=False),
        Example(setting("fixed", 6, "mle", real=2), t=(0,), algebra=False, simulate=False),
        Example(setting("fixed", 10**9, "unbiased", real=1), t=(1, 10**6), algebra=False, simulate=False),
    ),
)  # fmt: skip
