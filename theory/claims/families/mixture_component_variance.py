r"""One of two components far apart narrows as a normal law does, but for the last point of the other that it takes in.

With $n$ of $M$ points a fit keeps $1-1/n$ of its variance, and 1 of the squared distance of both means with $1/n$ of
either variance. The other dies with no point or a single one, which then is one of the $M$ points of the survivor and
lies far away: few chains, with all of what lay between the components, carry the mean. The variance of the whole
mixture, of which none lies between components in the end, keeps $(1-1/M)^t$.
"""

from functools import cache

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind, Source
from theory.claims.assumptions import MIXTURE, REPLACED, sample_size_at_least
from theory.claims.families.mixture_components import Component, binomial, component, ratio
from theory.claims.families.mixture_heterozygosity import setting
from theory.claims.families.mixture_vocabulary import OVERLAP, TWO_APART
from theory.derivation import Derivation
from theory.laws.component_variance import component_variance
from theory.laws.symbols import E, M, t, w
from theory.scenario import Scenario

LARGEST, LAST = 200, 10_000
FEW = Assumption(f"the sample size is at most {LARGEST}", lambda s: s.sample_size is not None and _size(s) <= LARGEST)
own, other, apart = sp.symbols("v_i v_j Delta_c", positive=True)
both = sp.Function("Y_c")
variance = sp.Symbol(r"v_{t,i}")


def _size(scenario: Scenario) -> float:
    return scenario.sample_size.constant or np.inf


def derive() -> Derivation:
    """One fit of both components, the last point of one of them, and the average over the first count."""
    d = Derivation(
        "Y_c(t) is what chains in which the first fit leaves two points or more to both components add to the mean of "
        "v_(t,i), which is 0 where component i is dead."
    )
    n = sp.Symbol("n", positive=True)
    d.algebra(
        own - own / n, (1 - 1 / n) * own,
        because="the mean square of n points about mu_i less that of their own mean: what a fit keeps of a variance; "
        "v_i/n, and of the other component v_j/(M-n), join the squared distance of the two means",
    )  # fmt: skip
    x, m, squares = sp.symbols("x m S_1", real=True)
    d.algebra(
        squares + (M - 1) * m**2 + x**2 - M * (((M - 1) * m + x) / M) ** 2, squares + (M - 1) * (x - m) ** 2 / M,
        because="M - 1 points with the mean m and the sum of squares S_1 about it, and a single one, x, of the other "
        "component: a component of one point dies, and the other takes it",
    )  # fmt: skip
    taken = (M - 1) * ((M - 1) * own + other + apart) / M**2
    d.algebra(
        ((M - 2) * own + (M - 1) * (apart + other + own / (M - 1)) / M) / M, taken,
        because="its mean over M: E S_1 = (M-2) v_i, E(x - m)^2 the squared distance and both variances",
    )  # fmt: skip
    z = sp.Symbol("z")
    generating, of_count = (w + (1 - w) * z) ** M, sp.Function("F")
    d.solves(
        of_count(M), generating, index=M, next_value=(w + (1 - w) * z) * of_count(M), initial=(0, sp.Integer(1)),
        because="F(M) = E z^X, X the points of the other component among M independent draws: binomial",
    )  # fmt: skip
    d.algebra(
        sp.Subs(generating, z, 0) + sp.Subs(sp.Derivative(generating, z), z, 0),
        w**M + M * w ** (M - 1) * (1 - w),
        because="the chances of no point of the other component and of a single one: then component i is alone",
    )  # fmt: skip
    kept = (1 - 1 / M) ** (t - 1)
    alone = w**M * (1 - 1 / M) * own + M * w ** (M - 1) * (1 - w) * taken
    said = d.algebra(
        both(t) + kept * alone,
        both(t) + kept * (M - 1) / M * w ** (M - 1) * (w * own + (1 - w) * ((M - 1) * own + other + apart)),
        because="alone it keeps 1 - 1/M per fit from the first on. Y_c(t) is the sum over k from 2 to M - 2 of the "
        "binomial chance of k points times the same mean at t - 1, with w = k/M and the moments after the first fit",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(variance), said.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: float = 0.0) -> dict:
    """The symbols of a statement, and Y_c from moments after each fit in 40 digits."""
    found, size = component(scenario, at), scenario.sample_size.constant
    with mpmath.workdps(40):
        share, a, b, gap = (ratio(part) for part in found)
        chances, later = binomial(size, share), _coefficients(size, int(generation) - 1)
        added = mpmath.fsum(
            chances[n] * mpmath.fdot((a - a / n, b - b / (size - n), gap + a / n + b / (size - n)), parts)
            for n, parts in later.items()
        )
        number = sp.Float(added, 40)
    return {
        M: size, t: generation, w: found.weight, own: found.own, other: found.other, apart: found.apart,
        both: lambda fit: number,
    }  # fmt: skip


