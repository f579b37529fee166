r"""What claims about draws that are put back share: all may be the same point, and then a fit has no variance at all.

From the second fit on $M$ points are drawn, with replacement, from the $N$ points so far: all are the same one with the
chance $N^{1-M}$. It is far below rounding from some hundred points on, but a mean of what is infinite there is
infinite. The first fit is to all the real points there are, as it is where data are replaced.
"""

import itertools
from dataclasses import dataclass
from fractions import Fraction

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import inf, mpf

from theory.claim import Assumption, Claim, Example
from theory.claims.assumptions import FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED, put_back
from theory.claims.gaussian import pool, replace
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.subsample import N, setting
from theory.derivation import Derivation, Verdict, agree, at_most
from theory.laws.symbols import M, t
from theory.scenario import Scenario

PUT_BACK = Assumption(
    'training sets are drawn from all points and put back ("accumulate_subsample" with replacement, and the same '
    'sample size in every generation; or "pool" with a budget)',
    lambda s: put_back(s) and (s.sample_size is None or s.sample_size.constant is not None),
)
FIRST_OF_TWO = Assumption("the first fit has at least two points", lambda s: s.first_size >= 2)
GAUSSIAN_PUT_BACK = (GAUSSIAN, MOMENTS, PUT_BACK, FIRST_OF_TWO, FAITHFUL, UNDISTURBED)
EXAMPLES = (
    Example(setting(8, True), t=(0, 1)),
    Example(setting(5, True, "unbiased"), t=(1, 2, 7), simulate=False),
    Example(setting(20, True, "offset", offset=0.5), t=(0, 1, 100), simulate=False),
    Example(setting(2, True), t=(2,), simulate=False),
    Example(setting(3, True, "unbiased"), t=(1, 3), algebra=False, simulate=False),
    Example(setting(1000, True), t=(1, 2, 10**6), simulate=False),
    Example(setting(10, True), t=(np.inf,), algebra=False, simulate=False),
    Example(pool.setting(pool.constant(5), pool.constant(10), "mle", budget=8), t=(1, 2, 30), simulate=False),
    Example(pool.setting([4, 0, 1], [0, 7, 2], "mle", budget=1), t=(0, 1, 3), simulate=False),
)
before = sp.Symbol("a_t")
P = sp.Function("P")


def all_draws_alike(replaced: Claim) -> Derivation:
    """The chance of copies."""
    d = Derivation(
        "A fit is to M draws with replacement from all points so far, from the second fit on; the first is to real "
        f"points, as where data are replaced: a_t is the mean that {replaced.id} gives for t = 0 and 1."
    )
    chance = d.algebra(
        N * (1 / N) ** M, N ** (1 - M),
        because="the chance that M draws from N points, put back, are all the same one: (1/N)^M for each of them",
    ).rhs  # fmt: skip
    d.given(
        P(sp.Eq(v(t), 0, evaluate=False)), chance, relation=r"\ge", source="kolmogorov1933", check=draws_counted,
        because="from the second fit on, of N points: the sum of squares about the mean is then 0",
    )  # fmt: skip
    return d


def concluded(d: Derivation, mean: sp.Expr, sign: int, because: str) -> Derivation:
    """A mean with an infinite part is infinite, of this sign."""
    whole = d.given(
        mean, sp.Piecewise((before, t < 2), (sign * sp.oo, True)), source="kolmogorov1933", check=unbounded,
        because=because,
    )  # fmt: skip
    return d.concludes(sp.Eq(whole.lhs, whole.rhs, evaluate=False))


@dataclass(frozen=True)
class UntilCopies:
    """A mean that is that of replaced data up to the first fit, and infinite, of this sign, afterwards."""

    replaced: Claim
    sign: int

    def bindings(self, scenario: Scenario, generation: int, at: None = None) -> dict:
        """The mean of replaced data by its own statement."""
        if generation > 1:
            return {t: generation}
        return {t: generation, before: sp.Float(self.replaced.algebra_value(first_fit(scenario), generation), 40)}

    def evaluate(
        self, scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None
    ) -> Float[np.ndarray, " T"]:
        """The claim about replaced data up to t = 1, then infinity; t counts fits."""
        if scenario.retention.kind == "pool":
            scenario.retention.synthetic_points(int(generations.max(initial=1)))  # InputError where none are said
        known = self.replaced.evaluate(first_fit(scenario), np.minimum(generations, 1))
        return np.where(generations > 1, self.sign * np.inf, known)

    def limit(self, scenario: Scenario, at: None = None) -> float:
        """As of every fit but the first."""
        return self.sign * np.inf

    def reference(self, scenario: Scenario, generation: float, at: None = None) -> mpf:
        """Quadrature for the first fit; then infinite where the chance is positive."""
        if generation < 2:
            return self.replaced.reference(first_fit(scenario), generation)
        return self.sign * inf if chance_of_copies(scenario, generation) > 0 else mpf("nan")


def first_fit(scenario: Scenario) -> Scenario:
    """A scenario of replaced data with the same first fit."""
    return replace.setting(scenario.first_size, "offset", scenario.source.variance, offset=float(offset_of(scenario)))


def settles(scenario: Scenario) -> bool:
    """Whether the batches do not end."""
    return scenario.retention.kind != "pool" or not isinstance(scenario.retention.real, tuple)


def chance_of_copies(scenario: Scenario, generation: float) -> mpf:
    """N^(1-M), below every float but not 0; at t = inf that of the second fit."""
    t_, retention = 2 if np.isinf(generation) else int(generation), scenario.retention
    if retention.kind == "pool":
        points = sum(retention.real_points(k) + retention.synthetic_points(k) for k in range(1, t_ + 1))
        return mpf(points) ** (1 - retention.budget)
    size = scenario.sample_size.constant
    return mpf(t_ * size) ** (1 - size)


def draws_counted() -> list[Verdict]:
    """Of all sequences of draws those of a single point, one by one."""
    return [agree(counted(points, size), mpf(points) ** (1 - size)) for points, size in ((2, 2), (4, 2), (6, 3))]


def counted(points: int, size: int) -> mpf:
    """The chance of copies of one point, by enumeration."""
    drawn = itertools.product(range(points), repeat=size)
    chance = Fraction(sum(len(set(draws)) == 1 for draws in drawn), points**size)
    return mpf(chance.numerator) / chance.denominator


def unbounded() -> list[Verdict]:
    """Where v_t counts as e in a part p of chains, their p log(1/e) passes every number as e goes to 0."""
    parts = [counted(6, 3) * mpmath.log(mpf(10) ** exponent) for exponent in (10, 10**3, 10**5)]
    return [at_most(mpf(10) ** order, part) for order, part in zip((-1, 1, 3), parts, strict=True)]
