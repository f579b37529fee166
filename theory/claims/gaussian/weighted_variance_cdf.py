r"""With weight on fresh real points the variance of a chain has a stationary law with a density: its distribution.

$v'=wv_0A+(1-w)vB$ is a Markov chain on the line, A and B chi-squares over their divisors. The density of a fit is a
power times Kummer's function of one variable, so that the law after t fits, and at t = inf, comes from a matrix.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import weighted, weighted_chain_reference
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.weighted import setting
from theory.claims.gaussian.weighted_chain_law import WEIGHTED_CHAIN, P, chain_at, chain_of, density_of_one_fit
from theory.derivation import Derivation, Verdict, agree
from theory.laws.symbols import E, n, nu, s, t, x
from theory.scenario import Scenario

rest = sp.Symbol("y_x", nonnegative=True)


def derive() -> Derivation:
    """The density of a fit, and the chance of a small variance given the synthetic points."""
    d = Derivation(
        "v_(t+1) = w v_0 A + (1-w) v_t B, A = chi^2_(n-1)/(n-1+delta) and B = chi^2_(m-1)/(m-1+delta) independent of "
        "each other and of v_t; v_1 = v_0 A."
    )
    density_of_one_fit(d)
    tail = d.algebra(
        sp.Derivative(sp.lowergamma(nu / 2, s / 2) / sp.gamma(nu / 2), s),
        s ** (nu / 2 - 1) * sp.exp(-s / 2) / (2 ** (nu / 2) * sp.gamma(nu / 2)),
        because="the distribution function of a chi-square, from its density",
    ).lhs.expr.subs(nu, n - 1)  # fmt: skip
    chance = d.given(
        P(sp.Le(v(t), x)), E(tail.subs(s, 2 * rest)), source="dlmf", check=two_fits_by_nested_integrals,
        because="the mean over v_(t-1) and B of the chance given both: with y_x = (n-1+delta) (x - (1-w) v_(t-1) B)"
        "/(2 w v_0), 0 where that is negative, half of what the chi-square in A may be; t = 1 is the same with w = 1",
    )  # fmt: skip
    return d.concludes(sp.Eq(chance.lhs, chance.rhs, evaluate=False))


def two_fits_by_nested_integrals() -> list[Verdict]:
    """The chain beside the chance given the part of the real points, averaged over it and the first fit."""
    return [
        agree(chain_of(scenario, np.log(level)).cdf(2), weighted_chain_reference.cdf(scenario, 2, level), 1e-10)
        for scenario, level in (
            (setting(20, 20, 0.6, "mle"), 0.8), (setting(5, 9, 0.2, "unbiased"), 0.5), (setting(3, 2, 0.9, "mle"), 2.0),
        )
    ]  # fmt: skip


def bindings(scenario: Scenario, generation: int, at: float) -> dict:
    """The mean after one fit is the chance itself: neither v_0 nor B is random."""
    real, _, divisor = scenario.retention.real, 0, mpf(repr(scenario.estimator.divide_by(scenario.retention.real)))
    level = mpf(repr(at)) / mpf(repr(scenario.source.variance))

    def mean(_: sp.Expr) -> sp.Float:
        with mpmath.workdps(30):
            return sp.Float(mpmath.gammainc(mpf(real - 1) / 2, 0, divisor * level / 2, regularized=True), 30)

    return {**weighted.bindings(scenario, generation), E: mean}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """P(v_t <= at), t counts fits; relatively accurate to 1e-11 down to 1e-30. Takes 0.05 to 1 s for a new level.

    Raises InputError for a level far below all that chains reach.
    """
    if at <= 0:
        return np.zeros(np.shape(generations))
    unit = scenario.source.variance
    if at >= unit * np.exp(chain_of(scenario, 0.0).edges[-1]):
        return np.ones(np.shape(generations))
    chain = chain_at(scenario, "variance_cdf", at)
    return np.array([chain.cdf(float(t)) if t else float(at >= unit) for t in generations])


def limit(scenario: Scenario, at: float) -> float:
    """The stationary law's."""
    return float(evaluate(scenario, np.array([np.inf]), at)[0])  # type: ignore[arg-type]


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """One fit: the incomplete Gamma function; two: nested integrals; more: another rule for another form of a fit."""
    if at <= 0 or generation == 0:
        return mpf(int(0 < at >= scenario.source.variance))
    return weighted_chain_reference.cdf(scenario, generation, at / scenario.source.variance)


CLAIM = Claim(
    id="gaussian-weighted-variance-cdf",
    title="With weight on fresh real points the variance of a chain settles to a law with a density; its distribution "
    "function after t fits is a mean over the fit before",
    kind=Kind.EXACT,
    statistic="variance_cdf",
    assumptions=WEIGHTED_CHAIN,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-10,
    examples=(
        Example(setting(20, 20, 0.6, "mle"), t=(1,), at=2.25, simulate=False),
        Example(setting(20, 20, 0.6, "mle"), t=(2,), at=2.25, algebra=False),
        Example(setting(8, 12, 0.25, "offset", offset=0.5), t=(3, np.inf), at=1.0, algebra=False, simulate=False),
        Example(setting(2, 2, 0.5, "mle", variance=1e-6), t=(1,), at=1e-8, simulate=False),
        Example(setting(5, 1, 0.5, "mle"), t=(1,), at=0.5, simulate=False),
        Example(setting(5, 1, 0.5, "mle"), t=(2, np.inf), at=0.5, algebra=False, simulate=False),
        Example(setting(10, 10, 1.0, "mle"), t=(2, np.inf), at=3.0, algebra=False, simulate=False),
        Example(setting(100, 3, 0.9, "unbiased"), t=(2,), at=2.0, algebra=False, simulate=False),
        Example(setting(8, 12, 0.25, "offset", offset=0.5), t=(0, 2), at=0.0, algebra=False, simulate=False),
        Example(setting(8, 12, 0.25, "offset", offset=0.5), t=(1,), at=1e300, algebra=False, simulate=False),
    ),
)  # fmt: skip
