r"""Where all data are kept few chains ever rise far: some model is wider than $x$ with a chance of order $(v_0/x)^2$.

$v_t^r$ is a positive supermartingale from the first fit on for every order $r$ whose moment no later fit raises,
$E F_k^r\le1$: the first two where all data are kept, as many as about $1+\delta/g$ under exponential forgetting.
$$P(\sup_tv_t>x)\le\frac{E v_1^r}{x^r}.$$
"""

import math

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind, Source, exact
from theory.claims.gaussian import accumulate, forgetting
from theory.claims.gaussian.factors import GAUSSIAN_FACTORS, INTRODUCTION, factors
from theory.claims.gaussian.factors_highest import chance_of_rising
from theory.claims.gaussian.highest_variance import P, risen
from theory.claims.gaussian.kept_data import keeps_all
from theory.claims.gaussian.one_fit import mellin, order
from theory.claims.gaussian.real_share import offset_of
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.chi_square import log_mean_factor
from theory.laws.gamma_ratio import log_gamma_ratio
from theory.laws.symbols import N1, M, delta, nu, v0, x
from theory.scenario import Scenario

MOST = 40  # the largest order that is tried
NOT_RAISED = Assumption(
    "no later fit raises the mean variance: all data are kept, or the divisor is at least the number of points less "
    "one",
    lambda s: s.estimator.kind == "moments" and (keeps_all(s) or offset_of(s) >= 0),
)
r = sp.Symbol("r", positive=True)


def derive() -> Derivation:
    """Moments of a later factor, those of the first fit, and the inequality for positive supermartingales."""
    d = Derivation(INTRODUCTION)
    factors(d)
    transform = mellin(d)
    pool, L = sp.symbols("P L", positive=True)
    share = 1 - M / pool
    d.algebra(
        (1 - M / (pool * L)) ** 2 + (2 * (M - 1) + 2 * share**2) / L**2,
        1 + M * (3 * M - 2 * pool * (L - pool + 2)) / (pool * L) ** 2,
        because="E F^2, where all data are kept, from the mean 1 - M/(P L) and the variances of the two chi-squares: "
        "at most 1 if 3 M is at most 2 P (1 + delta), L = P - 1 + delta. Under forgetting E F^r is a sum of moments of "
        "one chi-square",
    )  # fmt: skip
    first = d.algebra(
        sp.Subs(transform.subs(nu, N1 - 1) / (N1 - 1 + delta) ** order, order, r), first_moment(),
        because="E F_1^r = E v_1^r/v_0^r, N_1 real points in the first fit",
    ).rhs  # fmt: skip
    chance = d.given(
        P(risen), sp.Min(1, (v0 / x) ** r * first), relation=r"\le", source="ville1939", check=chances,
        because="from t = 1 on v_t^r is a positive supermartingale for an order r with E F_k^r <= 1 in every later "
        "fit: stopped at the first v_t above x its mean is at least x^r times the chance to stop. v_0 is not above x",
    )  # fmt: skip
    return d.concludes(sp.Le(chance.lhs, chance.rhs, evaluate=False))


def first_moment() -> sp.Expr:
    a = (N1 - 1) / sp.Integer(2)
    return 2**r * sp.gamma(a + r) / sp.gamma(a) / (N1 - 1 + delta) ** r


def chances() -> list[Verdict]:
    """The mass of chains that rise above a level, in four settings."""
    return [at_most(chance_of_rising(e.scenario, e.at), limit(e.scenario, e.at)) for e in CLAIM.examples[:4]]  # type: ignore[arg-type]


def orders(scenario: Scenario) -> list[int]:
    """The whole orders whose moments no later fit raises, the first among them."""
    size, offset = scenario.sample_size.constant, float(offset_of(scenario))
    if keeps_all(scenario):
        return [1, 2] if 3 * size <= 2 * (1 + offset) * (scenario.first_size + size) else [1]
    rate, divisor = scenario.retention.rate, size - 1 + offset
    moments = np.cumprod([1.0, *((size - 1 + 2 * j) / divisor for j in range(MOST))])  # E S^j
    found = [1]
    for p in range(2, MOST + 1):
        if sum(math.comb(p, j) * (1 - rate) ** (p - j) * rate**j * moments[j] for j in range(p + 1)) > 1:
            break
        found.append(p)
    return found


def log_bounds(scenario: Scenario, at: float) -> dict[int, float]:
    """log(E v_1^r/at^r) by the order r."""
    first, offset = scenario.first_size, float(offset_of(scenario))
    level = math.log(scenario.source.variance / at) + log_mean_factor(first, offset)
    return {p: p * level + float(log_gamma_ratio((first - 1) / 2, float(p))) for p in orders(scenario)}


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    """With the order that says most."""
    said, offset = log_bounds(scenario, at), offset_of(scenario)
    return {
        v0: exact(scenario.source.variance), x: exact(at), N1: scenario.first_size, r: min(said, key=lambda p: said[p]),
        delta: sp.Rational(offset.numerator, offset.denominator),
    }  # fmt: skip


def limit(scenario: Scenario, at: float) -> float:
    """The least of the bounds; 1 where at < v_0."""
    if at < scenario.source.variance:
        return 1.0
    return math.exp(min(0.0, *log_bounds(scenario, at).values()))


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain."""
    return np.full(generations.shape, limit(scenario, at))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """The mass that rises above the level, fit by fit on a lattice."""
    return chance_of_rising(scenario, at)


CLAIM = Claim(
    id="gaussian-factors-variance-ever-above-upper-bound",
    title="With all data kept, or exponential forgetting, some model is wider than x >= v_0 with a chance of at most "
    "E v_1^r/x^r, r an order whose moment no later fit raises",
    kind=Kind.UPPER_BOUND,
    statistic="variance_ever_above",
    assumptions=(*GAUSSIAN_FACTORS, NOT_RAISED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(accumulate.setting(5), t=(np.inf,), at=4.0, simulate=False),
        Example(accumulate.setting(10, divisor="unbiased", first=4), t=(np.inf,), at=4.0, simulate=False),
        Example(forgetting.setting(5, 0.5, "mle"), t=(np.inf,), at=6.0, simulate=False),
        Example(forgetting.setting(10, 0.3, "unbiased"), t=(np.inf,), at=3.0, simulate=False),
        Example(forgetting.setting(10, 1.0, "offset", offset=0.5), t=(np.inf,), at=2.25, simulate=False),
        Example(accumulate.setting(6, divisor="offset", offset=-2.0), t=(np.inf,), at=9.0, simulate=False),
        Example(forgetting.setting(40, 0.05, "mle"), t=(np.inf,), at=2.0, algebra=False, simulate=False),
    ),
    sources=(Source("ville1939", "", "cited", "its index is t", "the inequality, for every positive martingale"),),
)  # fmt: skip
