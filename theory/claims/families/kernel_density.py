r"""What claims about refitted kernel densities share: points are copied and jittered; a recurrence of their products.

A new point is one of the M old ones, chosen at random, plus $hz$. About the mean of the source let $Q=Ex_i^2$ and
$P=Ex_ix_j$ for the points of a generation: two new points have the same parent with probability $1/M$. The model has
the mean of its points and the variance $s^2+h^2$, $s^2$ their mean squared deviation.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float
from mpmath import mpf

from theory.claim import Assumption, exact
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, GAUSSIAN, UNDISTURBED, retains
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.reference import DIGITS, linear_iterate
from theory.derivation import Derivation, Step
from theory.laws.symbols import E, M, t, v0
from theory.scenario import Scenario, parse_scenario

width, relative = sp.symbols("h c", positive=True)
spread = sp.Symbol("c_s", positive=True)  # root mean square of the bandwidth in units of the model's width
growth = 1 - 1 / M + spread**2  # mean factor of the variance in one fit with a relative bandwidth
FIXED = Assumption(
    "the model is a Gaussian kernel density with a bandwidth in data units",
    lambda s: s.estimator.kind == "kernel" and s.estimator.bandwidth is not None,
)
RELATIVE = Assumption(
    "the model is a Gaussian kernel density with a bandwidth relative to the standard deviation of its points, or of "
    "the model before",
    lambda s: s.estimator.kind == "kernel" and s.estimator.relative is not None,
)
SPREAD_OF_POINTS = Assumption(
    "the bandwidth is relative to the standard deviation of the points, unbiased or by maximum likelihood",
    lambda s: s.estimator.kind == "kernel" and s.estimator.sd in ("unbiased", "mle"),
)
SPREAD_OF_MODEL = Assumption(
    "the bandwidth is relative to the standard deviation of the model that the points are drawn from",
    lambda s: s.estimator.kind == "kernel" and s.estimator.sd == "model",
)
COMMON = (GAUSSIAN, retains("replace"), CONSTANT_SIZE, FAITHFUL, UNDISTURBED)


def spread_of_points(d: Derivation) -> None:
    """E s^2 = (1 - 1/M) v_t for M points of model t."""
    second, mixed = sp.symbols("m_2 m_1", real=True)
    d.algebra(
        second - (M * second + M * (M - 1) * mixed**2) / M**2, (1 - 1 / M) * (second - mixed**2),
        because="the mean squared deviation s^2 of M independent points from their own mean, with the mean m_1 and "
        "the mean square m_2 of one: 1 - 1/M of the variance v_t of the model, whatever its shape",
    )  # fmt: skip


def variance_with_fixed_bandwidth(d: Derivation) -> Step:
    """E v_t from what a fit keeps and what the kernel adds."""
    spread_of_points(d)
    return d.solves(
        E(v(t)), M * width**2 + (v0 - M * width**2) * (1 - 1 / M) ** t, index=t, initial=(0, v0),
        next_value=(1 - 1 / M) * E(v(t)) + width**2,
        because="a fit keeps 1 - 1/M of the variance and adds h^2; balanced at M h^2",
    )  # fmt: skip


def variance_with_relative_bandwidth(d: Derivation) -> Step:
    """E v_t from the mean factor of one fit."""
    spread_of_points(d)
    d.algebra(
        (1 - 1 / M) * (1 + relative**2 * M / (M - 1)), 1 - 1 / M + relative**2,
        because="h^2 is c^2 times the unbiased variance of the points, M s^2/(M-1): one fit multiplies the mean "
        "variance by this, after 1 - 1/M from s^2; c_s = c. With the variance of the model before, whose mean is that "
        "of the unbiased one, it is the same",
    )  # fmt: skip
    d.algebra(
        (1 - 1 / M) * (1 + relative**2), 1 - 1 / M + (1 - 1 / M) * relative**2,
        because="with s^2 itself, the variance by maximum likelihood: c_s^2 = (1 - 1/M) c^2, and it exceeds 1 where c "
        "exceeds 1/sqrt(M-1)",
    )  # fmt: skip
    return d.solves(
        E(v(t)), v0 * growth**t, index=t, initial=(0, v0), next_value=growth * E(v(t)),
        because="the mean factor is the same in every fit: above 1 exactly where c_s exceeds 1/sqrt(M)",
    )  # fmt: skip


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement as exact numbers."""
    symbols = {M: scenario.sample_size.constant, t: generation, v0: exact(scenario.source.variance)}
    c = exact(scenario.estimator.relative or 0)
    whole = sp.Rational(scenario.sample_size.constant - (scenario.estimator.sd == "mle"), scenario.sample_size.constant)
    return {**symbols, width: exact(scenario.estimator.bandwidth or 0), relative: c, spread: c * sp.sqrt(whole)}


