r"""How far the mean strays where all data are kept, under forgetting, and where sizes vary: its law after t fits.

Given all before it the last move of the mean is normal. The transform of all moves is a mean over one fit of that
of the later ones at another frequency, as fits multiply the variance: a function of one variable, taken from fit to
fit. Where a batch joins a pool its move is a part of the factor, and only its sign is free.
"""

import math
from itertools import islice

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind, Source, exact
from theory.claims.gaussian import accumulate, factors_mean_reference, forgetting, kept_mean_reference, varying, window
from theory.claims.gaussian.factors import (
    INDEPENDENT_FACTORS,
    INTRODUCTION,
    factors,
    q,
    replaces,
    solve_error,
)
from theory.claims.gaussian.factors_transform import bindings as functions
from theory.claims.gaussian.kept_data import keeps_all, keeps_for_ever, until_full
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.reference import DIGITS, chi_square_mean
from theory.claims.gaussian.replace_mean_tail import P, strays
from theory.derivation import Derivation, Verdict, agree
from theory.laws import perpetuity
from theory.laws.moved_mean import (
    Fit,
    forgetting_fit,
    mean_tail,
    pooled_fits,
    pooled_fits_to_the_end,
    pooled_tail,
    replaced_fit,
    settled_tail,
)
from theory.laws.symbols import E, t, v0, x
from theory.scenario import Scenario

MOST_POOLS, MOST_SIZES, MOST_ALIKE = 300, 1000, 3000
NOT_BELOW_UNBIASED = Assumption(
    "the divisor is at least the number of points less one",
    lambda s: s.estimator.kind == "moments" and offset_of(s) >= 0,
)
before = sp.Symbol("d_{t-1}", real=True)


def derive() -> Derivation:
    """The tails of the last move, the product of transforms, and the mean over paths."""
    a, b, y = sp.symbols("a b y", real=True)
    r = sp.Symbol("r", positive=True)
    d = Derivation(INTRODUCTION)
    factors(d)
    solve_error(d)
    d.algebra(
        sp.Integral(sp.exp(-(y**2) / (2 * r)) / sp.sqrt(2 * sp.pi * r), (y, a, sp.oo)), sp.erfc(a / sp.sqrt(2 * r)) / 2,
        because="the chance that a normal move of variance r exceeds a",
    )  # fmt: skip
    d.algebra(
        (sp.cos(a + b) + sp.cos(a - b)) / 2, sp.cos(a) * sp.cos(b),
        because="as signs are fair coins, the mean of cos(xi (mu_t - mu_0)) is that of a product over the moves: from "
        "fit to fit C_k(xi) = E cos(xi sqrt(q_k) Z_k) C_(k+1)(xi sqrt(F_k)), and the tail is an integral over C_1",
    )  # fmt: skip
    scale = sp.sqrt(2 * q(t) * v(t - 1))
    chance = d.given(
        P(strays), E(sp.erfc((x - before) / scale) + sp.erfc((x + before) / scale)) / 2, source="asmussen2003",
        check=constant_sizes_of_replaced_data,
        because="d_(t-1) = mu_(t-1) - mu_0 and v_(t-1) are known before the last batch, whose mean is off by a normal "
        "error that does not depend on them",
    )  # fmt: skip
    return d.concludes(sp.Eq(chance.lhs, chance.rhs, evaluate=False))


def constant_sizes_of_replaced_data() -> list[Verdict]:
    """The transform beside the density of the perpetuity that the variance of the mean is there."""
    verdicts = []
    for size, offset, level, fits in ((10, 0.0, 0.5, 3), (4, 1.0, 1.5, 20)):
        alike = [replaced_fit(size, offset)] * fits
        verdicts.append(agree(mean_tail(level, alike), perpetuity.mean_tail(level, size, offset, fits), 1e-12))
    return verdicts


def fits_of(scenario: Scenario, t: int) -> list[Fit]:
    """The laws of the fits from the first to fit t."""
    offset, size = float(offset_of(scenario)), scenario.sample_size.constant
    if replaces(scenario):
        return [replaced_fit(int(size), offset) for size in scenario.sample_size.schedule(t)]
    first = replaced_fit(scenario.first_size, offset)
    if keeps_all(scenario):
        return [first, *islice(pooled_fits(size, scenario.first_size, offset), t - 1)]
    return [first, *[forgetting_fit(size, offset, scenario.retention.rate)] * (t - 1)]


def bindings(scenario: Scenario, generation: int, at: float) -> dict:
    """The mean over paths of at most two fits, by quadrature over one chi-square."""
    given = functions(scenario, generation)

    def mean(_: sp.Expr) -> sp.Float:
        with mpmath.workdps(DIGITS):
            return sp.Float(2 * _first_fits(scenario, generation, mpf(at), given), DIGITS)

    return {t: given[t], v0: given[v0], x: exact(at), E: mean}


