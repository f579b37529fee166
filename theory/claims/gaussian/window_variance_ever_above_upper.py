r"""A window of batches: some model is wider than $x$ with a chance of at most a constant over $x$, about $\frac{W+3}2$.

With weights that fall with the age of a batch, $c_a\propto W-a$, let $\Phi$ be the mean square of the points of the
window about $\mu_0$ and $m$ their mean. $\Phi-\lambda m^2$, $\lambda=\frac{(1-\delta)(W+1)}{2W}$, is a martingale, and
not negative for every divisor that does not let the mean variance grow; no variance is above a multiple of it.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind, Source, exact
from theory.claims.gaussian.factors_highest import chance_of_rising
from theory.claims.gaussian.highest_variance import P, risen
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.window import GAUSSIAN_WINDOW, setting
from theory.claims.gaussian.window_limit import first_window_exactly
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.symbols import M, W, delta, v0, x
from theory.laws.window_limit import first_window, room
from theory.scenario import Scenario
from theory.scenario.retention import Accumulate

phi, m2 = sp.symbols("Phi_W m_W", positive=True)
ratio = (1 - delta) * (W + 1) / (2 * W)
NOT_GROWING = Assumption(
    "the divisor is at least the one that keeps the mean variance of the window, and there are at least 2 points",
    lambda s: s.retention.kind == "window" and s.estimator.kind == "moments" and (s.sample_size.constant or 0) >= 2
    and room(s.retention.length, offset_of(s)) >= 0,
)  # fmt: skip


def derive() -> Derivation:
    """A martingale of the window, a multiple of it above every variance, and Ville's inequality."""
    a, v, total = sp.symbols("a v S", positive=True)
    d = Derivation(
        "A batch of age a, the newest of age 0, has the weight 2(W - a)/(W(W + 1)) in a full window. Phi is the mean "
        "square of its points about mu_0 with these weights and m their mean about it."
    )
    d.algebra(
        2 / (W + 1) * (1 / W) + 2 * (W - 1 - a) / (W * (W + 1)), 2 * (W - a) / (W * (W + 1)),
        because="one fit later each batch is older by 1 and the new one, of weight 2/(W+1), has the mean of all as its "
        "own: m is a martingale. Its steps are 2/(W+1) times errors of variance v/M",
    )  # fmt: skip
    d.algebra(
        (W * M - 1 + delta) * v / (W * M) + total, v + total - (1 - delta) * v / (W * M),
        because="a new point has the mean square v + S, S the squared mean of the model; that of all points of the "
        "window is the left side, so that Phi grows by 2/(W+1) times (1 - delta) v/(W M) on average",
    )  # fmt: skip
    d.algebra(
        1 - ratio, (W + 1) / (2 * W) * (delta - 1 + 2 * W / (W + 1)),
        because="so Phi - l m^2, l = (1 - delta)(W + 1)/(2 W), is a martingale, as l times 4/((W + 1)^2 M) is that "
        "growth. 1 - l is not negative here: it is at least Phi - m^2, the weighted mean square about m",
    )  # fmt: skip
    Q, s, N, c = sp.symbols("Q s N c", positive=True)
    d.algebra(
        (Q - 2 * c * s + N * c**2) - (Q - s**2 / N), N * (c - s / N) ** 2,
        because="(W M - 1 + delta) v, the sum of squares about the mean of all N = W M points, is at most that about "
        "c = m, and no weight is below 2/(W(W + 1)): v is at most M W(W + 1)/(2(W M - 1 + delta)) times Phi - m^2",
    )  # fmt: skip
    chance = d.given(
        P(risen), sp.Min(1, bound()), relation=r"\le", source="ville1939", check=first_fits,
        because="from the first full window on the martingale exceeds its share of x with a chance of at most that of "
        "its mean, with Phi_W and m_W the means of Phi and m^2 then; before, v is a positive supermartingale, as where "
        "all data are kept, and starts at v_0 (M - 1)/(M - 1 + delta)",
    )  # fmt: skip
    return d.concludes(sp.Le(chance.lhs, chance.rhs, evaluate=False))


def bound() -> sp.Expr:
    early = v0 * (M - 1) / (M - 1 + delta) * sp.Min(1, W - 1)
    return (early + M * W * (W + 1) / (2 * (W * M - 1 + delta)) * (phi - ratio * m2)) / x


def first_fits() -> list[Verdict]:
    """Beside the chance in the first W fits."""
    return [at_most(reference(e.scenario, 0, e.at), limit(e.scenario, e.at)) for e in CLAIM.examples[:3]]  # type: ignore[arg-type]


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    offset = offset_of(scenario)
    size, length, unit = scenario.sample_size.constant, scenario.retention.length, exact(scenario.source.variance)
    square, mean = first_window_exactly(size, length, offset)
    return {
        M: size, W: length, delta: sp.Rational(offset.numerator, offset.denominator), v0: unit, x: exact(at),
        phi: unit * square, m2: unit * mean,
    }  # fmt: skip


def limit(scenario: Scenario, at: float) -> float:
    """The bound; 1 where at < v_0."""
    if at < scenario.source.variance:
        return 1.0
    size, length, offset = scenario.sample_size.constant, scenario.retention.length, float(offset_of(scenario))
    square, mean = first_window(size, length, offset)
    share = (1 - offset) * (length + 1) / (2 * length)
    later = size * length * (length + 1) / (2 * (length * size - 1 + offset)) * (square - share * mean)
    early = (size - 1) / (size - 1 + offset) if length > 1 else 0.0
    return min(1.0, scenario.source.variance / at * (early + later))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain."""
    return np.full(generations.shape, limit(scenario, at))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """The chance in the first W fits, to three digits, those of a pool that keeps all: the greater part of it."""
    pool = scenario.model_copy(update={"retention": Accumulate()})
    return chance_of_rising(pool, at, scenario.retention.length)


CLAIM = Claim(
    id="gaussian-window-variance-ever-above-upper-bound",
    title="Fitted to the last W batches, some model is wider than x >= v_0 with a chance of at most about "
    "(W + 3)/2 times v_0/x, if the divisor does not let the mean variance grow",
    kind=Kind.UPPER_BOUND,
    statistic="variance_ever_above",
    assumptions=(*GAUSSIAN_WINDOW, NOT_GROWING),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(5, 4, "mle"), t=(np.inf,), at=12.0, simulate=False),
        Example(setting(3, 8, "unbiased"), t=(np.inf,), at=18.0, simulate=False),
        Example(setting(4, 3, "offset", offset=-0.5), t=(np.inf,), at=9.0, simulate=False),
        Example(setting(10, 1, "unbiased"), t=(np.inf,), at=4.0, simulate=False),
        Example(setting(10, 4, "mle"), t=(np.inf,), at=2.0, algebra=False, simulate=False),
    ),
    sources=(Source("ville1939", "", "cited", "its index is t", "the inequality, for every positive martingale"),),
)  # fmt: skip
