r"""With the same $n$ real points kept the second moment of the variance settles where theirs allows it, and no sooner.

Seen from the mean $k$ of the kept points, and with $s$ the sum of their squares about it, the means of $s^2$, $sv$,
$sd^2$, $v^2$, $vd^2$ and $d^4$, $d=\mu_{t-1}-k$, follow from those one fit earlier: what is real never changes, so that
its own spread, $E s^2=(n^2-1)v_0^2$, stays in every model. Averaged over the kept points, which are the first of
generation 1.
"""

from fractions import Fraction

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import real_share_squares
from theory.claims.gaussian.mixed_fit import b, two_batches
from theory.claims.gaussian.one_fit import mellin, order, v
from theory.claims.gaussian.real_share import gaussian_with_real_share, offset_of, setting, share_of
from theory.claims.gaussian.real_share_squares import R, averaged, dev, fit_to_kept_points, var
from theory.derivation import Derivation
from theory.laws.gaussian_mixing_squares import Row, kept_start, kept_step, mean_square, settled_square
from theory.laws.symbols import E, L, M, alpha, nu, t, v0
from theory.scenario import Scenario

n, m = alpha * M, b * M
k, g, s = sp.symbols("k g s", real=True)
X, Y, Qk, Bk = (sp.Function(name) for name in ("X", "Y", "Q_k", "B_k"))  # E of s v, s d^2, v d^2, d^4
MEANS = (X, Y, R, Qk, Bk)
names = {k: alpha * b * M, g: var / (b * M)}
KEPT = (n**2 - 1) * v0**2
START = (KEPT, (n - 1) * v0**2, (n - 1) * v0**2 / n, v0**2, v0**2 / n, 3 * v0**2 / n**2)
FOREVER = 2**90


def one_fit() -> tuple[sp.Expr, ...]:
    """The means of s v, s d^2, v^2, v d^2 and d^4 after a fit, given s = 1 and v and d before it."""
    second, fourth = dev**2 + g, dev**4 + 6 * dev**2 * g + 3 * g**2  # E y^2 and E y^4
    within, within_squared = 1 + (m - 1) * var, 1 + 2 * (m - 1) * var + (m**2 - 1) * var**2
    means = (
        (within + k * second) / L,
        b**2 * second,
        (within_squared + 2 * k * within * second + k**2 * fourth) / L**2,
        b**2 * (within * second + k * fourth) / L,
        b**4 * fourth,
    )
    return tuple(sp.expand(sp.cancel(sp.expand(mean.subs(names)))) for mean in means)


