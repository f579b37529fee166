r"""New labels for the same real rows, at least $d+2$ of them: never more than these rows alone, by about half.

The limit of the risk is the mean of $\frac12(\frac1{1-u}+\frac1{1+u})$ over the eigenvalues $u$ of $S^{-1}S_2$. The
first part is half the risk of a fit to the real rows alone, exactly; the second is at most $\frac12(1-\frac m{2M})$ of
that of a fit to all, and within a tenth of it.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.regression.kept_rows import ENOUGH_KEPT, real_rows
from theory.claims.regression.least_squares import dimension, numbers, one_fit, risk
from theory.claims.regression.one_design import ONE_DESIGN, bindings, kept, reference, setting, spectral_mean, u
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.mixed_least_squares import lost_on_one_design
from theory.laws.symbols import E, M, m, t
from theory.scenario import Scenario

real = M - m
end = ((M - dimension - 1) / (real - dimension - 1) + 1 - m / (2 * M)) / 2


def derive() -> Derivation:
    """The mean over the spectrum, and two bounds of the sum, for few fits and for many."""
    d = Derivation(
        "S is the Gram matrix of all M rows, S_1 that of the n real ones, S_2 that of the m rows that models label; all"
        " stay. The error is e_(t+1) = S^(-1) (S_2 e_t + X' epsilon)."
    )
    spectral_mean(d)
    d.algebra(
        (1 / (1 - u) + 1 / (1 + u)) / 2, 1 / (1 - u**2), because="what the sum tends to from below"
    )  # fmt: skip
    d.algebra(
        1 + m / (real - dimension - 1), (M - dimension - 1) / (real - dimension - 1),
        because="the mean of 1/(1-u), from trace S S_1^(-1) = d + trace S_2 S_1^(-1), where S_2 is independent of S_1 "
        "and has the mean m times the identity",
    )  # fmt: skip
    bound = d.given(
        E(risk), one_fit * sp.Min(1 + (t - 1) * kept, end), relation=r"\le", source="hardy1952inequalities",
        check=below_the_chord,
        because="u^(2k) is at most u^2, and 1/(1+u), which is convex, at most its chord 1 - u/2; u has the mean m/M",
    )  # fmt: skip
    return d.concludes(sp.Le(bound.lhs, bound.rhs, evaluate=False))


def below_the_chord() -> list[Verdict]:
    """Both inequalities at points of the interval."""
    points = [x / 8 for x in range(9)]
    return [at_most(1 / (1 + x), 1 - x / 2) for x in points] + [at_most(x**6, x**2) for x in points]


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """The bound of E R_t in squared units of the coefficients; t counts fits."""
    size, d, noise = numbers(scenario)
    square = 1 - float(lost_on_one_design(size, d, real_rows(scenario)))
    few = np.where(generations > 0, 1 + (generations - 1) * square, 0.0)
    return np.minimum(noise * d / (size - d - 1) * few, limit(scenario))


def limit(scenario: Scenario, at: None = None) -> float:
    """sigma^2 d (1/(n-d-1) + (1 - m/(2M))/(M-d-1))/2."""
    size, d, noise = numbers(scenario)
    n = real_rows(scenario)
    return noise * d * (1 / (n - d - 1) + (size + n) / (2 * size) / (size - d - 1)) / 2


CLAIM = Claim(
    id="regression-one-design-real-share-excess-risk-upper-bound",
    title="New labels for the same n >= d + 2 real rows among M: the excess risk stays below the mean of that of the "
    "real rows alone and of (1 - m/(2M)) times that of M real rows",
    kind=Kind.UPPER_BOUND,
    statistic="excess_risk",
    assumptions=(*ONE_DESIGN, ENOUGH_KEPT),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(12, 2, 5), t=(1, 2, 5)),
        Example(setting(41, 2, 17), t=(1, 2, 5, 100), simulate=False),
        Example(setting(9, 1, 3), t=(1, 2, 10), simulate=False),
        Example(setting(9, 1, 9), t=(1, 2, 10), simulate=False),
        Example(setting(12, 2, 5), t=(0, np.inf), algebra=False, simulate=False),
        Example(setting(41, 2, 17), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(9, 1, 3), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
