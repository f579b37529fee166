r"""A uniform law refitted to its maximum falls below the variance x after $1+\mathrm{Poisson}(\lambda)$ fits.

$\lambda=\frac M2\log(v_0/x)$, so that the mean is $1+\lambda$ and the variance $\lambda$: no chain waits much longer
than others.
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
from theory.laws.symbols import E
from theory.scenario import Scenario


def derive() -> Derivation:
    """The renewal equation of the mean time, and its solution."""
    u, lam = sp.symbols("u lambda", positive=True)
    d = Derivation(
        "Fits are the arrivals of a Poisson process in lambda = (M/2) log(v_0/x): the first that leaves v_t"
        " below x is "
        "the first after lambda, and those before it are Poisson with mean lambda."
    )
    waiting_time(d)
    d.algebra(
        1 + sp.Integral(sp.exp(-u) * (1 + lam - u), (u, 0, lam)), 1 + lam,
        because="one fit is needed, and as many more as from what is left: 1 + lambda solves the renewal equation, "
        "which "
        "has one bounded solution on every interval",
    )  # fmt: skip
    time = d.algebra(
        sp.Subs(1 + lam, lam, waiting), 1 + waiting, because="at the level x, for x up to v_0; above it the time is 0"
    )
    return d.concludes(sp.Eq(E(sp.Symbol("T_x")), time.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """Not a number: the time belongs to the whole chain."""
    return np.full(generations.shape, np.nan)


def limit(scenario: Scenario, at: float) -> float:
    """E T_x in fits; 0 where the source itself is below x."""
    needed = time_to(scenario, at)
    return 1.0 + needed if needed >= 0 else 0.0


def quantile_of_time(
    scenario: Scenario, generations: np.ndarray, q: Float[np.ndarray, " Q"], at: float
) -> Float[np.ndarray, "T Q"]:
    """The first n with P(T <= n) >= q, for each q: one more than a quantile of the Poisson law."""
    from scipy.stats import poisson  # 0.5 s to import: only who asks for quantiles waits

    needed = time_to(scenario, at)
    found = 1.0 + poisson.ppf(q, needed) if needed >= 0 else np.zeros(q.shape)
    return np.broadcast_to(found, (len(generations), len(q)))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """sum over n of P(n waiting times have not reached the level), by iterated integrals, until nothing is left."""
    with mpmath.workdps(DIGITS):
        y = exact_time_to(scenario, at)
        if y < 0:
            return mpf(0)
        # exp(-y) s_n(y) = P(n waiting times reach y); s_{n+1} adds the n-fold integral of 1
        total, reached, term, n = mpf(1), mpmath.exp(-y), mpf(1), 0
        while (left := 1 - reached) > mpf(10) ** -40:
            total, n = total + left, n + 1
            term = term * y / n
            reached += mpmath.exp(-y) * term
        return total


CLAIM = Claim(
    id="uniform-replace-collapse-time",
    title="A uniform law refitted to its maximum falls below the variance x after 1 + Poisson fits, in the mean "
    "1 + (M/2) log(v_0/x)",
    kind=Kind.EXACT,
    statistic="collapse_time",
    assumptions=UNIFORM_REPLACE,
    derive=derive,
    bindings=level_bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    quantile=quantile_of_time,
    examples=(
        Example(setting("uniform", 10), t=(np.inf,), at=0.01),
        Example(setting("uniform", 1, 3.0), t=(np.inf,), at=0.5, simulate=False),
        Example(setting("uniform", 100), t=(np.inf,), at=1e-6, simulate=False),
        Example(setting("uniform", 10_000), t=(np.inf,), at=0.18, simulate=False),
        Example(setting("uniform", 10), t=(np.inf,), at=1.0, algebra=False, simulate=False),
    ),
)  # fmt: skip