def derive() -> Derivation:
    """The pooled squares and their mean square, in which what is kept is a constant; then the average over it."""
    d = Derivation(
        "In a fit are two independent variables: a chi-square within the synthetic points and the distance y of their "
        "mean from the kept one, normal with the mean d and the variance g = v/m. The new distance is (1 - alpha) y."
    )
    two_batches(d)
    transform = mellin(d)
    square = d.algebra(sp.Subs(transform, order, 2), nu * (nu + 2), because="the mean square of a chi-square").rhs
    x, spread = sp.Symbol("x", real=True), sp.Symbol("sigma", positive=True)
    density = sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi)
    for power, moment in ((2, dev**2 + g), (4, dev**4 + 6 * dev**2 * g + 3 * g**2)):
        d.algebra(
            sp.Integral((dev + spread * x) ** power * density, (x, -sp.oo, sp.oo)), moment.subs(g, spread**2),
            because=f"E y^{power}",
        )  # fmt: skip
    within, chi, y = s + (m - 1) * var, sp.Symbol(r"\chi^2_{m-1}"), sp.Symbol("y")
    d.algebra(
        (s + var * chi + k * y**2) ** 2,
        s**2 + 2 * s * var * chi + var**2 * chi**2 + 2 * k * (s + var * chi) * y**2 + k**2 * y**4,
        because="the squared sum of squares of a fit, k = n m/M; its mean needs those of the chi-square and of y alone",
    )  # fmt: skip
    written = (
        s**2 + 2 * s * (m - 1) * var + square.subs(nu, m - 1) * var**2 + 2 * k * within * (dev**2 + g)
        + k**2 * (dev**4 + 6 * dev**2 * g + 3 * g**2)
    ) / L**2  # fmt: skip
    given = one_fit()
    homogeneous = sp.expand(s**2 * given[2].subs({var: var / s, dev: dev / sp.sqrt(s)}, simultaneous=True))
    d.algebra(
        written.subs(names), sp.collect(homogeneous, (s, var, dev), sp.factor),
        because="so the mean of v_t^2 given s, v and d, collected in their powers",
    )  # fmt: skip
    d.algebra(
        sp.Subs(transform, order, 2).subs(nu, n - 1) * v0**2, KEPT,
        because="E s^2, as the kept points are a sample from the source",
    )  # fmt: skip
    said = averaged(given[2], MEANS, KEPT)
    d.algebra(
        said, sp.Mul(1 / L**2, sp.expand(L**2 * said), evaluate=False),
        because="averaged over kept points and model: X, Y, R, Q_k, B_k are the means of s v, s d^2, v^2, v d^2, d^4; "
        "they start as n - 1, (n - 1)/n, 1, 1/n and 3/n^2 times v_0^2, as at t = 0 the model is the source",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(v(t) ** 2), said, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    return real_share_squares.bindings(one_fit, scenario, generation, MEANS, START)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t^2 in data units to the fourth, averaged over the kept points too; t counts fits."""
    step, start = _recursion(scenario)
    return scenario.source.variance**2 * mean_square(step, generations, start)


def limit(scenario: Scenario, at: None = None) -> float:
    """The stationary value, exact; infinite unless the spectral radius is below 1.

    One kept point has no squares: all is lost if the radius is below 1; if it is 1, a part of the source stays.
    """
    step, start = _recursion(scenario)
    settled = settled_square(step, start[0])
    if settled == np.inf and not start[0]:
        settled = float(mean_square(step, np.array([FOREVER], dtype=object), start)[0])
    return scenario.source.variance**2 * float(settled)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """One fit multiplied out in standard variables, whose moments are taken by quadrature."""
    return real_share_squares.reference(scenario, generation, fit_to_kept_points)


def _recursion(scenario: Scenario) -> tuple[tuple[Row, ...], Row]:
    size = scenario.sample_size.constant
    real = int(share_of(scenario) * size)
    return kept_step(size, real, Fraction(offset_of(scenario))), kept_start(real)


CLAIM = Claim(
    id="gaussian-fixed-real-share-variance-second-moment",
    title="With the same real points kept the second moment of the variance follows a linear recursion of five means "
    "about theirs, and settles if its spectral radius is below 1 (t from 1 on)",
    kind=Kind.EXACT,
    statistic="variance_second_moment",
    assumptions=gaussian_with_real_share("fixed"),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting("fixed", 6, "mle", real=2), t=(1, 2, 5, 12)),
        Example(setting("fixed", 50, "unbiased", share=0.1), t=(1, 2, 10)),
        Example(setting("fixed", 20, "offset", offset=0.444, real=4), t=(1, 3, 8)),
        Example(setting("fixed", 50, "mle", real=5), t=(1, 40, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting("fixed", 20, "unbiased", real=2), t=(np.inf,), algebra=False, simulate=False),
        Example(setting("fixed", 4, "offset", offset=-0.4, real=2), t=(20, np.inf), algebra=False, simulate=False),
        Example(setting("fixed", 10, "mle", real=1), t=(1, 3, 12), simulate=False),
        Example(setting("fixed", 10, "mle", real=1), t=(np.inf,), algebra=False, simulate=False),
        Example(setting("fixed", 2, "unbiased", real=1), t=(1, 2, 5), simulate=False),
        Example(setting("fixed", 10, "unbiased", real=10), t=(1, 2, np.inf), algebra=False, simulate=False),
        Example(setting("fixed", 6, "mle", real=2), t=(0,), algebra=False, simulate=False),
        Example(setting("fixed", 10**9, "unbiased", real=100), t=(1, 10**6, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
