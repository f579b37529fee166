r"""What claims about a known variance share: conditions, the walk of the mean, numerics, the independent route.

The model is $N(\mu_t,v_0)$. A fit moves its mean by a normal error that is independent of everything before it, of
variance $q_kv_0$: $q_k=1/M_k$ for replaced data, $M/P_k^2$ with $P_k$ points in a pool that keeps all, $g^2/M$ under
forgetting, $1/N_1$ in the first fit.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, exact
from theory.claims.assumptions import FAITHFUL, GAUSSIAN, UNDISTURBED
from theory.claims.gaussian import varying
from theory.claims.gaussian.one_fit import NORMAL, mu0, mut
from theory.claims.gaussian.reference import DIGITS, chi_square_mean, identity
from theory.derivation import Derivation
from theory.laws import known_variance as laws
from theory.laws.symbols import E, g, k, t, v0, z
from theory.laws.varying_sizes import running_sums
from theory.scenario import Scenario, parse_scenario

KNOWN_VARIANCE = Assumption(
    "the variance is known, the mean is estimated", lambda s: s.estimator.kind == "known_variance"
)
POLICY = Assumption(
    'the retention policy is "replace", or "accumulate" or "forgetting" with one sample size',
    lambda s: (
        s.retention.kind == "replace"
        or (s.retention.kind in ("accumulate", "forgetting") and s.sample_size.constant is not None)
    ),
)
GAUSSIAN_KNOWN_VARIANCE = (GAUSSIAN, KNOWN_VARIANCE, POLICY, FAITHFUL, UNDISTURBED)
INTRODUCTION = (
    "The variance is known to be v_0; model t is N(mu_t, v_0), d_t = mu_t - mu_0. The mean of a batch is that of its "
    "model and a normal error, independent of everything before."
)
q = sp.Function("q", positive=True)
steps = sp.Sum(q(k), (k, 1, t))
MOST_FITS = 1_000_000
SUMMED = 2000  # fits of the reference


def walk(d: Derivation) -> sp.Expr:
    """E d_t^2 = v_0 sum q_k, with q_k under each policy; returns the sum."""
    P, b, mu, e = sp.symbols("P b mu e", real=True)
    size = sp.Symbol("m", positive=True)
    d.algebra(
        (P * mu + size * b) / (P + size) - mu, size / (P + size) * (b - mu),
        because="a batch with the mean b joins the P points of a pool: its error, of variance v_0/m, moves the mean by "
        "m/(P+m) of it, q_k = m/(P+m)^2; with P = 0, where data are replaced, and in the first fit q_k = 1/m",
    )  # fmt: skip
    d.algebra(
        (1 - g) * mu + g * b - mu, g * (b - mu), because="and under forgetting by g of it: q_k = g^2/M",
    )  # fmt: skip
    d.algebra(
        ((mu + e) ** 2 + (mu - e) ** 2) / 2,
        mu**2 + e**2,
        because="the sign of the error is a fair coin: squares add up",
    )
    square = E(sp.Symbol("d_t", real=True) ** 2)
    return d.solves(
        square, v0 * steps, index=t, initial=(0, sp.Integer(0)), next_value=square + q(t + 1) * v0,
        because="each fit adds q_k v_0; sums of independent normal errors are normal",
    ).rhs  # fmt: skip


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement; q_k as fractions."""
    rate, sizes = sp.Rational(repr(getattr(scenario.retention, "rate", 1.0))), {}

    def step(fit: int) -> sp.Rational:
        kind, size = scenario.retention.kind, scenario.first_size if fit == 1 else scenario.sample_size.at(fit)
        sizes[fit] = size
        if fit == 1 or kind == "replace":
            return sp.Rational(1, size)
        if kind == "forgetting":
            return rate**2 / size
        return sp.Rational(size, (scenario.first_size + (fit - 1) * size) ** 2)

    return {t: generation, v0: exact(scenario.source.variance), q: lambda fit: step(int(fit))}


