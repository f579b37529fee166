r"""Synthetic labels beside real rows kept for ever end worse than these rows alone, for every $M$, $d$ and $n$.

$e_{t+1}-f=S^{-1}(S_2(e_t-f)+X_2'\epsilon)$, with $f$ the error of a fit to the real rows alone. The difference forgets
where it started, as $S^{-1}S_2$ contracts in the norm of $S_1$; then it has nothing to do with $f$ but the rows, and
its square comes on top of that of $f$. It holds at least the noise of the last labels.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, exact
from theory.claims.regression import kept_rows
from theory.claims.regression.kept_rows import KEPT_ROWS, real_rows, setting
from theory.claims.regression.least_squares import dimension, inverse_gram, numbers, one_fit, risk, sigma
from theory.derivation import Derivation
from theory.laws.symbols import E, M, n, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """What moves the difference to the fit of the real rows, and two squares that add up."""
    d = Derivation(
        "S_1 and S_2 are the Gram matrices of the real and of the synthetic rows, S is their sum, X_2 the synthetic "
        "rows; f is the error of a fit to the real rows alone."
    )
    inverse_gram(d)
    real, synthetic, e, f, noise = sp.symbols("S_1 S_2 e_t f noise")
    d.algebra(
        (real * f + synthetic * e + noise) / (real + synthetic) - f,
        (synthetic * (e - f) + noise) / (real + synthetic),
        because="the new error less f, to be read with matrices: S^(-1) S_2 contracts in the norm of S_1, so that the "
        "difference forgets its start, and with it f; given the rows f and the later noise are independent and have "
        "mean 0",
    )  # fmt: skip
    floor = d.algebra(
        one_fit.subs(M, n) + one_fit - n / M * one_fit,
        sigma**2 * dimension * (1 / (n - dimension - 1) + (1 - n / M) / (M - dimension - 1)),
        because="E f' f, and of the square of the difference the noise of the last labels alone, sigma^2 E trace "
        "S^(-1) S_2 S^(-1): of trace S^(-1) the n real rows have their part, as all rows have",
    )  # fmt: skip
    return d.concludes(sp.Ge(sp.Limit(E(risk), t, sp.oo), floor.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    size, d, noise = numbers(scenario)
    return {M: size, dimension: d, sigma: sp.sqrt(exact(noise)), n: real_rows(scenario), t: generation}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """0: nothing is said of a finite t."""
    return np.zeros(generations.shape)


def limit(scenario: Scenario, at: None = None) -> float:
    """sigma^2 d (1/(n-d-1) + (1-n/M)/(M-d-1)) in squared units of the coefficients."""
    size, d, noise = numbers(scenario)
    n = real_rows(scenario)
    return noise * d * (1 / (n - d - 1) + (size - n) / size / (size - d - 1))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """The risk itself, by quadrature."""
    return kept_rows.reference(scenario, generation)


CLAIM = Claim(
    id="regression-fixed-real-share-excess-risk-lower-bound",
    title="With the same n real rows for ever the excess risk ends above that of these rows alone, by at least the "
    "noise of the last synthetic labels",
    kind=Kind.LOWER_BOUND,
    statistic="excess_risk",
    assumptions=KEPT_ROWS,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=lambda scenario: 0,
    examples=tuple(
        Example(setting(*rows), t=(np.inf,), algebra=False, simulate=False)
        for rows in (
            (9, 1, 5, "fresh"), (40, 1, 16, "fresh"), (9, 1, 5, "reused"), (7, 2, 5, "reused"), (41, 2, 17, "reused"),
            (9, 1, 8, "fresh"), (1_000_000, 1, 300_000, "fresh"), (9, 1, 9, "fresh"),
        )
    ),
)  # fmt: skip
