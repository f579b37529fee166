r"""The mean precision of a model refitted to its own samples grows geometrically from the first fit on.

A fit to M points divides the variance of what it sees by $1/S$, $S=\chi^2_{M-1}/L$, and $E[1/S]=\rho=\frac L{M-3}$: for
three points and fewer the mean precision is infinite. Scaled draws bring the factor $1/c_v$, a tilt towards a centre
adds $\beta$ to the precision in every fit, $E[1/v_{t+1}]=\rho\,(E[1/v_t]/c_v+\beta)$.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind, exact
from theory.claims.assumptions import CONSTANT_SIZE, GAUSSIAN, MOMENTS, UNDISTURBED, retains
from theory.claims.gaussian import replace, scaled, tilted_fit
from theory.claims.gaussian.one_fit import cochran, mellin, order, v
from theory.claims.gaussian.reference import DIGITS, at_infinity, chi_square_mean, linear_iterate
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.gaussian.scaled import real_fits
from theory.claims.gaussian.tilted_fit import beta, rho, tilt_to_a_centre
from theory.derivation import Derivation
from theory.laws.chi_square import log_mean_reciprocal
from theory.laws.geometric import geometric_sum
from theory.laws.symbols import E, L, M, c, k, nu, r1, t, v0
from theory.scenario import Scenario

NORMAL_DRAWS = Assumption(
    "what the sampler draws from a model is a normal law: the model, as it is, scaled, tilted by value, or drawn "
    "towards a centre with a strength of at least 0",
    lambda s: (
        s.sampler.kind in ("faithful", "scaled")
        or (s.sampler.kind == "tilt" and (s.sampler.reward == "value" or s.sampler.strength >= 0))
    ),
)


def derive() -> Derivation:
    """The tilt, the mean of one over a factor, and a linear recursion that is solved."""
    d = Derivation(
        "What the sampler draws from a model of variance v has the variance v, c_v v if scaled, or v/(1 + beta v) "
        "if it is drawn towards a centre; c_v is 1 and beta is 0 elsewhere."
    )
    tilt_to_a_centre(d)
    cochran(d)
    inverse = d.algebra(
        sp.Subs(mellin(d).subs(nu, M - 1) / L**order, order, -1), L / (M - 3),
        because="E[1/S] for the factor S of one fit: the transform at -1, where the integral converges if M > 3, and "
        "infinite otherwise",
    ).rhs  # fmt: skip
    d.define(rho, inverse, "the mean of one over the factor of a fit")
    precision, growth = E(1 / v(t)), rho / c
    solved = d.solves(
        precision,
        c**r1 * growth**t / v0 + rho * beta * ((1 - r1) * growth ** (t - 1) + sp.Sum(growth ** (t - k), (k, 2, t))),
        index=t, initial=(1, rho * c ** (r1 - 1) / v0 + (1 - r1) * rho * beta),
        next_value=rho * (precision / c + beta),
        because="the draws of model t have the precision 1/(c_v v_t) + beta, those of the first fit 1/v_0 if they are "
        "real, r_1 = 1, and the fit divides it by an independent factor (t from 1 on)",
    )  # fmt: skip
    return d.concludes(sp.Eq(precision, solved.rhs, evaluate=False))


def _numbers(scenario: Scenario) -> tuple[float, float]:
    """c_v and beta."""
    sampler = scenario.sampler
    drawn = sampler.kind == "tilt" and sampler.reward == "quadratic"
    return sampler.variance_factor if sampler.kind == "scaled" else 1.0, sampler.strength if drawn else 0.0


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of the statement, c_v = 1 and beta = 0 where the sampler has none."""
    factor, strength = _numbers(scenario)
    given = replace.bindings(scenario, generation)
    return given | {
        c: exact(factor), beta: exact(strength), rho: given[L] / (given[M] - 3), r1: real_fits(scenario),
    }  # fmt: skip


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E 1/v_t in one over squared data units; t counts fits."""
    size, offset = size_and_offset(scenario)
    if size <= 3:
        return np.where(generations > 0, np.inf, 1 / scenario.source.variance)
    factor, strength = _numbers(scenario)
    rate = log_mean_reciprocal(size, offset)
    biased = np.maximum(generations - real_fits(scenario), 0)
    with np.errstate(over="ignore"):
        grown = np.exp(generations * rate - biased * math.log(factor)) / scenario.source.variance
        if not strength:
            return grown
        return grown + strength * math.exp(rate) * geometric_sum(rate, biased)


def limit(scenario: Scenario, at: None = None) -> float:
    """Infinite where rho/c_v is above 1, or 1 beside a tilt; 0 below without one, c_v^(r_1)/v_0 where it is 1."""
    size, offset = size_and_offset(scenario)
    if size <= 3:
        return np.inf
    factor, strength = _numbers(scenario)
    growth = exact(size - 1 + exact(offset)) / (size - 3) / exact(factor)
    if growth == 1 and not strength:
        return factor ** real_fits(scenario) / scenario.source.variance
    if growth >= 1:
        return np.inf
    return strength * float(growth / (1 - growth))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The recurrence, the mean of one over a chi-square by quadrature."""
    size, offset = size_and_offset(scenario)
    with mpmath.workdps(DIGITS):
        start = 1 / mpf(str(scenario.source.variance))
        if generation == 0:
            return start
        if size <= 3:
            return mpf(mpmath.inf)
        factor, strength = (mpf(repr(number)) for number in _numbers(scenario))
        fit = (size - 1 + mpf(str(offset))) * chi_square_mean(_inverse, size - 1)
        biased = mpmath.matrix([[fit / factor, fit * strength], [0, 1]])

        def after(fits: int) -> mpf:
            if scenario.biased_from == 1:
                return linear_iterate(biased, [start, mpf(1)], fits)[0]
            return linear_iterate(biased, [start * fit, mpf(1)], fits - 1)[0]

        return at_infinity(after) if generation == mpmath.inf else after(int(generation))


