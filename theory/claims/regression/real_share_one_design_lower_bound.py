r"""New labels for the same real rows: at least what a mean eigenvalue keeps, and no floor with too few real rows.

The risk is the mean of $\sum_{k<t}u^{2k}$ over the eigenvalues $u$ of $S^{-1}S_2$, convex in $u^2$. Its limit
$\frac12(\frac1{1-u}+\frac1{1+u})$ has a mean that is infinite where $n\le d+1$: on one design directions that the real
rows hardly see are never corrected, however long they are labelled. With new rows a single real one may do.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.regression.kept_rows import real_rows
from theory.claims.regression.least_squares import dimension, numbers, one_fit, risk, sigma
from theory.claims.regression.one_design import ONE_DESIGN, bindings, kept, reference, setting, spectral_mean, u
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.geometric import geometric_sum
from theory.laws.mixed_least_squares import log_kept, lost_on_one_design
from theory.laws.symbols import E, M, m, n, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """The mean over the spectrum, Jensen's inequality for it, and the part of the limit that is known."""
    d = Derivation(
        "S is the Gram matrix of all M rows, S_2 that of the m rows that models label; both stay. The error is "
        "e_(t+1) = S^(-1) (S_2 e_t + X' epsilon)."
    )
    spectral_mean(d)
    bound = d.given(
        E(risk), one_fit * (1 - kept**t) / (1 - kept), relation=r"\ge", source="hardy1952inequalities",
        check=below_the_mean,
        because="1 + y + ... + y^(t-1) is convex in y = u^2, whose mean is c",
    )  # fmt: skip
    d.algebra(
        (1 / (1 - u) + 1 / (1 + u)) / 2, 1 / (1 - u**2),
        because="what the sum tends to; 1/(1-u) has the mean (M-d-1)/(n-d-1), infinite unless n is at least d + 2, and "
        "that of 1/(1+u) is at least M/(M+m)",
    )  # fmt: skip
    d.algebra(
        one_fit * ((M - dimension - 1) / (n - dimension - 1) + M / (M + m)) / 2,
        sigma**2 * dimension * (1 / (n - dimension - 1) + M / ((M + m) * (M - dimension - 1))) / 2,
        because="so the limit is at least this",
    )  # fmt: skip
    return d.concludes(sp.Ge(bound.lhs, bound.rhs, evaluate=False))


def below_the_mean() -> list[Verdict]:
    """Jensen's inequality for the sum of powers, three values with equal chances."""
    return [
        at_most(sum((sum(x) / 3) ** k for k in range(t)), sum(sum(y**k for k in range(t)) for y in x) / 3)
        for t in (1, 2, 7)
        for x in ((0.1, 0.5, 0.9), (0.0, 0.2, 1.0))
    ]


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """The bound of E R_t in squared units of the coefficients; t counts fits."""
    size, d, noise = numbers(scenario)
    lost = lost_on_one_design(size, d, real_rows(scenario))
    return noise * d / (size - d - 1) * geometric_sum(log_kept(lost), generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """sigma^2 d (1/(n-d-1) + M/((2M-n)(M-d-1)))/2, or the limit of the bound where that is larger."""
    size, d, noise = numbers(scenario)
    real = real_rows(scenario)
    if noise == 0:
        return 0.0
    if real < d + 2:
        return np.inf
    by_parts = (1 / (real - d - 1) + size / ((2 * size - real) * (size - d - 1))) / 2
    return noise * d * max(by_parts, 1 / (size - d - 1) / float(lost_on_one_design(size, d, real)))


CLAIM = Claim(
    id="regression-one-design-real-share-excess-risk-lower-bound",
    title="New labels for the same n real rows among M: the excess risk is at least sigma^2 d/(M-d-1) times "
    "(1-c^t)/(1-c), c the mean square of an eigenvalue, and ends infinite if n < d + 2",
    kind=Kind.LOWER_BOUND,
    statistic="excess_risk",
    assumptions=ONE_DESIGN,
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
        Example(setting(9, 1, 2), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