def expected(quantity: str, scenario: Scenario, generation: float) -> mpf:
    """E v_t or E (mu_t - mu_0)^2 by the recurrence of Q and P, which knows no variance of a sample."""
    lost = 0 if generation == mpmath.inf else int(generation / scenario.sample_size.constant)
    with mpmath.workdps(DIGITS + 30 + lost):
        if generation == mpmath.inf:
            earlier, later = expected(quantity, scenario, 2000), expected(quantity, scenario, 4000)
            settled = abs(later - earlier) <= mpf(10) ** -15 * abs(later)
            return later if settled else mpf(0) if later < earlier else mpmath.inf
        size, v = mpf(scenario.sample_size.constant), mpf(str(scenario.source.variance))
        if generation == 0:
            return v if quantity == "variance" else mpf(0)
        fixed = mpf(str(scenario.estimator.bandwidth or 0)) ** 2
        share = mpf(str(scenario.estimator.relative or 0)) ** 2  # of Q - P, the unbiased variance of the points
        sd = scenario.estimator.sd
        if sd == "model":
            return _beside_the_model(quantity, size, share, v, int(generation))
        if sd == "mle":
            share *= (size - 1) / size  # of Q - P, the mean squared deviation of the points
        one = mpmath.matrix([[1 + share, -share, fixed], [1 / size, 1 - 1 / size, 0], [0, 0, 1]])
        Q, P, _ = linear_iterate(one, [v, mpf(0), mpf(1)], int(generation) - 1)
        mean = Q / size + (1 - 1 / size) * P
        return Q - mean + share * (Q - P) + fixed if quantity == "variance" else mean


def _beside_the_model(quantity: str, size: mpf, share: mpf, v: mpf, generation: int) -> mpf:
    """The same with a bandwidth that follows the variance V of the model that wrote the points: Q, P and V."""
    spread = 1 - 1 / size  # of Q - P in the mean squared deviation of the points
    one = mpmath.matrix([[1, 0, share], [1 / size, spread, 0], [spread, -spread, share]])
    Q, P, V = linear_iterate(one, [v, mpf(0), v], generation - 1)
    return spread * (Q - P) + share * V if quantity == "variance" else Q / size + spread * P


def setting(size: int, variance: float = 2.25, **bandwidth: float | str) -> Scenario:
    """A scenario of replaced data for the examples."""
    return parse_scenario({
        "source": {"kind": "gaussian", "mean": 0.5, "variance": variance},
        "sample_size": {"kind": "constant", "size": size},
        "retention": {"kind": "replace"},
        "estimator": {"kind": "kernel", **bandwidth},
    })  # fmt: skip


def excess(scenario: Scenario) -> float:
    """c^2 - 1/M, or (1 - 1/M) c^2 - 1/M: what one fit adds to the variance, in parts of it."""
    square, size = scenario.estimator.relative**2, scenario.sample_size.constant
    return (1 - 1 / size) * square - 1 / size if scenario.estimator.sd == "mle" else square - 1 / size


def lost_in_all(size: int, t: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """sum_{i<t} (1 - (1-1/M)^i) for M > 1, without the cancellation of its closed form t - M (1 - (1-1/M)^t)."""
    rate = np.log1p(-1.0 / size)
    u = t * rate
    series = np.zeros(t.shape)
    for k in range(14, 1, -1):
        series = (1.0 + series) * u / k
    # t - M (1 - e^u) = M (e^u - 1 - u) + t (1 + M rate), the second bracket about -1/(2M)
    near = size * np.where(np.abs(u) < 0.5, u * series, np.expm1(u) - u)
    slope = -np.sum(float(size) ** -np.arange(1.0, 59.0) / np.arange(2.0, 60.0))
    return np.where(t < 2, 0.0, near + t * (slope if size > 2 else 1.0 + size * rate))
