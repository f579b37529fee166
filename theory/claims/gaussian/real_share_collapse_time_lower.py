r"""Fresh real data make collapse wait: the time to a variance below $x$ is at least geometric, with a known chance.

While $v_t\ge x$, the squares of the next training set are at least, in law, $v_0\chi^2_{n-1}+x\chi^2_m$ for $n\ge1$
real points and $m$ synthetic ones, whatever happened before: a model falls below $x$ with a chance of at most $p_x$.
$$E\,T\ge1+\frac{1-p_1}{p_x},$$
$p_1$ the chance of the first model. It grows exponentially with the number of real points.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.assumptions import FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED
from theory.claims.gaussian import real_share, weighted
from theory.claims.gaussian.fresh_passage import mean_passage
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.symbols import E, m, n, v0
from theory.laws.two_chi_squares import below, mixed_below
from theory.scenario import Scenario

LEAST = 1e-300  # a chance below it is not told from it
MANY = 100_000
T = sp.Symbol("T")
p1, px = sp.symbols("p_1 p_x", positive=True)


def _fresh(scenario: Scenario) -> bool:
    retention, sizes = scenario.retention, scenario.sample_size
    if retention.kind == "weighted":
        return retention.real <= MANY and retention.synthetic <= MANY
    fresh = retention.kind == "real_share" and retention.scheme in ("iid", "stratified")
    return fresh and sizes is not None and 2 <= (sizes.constant or 0) <= MANY


FRESH = Assumption(
    "every generation has the same number of points, at least 2, fresh real ones among them, stratified or by chance, "
    f"or weighted; at most {MANY} points",
    _fresh,
)


def derive() -> Derivation:
    """The squares of a training set by their parts, how small they can be in law, and a geometric time."""
    Qa, Qb, Sa, Sb = sp.symbols("Q_a Q_b S_a S_b", real=True)
    v = sp.Symbol("v", positive=True)
    d = Derivation(
        "T is the first t with v_t < x. A training set has n fresh real points (a) and m synthetic ones (b), L is its "
        "divisor; with weights each kind has its own and its variance is mixed with the weight w or 1 - w."
    )
    d.algebra(
        (Qa + Qb) - (Sa + Sb) ** 2 / (n + m),
        (Qa - Sa**2 / n) + (Qb - Sb**2 / m) + n * m / (n + m) * (Sa / n - Sb / m) ** 2,
        because="the centred sum of squares, L v_(t+1), from sums S and sums of squares Q: given the past they are "
        "v_0 times a chi-square with n - 1 degrees of freedom, v_t times one with m - 1, and one more, independent",
    )  # fmt: skip
    d.algebra(
        n * m / (n + m) * (v0 / n + v / m), v + m / (n + m) * (v0 - v),
        because="the last is normal with this variance before it is squared, its mean is least in law at 0: while v_t "
        "is x or more and x at most v_0, all are at least v_0 X + x Y in law, X and Y chi-squares with n - 1 and m "
        "degrees of freedom. p_x is the chance of v_0 X + x Y < L x (n = 0: of one with M - 1 below L), its mean over "
        "n where n is by chance; of w v_0 X/L_n + (1 - w) x Y/L_m < x with weights, Y of m - 1",
    )  # fmt: skip
    k, p, survival = sp.Symbol("k", integer=True, nonnegative=True), px, sp.Function("P")
    alive = survival(sp.Gt(T, k + 1, evaluate=False))
    d.solves(
        alive, (1 - p1) * (1 - p) ** k, index=k, initial=(0, 1 - p1), next_value=(1 - p) * alive,
        because="a lower bound of the chance of no collapse after k fits more than the first",
    )  # fmt: skip
    total = sp.Symbol("S_k")
    d.solves(
        total, (1 - (1 - p) ** (k + 1)) / p, index=k, initial=(0, sp.Integer(1)),
        next_value=total + (1 - p) ** (k + 1), because="and the sum of its powers, 1/p_x in the limit",
    )  # fmt: skip
    bound = d.given(
        E(T), 1 + (1 - p1) / px, relation=r"\ge", source="asmussen2003", check=fresh_chains,
        because="E T is the sum of P(T > t) over t = 0, 1, ...; the first term is 1 for x up to v_0",
    )  # fmt: skip
    return d.concludes(sp.Ge(bound.lhs, bound.rhs, evaluate=False))


def fresh_chains() -> list[Verdict]:
    """Beside the mean time of pairs of points, and of weighted ones, from an integral equation."""
    return [at_most(limit(e.scenario, e.at), reference(e.scenario, np.inf, e.at)) for e in CLAIM.examples[:3]]  # type: ignore[arg-type]


def chances(scenario: Scenario, at: float) -> tuple[float, float]:
    """p_1, the chance of the first model below x, and p_x."""
    level, retention, divide = at / scenario.source.variance, scenario.retention, scenario.estimator.divide_by
    first = scenario.first_size
    start = below(1.0, first - 1, 0.0, 0, divide(first) * level)
    if retention.kind == "weighted":
        real, drawn, w = retention.real, retention.synthetic, retention.weight
        own = w / divide(real) if real > 1 and w else 0.0
        own_drawn = (1 - w) * level / divide(drawn) if drawn > 1 and w < 1 else 0.0
        return start, below(own, real - 1, own_drawn, drawn - 1, level)
    if retention.scheme == "stratified":
        real = retention.real_points(first)
        if real == 0:
            return start, below(1.0, first - 1, 0.0, 0, divide(first))
        return start, below(1.0, real - 1, level, first - real, divide(first) * level)
    return start, mixed_below(level, first, retention.share_of(first), divide(first))


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    """Both chances as integrals over an angle."""
    first, later = (sp.Float(chance, 30) for chance in _integrated(scenario, at))
    return {p1: first, px: later}


def _integrated(scenario: Scenario, at: float) -> tuple[mpf, mpf]:
    level, retention = mpf(repr(at)) / mpf(repr(scenario.source.variance)), scenario.retention
    first = scenario.first_size
    L = mpf(repr(scenario.estimator.divide_by(first)))
    start = mpmath.gammainc(mpf(first - 1) / 2, 0, L * level / 2, regularized=True)
    if retention.kind == "weighted":
        w, m_ = mpf(repr(retention.weight)), retention.synthetic
        other = (1 - w) * level / mpf(repr(scenario.estimator.divide_by(m_)))
        return start, below_by_angle(w / L, first - 1, other, m_ - 1, level)

    def chance(real: int) -> mpf:
        if real in (0, first):
            return mpmath.gammainc(mpf(first - 1) / 2, 0, L * (level if real else 1) / 2, regularized=True)
        return below_by_angle(mpf(1), real - 1, level, first - real, L * level)

    if retention.scheme == "stratified":
        return start, chance(retention.real_points(first))
    share = real_share.share_of(scenario)
    a = mpf(share.numerator) / share.denominator
    return start, mpmath.fsum(
        mpmath.binomial(first, k) * a**k * (1 - a) ** (first - k) * chance(k) for k in range(first + 1)
    )


def below_by_angle(a: mpf, nu: int, b: mpf, kappa: int, c: mpf) -> mpf:
    """P(a X + b Y < c), a X = c sin^2."""
    if nu == 0:
        return mpmath.gammainc(mpf(kappa) / 2, 0, c / b / 2, regularized=True)
    scale = (c / a / 2) ** (mpf(nu) / 2) / mpmath.gamma(mpf(nu) / 2)

    def integrand(angle: mpf) -> mpf:
        s, rest = mpmath.sin(angle), mpmath.cos(angle)
        own = 2 * s ** (nu - 1) * rest * mpmath.exp(-c / a / 2 * s**2)
        return own * mpmath.gammainc(mpf(kappa) / 2, 0, c / b / 2 * rest**2, regularized=True)

    with mpmath.workdps(25):
        return scale * mpmath.quad(integrand, mpmath.linspace(0, mpmath.pi / 2, 5))


def limit(scenario: Scenario, at: float) -> float:
    """The bound in generations; 0 where v_0 < at."""
    if scenario.source.variance < at:
        return 0.0
    first, later = chances(scenario, at)
    return 1 + (1 - first) / max(later, LEAST)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain. Takes seconds for 10^5 points, each real by chance."""
    return np.full(generations.shape, limit(scenario, at))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """The mean time by an integral equation over the state of a chain: weights, pairs of points, real points alone."""
    return mpf(0) if scenario.source.variance < at else mean_passage(scenario, at)