def _first_fits(scenario: Scenario, generation: int, level: mpf, given: dict) -> mpf:
    unit, first = mpf(repr(scenario.source.variance)), scenario.first_size
    if generation == 1:
        return mpmath.erfc(level / mpmath.sqrt(2 * unit / first))
    offset, moved = offset_of(scenario), mpf(str(given[q](2)))
    divisor = first - 1 + mpf(offset.numerator) / offset.denominator
    return chi_square_mean(
        lambda X: mpmath.erfc(level / mpmath.sqrt(2 * unit * (mpf(1) / first + moved * X / divisor))), first - 1
    )


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """P(|mu_t - mu_0| > at), to 1e-13 of 1; t counts fits. Takes 0.5 ms for each fit, 10 ms where all data are kept."""
    return np.array([_tail(scenario, int(t), at) for t in generations])


def _tail(scenario: Scenario, t: int, at: float) -> float:
    if at <= 0 or t == 0:
        return float(at < 0 or (at == 0 and t > 0))
    return mean_tail(at / math.sqrt(scenario.source.variance), fits_of(scenario, t))


def settles(scenario: Scenario) -> bool:
    """Under forgetting, and where all data are kept, but for a first batch that is as large as many."""
    if not keeps_all(scenario):
        return scenario.retention.kind == "forgetting"
    few = pooled_fits_to_the_end(scenario.sample_size.constant, scenario.first_size) <= MOST_POOLS
    return few and keeps_for_ever(scenario)


def limit(scenario: Scenario, at: float) -> float:
    """The law of the place where the mean of a chain comes to rest, to 1e-11 of 1. Takes 0.3 s."""
    if at <= 0:
        return 1.0
    if keeps_all(scenario):
        level, size = at / math.sqrt(scenario.source.variance), scenario.sample_size.constant
        return pooled_tail(level, size, scenario.first_size, float(offset_of(scenario)))
    first, later = fits_of(scenario, 2)
    return settled_tail(at / math.sqrt(scenario.source.variance), first, later)


def reach(scenario: Scenario) -> float:
    """The largest t that is answered within seconds."""
    most = MOST_SIZES if replaces(scenario) else MOST_POOLS if keeps_all(scenario) else MOST_ALIKE
    return min(most, until_full(scenario))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """Up to three fits: quadrature over all of them. More: the recurrence backwards, on panels of polynomials."""
    if at <= 0 or generation == 0:
        return mpf(int(at < 0 or (at == 0 and generation > 0)))
    level = at / math.sqrt(scenario.source.variance)
    if keeps_all(scenario) and np.isinf(generation):
        return kept_mean_reference.strayed_for_ever(scenario, level)
    return factors_mean_reference.strayed(scenario, generation, level)


CLAIM = Claim(
    id="gaussian-factors-mean-tail",
    title="With all data kept, under exponential forgetting and with sizes that vary the law of the mean after t fits "
    "follows from a transform that fits take from one frequency to others",
    kind=Kind.EXACT,
    statistic="mean_tail",
    assumptions=(*INDEPENDENT_FACTORS, NOT_BELOW_UNBIASED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=settles,
    reach=reach,
    tolerance=1e-10,
    examples=(
        Example(accumulate.setting(5), t=(1, 2), at=1.0),
        Example(accumulate.setting(5), t=(3,), at=1.0, algebra=False),
        Example(accumulate.setting(10, first=25, divisor="unbiased"), t=(3,), at=0.25, algebra=False, simulate=False),
        Example(accumulate.setting(1, divisor="unbiased", first=2), t=(2,), at=2.0, simulate=False),
        Example(accumulate.setting(1, divisor="unbiased", first=2), t=(np.inf,), at=2.0, algebra=False, simulate=False),
        Example(accumulate.setting(100), t=(np.inf,), at=0.2, algebra=False, simulate=False),
        Example(forgetting.setting(10, 0.3, "mle"), t=(1, 2), at=0.75),
        Example(window.setting(5, 3, "mle"), t=(2, 3), at=1.0, algebra=False),
        Example(forgetting.setting(10, 0.3, "mle"), t=(3, 6), at=0.75, algebra=False, simulate=False),
        Example(forgetting.setting(2, 0.95, "mle"), t=(np.inf,), at=2.0, algebra=False, simulate=False),
        Example(forgetting.setting(5, 0.9, "offset", offset=0.5), t=(2,), at=1e-4, simulate=False),
        Example(varying.setting({"kind": "explicit", "sizes": [30, 15, 100]}, "offset", offset=0.5), t=(1, 2), at=0.5),
        Example(varying.setting({"kind": "explicit", "sizes": [30, 15, 100]}, "offset", offset=0.5), t=(3,), at=0.5,
                algebra=False),
        Example(varying.setting({"kind": "explicit", "sizes": [10**9, 2, 150]}, "mle"), t=(0, 2, 3), at=1e-4,
                algebra=False, simulate=False),
        Example(accumulate.setting(5), t=(0, 4), at=-1.0, algebra=False, simulate=False),
        Example(forgetting.setting(10, 0.3, "mle"), t=(0, 4, np.inf), at=-1.0, algebra=False, simulate=False),
    ),
    sources=(Source("kesten1973", "", "cited", "no index", "random difference equations, of which limits are ones"),),
)  # fmt: skip
