r"""For many points the squared Wasserstein distance varies by $2D^2+(R-U^2)^2/(8v_0^2)$ over chains, under any policy.

$W_t^2\approx D\,Z_1^2+\frac{R-U^2}{4v_0}Z_2^2$ with independent standard normal $Z_1$ (the mean) and $Z_2$ (the
standard deviation), $D=E(\mu_t-\mu_0)^2$. Replaced data, $D=v_0t/M$ and $R-U^2=2v_0^2t/M$, have
$\frac52v_0^2(t/M)^2$; with real data in every fit it settles.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.exact_claims import reach_of
from theory.claims.gaussian import accumulate, forgetting, pool, real_share, replace, subsample, weighted, window
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
)
from theory.claims.gaussian.nearly_normal import (
    NEARLY_NORMAL,
    REGIME,
    ROUNDING,
    Var,
    lasting,
    spread_at,
    squared_spread,
)
from theory.claims.gaussian.nearly_normal_reference import distance_spread
from theory.claims.gaussian.one_fit import mu0, mut, v
from theory.claims.gaussian.replace_wasserstein import distance, sorted_coupling_is_optimal
from theory.derivation import Derivation, Verdict, agree
from theory.laws.symbols import t, v0, y
from theory.notation import Asymptotically
from theory.scenario import Scenario


def derive() -> Derivation:
    """The squares of two deviations, each nearly normal, and the variance of their sum."""
    x, z = sp.symbols("x z", real=True)
    p, q, r = sp.symbols("p q r", positive=True)
    d = Derivation("The distance is the sum of the squares of two errors, both of the order of one over the root of M.")
    d.given(
        distance**2, (mut - mu0) ** 2 + (sp.sqrt(v(t)) - sp.sqrt(v0)) ** 2, source="villani2003",
        check=sorted_coupling_is_optimal, because="on the line the optimal coupling matches quantiles",
    )  # fmt: skip
    d.algebra(
        sp.Subs(sp.Derivative(sp.sqrt(v0 + r * y), r), r, 0) ** 2, y**2 / (4 * v0),
        because="the standard deviation is off by y/(2 sqrt v_0) to first order, y = v_t - v_0; E y is of order 1/M, "
        "E y^2 is R - U^2 but for a part of order 1/M^2",
    )  # fmt: skip
    normal = sp.exp(-(x**2 + z**2) / 2) / (2 * sp.pi)
    form, plane = p * x**2 + q * z**2, ((x, -sp.oo, sp.oo), (z, -sp.oo, sp.oo))
    total = d.algebra(
        sp.Integral(form**2 * normal, *plane) - (p + q) ** 2, 2 * p**2 + 2 * q**2,
        because="the variance of the sum with p = D and q = (R - U^2)/(4 v_0), x and z standard normal and "
        "independent: another sign of all deviations from mu_0 changes the error of the mean, and not the variance",
    ).rhs.subs({p: D(t), q: (R(t) - U(t) ** 2) / (4 * v0)})  # fmt: skip
    bound = d.given(
        Var(distance**2), total, relation=r"\sim", source="cramer1946", check=one_fit_to_many_points,
        because="the fits are smooth functions of means over M points: both errors are asymptotically normal, and "
        "their moments converge. The parts left out are smaller by the order 1/M; with a share of real data each fit "
        "keeps less than all of the errors before it, so that it is so for every t",
    )  # fmt: skip
    return d.concludes(Asymptotically(bound.lhs, bound.rhs))


def one_fit_to_many_points() -> list[Verdict]:
    """Var W_1^2 from the moments of a root of a chi-square, over 5/2 M^-2: the rest falls as 1/M."""
    with mpmath.workdps(60):
        rests = []
        for M in (10**4, 10**6):
            half = mpf(M - 1) / 2
            root = [mpmath.gammaprod([half + mpf(p) / 2], [half]) / half ** (mpf(p) / 2) for p in range(1, 5)]
            within = root[3] - 4 * root[2] + 6 * root[1] - 4 * root[0] + 1 - (root[1] - 2 * root[0] + 1) ** 2
            rests.append(M * ((mpf(2) / M**2 + within) * M**2 * mpf(2) / 5 - 1))
        return [agree(*rests, 1e-3)]


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """2 D^2 + (R - U^2)^2/(8 v_0^2) in data units to the fourth; t counts fits.

    Takes 0.3 s at t = 10^4 in a window of 8 batches, milliseconds elsewhere.
    """
    mean, error = moment(scenario, VARIANCE, generations), moment(scenario, ERROR, generations)
    with np.errstate(invalid="ignore", over="ignore"):
        of_variance = squared_spread(scenario, generations) * mean * mean / scenario.source.variance
        value = 2 * error**2 + of_variance**2 / 8
    return np.where(np.isnan(value), np.inf, value)


def relative_error(scenario: Scenario, generation: float, at: None = None) -> float:
    """At most four times the squared relative spread of v_t and the squared bias of its mean over it, and rounding."""
    square = spread_at(scenario, generation)
    bias = float(moment(scenario, VARIANCE, np.array([float(generation)]))[0]) / scenario.source.variance - 1
    return 4 * (square + bias**2 / square) + ROUNDING / square if square else 0.0


CLAIM = Claim(
    id="gaussian-wasserstein2-squared-variance-leading-order",
    title="For many points the squared Wasserstein distance has the variance 2 D^2 + (R - U^2)^2/(8 v_0^2) over "
    "chains, D = E(mu_t - mu_0)^2, whatever the policy",
    kind=Kind.ASYMPTOTIC,
    statistic="wasserstein2_squared_variance",
    assumptions=(*NEARLY_NORMAL, MEAN_ERROR),
    derive=derive,
    bindings=bindings(U, R, D),
    evaluate=evaluate,
    reference=distance_spread,
    limit=at_infinity(evaluate),
    settles=lasting(ERROR),
    reach=reach_of(VARIANCE, SQUARE, ERROR),
    error=relative_error,
    regime=REGIME,
    tolerance=1e-10,
    examples=(
        Example(real_share.setting("stratified", 50, "mle", real=5), t=(1, 2), algebra=False),
        Example(real_share.setting("stratified", 10**4, "mle", share=0.1), t=(1, 2), algebra=False, simulate=False),
        Example(real_share.setting("iid", 12, "unbiased", share=0.4), t=(0, 1, 2), algebra=False),
        Example(real_share.setting("fixed", 50, "unbiased", share=0.1), t=(1,), algebra=False),
        Example(window.setting(100, 4, "unbiased"), t=(1,), algebra=False, simulate=False),
        Example(pool.setting(*pool.SMALL, "mle"), t=(1,), algebra=False, simulate=False),
        Example(subsample.setting(80, False, "offset", offset=0.5), t=(1,), algebra=False, simulate=False),
        Example(weighted.setting(20, 80, 0.39, "unbiased"), t=(1, 2)),
        Example(weighted.setting(50, 20, 0.1, "offset", offset=5.0), t=(1, 2), algebra=False, simulate=False),
        Example(replace.setting(1000, "mle"), t=(1, 10, 100), algebra=False, simulate=False),
        Example(accumulate.setting(50), t=(2,), algebra=False, simulate=False),
        Example(forgetting.setting(100, 0.3, "mle"), t=(1, 20), algebra=False, simulate=False),
    ),
)  # fmt: skip