@cache
def _coefficients(size: int, fits: int) -> dict[int, tuple[mpf, mpf, mpf]]:
    """What so many more fits make of v_i, v_j and the squared distance, for every count of the last fit."""
    if not fits:
        return {count: (mpf(1), mpf(0), mpf(0)) for count in range(2, size - 1)}
    later, alone, found = _coefficients(size, fits - 1), (1 - 1 / mpf(size)) ** (fits - 1), {}
    for count in range(2, size - 1):
        chances, sums = binomial(size, mpf(count) / size), [mpf(0)] * 3
        for n, (a, b, gap) in later.items():
            terms = (a + (gap - a) / n, b + (gap - b) / (size - n), gap)
            sums = [total + chances[n] * term for total, term in zip(sums, terms, strict=True)]
        taken = alone * chances[-2] * (size - 1) / mpf(size) ** 2
        sums[0] += taken * (size - 1) + alone * chances[-1] * (size - 1) / mpf(size)
        found[count] = (sums[0], sums[1] + taken, sums[2] + taken)
    return found


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float = 0.0) -> Float[np.ndarray, " T"]:
    """E v_(t,i), 0 where it is dead, squared data units; t counts fits; takes 0.2 s at t = 10^4 and M = 200."""
    found = component(scenario, at)
    if found is None:
        return np.zeros(generations.shape)
    weight, *moments = (float(part) for part in found)
    return component_variance(scenario.sample_size.constant, weight, *moments, generations)


def limit(scenario: Scenario, at: float = 0.0) -> float:
    """0: one component is left, and it narrows."""
    return 0.0


def reference(scenario: Scenario, generation: float, at: float = 0.0) -> mpf:
    """Forwards: for every count the chance, and the mean sums of squares of the points of either component."""
    found = component(scenario, at)
    if found is None or generation == mpmath.inf:
        return mpf(0)
    with mpmath.workdps(30):
        return _forwards(scenario.sample_size.constant, found, int(generation))


def _forwards(size: int, found: Component, fits: int) -> mpf:
    share, a, b, gap = (ratio(part) for part in found)
    both, alone = {share: (mpf(1), a, b, gap)}, mpf(0)
    for _ in range(fits):
        after: dict[mpf, list[mpf]] = {}
        alone -= alone / size
        for p, (chance, v_i, v_j, between) in both.items():
            chances = binomial(size, p)
            for n, drawn in enumerate(chances):
                squares = (n - 1) * v_i if n else mpf(0)  # about the mean of n points
                if n >= size - 1:
                    one = size - n  # of the other component, or none
                    alone += drawn * (squares + one * n * (between + v_j + v_i / n) / size) / size
                elif n >= 2:
                    rest = size - n
                    moments = (chance, squares / n, (rest - 1) * v_j / rest, between + v_i / n + v_j / rest)
                    sums = after.setdefault(mpf(n) / size, [mpf(0)] * 4)
                    for place, moment in enumerate(moments):
                        sums[place] += drawn * moment
        both = {p: (sums[0], sums[1], sums[2], sums[3]) for p, sums in after.items()}
    return alone + mpmath.fsum(sums[1] for sums in both.values())


CLAIM = Claim(
    id="mixture-replace-component-variance",
    title="One of two components far apart narrows as a normal law does, but for the last point of the other one, "
    "which it takes in as that dies (t from 1 on)",
    kind=Kind.APPROXIMATION,
    statistic="component_variance",
    assumptions=(MIXTURE, *REPLACED, TWO_APART, sample_size_at_least(4), FEW),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    error=lambda scenario, generation, at=None: OVERLAP,
    reach=lambda scenario: LAST,
    examples=(
        Example(setting(12, 0.3), t=(1, 2, 4), at=0),
        Example(setting(60, 0.2), t=(3,), at=1, algebra=False, simulate=False),
        Example(setting(4, 0.25), t=(1, 3), at=0, simulate=False),
        Example(setting(20, 0.3), t=(0, 30, np.inf), at=1, algebra=False, simulate=False),
    ),
    sources=(
        Source("wright1931evolution", "", "cited", "generations of a population of M genes", "the chain of counts"),
    ),
)  # fmt: skip
