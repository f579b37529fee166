r"""With a known mean real points, weights and kept data hold the second moment of the variance, forgetting does not.

With $X_t=Ev_t^2/v_0^2-1$ a fit gives $X'=\kappa X+\nu$. A share $\alpha$ of fresh points settles it at
$\frac{2/M}{1-(1-\alpha)^2-2(1-\alpha)/M}$ if the denominator is positive; where equal batches are all kept it ends at
$\frac{\sinh\pi y}{\pi y}-1$, $y=\sqrt{2/M}$.
"""

from fractions import Fraction
from functools import cache

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Assumption, Claim, Example, Kind, exact
from theory.claims.assumptions import FAITHFUL, GAUSSIAN, UNDISTURBED
from theory.claims.gaussian.known_mean import KNOWN_MEAN
from theory.claims.gaussian.known_mean_settings import (
    BY_COIN,
    FORGOTTEN,
    FRESH,
    LISTED,
    WEIGHTED,
    joining,
    pools,
    with_policy,
)
from theory.claims.gaussian.known_mean_square_reference import reference
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.real_share import share_of
from theory.derivation import Derivation
from theory.laws import known_mean_square
from theory.laws.symbols import E, M, alpha, g, m, n, t, v0, w
from theory.scenario import Scenario

POLICY = Assumption(
    'the retention policy is "weighted", "accumulate" or "pool" to all points, or one sample size and "forgetting" or '
    '"real_share" with scheme "stratified" or "iid"',
    lambda s: (
        s.retention.kind in ("weighted", "accumulate")
        or (s.retention.kind == "pool" and s.retention.budget is None)
        or (
            s.sample_size is not None and s.sample_size.constant is not None
            and (s.retention.kind == "forgetting" or getattr(s.retention, "scheme", "") in ("stratified", "iid"))
        )
    ),
)  # fmt: skip
LAST = 100_000
spread, kept, gained = sp.Function("X_v"), sp.Function("kappa_v"), sp.Function("nu_v")


def derive() -> Derivation:
    """The mean square of a fit under each policy, less 1."""
    d = Derivation(
        "The mean is known to be mu_0. X_v is E v^2/v_0^2 - 1, E v = v_0 for ever; kappa_v and nu_v are what a fit "
        "keeps of it and adds, as follows."
    )
    N, X = sp.symbols("N X", positive=True)
    P = N + n + m
    d.algebra(
        ((N + m) ** 2 * (1 + X) + 2 * n * (N + m) + n * (n + 2) + 2 * m * (1 + X)) / P**2 - 1,
        (((N + m) ** 2 + 2 * m) * X + 2 * (n + m)) / P**2,
        because="N points of a pool with the mean square v, n real and m synthetic ones: (N v + v_0 chi^2_n + "
        "v chi^2_m)/P, squared, in units of v_0; E (chi^2_n)^2 = n (n+2). Replaced data have N = 0",
    )  # fmt: skip
    d.algebra(
        w**2 * (1 + 2 / n) + 2 * w * (1 - w) + (1 - w) ** 2 * (1 + 2 / m) * (1 + X) - 1,
        (1 - w) ** 2 * (1 + 2 / m) * X + 2 * w**2 / n + 2 * (1 - w) ** 2 / m,
        because="the weight w on the mean square of n real points and 1 - w on that of m synthetic ones",
    )  # fmt: skip
    d.algebra(
        ((1 - g) ** 2 + 2 * g * (1 - g) + g**2 * (1 + 2 / M)) * (1 + X) - 1, (1 + 2 * g**2 / M) * X + 2 * g**2 / M,
        because="forgetting: (1 - g) v + g v chi^2_M/M",
    )  # fmt: skip
    b = 1 - alpha
    d.algebra(
        (M**2 * b**2 + M * alpha * b + 2 * M * b) / M**2, b * (M * b + alpha + 2) / M,
        because="each point real by its own coin: the mean of (m^2 + 2m)/M^2 over the number m of synthetic ones",
    )  # fmt: skip
    said = d.algebra(
        v0**2 + v0**2 * (kept(t) * spread(t - 1) + gained(t)), v0**2 * (1 + gained(t) + kept(t) * spread(t - 1)),
        because="so E v_t^2; for the first fit X_v(0) = 0 and nu_v(1) = 2/N_1",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(v(t) ** 2), said.rhs, evaluate=False))