CLAIM = Claim(
    id="gaussian-real-share-collapse-time-lower-bound",
    title="With fresh real data the mean time to a variance below x up to v_0 is at least 1 + (1 - p_1)/p_x, p_x the "
    "largest chance of a model to fall below x",
    kind=Kind.LOWER_BOUND,
    statistic="collapse_time",
    assumptions=(GAUSSIAN, MOMENTS, FAITHFUL, UNDISTURBED, FRESH),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(real_share.setting("stratified", 2, "unbiased", real=1), t=(np.inf,), at=0.1, simulate=False),
        Example(real_share.setting("iid", 2, "mle", share=0.5), t=(np.inf,), at=0.2, simulate=False),
        Example(weighted.setting(8, 12, 0.25, "offset", offset=0.5), t=(np.inf,), at=0.5, simulate=False),
        Example(weighted.setting(4, 12, 0.6, "mle"), t=(np.inf,), at=1.5, simulate=False),
        Example(real_share.setting("stratified", 10, "mle", share=1.0), t=(np.inf,), at=1.0, simulate=False),
        Example(real_share.setting("iid", 2, "mle", share=0.1), t=(np.inf,), at=1.0, simulate=False),
        Example(weighted.setting(4, 12, 0.6, "mle"), t=(np.inf,), at=3.0, algebra=False, simulate=False),
    ),
)  # fmt: skip
