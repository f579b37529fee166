r"""For many points the expected squared Wasserstein distance is that of a mean and a standard deviation nearly normal.

$E W_2^2\approx D+(\sqrt U-\sqrt{v_0})^2+\frac14\sqrt{v_0U}\,(R/U^2-1)$ with $D=E(\mu_t-\mu_0)^2$, $U=E v_t$,
$R=E v_t^2$, under any policy: within a hundredth where the squared relative spread of $v_t$ is a tenth.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Kind
from theory.claims.exact_claims import reach_of
from theory.claims.gaussian.bounded_reference import distance
from theory.claims.gaussian.bounded_wasserstein_lower import W2
from theory.claims.gaussian.moment_bounds import (
    ERROR,
    MEAN_ERROR,
    SQUARE,
    VARIANCE,
    D,
    R,
    U,
    at_infinity,
    bindings,
    moment,
    squared_distance,
)
from theory.claims.gaussian.nearly_normal import (
    EXAMPLES,
    LEFT_OUT,
    NEARLY_NORMAL,
    REGIME,
    lasting,
    promised,
    second_order,
    spread,
    squared_spread,
)
from theory.derivation import Derivation, Verdict, agree
from theory.laws.symbols import t, v0
from theory.notation import Asymptotically
from theory.scenario import Scenario

total = D(t) + (sp.sqrt(U(t)) - sp.sqrt(v0)) ** 2 + sp.sqrt(v0 * U(t)) * spread / 4


def derive() -> Derivation:
    """The distance in three means, the root to second order, and its mean."""
    d = Derivation("The mean standard deviation is the only part that is not known: to first order two moments say it.")
    squared_distance(d)
    second_order(d, sp.sqrt, "the term of second order of the standard deviation in y = v_t/U - 1, whose mean is 0")
    d.given(
        W2, total, relation=r"\sim", source="cramer1946", check=one_fit_to_many_points,
        because=LEFT_OUT,
    )  # fmt: skip
    return d.concludes(Asymptotically(W2, total))


def one_fit_to_many_points() -> list[Verdict]:
    """1/M + 2 (1 - c) of one unbiased fit, c its mean root, over 1/M + 1/(2(M-1)): the rest falls as 1/M."""
    with mpmath.workdps(50):
        rests = []
        for size in (10**4, 10**6):
            half = mpf(size - 1) / 2
            c = mpmath.gammaprod([half + 0.5], [half]) / mpmath.sqrt(half)
            rests.append(size * ((mpf(1) / size + 2 * (1 - c)) / (mpf(1) / size + mpf(1) / 2 / (size - 1)) - 1))
        return [agree(*rests, 1e-3)]


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """D + (sqrt U - sqrt v_0)^2 + sqrt(v_0 U) (R/U^2 - 1)/4 in squared data units; t counts fits.

    Takes 0.3 s at t = 10^4 in a window of 8 batches, milliseconds elsewhere.
    """
    unit, mean = scenario.source.variance, moment(scenario, VARIANCE, generations)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        width = (np.sqrt(mean) - np.sqrt(unit)) ** 2 + np.sqrt(unit * mean) * squared_spread(scenario, generations) / 4
        value = moment(scenario, ERROR, generations) + width
    return np.where(np.isnan(value), np.inf, value)


CLAIM = Claim(
    id="gaussian-wasserstein2-squared-leading-order",
    title="For many points the expected squared Wasserstein distance is D + (sqrt U - sqrt v_0)^2 and a quarter of the "
    "relative variance of v_t, whatever the policy",
    kind=Kind.ASYMPTOTIC,
    statistic="wasserstein2_squared",
    assumptions=(*NEARLY_NORMAL, MEAN_ERROR),
    derive=derive,
    bindings=bindings(U, R, D),
    evaluate=evaluate,
    reference=lambda scenario, t, at=None: distance(scenario, t),
    limit=at_infinity(evaluate),
    settles=lasting(ERROR),
    reach=reach_of(VARIANCE, SQUARE, ERROR),
    error=promised(0.5),
    regime=REGIME,
    tolerance=1e-10,
    examples=EXAMPLES,
)  # fmt: skip