def _inverse(x: mpf) -> mpf:
    return 1 / x


CLAIM = Claim(
    id="gaussian-replace-mean-precision",
    title="The mean precision of a model refitted to its own samples is (L/(M-3))^t/v_0, infinite for three points "
    "and fewer; scaled draws divide it by c_v in a fit, a tilt towards a centre adds beta",
    kind=Kind.EXACT,
    statistic="mean_precision",
    assumptions=(GAUSSIAN, MOMENTS, retains("replace"), CONSTANT_SIZE, NORMAL_DRAWS, UNDISTURBED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(replace.setting(14, "unbiased"), t=(1, 2, 6)),
        Example(replace.setting(10, "mle", variance=1e-6), t=(0, 1, 5), simulate=False),
        Example(replace.setting(4, "offset", offset=0.5), t=(1, 3), simulate=False),
        Example(replace.setting(3, "mle"), t=(0, 1, 4, np.inf), algebra=False, simulate=False),
        Example(replace.setting(1, "mle"), t=(0, 1, np.inf), algebra=False, simulate=False),
        Example(scaled.setting(20, 0.9, "mle"), t=(1, 2, 6), simulate=False),
        Example(scaled.setting(20, 1.3, "unbiased", first_fit="biased"), t=(1, 2, 6), simulate=False),
        Example(scaled.setting(20, 1.3, "unbiased"), t=(0, np.inf), algebra=False, simulate=False),
        Example(replace.setting(9, "offset", offset=-2.0), t=(5, np.inf), algebra=False, simulate=False),
        Example(tilted_fit.setting(14, "unbiased", 0.25, 0.0, 1.0, "biased"), t=(1, 6)),
        Example(tilted_fit.setting(20, "mle", 1.0, -3.0), t=(1, 2, 5)),
        Example(tilted_fit.setting(20, "mle", 0.3), t=(1, 8), simulate=False),
        Example(tilted_fit.setting(20, "mle", 1.0, -3.0), t=(0, np.inf), algebra=False, simulate=False),
        Example(replace.setting(10**9, "unbiased"), t=(1, 10**6, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
