r"""Where all data are kept, the variance falls to Euler's sine product and stays: no collapse, no recovery.

With equal batches and maximum likelihood $E v_t=v_0\prod_{k\le t}\left(1-\frac1{Mk^2}\right)\to
v_0\,\frac{\sin(\pi/\sqrt M)}{\pi/\sqrt M}$, which is $v_0(1-\pi^2/(6M))$ to first order: each batch weighs less in the
pool than the one before.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Assumption, Claim, Example, Kind, Source
from theory.claims.assumptions import GAUSSIAN_ACCUMULATE, divisor_is
from theory.claims.gaussian.accumulate import (
    N,
    bindings,
    factor_of_one_batch,
    setting,
    variance_and_error,
    variance_left,
)
from theory.claims.gaussian.factor_quantiles import quantile_of_variance
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation, Verdict, agree
from theory.laws.symbols import E, M, delta, k, t, v0
from theory.scenario import Scenario

EQUAL_BATCHES = Assumption(
    "the first batch is as large as the others",
    lambda s: s.sample_size is not None and s.first_size == s.sample_size.constant,
)


def derive() -> Derivation:
    """The mean factor of one more batch, the product of all of them, and its limit."""
    d = Derivation(
        "Each fit multiplies the mean variance by a factor that tends to 1 fast enough for the product to converge."
    )
    factor = factor_of_one_batch(d)
    next_factor = d.algebra(
        factor.subs(delta, 1).subs(N, t * M),
        1 - 1 / (M * (t + 1) ** 2),
        because="after t fits the pool has N = t M points (t = 0: a first batch)",
    )
    solved = d.solves(
        E(v(t)), v0 * sp.Product(1 - 1 / (M * k**2), (k, 1, t)), index=t, initial=(0, v0),
        next_value=next_factor.rhs * E(v(t)),
        because="given the pool, the factor does not depend on it, so the means multiply",
    )  # fmt: skip
    d.given(
        sp.Product(1 - 1 / (M * k**2), (k, 1, sp.oo)), sp.sin(sp.pi / sp.sqrt(M)) / (sp.pi / sp.sqrt(M)),
        source="dlmf", check=euler_product,
        because="the limit is Euler's product for the sine at 1/sqrt(M), and is positive for M > 1",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(v(t)), solved.rhs, evaluate=False))


def euler_product() -> list[Verdict]:
    """prod (1 - x^2/k^2) = sin(pi x)/(pi x) at 1/sqrt(5) and 1/sqrt(2), the product by Euler and Maclaurin."""

    def both(size: int) -> Verdict:
        terms = mpmath.nsum(lambda k: mpmath.log1p(-1 / (size * k * k)), [1, mpmath.inf], method="euler-maclaurin")
        x = mpmath.pi / mpmath.sqrt(size)
        return agree(mpmath.exp(terms), mpmath.sin(x) / x)

    return [both(size) for size in (5, 2)]


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t in squared data units; t counts fits."""
    return scenario.source.variance * np.exp(variance_left(scenario, generations))


def limit(scenario: Scenario, at: None = None) -> float:
    """v_0 sin(pi/sqrt(M)) / (pi/sqrt(M)); 0 for M = 1."""
    return scenario.source.variance * float(np.exp(variance_left(scenario, np.array([np.inf]))[0]))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of the covariances of the points in the pool."""
    return variance_and_error(scenario, generation)[0]


CLAIM = Claim(
    id="gaussian-accumulate-variance",
    title="With all data kept in equal batches, the expected variance falls only to v_0 sin(pi/sqrt(M))/(pi/sqrt(M))",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=(*GAUSSIAN_ACCUMULATE, divisor_is("mle"), EQUAL_BATCHES),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    quantile=quantile_of_variance,
    examples=(
        Example(setting(5), t=(0, 1, 2, 10, 50)),
        Example(setting(2, variance=1e-6), t=(1, 3, 30)),
        Example(setting(10), t=(1, 5, 40)),
        Example(setting(100), t=(1, 20)),
        Example(setting(1), t=(0, 1, 5), simulate=False),
        Example(setting(3), t=(99, 100, 101, 500), algebra=False, simulate=False),
        Example(setting(5), t=(1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(1_000_000_000), t=(1, 1_000_000, np.inf), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "kazdan2025collapse", "", "cited", "not compared",
            "that accumulating avoids collapse in this setting; the text of its theorems was not seen",
        ),
        Source(
            "gerstgrasser2024inevitable", "Section 3.2", "reported", "its n is t",
            "the analogue for linear regression, bounded by pi^2/6",
        ),
        Source(
            "shumailov2024collapse", "Supplement, Figures 4 and 5", "reported", "not compared",
            "simulations in which all data are kept, or a fixed number of them drawn: collapse is called inevitable, "
            "although attenuated; no limit",
        ),
    ),
)  # fmt: skip
