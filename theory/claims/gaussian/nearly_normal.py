r"""What claims for many points share: chains that lie close together, whose spread is known from two moments.

Mean and variance of a training set are smooth functions of means over its points. So after any fixed number of fits to
many points $\log v_t$ and $\mu_t$ are nearly normal and independent, and what is read off their second moments is right
up to a part of order 1/M: the squared relative spread of $v_t$ over chains, $R/U^2-1$, is itself of that order.
"""

from collections.abc import Callable

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Example
from theory.claims.assumptions import FAITHFUL, put_back
from theory.claims.exact_claims import settles
from theory.claims.gaussian import accumulate, forgetting, real_share, replace, subsample, weighted
from theory.claims.gaussian.moment_bounds import (
    GAUSSIAN_FITS,
    MEAN_SQUARE,
    MEAN_VARIANCE,
    SQUARE,
    VARIANCE,
    R,
    U,
    moment,
)
from theory.claims.gaussian.one_fit import v
from theory.derivation import Derivation, Step, Verdict, agree
from theory.laws.symbols import t, y
from theory.scenario import Scenario

ROUNDING = 4e-15  # relative error of the moments, of which a difference is taken
SPREAD_OUT = Assumption("the first fit has at least two points", lambda s: s.first_size > 1)
NO_COPIES = Assumption(
    "no training set is made of copies of one point: draws from all points are not put back", lambda s: not put_back(s)
)
NEARLY_NORMAL = (*GAUSSIAN_FITS, FAITHFUL, SPREAD_OUT, MEAN_VARIANCE, MEAN_SQUARE)
REGIME = (
    "the numbers of points grow in proportion and t stays fixed, or is inf where the same share of real data is in "
    "every fit"
)
LEFT_OUT = (
    "the fits are smooth functions of means over M points: E y^2 = R/U^2 - 1 is of order 1/M, E y^3 and what is left "
    "out of 1/M^2, and negative powers of v_t have bounded means. With a share of real data each fit keeps less than "
    "all of the errors before it: so it is for every t"
)
EXAMPLES = (
    Example(weighted.setting(20, 80, 0.39, "unbiased"), t=(1, 2)),
    Example(real_share.setting("stratified", 50, "mle", real=5), t=(1, 2), algebra=False),
    Example(subsample.setting(80, False, "offset", offset=0.5), t=(0, 1), algebra=False, simulate=False),
    Example(replace.setting(1000, "mle"), t=(1, 10, 100), algebra=False, simulate=False),
    Example(accumulate.setting(50), t=(2,), algebra=False, simulate=False),
    Example(forgetting.setting(100, 0.3, "mle"), t=(1, 20), algebra=False, simulate=False),
)
"""Every policy whose first fits, or all of them, have a second route."""
spread = R(t) / U(t) ** 2 - 1
Var = sp.Function("Var")


def squared_spread(
    scenario: Scenario, generations: Int[np.ndarray, " T"] | Float[np.ndarray, " T"]
) -> Float[np.ndarray, " T"]:
    """R/U^2 - 1, the variance of v_t over chains relative to its squared mean; infinite where that is out of range."""
    mean, square = moment(scenario, VARIANCE, generations), moment(scenario, SQUARE, generations)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        relative = square / mean / mean - 1
    return np.where(np.isfinite(relative), np.maximum(relative, 0.0), np.inf)


def spread_at(scenario: Scenario, generation: float) -> float:
    """The same at one t."""
    return float(squared_spread(scenario, np.array([float(generation)]))[0])


def promised(factor: float) -> Callable[..., float]:
    """A relative error of at most so many times the squared relative spread, besides the rounding of the moments."""

    def relative_error(scenario: Scenario, generation: float, at: None = None) -> float:
        square = spread_at(scenario, generation)
        return factor * square + ROUNDING / square if square else 0.0

    return relative_error


def lasting(*statistics: str) -> Callable[[Scenario], bool]:
    """Whether real data keep chains close together for ever, with limits of these moments that are known."""
    known_limits = settles(VARIANCE, SQUARE, *statistics)

    def holds(scenario: Scenario) -> bool:
        return _share(scenario) > 0 and known_limits(scenario) and spread_at(scenario, np.inf) < np.inf

    return holds


def _share(scenario: Scenario) -> float:
    """The weight of real data in every fit."""
    retention = scenario.retention
    if retention.kind == "weighted":
        return retention.weight
    return retention.share_of(scenario.sample_size.constant) if retention.kind == "real_share" else 0.0


def spread_of_logarithm(d: Derivation) -> Step:
    """Var log v_t ~ R/U^2 - 1, from the series of the logarithm about the mean."""
    r = sp.Symbol("r", positive=True)
    about = sp.log(1 + r * y)
    d.algebra(
        sp.Subs(sp.Derivative(about, (r, 2)), r, 0) / 2, -(y**2) / 2,
        because="the second term of log(1 + y), y = v_t/U - 1 with the mean 0: the mean logarithm is -E y^2/2 to "
        "first order, and its square of second",
    )  # fmt: skip
    for order, term, because in (
        (2, y**2, "the first term of the squared logarithm; its mean is R/U^2 - 1"),
        (3, -(y**3), "the next one"),
    ):
        d.algebra(sp.Subs(sp.Derivative(about**2, (r, order)), r, 0) / sp.factorial(order), term, because=because)
    return d.given(
        Var(sp.log(v(t))), spread, relation=r"\sim", source="cramer1946", check=one_fit_to_many_points,
        because="the fits are smooth functions of means over M points: E y^2 is of order 1/M, E y^3 and E y^4 of "
        "1/M^2, and negative powers of v_t have bounded means, so that what is left out is of order 1/M^2. With a "
        "share of real data each fit keeps less than all of the spread before it: so it is for every t",
    )  # fmt: skip


def second_order(d: Derivation, function: Callable[[sp.Expr], sp.Expr], because: str) -> sp.Expr:
    """The term of second order in y = v_t/U - 1 of a function of v_t, of which the mean is wanted."""
    r, mean = sp.symbols("r U", positive=True)
    at_mean = function(mean * (1 + r * y))
    term = sp.simplify(sp.diff(at_mean, r, 2).subs(r, 0) / 2)
    return d.algebra(sp.Subs(sp.Derivative(at_mean, (r, 2)), r, 0) / 2, term, because=because).rhs


def one_fit_to_many_points() -> list[Verdict]:
    """psi'(nu/2), the variance of log v_1, over 2/nu, its squared relative spread: 1 + 1/nu to first order."""
    return [agree((mpmath.psi(1, mpf(nu) / 2) * nu / 2 - 1) * nu, 1, 1 / nu) for nu in (10**3, 10**5)]
