r"""Times to collapse of a uniform law differ little: their standard deviation is the root of their mean less one.

$T_x=1+\mathrm{Poisson}(\lambda)$ with $\lambda=\frac M2\log(v_0/x)$, whose variance is $\lambda$. For a Gaussian law
the standard deviation is as long as the mean itself unless $x$ is far below $v_0$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import UNIFORM_REPLACE
from theory.claims.families.scale import setting
from theory.claims.families.uniform_level import exact_time_to, level_bindings, time_to, waiting, waiting_time
from theory.claims.gaussian.reference import DIGITS
from theory.derivation import Derivation
from theory.scenario import Scenario


def derive() -> Derivation:
    """The renewal equations of the mean time and the mean square of it, and the root of their difference."""
    u, lam = sp.symbols("u lambda", positive=True)
    d = Derivation(
        "Fits are the arrivals of a Poisson process in lambda = (M/2) log(v_0/x): the first that leaves v_t"
        " below x is the first after lambda."
    )
    waiting_time(d)

    def after_one_fit(of_rest: sp.Expr) -> sp.Expr:
        return sp.Integral(sp.exp(-u) * of_rest.subs(lam, lam - u), (u, 0, lam))

    mean, square = 1 + lam, lam**2 + 3 * lam + 1
    d.algebra(
        1 + after_one_fit(mean), mean,
        because="one fit is needed, and as many more as from what is left: the mean time solves the renewal equation, "
        "which has one bounded solution on every interval",
    )  # fmt: skip
    d.algebra(
        1 + after_one_fit(2 * mean + square), square,
        because="the mean square of the time from the same first fit, (1 + T)^2 = 1 + 2 T + T^2",
    )  # fmt: skip
    d.algebra(square - mean**2, lam, because="so the variance is lambda, as it is of a Poisson number")
    spread = d.algebra(
        sp.Subs(sp.sqrt(lam), lam, waiting), sp.sqrt(waiting),
        because="at the level x, for x up to v_0; above it the time is 0 for every chain",
    )  # fmt: skip
    return d.concludes(sp.Eq(sp.Symbol(r"\operatorname{sd}[T]"), spread.rhs, evaluate=False))


def limit(scenario: Scenario, at: float) -> float:
    """sd T_x in fits; 0 where the source itself is below x."""
    return float(np.sqrt(max(time_to(scenario, at), 0.0)))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain."""
    return np.full(generations.shape, limit(scenario, at))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """The sums of (1, 2n + 1) P(n waiting times have not reached the level), by iterated integrals."""
    with mpmath.workdps(DIGITS):
        y = exact_time_to(scenario, at)
        if y < 0:
            return mpf(0)
        # exp(-y) s_n(y) = P(n waiting times reach y); s_{n+1} adds the n-fold integral of 1
        mean, square, reached, term, n = mpf(1), mpf(1), mpmath.exp(-y), mpf(1), 0
        while (left := 1 - reached) > mpf(10) ** -40:
            n += 1
            mean, square = mean + left, square + (2 * n + 1) * left
            term = term * y / n
            reached += mpmath.exp(-y) * term
        return mpmath.sqrt(square - mean**2)


CLAIM = Claim(
    id="uniform-replace-collapse-time-sd",
    title="Refitted to its maximum, a uniform law falls below the variance x after a time whose variance over chains "
    "is (M/2) log(v_0/x), one less than its mean",
    kind=Kind.EXACT,
    statistic="collapse_time_sd",
    assumptions=UNIFORM_REPLACE,
    derive=derive,
    bindings=level_bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting("uniform", 10), t=(np.inf,), at=0.01),
        Example(setting("uniform", 1, 3.0), t=(np.inf,), at=0.5, simulate=False),
        Example(setting("uniform", 100), t=(np.inf,), at=1e-6, simulate=False),
        Example(setting("uniform", 10_000), t=(np.inf,), at=0.18, simulate=False),
        Example(setting("uniform", 10), t=(np.inf,), at=1.0, algebra=False, simulate=False),
    ),
)  # fmt: skip
