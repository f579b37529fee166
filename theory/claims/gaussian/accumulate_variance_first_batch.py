r"""A first batch of any size: the variance that accumulated data keep is a quotient of Gamma functions.

With $N_1$ real points first and $M$ of the model in every later batch, $E v_t$ is
$v_0\left(1-\frac1{N_1}\right)\prod_{k=2}^t\left(1-\frac M{N_k^2}\right)$, $N_k=N_1+(k-1)M$. Each factor splits into
two linear ones over $k$, and the product is a quotient of Gamma functions at distances $\pm1/\sqrt M$ from
$\beta=N_1/M$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source
from theory.claims.assumptions import GAUSSIAN_ACCUMULATE, divisor_is
from theory.claims.gaussian.accumulate import (
    N,
    bindings,
    factor_of_one_batch,
    first_and_later,
    setting,
    variance_and_error,
)
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation, Verdict, agree
from theory.laws.accumulation import log_variance_left
from theory.laws.symbols import N1, E, M, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The first fit, the factor of every later batch, the product as Gamma functions, and its limit."""
    beta, x = N1 / M, 1 / sp.sqrt(M)
    d = Derivation(
        "The factors of all batches but the first are 1 - x^2/(k - 1 + beta)^2 with x = 1/sqrt(M) and beta = N_1/M."
    )
    factor = factor_of_one_batch(d)
    first = d.algebra(
        (N1 - 1) / N1,
        1 - 1 / N1,
        because="the first fit, to N_1 real points alone: a chi-square with N_1 - 1 degrees of freedom over N_1",
    )
    later = d.algebra(
        factor.subs(N, N1 + (t - 1) * M), (t + beta - x) * (t + beta + x) / (t + beta) ** 2,
        because="after t fits the pool has N = N_1 + (t-1) M points; the factor splits into linear ones",
    )  # fmt: skip

    def gammas(place: sp.Expr) -> sp.Expr:
        return sp.gamma(place + beta - x) * sp.gamma(place + beta + x) / sp.gamma(place + beta) ** 2

    solved = d.solves(
        E(v(t)), v0 * first.rhs * gammas(t) / gammas(sp.Integer(1)), index=t, next_value=later.rhs * E(v(t)),
        initial=(1, v0 * first.rhs), because="from t = 1 on the means multiply, as Gamma(z+1) = z Gamma(z) does",
    )  # fmt: skip
    d.given(
        sp.Limit(gammas(t), t, sp.oo), sp.Integer(1), source="dlmf", check=gammas_tend_to_one,
        because="Gamma(z + x) Gamma(z - x) / Gamma(z)^2 tends to 1 for large z, so the limit is the rest of the "
        "expression",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(v(t)), solved.rhs, evaluate=False))


def gammas_tend_to_one() -> list[Verdict]:
    """Gamma(z + x) Gamma(z - x) / Gamma(z)^2 = 1 + x^2/z + ... at z = 10^8 and 10^10."""
    with mpmath.workdps(40):
        x = mpmath.mpf(1) / 3
        return [
            agree((mpmath.gammaprod([z + x, z - x], [z, z]) - 1) * z / x**2, 1, 10 / z)
            for z in (mpmath.mpf(10) ** 8, mpmath.mpf(10) ** 10)
        ]


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t in squared data units; t counts fits."""
    first, size = first_and_later(scenario)
    return scenario.source.variance * np.exp(log_variance_left(size, first, generations))


def limit(scenario: Scenario, at: None = None) -> float:
    """v_0 (1 - 1/N_1) Gamma(1+beta)^2 / (Gamma(1+beta-x) Gamma(1+beta+x)), beta = N_1/M, x = 1/sqrt(M)."""
    first, size = first_and_later(scenario)
    return scenario.source.variance * float(np.exp(log_variance_left(size, first, np.array([np.inf]))[0]))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of the covariances of the points in the pool."""
    return variance_and_error(scenario, generation)[0]


CLAIM = Claim(
    id="gaussian-accumulate-variance-any-first-batch",
    title="With all data kept after a first batch of any size, the expected variance is a quotient of Gamma "
    "functions (t from 1 on)",
    kind=Kind.EXACT,
    statistic="variance",
    assumptions=(*GAUSSIAN_ACCUMULATE, divisor_is("mle")),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(10, first=25), t=(1, 2, 10, 50)),
        Example(setting(20, first=3, variance=1e-6), t=(1, 2, 30)),
        Example(setting(2, first=100), t=(1, 5, 40)),
        Example(setting(1, first=10), t=(1, 5, 40)),
        Example(setting(5), t=(1, 4, 20)),
        Example(setting(10, first=25), t=(0,), algebra=False, simulate=False),
        Example(setting(10, first=25), t=(99, 100, 101, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(1000, first=1_000_000_000), t=(1, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(1_000_000, first=2), t=(1, 2, 1_000_000, np.inf), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "kazdan2025collapse", "", "cited", "not compared",
            "that accumulating avoids collapse in this setting; the text of its theorems was not seen",
        ),
    ),
)  # fmt: skip
