r"""The expected squared Wasserstein distance diverges for the unbiased divisor and is bounded for any above it.

With $r=\frac{M-1}L$ and $c=E\sqrt{\chi^2_{M-1}/L}$,
$$E W_2^2 = v_0\left[\frac{M-L}M\sum_{k\le t}r^k + 2\,(1-c^t)\right]:$$
$v_0\,[t/M+2(1-c^t)]$ for the unbiased divisor, $2v_0(1-c^t)<2v_0$ under maximum likelihood. All terms are small where
the distance is, so nothing cancels.
"""

import itertools

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import GAUSSIAN_REPLACE, sample_size_at_least
from theory.claims.gaussian.one_fit import (
    NORMAL,
    cochran,
    error_and_variance,
    expected_variance,
    mellin,
    moment_of_factor,
    mu0,
    mut,
    powers_of_factor,
    root_mean_factor,
    squared_error,
    v,
)  # fmt: skip
from theory.claims.gaussian.replace import bindings, expected, setting, size_and_offset
from theory.derivation import Derivation, Verdict, agree
from theory.laws.chi_square import log_mean_root_factor, powers_of_mean_factor
from theory.laws.symbols import E, L, M, t, v0, z
from theory.scenario import Scenario

distance = sp.Symbol("W_t", positive=True)  # Wasserstein-2 distance of model t and the source


def derive() -> Derivation:
    """The distance as a coupling of quantiles, its three expectations, and their sum; then the two usual divisors."""
    d = Derivation(
        "The squared distance of two normal laws is (mu_t - mu_0)^2 + v_t + v_0 - 2 sqrt(v_0 v_t): a second moment "
        "about the mean of the source, and the mean standard deviation, which is sqrt(v_0) c^t."
    )
    coupled = d.given(
        distance**2, sp.Integral((mut + sp.sqrt(v(t)) * z - mu0 - sp.sqrt(v0) * z) ** 2 * NORMAL, (z, -sp.oo, sp.oo)),
        source="villani2003", check=sorted_coupling_is_optimal,
        because="on the line the optimal coupling matches quantiles: one z serves both laws",
    )  # fmt: skip
    parts = (squared_error + v(t) - v0) + 2 * v0 - 2 * sp.sqrt(v0) * sp.sqrt(v(t))
    d.algebra(coupled.rhs, parts, because="the integral, arranged by what has a known expectation")
    cochran(d)
    transform = mellin(d)
    excess = error_and_variance(d, expected_variance(d, transform))
    c = moment_of_factor(
        d,
        transform,
        sp.Rational(1, 2),
        root_mean_factor,
        "one fit multiplies the mean standard deviation by this c, which is below 1 wherever L >= M - 1: c^2 is below "
        "the mean factor of the variance, (M-1)/L",
    )
    root = d.solves(
        E(sp.sqrt(v(t))), sp.sqrt(v0) * c**t, index=t, next_value=c * E(sp.sqrt(v(t))), initial=(0, sp.sqrt(v0)),
        because="the factors are independent",
    )  # fmt: skip
    total = d.algebra(
        excess.rhs + 2 * v0 - 2 * sp.sqrt(v0) * root.rhs, v0 * ((M - L) / M * powers_of_factor + 2 * (1 - c**t)),
        because="put together",
    )  # fmt: skip
    d.algebra(
        total.rhs.subs(L, M - 1), v0 * (t / M + 2 * (1 - c.subs(L, M - 1) ** t)),
        because="for the unbiased divisor the first term grows for ever",
    )  # fmt: skip
    d.algebra(
        total.rhs.subs(L, M),
        2 * v0 * (1 - c.subs(L, M) ** t),
        because="under maximum likelihood it vanishes, and E W_t^2 < 2 v_0",
    )
    return d.concludes(sp.Eq(E(distance**2), total.rhs, evaluate=False))


def sorted_coupling_is_optimal() -> list[Verdict]:
    """Of the 720 ways to pair two sets of six numbers, the sorted one costs least: the theorem for equal weights."""
    rng = np.random.default_rng(0)
    verdicts = []
    for _ in range(3):
        first, second = rng.normal(0.5, 1.5, 6), rng.normal(0.0, 1.0, 6)
        cheapest = min(np.sum((first - second[list(order)]) ** 2) for order in itertools.permutations(range(6)))
        verdicts.append(agree(np.sum((np.sort(first) - np.sort(second)) ** 2), cheapest))
    return verdicts


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E W_2^2(model t, source) in squared data units; t counts fits."""
    size, offset = size_and_offset(scenario)
    excess = (1 - offset) / size * powers_of_mean_factor(size, offset, generations) if offset != 1 else 0.0
    lost_root = -np.expm1(generations * log_mean_root_factor(size, offset))
    return scenario.source.variance * (excess + 2 * lost_root)


def limit(scenario: Scenario, at: None = None) -> float:
    """v_0 [2 + (M-L)(M-1)/(M(L-M+1))] where the divisor exceeds M-1 (2 v_0 under maximum likelihood), else infinity."""
    size, offset = size_and_offset(scenario)
    if offset <= 0:
        return np.inf
    return scenario.source.variance * (2 + (1 - offset) * (size - 1) / (offset * size))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrences of E v, E sqrt(v) and the error of the mean, all moments by quadrature."""
    v = mpmath.mpf(str(scenario.source.variance))
    return expected(
        lambda state: state["error"] + state["v"] + v - 2 * mpmath.sqrt(v) * state["root"], scenario, generation
    )


CLAIM = Claim(
    id="gaussian-replace-wasserstein2-squared",
    title="The expected squared Wasserstein distance diverges for the unbiased divisor and stays below 2 v_0 under "
    "maximum likelihood",
    kind=Kind.EXACT,
    statistic="wasserstein2_squared",
    assumptions=(*GAUSSIAN_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(10, "unbiased"), t=(0, 1, 5, 10)),
        Example(setting(10, "mle"), t=(0, 1, 5, 50)),
        Example(setting(50, "offset", offset=0.5), t=(1, 20)),
        Example(setting(2, "mle", variance=1e-6), t=(1, 4)),
        Example(setting(20, "offset", offset=3.0), t=(1, 10)),
        Example(setting(100, "mle"), t=(1000, 1_000_000), simulate=False),
        Example(setting(1_000_000_000, "unbiased"), t=(1, 1000), simulate=False),
        Example(setting(1_000_000_000, "mle"), t=(1, 1000), simulate=False),
        Example(setting(1_000_000_000, "offset", offset=0.3), t=(1, 1000), simulate=False),
        Example(setting(10, "unbiased"), t=(1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(10, "mle"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(10, "offset", offset=0.25), t=(np.inf,), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "shumailov2024collapse", "Theorem 3.1", "read", "its n is t",
            "divergence for the unbiased estimates of mean and covariance, in any dimension and from any first law",
        ),
        Source(
            "shumailov2024collapse", "Supplement, Eq. 6", "reported", "its n + 1 is t",
            "the leading term (3/2) v_0 sum_i 1/M_i, for sample sizes that may vary",
        ),
    ),
    errata="The divergence is that of an expectation, and of the unbiased divisor. The distance of a single chain "
    "converges almost surely to a finite value, (mu_inf - mu_0)^2 + v_0: rare chains carry the mean. Any divisor "
    "above M-1, maximum likelihood among them, bounds the expectation too, although the models collapse all the same.",
)  # fmt: skip
