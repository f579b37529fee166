"""What claims about a real share in training sets that grow or shrink have in common: all but their one-fit equations.

The statement is one fit, from the means one fit earlier. The reference looks at single training points, as that of
equal training sets does, with a map of its own for every fit.
"""

from fractions import Fraction

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Example, exact
from theory.claims.assumptions import FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED, sample_size_at_least, shares_real
from theory.claims.gaussian.mixed_fit import (
    System,
    fresh_points,
    points_at_random,
    recursion_with_fresh_points,
    recursion_with_points_at_random,
)
from theory.claims.gaussian.one_fit import squared_error, v
from theory.claims.gaussian.real_share import DIGITS, ERROR, VARIANCE, offset_of, single_points
from theory.claims.gaussian.varying import VARYING
from theory.derivation import Derivation
from theory.laws.symbols import E, L, M, alpha, t, v0
from theory.laws.varying_share import varying_share_moments
from theory.scenario import Scenario, parse_scenario

LAST = 100_000
U, D = sp.Function("U"), sp.Function("D")  # E v_t, E(mu_t - mu_0)^2
STEPS = {"stratified": recursion_with_fresh_points, "iid": recursion_with_points_at_random}
SYSTEMS = {"stratified": fresh_points, "iid": points_at_random}


def share(scenario: Scenario, size: int) -> Fraction:
    """The real share of a training set as the rational that was meant."""
    retention = scenario.retention
    return Fraction(retention.real, size) if retention.share is None else Fraction(repr(retention.share))


def equation(system: System, which: int) -> sp.Expr:
    """E v_t or E(mu_t - mu_0)^2 after one fit, in U(t-1) and D(t-1)."""
    return (system.next_variance, system.next_error)[which](U(t - 1), D(t - 1))


def one_fit(scheme: str, which: int) -> Derivation:
    """The steps to one of the two means after a fit, from both before it."""
    d = Derivation(
        "M, alpha and L are the size of the training set of fit t, its real share and its divisor; U and D are the "
        "means of v_(t-1) and (mu_(t-1) - mu_0)^2, with U(0) = v_0 and D(0) = 0."
    )
    right = equation(STEPS[scheme](d), which)
    d.algebra(sp.expand(right), right, because="the same written for fit t, with its own training set")
    return d.concludes(sp.Eq(E(v(t)) if which == VARIANCE else E(squared_error), right, evaluate=False))


def varying_real_share(scheme: str) -> tuple[Assumption, ...]:
    """The conditions of both moments."""
    return (GAUSSIAN, MOMENTS, shares_real(scheme), VARYING, sample_size_at_least(2), FAITHFUL, UNDISTURBED)


def bindings(scheme: str, scenario: Scenario, generation: int) -> dict:
    """The symbols of fit t, and U and D by iterating both equations to 60 digits."""
    system, offset, unit = SYSTEMS[scheme](), offset_of(scenario), exact(scenario.source.variance)
    means = [(unit, sp.Integer(0))]
    for k in range(1, int(generation) + 1):
        size = scenario.sample_size.at(k)
        a = share(scenario, size)
        now = {
            M: sp.Integer(size), alpha: sp.Rational(a.numerator, a.denominator), v0: unit,
            L: size - 1 + sp.Rational(offset.numerator, offset.denominator),
        }  # fmt: skip
        state = dict(zip((U(t - 1), D(t - 1)), means[-1], strict=True))
        sides = (equation(system, one).subs(state).subs(now) for one in (VARIANCE, ERROR))
        means.append(tuple(sp.Float(side, 60) for side in sides))
    return now | {t: generation, U: lambda k: means[int(k)][VARIANCE], D: lambda k: means[int(k)][ERROR]}


def expected(scheme: str, scenario: Scenario, generations: Int[np.ndarray, " T"]) -> Float[np.ndarray, "2 T"]:
    """Both moments at each generation, in squared data units."""

    def training(k: int) -> tuple[int, float]:
        size = scenario.sample_size.at(k)
        return size, float(share(scenario, size))

    last = int(generations.max(initial=0))
    moments = varying_share_moments(training, scheme == "iid", float(offset_of(scenario)), last)
    return scenario.source.variance * np.stack(moments)[:, generations]


def reference(scenario: Scenario, generation: float, which: int) -> mpf:
    """The second moments of single training points, each generation with the map of its own training set."""
    with mpmath.workdps(DIGITS):
        unit = mpf(repr(scenario.source.variance))
        if generation == 0:
            return unit * (1 - which)
        state = mpmath.matrix([1, 0, 0, 1])
        for k in range(1, int(generation) + 1):
            size = scenario.sample_size.at(k)
            step, readings = single_points(
                scenario.retention.scheme, size, share(scenario, size), offset_of(scenario), Fraction(1)
            )
            value = mpmath.fdot(readings[which], list(state))
            state = step * state
        return unit * value


def examples(scheme: str) -> tuple[Example, ...]:
    """A shrinking share of training sets that grow, a growing one where they shrink, and large sizes."""
    real = (
        [{"real": 2}, {"real": 3}, {"real": 5}]
        if scheme == "stratified"
        else [{"share": 0.2}, {"real": 3}, {"share": 0.01}]
    )
    sizes = (
        {"kind": "polynomial", "size": 5, "power": 1.0}, {"kind": "explicit", "sizes": [30, 20, 12, 6, 4, 3]},
        {"kind": "geometric", "size": 10, "ratio": 2.0},
    )  # fmt: skip
    return (
        Example(setting(scheme, sizes[0], "mle", **real[0]), t=(1, 2, 5, 12)),
        Example(setting(scheme, sizes[0], "mle", **real[0]), t=(0,), algebra=False, simulate=False),
        Example(setting(scheme, sizes[1], "unbiased", **real[1]), t=(1, 3, 6)),
        Example(setting(scheme, sizes[1], "offset", offset=0.5, **real[1]), t=(4,), simulate=False),
        Example(setting(scheme, sizes[2], "mle", **real[2]), t=(2, 9, 30), simulate=False),
    )


def setting(scheme: str, sample_size: dict, divisor: str, offset: float | None = None, **real: float) -> Scenario:
    """A scenario for the examples; the source has a mean and a variance that are not 0 and 1."""
    return parse_scenario({
        "source": {"kind": "gaussian", "mean": 0.5, "variance": 2.25},
        "sample_size": sample_size,
        "retention": {"kind": "real_share", "scheme": scheme, **real},
        "estimator": {"kind": "moments", "divisor": divisor} | ({} if offset is None else {"offset": offset}),
    })  # fmt: skip