def squared_error(scenario: Scenario, generations: Int[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in units of v_0; 0 at t = 0."""
    t_, retention, schedule = np.asarray(generations, dtype=np.float64), scenario.retention, scenario.sample_size
    if retention.kind == "replace":
        if schedule.constant is not None:
            return t_ / schedule.constant
        sizes = schedule.schedule(int(generations.max(initial=0))).astype(np.float64)
        return np.concatenate([[0.0], running_sums(1 / sizes)])[generations]
    later = np.maximum(t_, 1.0)
    if retention.kind == "forgetting":
        return np.where(t_ > 0, laws.forgotten(schedule.constant, retention.rate, later), 0.0)
    return np.where(t_ > 0, laws.accumulated(schedule.constant, scenario.first_size, later), 0.0)


def settled(scenario: Scenario) -> float:
    """Its limit: finite where all data are kept, and where sum 1/M_k is.

    Raises InputError where the sizes end, or are rounded from a power that is not whole.
    """
    if scenario.retention.kind == "accumulate":
        last = laws.accumulated(scenario.sample_size.constant, scenario.first_size, np.array([np.inf]))
        return float(last[0])
    if scenario.retention.kind == "forgetting" or scenario.sample_size.constant is not None:
        return math.inf
    return varying.total(scenario.sample_size, np.reciprocal, 1.0)


def settles(scenario: Scenario) -> bool:
    """Whether the limit is known: not where sizes are listed, or rounded from a power that is not whole."""
    schedule = scenario.sample_size
    if schedule.kind == "polynomial":
        return schedule.power <= 1 or schedule.power == int(schedule.power)
    return schedule.kind != "explicit"


def reference(scenario: Scenario, generation: float) -> mpf:
    """E (mu_t - mu_0)^2 in units of v_0 from the mean products of batch means, each fit a weighted mean of batches.

    After many fits, and at inf, by Euler and Maclaurin's formula of mpmath for the sum over fits.
    """
    with mpmath.workdps(DIGITS):
        noise = chi_square_mean(identity, 1)
        kind = scenario.retention.kind
        if generation == mpmath.inf and kind == "replace" and scenario.sample_size.constant is None:
            schedule = scenario.sample_size
            if schedule.kind == "geometric":
                return mpmath.fsum(noise / int(schedule.at(fit)) for fit in range(1, 47))
            if schedule.power <= 1:
                return mpf("inf")
            return noise * mpmath.zeta(schedule.power) / schedule.size
        if generation == mpmath.inf and kind != "accumulate":
            return mpf("inf")
        size, first = scenario.sample_size.constant, scenario.first_size
        if generation <= SUMMED:
            error, pool = mpf(0), mpf(0)
            for fit in range(1, int(generation) + 1):
                points = first if fit == 1 else scenario.sample_size.at(fit)
                share = mpf(1)
                if fit > 1 and kind == "forgetting":
                    share = mpf(str(scenario.retention.rate))
                elif kind == "accumulate":
                    share = points / (pool + points)
                error += share**2 * noise / points
                pool += points
            return error
        if kind != "accumulate":
            share = mpf(1) if kind == "replace" else mpf(str(scenario.retention.rate))
            return noise / size * (1 + share**2 * (int(generation) - 1))
        last = mpmath.inf if generation == mpmath.inf else int(generation)
        return noise / first + mpmath.nsum(lambda fit: noise * size / (first + (fit - 1) * mpf(size)) ** 2, [2, last])


def half_of_the_error(d: Derivation, divergence: sp.Symbol, drawn_around: sp.Expr, other: sp.Expr) -> Derivation:
    """The divergence of two normal laws of one width, the first around one mean and the second around the other."""
    walk(d)
    ratio = ((drawn_around - other + sp.sqrt(v0) * z) ** 2 - v0 * z**2) / (2 * v0)
    d.algebra(
        sp.Integral(ratio * NORMAL, (z, -sp.oo, sp.oo)), (mut - mu0) ** 2 / (2 * v0),
        because="the mean of the logarithm of the ratio of the densities, over a draw from the first of the two laws",
    )  # fmt: skip
    said = d.solves(
        E(divergence), steps / 2, index=t, initial=(0, sp.Integer(0)), next_value=E(divergence) + q(t + 1) / 2,
        because="its mean over chains: a fit adds half of q_k",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(divergence), said.rhs, evaluate=False))


def half_squared_error(
    scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None
) -> Float[np.ndarray, " T"]:
    """Either mean divergence in nats: half of E (mu_t - mu_0)^2 over v_0; t counts fits."""
    return 0.5 * squared_error(scenario, generations)


def half_settled(scenario: Scenario, at: None = None) -> float:
    """Its limit."""
    return 0.5 * settled(scenario)


def half_reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Each fit a weighted mean of batches, whose errors are independent."""
    return reference(scenario, generation) / 2


def setting(size: int | dict, variance: float = 2.25, **retention) -> Scenario:
    """A scenario for the examples; the source has a mean and a variance that are not 0 and 1."""
    return parse_scenario({
        "source": {"kind": "gaussian", "mean": 0.5, "variance": variance},
        "sample_size": size if isinstance(size, dict) else {"kind": "constant", "size": size},
        "retention": retention or {"kind": "replace"},
        "estimator": {"kind": "known_variance"},
    })  # fmt: skip


KEPT, FORGOTTEN = {"kind": "accumulate"}, {"kind": "forgetting", "rate": 0.3}
LISTED = {"kind": "explicit", "sizes": [9, 3, 14]}
GROWING = {"kind": "polynomial", "size": 20, "power": 2.0}
