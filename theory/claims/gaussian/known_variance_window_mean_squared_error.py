r"""With a known variance the mean of a window walks at $4/(W+1)^2$ of the pace, and fresh points end its walk.

Every batch has an error of variance $v_0/M$ of its own, of which models keep parts:
$E(\mu_t-\mu_0)^2=\frac{v_0}M\sum_kh(k,t)^2$. Without fresh points $h$ tends to $2/(W+1)$ and the walk goes on; with $n$
of the points of each batch real it settles at $\frac{v_0}{n(W+1-\alpha)}$.
"""

from functools import cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Assumption, Claim, Example, Kind, exact
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, GAUSSIAN, UNDISTURBED
from theory.claims.gaussian.known_variance import KNOWN_VARIANCE, setting
from theory.claims.gaussian.known_variance_batches import reference as by_batches
from theory.claims.gaussian.known_variance_batches import unit
from theory.claims.gaussian.one_fit import squared_error
from theory.derivation import Derivation
from theory.laws.symbols import E, M, W, alpha, k, n, t, v0
from theory.laws.walking_mean import last_batches, last_batches_settled
from theory.scenario import Scenario

WINDOW = Assumption(
    'the retention policy is "window", with fresh real points or without', lambda s: s.retention.kind == "window"
)
LAST = 10_000
part = sp.Function("h_b")


def derive() -> Derivation:
    """Errors of batches are uncorrelated; in the end, with fresh points, batches are equally correlated."""
    d = Derivation(
        "The variance is known to be v_0. h_b(k, t) is the part of the error of batch k in the mean of model t: the "
        "mean over the batches of its window, where the error of batch k itself is in batch k and 1 - alpha of what "
        "model i has of it in batch i + 1."
    )
    a, b, x, y = sp.symbols("a b x y", real=True)
    d.algebra(
        ((a * x + b * y) ** 2 + (a * x - b * y) ** 2) / 2, a**2 * x**2 + b**2 * y**2,
        because="errors x and y of two batches: given the models all are independent with mean 0, squares add up",
    )  # fmt: skip
    d.algebra(
        (alpha**2 / (alpha * M) + (1 - alpha) ** 2 / ((1 - alpha) * M)) * v0, v0 / M,
        because="that of a batch, of alpha M real and (1 - alpha) M synthetic points about their means",
    )  # fmt: skip
    said = d.algebra(
        sp.Sum(v0 / M * part(k, t) ** 2, (k, 1, t)), v0 / M * sp.Sum(part(k, t) ** 2, (k, 1, t)),
        because="so E(mu_t - mu_0)^2 is the sum over all batches so far",
    )  # fmt: skip
    settled = v0 / (alpha * M * (W + 1 - alpha))
    own = settled * (W - (1 - alpha) * (W - 1))
    d.algebra(
        own, (1 - alpha) ** 2 * settled + v0 / M,
        because="in the end with fresh points, n = alpha M: two batches of a window have the mean product "
        "(1 - alpha) D, D = v_0/(n (W + 1 - alpha)), and a batch the mean square (1 - alpha)^2 D + v_0/M",
    )  # fmt: skip
    d.algebra(
        (own + (W - 1) * (1 - alpha) * settled) / W, settled,
        because="and their average over the window has the mean square D again",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(squared_error), said.rhs, evaluate=False))


def _read(scenario: Scenario) -> tuple[int, int, int]:
    """M, W and the fresh points of a batch."""
    retention, size = scenario.retention, scenario.sample_size.constant
    return size, retention.length, retention.real_points(size) if retention.refreshed else 0


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement; h_b as fractions."""
    size, length, fresh = _read(scenario)
    table = _parts(length, 1 - sp.Rational(fresh, size), int(generation))
    return {
        M: size, W: length, n: fresh, t: generation, v0: exact(scenario.source.variance),
        part: lambda batch, fit: table[int(batch)],
    }  # fmt: skip


@cache
def _parts(length: int, passed_on: sp.Rational, fits: int) -> dict[int, sp.Rational]:
    """h_b of all batches at the last of so many fits."""
    found = {}
    for batch in range(1, fits + 1):
        held, h = [sp.Integer(1)], sp.Integer(0)
        for fit in range(batch, fits + 1):
            h = sum(held[-length:], sp.Integer(0)) / min(length, fit)
            held.append(passed_on * h)
        found[batch] = h
    return found


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units; t counts fits. Takes 0.2 s at t = 10^4 with fresh points."""
    size, length, fresh = _read(scenario)
    return scenario.source.variance * last_batches(size, length, fresh, int(generations.max(initial=0)))[generations]


def limit(scenario: Scenario, at: None = None) -> float:
    """v_0/(n (W + 1 - alpha)); infinity without fresh points."""
    return scenario.source.variance * last_batches_settled(*_read(scenario))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """Mean products of single points of all batches."""
    if generation == mpmath.inf and not _read(scenario)[2]:
        return mpmath.inf
    return unit(scenario) * by_batches(scenario, generation)


def _window(size: int, length: int, variance: float = 2.25, **real: float) -> Scenario:
    return setting(size, variance, kind="window", length=length, **real)


CLAIM = Claim(
    id="gaussian-known-variance-window-mean-squared-error",
    title="With a known variance the mean fitted to a window of W batches walks for ever, and settles at the squared "
    "error v_0/(n (W + 1 - alpha)) with n fresh real points in each",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=(GAUSSIAN, KNOWN_VARIANCE, WINDOW, CONSTANT_SIZE, FAITHFUL, UNDISTURBED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=lambda scenario: LAST,
    examples=(
        Example(_window(10, 3), t=(1, 2, 8), simulate=False),
        Example(_window(10, 3, real=3), t=(1, 4, 9)),
        Example(_window(10, 3, real=3), t=(0, np.inf), algebra=False, simulate=False),
        Example(_window(10, 2), t=(30, np.inf), algebra=False, simulate=False),
        Example(_window(5, 4, 1e-6, share=1.0), t=(3, 6, np.inf), algebra=False, simulate=False),
        Example(_window(1, 1), t=(1, 7), simulate=False),
        Example(_window(10**9, 12), t=(5,), simulate=False),
    ),
)  # fmt: skip
