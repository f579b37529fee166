r"""Where all data are kept, the mean gains exactly the error that the variance loses: $E(\mu_t-\mu_0)^2=v_0-E v_t$.

Under maximum likelihood the second moment about the mean of the source is conserved by every fit and every draw. So
the error of the mean stays below $v_0(1-\sin(\pi/\sqrt M)/(\pi/\sqrt M))$ for equal batches: $\pi^2/6$ times that of
one fit at most.
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
    setting,
    variance_and_error,
    variance_left,
)
from theory.claims.gaussian.one_fit import squared_error, v
from theory.derivation import Derivation
from theory.laws.symbols import N1, E, M, delta, k, t, v0
from theory.scenario import Scenario


def derive() -> Derivation:
    """The variance as a product, the conserved second moment, and their difference."""
    d = Derivation(
        "What is conserved is the second moment of the pool about the mean of the source; its variance is known."
    )
    factor = factor_of_one_batch(d)
    variance = d.solves(
        E(v(t)), v0 * (1 - 1 / N1) * sp.Product(1 - M / (N1 + (k - 1) * M) ** 2, (k, 2, t)), index=t,
        next_value=factor.subs(delta, 1).subs(N, N1 + (t - 1) * M) * E(v(t)), initial=(1, v0 * (1 - 1 / N1)),
        because="the first fit multiplies the variance of N_1 real points by 1 - 1/N_1, every later one by this "
        "factor with N = N_1 + (t-1) M points in the pool",
    )  # fmt: skip
    second = E(squared_error + v(t))
    pool = N1 + (t - 1) * M
    conserved = d.solves(
        second, v0, index=t, next_value=(pool * second + M * second) / (pool + M), initial=(1, v0),
        because="the second moment of the pool about mu_0 is (mu_t - mu_0)^2 + v_t when the divisor is its size, and "
        "a new point, drawn from N(mu_t, v_t), has the same",
    )  # fmt: skip
    error = d.algebra(
        conserved.rhs - variance.rhs,
        v0 * (1 - variance.rhs / v0),
        because="the squared error of the mean is the difference",
    )
    return d.concludes(sp.Eq(E(squared_error), error.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (mu_t - mu_0)^2 in squared data units; t counts fits."""
    return -scenario.source.variance * np.expm1(variance_left(scenario, generations))


def limit(scenario: Scenario, at: None = None) -> float:
    """v_0 less the limit of the variance; v_0 pi^2/(6M) to first order for equal batches."""
    return -scenario.source.variance * float(np.expm1(variance_left(scenario, np.array([np.inf]))[0]))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The recurrence of the covariances of the points in the pool."""
    return variance_and_error(scenario, generation)[1]


CLAIM = Claim(
    id="gaussian-accumulate-mean-squared-error",
    title="With all data kept, the squared error of the mean is what the variance has lost, v_0 - E v_t, and stays "
    "bounded (t from 1 on)",
    kind=Kind.EXACT,
    statistic="mean_squared_error",
    assumptions=(*GAUSSIAN_ACCUMULATE, divisor_is("mle")),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(5), t=(1, 2, 10, 50)),
        Example(setting(2, variance=1e-6), t=(1, 3, 30)),
        Example(setting(10, first=25), t=(1, 10, 40)),
        Example(setting(20, first=3), t=(1, 2, 30)),
        Example(setting(1), t=(1, 5), simulate=False),
        Example(setting(10, first=25), t=(0,), algebra=False, simulate=False),
        Example(setting(100), t=(99, 100, 101, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(1_000_000_000), t=(1, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(1000, first=1_000_000_000), t=(1, 1_000_000, np.inf), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "kazdan2025collapse", "", "cited", "not compared",
            "that the error stays bounded in this setting; the text of its theorems was not seen",
        ),
        Source(
            "barzilai2025iterative", "Theorem 4.1", "read", "its T is t",
            "for regular families a bound of order M^(-1/2), free of t, once M exceeds a power of log t",
        ),
    ),
)  # fmt: skip
