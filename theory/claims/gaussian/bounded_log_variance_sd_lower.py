r"""Fresh points spread chains in every fit: the variance of $\log v_t$ is at least about $2/M$.

It is at least $\psi'\left(\frac{M-1}2+\frac{\alpha M}{2v_0}D(t-1)\right)$ with $D=E(\mu_t-\mu_0)^2$.
The squares of a training set, real and synthetic, are a chi-square times a factor that knows nothing of it, so that one
fit alone spreads $\log v_t$ as one fit without real data does. What earlier fits leave comes on top: the bound is
attained at t = 1, and a fifth of real points among a hundred settle 1.6 times as far apart.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf
from scipy import special

from theory.claim import Claim, Example, Kind, exact
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED, sample_size_at_least
from theory.claims.exact_claims import reach_of, settles
from theory.claims.gaussian import moment_bounds, real_share
from theory.claims.gaussian.bounded_kl_forward_upper_shares import FRESH
from theory.claims.gaussian.moment_bounds import ERROR, MEAN_ERROR, D, at_infinity, moment
from theory.claims.gaussian.nearly_normal_reference import log_spread
from theory.claims.gaussian.one_fit import cochran
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.symbols import M, alpha, n, nu, t, v0
from theory.scenario import Scenario

deviation = sp.Symbol(r"\operatorname{sd}[\log v_t]")
order = sp.Symbol("s", positive=True)


def derive() -> Derivation:
    """The spread of a chi-square's logarithm, what the distance of two means adds to its degrees, and the root."""
    x, m, squared, v = sp.symbols("x m e v", positive=True)
    d = Derivation(
        "Given model t-1 and K, the squares are v_0 X + v Y + c Z with chi-squares X, Y, Z of K-1, M-K-1 and 1 degrees "
        "of freedom: their sum T, and the mean of v_0, v and c by their parts in it, which is independent of T. So "
        "the variance of log v_t is at least that of log T. Z is displaced where mu_(t-1) is off from mu_0: a "
        "chi-square of 1 + 2J degrees of freedom, J a Poisson number."
    )
    cochran(d)
    density = x ** (nu / 2 - 1) * sp.exp(-x / 2) / (2 ** (nu / 2) * sp.gamma(nu / 2))
    transform = d.algebra(
        sp.Integral(x**order * density, (x, 0, sp.oo)), 2**order * sp.gamma(nu / 2 + order) / sp.gamma(nu / 2),
        because="the moment of order s of a chi-square with nu degrees of freedom",
    )  # fmt: skip
    spread = d.algebra(
        sp.Subs(sp.Derivative(sp.log(transform.rhs), (order, 2)), order, 0), sp.polygamma(1, nu / 2),
        because="the variance of log T, nu = M - 1 + 2J: the second derivative of log E T^s at s = 0",
    )  # fmt: skip
    d.algebra(
        n * squared / v0 - n * m * squared / (m * v0 + n * v), n**2 * squared * v / (v0 * (m * v0 + n * v)),
        because="positive: J has half the mean n m e/(m v_0 + n v), e = (mu_(t-1) - mu_0)^2, n real and m synthetic "
        "points; so at most n e/(2 v_0), and alpha M D(t-1)/(2 v_0) in the mean",
    )  # fmt: skip
    least = spread.rhs.subs(nu, M - 1 + alpha * M * D(t - 1) / v0)
    bound = d.given(
        deviation, sp.sqrt(least), relation=r"\ge", source="jensen1906fonctions", check=trigamma_is_convex,
        because="trigamma is convex and falls: its mean over J is at least its value at the largest mean of J",
    )  # fmt: skip
    return d.concludes(sp.Ge(bound.lhs, bound.rhs, evaluate=False))


def trigamma_is_convex() -> list[Verdict]:
    """Trigamma half way between two places against the mean of its values."""
    return [
        at_most(mpmath.psi(1, (a + b) / 2), (mpmath.psi(1, a) + mpmath.psi(1, b)) / 2)
        for a in (mpf("0.5"), mpf(3)) for b in (mpf(1), mpf(4), mpf(90))
    ]  # fmt: skip


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """[psi'((M-1)/2 + alpha M D(t-1)/(2 v_0))]^(1/2); t counts fits."""
    size, generations = scenario.sample_size.constant, np.asarray(generations, dtype=np.float64)
    error, share = moment(scenario, ERROR, np.maximum(generations - 1, 0)), _share(scenario)
    shape = (size - 1 + (share * size * error / scenario.source.variance if share else 0.0)) / 2
    return np.where(generations > 0, np.sqrt(special.polygamma(1, shape)), 0.0)


def _share(scenario: Scenario) -> float:
    retention, size = scenario.retention, scenario.sample_size.constant
    return retention.share_of(size) if retention.scheme == "iid" else retention.real_points(size) / size


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    size, retention = scenario.sample_size.constant, scenario.retention
    real = exact(retention.share_of(size)) * size if retention.scheme == "iid" else retention.real_points(size)
    known = {v0: exact(scenario.source.variance), M: size, alpha: sp.Rational(real) / size}
    return known | moment_bounds.bindings(D)(scenario, generation)


CLAIM = Claim(
    id="gaussian-fresh-share-log-variance-sd-lower-bound",
    title="With any share of fresh real points one fit alone spreads the log-variance over chains by about the root of "
    "2/M",
    kind=Kind.LOWER_BOUND,
    statistic="log_variance_sd",
    assumptions=(
        GAUSSIAN, MOMENTS, FRESH, CONSTANT_SIZE, sample_size_at_least(2), FAITHFUL, UNDISTURBED, MEAN_ERROR,
    ),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=log_spread,
    limit=at_infinity(evaluate),
    settles=settles(ERROR),
    reach=reach_of(ERROR),
    tolerance=1e-11,
    examples=(
        Example(real_share.setting("stratified", 10, "mle", real=2), t=(1, 2)),
        Example(real_share.setting("stratified", 50, "unbiased", real=5), t=(2,), simulate=False),
        Example(real_share.setting("iid", 20, "unbiased", share=0.1), t=(1, 2), simulate=False),
        Example(real_share.setting("stratified", 8, "mle", real=8), t=(1, 2), simulate=False),
        Example(real_share.setting("stratified", 10, "mle", real=2), t=(0,), algebra=False, simulate=False),
    ),
)  # fmt: skip
