r"""Values drawn from a model have heavier tails the longer a chain runs: their fourth moment in closed form.

Given the variances of all models so far $X_t-\mu_0$ is normal, and what varies is its variance $v_0V_t+v_t$:
$E(X_t-\mu_0)^4=3E(v_0V_t+v_t)^2$. Over the square of $E(X_t-\mu_0)^2$ this is the kurtosis of what the chains produce:
3 of the source, 6.146 after five fits to 10 points with the unbiased divisor. Under maximum likelihood, where
$E(X_t-\mu_0)^2$ stays $v_0$, it rises to $6M-3$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import GAUSSIAN_REPLACE, sample_size_at_least
from theory.claims.gaussian.one_fit import NORMAL, mean_factor, mu0, mut, squared_error, v
from theory.claims.gaussian.reference import DIGITS, at_infinity
from theory.claims.gaussian.replace import bindings, setting, size_and_offset
from theory.claims.gaussian.replace_fourth import means_after, means_of_fourth_order, square_over_mean
from theory.derivation import Derivation
from theory.laws.path_moments import draw_fourth_moment, limiting_mean_fourth_moment
from theory.laws.symbols import E, M, j, k, t, v0, z
from theory.scenario import Scenario

drawn = sp.Symbol("X_t", real=True)


def derive() -> Derivation:
    """The fourth power of a draw given its model, and the three means that it takes."""
    d = Derivation(
        "X_t is a value drawn from model t, which is N(mu_t, v_t). One fit adds to the mean a normal error of variance "
        "v_t/M, and multiplies the variance by an independent S."
    )
    d.algebra(
        sp.Integral((mut + sp.sqrt(v(t)) * z - mu0) ** 4 * NORMAL, (z, -sp.oo, sp.oo)),
        squared_error**2 + 6 * squared_error * v(t) + 3 * v(t) ** 2,
        because="the mean over a normal draw given its model: three means over chains are asked for",
    )  # fmt: skip
    square, mixed, fourth = means_of_fourth_order(d)
    early = 2 * sp.Sum(square_over_mean ** (k - 1), (k, 1, j - 1)) + square_over_mean ** (j - 1)
    powers = sp.Sum(square_over_mean ** (k - 1), (k, 1, t))
    bracket = (
        mean_factor**t * (square_over_mean**t + 2 * powers / M)
        + sp.Sum(mean_factor ** (j - 1) * early, (j, 1, t)) / M**2
    )  # fmt: skip
    total = d.algebra(
        fourth + 6 * mixed + 3 * square, 3 * v0**2 * bracket,
        because="the three put in: three times the mean square of v_t and what the variances before it added up to",
    )  # fmt: skip
    return d.concludes(sp.Eq(E((drawn - mu0) ** 4), total.rhs, evaluate=False))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E (X_t - mu_0)^4 in data units to the fourth; t counts fits, and model 0 is the source."""
    size, offset = size_and_offset(scenario)
    return scenario.source.variance**2 * np.array([draw_fourth_moment(size, offset, int(t)) for t in generations])


def limit(scenario: Scenario, at: None = None) -> float:
    """That of the error of the mean: 3 v_0^2 (2M - 1) under maximum likelihood, infinity where L^2 <= M^2 - 1."""
    return scenario.source.variance**2 * limiting_mean_fourth_moment(*size_and_offset(scenario))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """3 v^2 + 6 (mu-mu_0)^2 v + (mu-mu_0)^4, each mean by the recurrence of the three."""
    if generation == mpmath.inf:
        return at_infinity(lambda later: reference(scenario, later))
    with mpmath.workdps(DIGITS):
        square, mixed, fourth = means_after(scenario, int(generation))
        return 3 * square + 6 * mixed + fourth


CLAIM = Claim(
    id="gaussian-replace-draw-fourth-moment",
    title="The fourth moment of a value drawn from model t about the mean of the source is a sum of powers: its "
    "kurtosis rises from 3 to 6M - 3 under maximum likelihood, without bound for the unbiased divisor",
    kind=Kind.EXACT,
    statistic="draw_fourth_moment",
    assumptions=(*GAUSSIAN_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(50, "unbiased"), t=(0, 1, 5)),
        Example(setting(50, "mle"), t=(0, 1, 5)),
        Example(setting(100, "offset", offset=0.5), t=(1, 10), simulate=False),
        Example(setting(10, "unbiased", variance=1.0), t=(1, 5), simulate=False),
        Example(setting(2, "mle"), t=(1, 4, 30), simulate=False),
        Example(setting(2, "unbiased", variance=1e-6), t=(1, 2, 20), simulate=False),
        Example(setting(1_000_000_000, "unbiased"), t=(1, 12), simulate=False),
        Example(setting(1_000_000_000, "mle"), t=(1000, 1_000_000), algebra=False, simulate=False),
        Example(setting(100, "mle"), t=(1000, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting(100, "offset", offset=0.5), t=(1000, 10_000, np.inf), algebra=False, simulate=False),
        Example(setting(10, "unbiased"), t=(1000, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