def one_fit(scenario: Scenario, fit: int, before: int) -> tuple[Fraction, Fraction]:
    """kappa_v and nu_v of a fit, with so many points in the pool before it."""
    retention = scenario.retention
    if fit == 1:
        return Fraction(1), Fraction(2, scenario.first_size)
    if retention.kind == "weighted":
        weight = Fraction(repr(retention.weight))
        rest = (1 - weight) ** 2
        return rest * Fraction(retention.synthetic + 2, retention.synthetic), (
            2 * weight**2 / retention.real + 2 * rest / retention.synthetic
        )
    if retention.kind == "forgetting":
        more = 2 * Fraction(repr(retention.rate)) ** 2 / scenario.sample_size.at(fit)
        return 1 + more, more
    if retention.kind == "real_share":
        size, b = scenario.sample_size.at(fit), 1 - share_of(scenario)
        coins = (1 - b) * b / size if retention.scheme == "iid" else 0
        return b * b + coins + 2 * b / size, Fraction(2, size)
    real, synthetic = joining(scenario, fit)
    P = before + real + synthetic
    return Fraction((P - real) ** 2 + 2 * synthetic, P * P), Fraction(2 * (real + synthetic), P * P)


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement; X_v by iterating the fits, exactly."""
    *before, last = _fits(scenario, int(generation))
    X = sp.Integer(0)
    for keeps, adds in before:
        X = keeps * X + adds
    return {
        t: generation, v0: exact(scenario.source.variance), spread: lambda fit: X, kept: lambda fit: last[0],
        gained: lambda fit: last[1],
    }  # fmt: skip


@cache
def _fits(scenario: Scenario, last: int) -> list[tuple[sp.Rational, sp.Rational]]:
    """kappa_v and nu_v of the fits 1 ... last."""
    found, points = [], 0
    for fit in range(1, last + 1):
        found.append(tuple(sp.Rational(*one.as_integer_ratio()) for one in one_fit(scenario, fit, points)))
        points += sum(joining(scenario, fit)) if pools(scenario) else 0
    return found


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t^2 in data units to the fourth; t counts fits."""
    t_, last = np.asarray(generations, dtype=np.float64), int(generations.max(initial=0))
    if not pools(scenario):
        keeps, adds = one_fit(scenario, 2, 0)
        found = known_mean_square.steady(2 / scenario.first_size, float(1 - keeps), float(adds), t_)
    elif scenario.retention.kind == "accumulate" and scenario.sample_size.constant is not None:
        found = known_mean_square.accumulated(scenario.sample_size.constant, scenario.first_size, t_)
    else:
        batches = [joining(scenario, fit) for fit in range(1, last + 1)]
        found = known_mean_square.pooled([real for real, _ in batches], [drawn for _, drawn in batches])[generations]
    return scenario.source.variance**2 * found


def settles(scenario: Scenario) -> bool:
    """Not where batches of several sizes join a pool."""
    return scenario.retention.kind != "pool" and (
        scenario.retention.kind == "weighted" or scenario.sample_size.constant is not None
    )


def limit(scenario: Scenario, at: None = None) -> float:
    """v_0^2 (1 + nu/(1 - kappa)), infinite unless kappa < 1; with equal batches all kept the end of the product."""
    square = scenario.source.variance**2
    if pools(scenario):
        size, first = scenario.sample_size.constant, scenario.first_size
        return square * float(known_mean_square.accumulated(size, first, np.array([np.inf]))[0])
    keeps, adds = one_fit(scenario, 2, 0)
    return square * float(1 + adds / (1 - keeps)) if keeps < 1 else np.inf


CLAIM = Claim(
    id="gaussian-known-mean-mixed-variance-second-moment",
    title="With a known mean the second moment of the variance settles under fresh real points and weights, converges "
    "where all data are kept, and grows under forgetting",
    kind=Kind.EXACT,
    statistic="variance_second_moment",
    assumptions=(GAUSSIAN, KNOWN_MEAN, POLICY, FAITHFUL, UNDISTURBED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=settles,
    reach=lambda scenario: LAST,
    examples=(
        Example(with_policy(10, **FRESH), t=(1, 2, 8)),
        Example(with_policy(8, **BY_COIN), t=(1, 2, 6), simulate=False),
        Example(with_policy(None, **WEIGHTED), t=(1, 3), simulate=False),
        Example(with_policy(10, **FORGOTTEN), t=(1, 4), simulate=False),
        Example(with_policy(8, kind="accumulate", first=3), t=(1, 2, 6)),
        Example(with_policy(None, **LISTED), t=(1, 2, 4), simulate=False),
        Example(with_policy({"kind": "explicit", "sizes": [9, 3, 14]}, kind="accumulate"), t=(3,), simulate=False),
        Example(with_policy(8, 1e-6, kind="accumulate"), t=(0, 60, np.inf), algebra=False, simulate=False),
        Example(with_policy(10, **FRESH), t=(0, np.inf), algebra=False, simulate=False),
        Example(with_policy(2, kind="real_share", scheme="stratified", share=0.5), t=(30, np.inf), algebra=False,
                simulate=False),
        Example(with_policy(1, **BY_COIN), t=(5, np.inf), algebra=False, simulate=False),
        Example(with_policy(10, **FORGOTTEN), t=(1000, np.inf), algebra=False, simulate=False),
        Example(with_policy(10**9, **FORGOTTEN), t=(10**5,), algebra=False, simulate=False),
    ),
)  # fmt: skip
