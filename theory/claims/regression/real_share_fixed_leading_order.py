r"""The same real rows for ever hold the risk of a refitted regression above that of these rows alone.

With $\beta=1-n/M$ and few coefficients for many rows every fit keeps the part $\beta$ of the old error and takes the
part $\alpha$ of the error of the real rows, the same one each time: it adds up to the whole of it, and the noise of the
synthetic labels comes on top. The floor is about $\frac{1+2\beta}{1+\beta}$ of the risk of the $n$ rows alone. New real
rows in every generation, as many, leave $\frac1{1+\beta}$ of it.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, Source, exact
from theory.claims.regression.kept_rows import KEPT_ROWS, real_rows, reference, setting
from theory.claims.regression.least_squares import dimension, inverse_gram, numbers, one_fit, risk, sigma
from theory.derivation import Derivation
from theory.laws.symbols import E, M, alpha, t
from theory.notation import Asymptotically
from theory.scenario import Scenario


def derive() -> Derivation:
    """The error of the real rows, its product with that of the model, and the risk."""
    d = Derivation(
        "f is the error of a fit to the n = alpha M real rows alone, S_1 and S_2 are the Gram matrices of real and of "
        "synthetic rows. The new error is S^(-1) (S_1 f + S_2 e_t + X_2' epsilon); as M grows S^(-1) S_1 tends to "
        "alpha and S^(-1) S_2 to 1 - alpha times the identity. Beside these limits nothing is left out."
    )
    inverse_gram(d)
    beta, F = 1 - alpha, one_fit.subs(M, alpha * M)
    product = sp.Function("E")(sp.Symbol("f'e_t"))
    crossed = d.solves(
        product, F * (1 - beta**t), index=t, initial=(0, sp.Integer(0)), next_value=alpha * F + beta * product,
        because="the mean of f' e_t; that of f' f is sigma^2 d/(alpha M - d - 1), and the noise of later labels has "
        "nothing to do with f",
    )  # fmt: skip
    solved = d.solves(
        E(risk), F * (1 - beta**t) ** 2 + one_fit * beta * (1 - beta ** (2 * t)) / (1 - beta**2),
        index=t, initial=(0, sp.Integer(0)),
        next_value=alpha**2 * F + 2 * alpha * beta * crossed.rhs + beta**2 * E(risk) + beta * one_fit,
        because="the square of the new error; of sigma^2 E trace S^(-1) the synthetic rows have their part 1 - alpha",
    )  # fmt: skip
    return d.concludes(Asymptotically(E(risk), solved.rhs))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    size, d, noise = numbers(scenario)
    share = sp.Rational(real_rows(scenario), size)
    return {M: size, dimension: d, sigma: sp.sqrt(exact(noise)), alpha: sp.Float(share, 60), t: generation}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E R_t for large M in squared units of the coefficients; t counts fits."""
    size, d, noise = numbers(scenario)
    n = real_rows(scenario)
    if n == size:
        return noise * d / (size - d - 1) * np.minimum(generations, 1.0)
    lost = -np.expm1(generations * np.log1p(-n / size))
    square = -np.expm1(2.0 * generations * np.log1p(-n / size))
    return noise * d * (lost**2 / (n - d - 1) + square * _added(size, n) / (size - d - 1))


def limit(scenario: Scenario, at: None = None) -> float:
    """sigma^2 d (1/(n-d-1) + b/((1-b^2)(M-d-1))), b = 1 - n/M."""
    size, d, noise = numbers(scenario)
    n = real_rows(scenario)
    return noise * d * (1 / (n - d - 1) + _added(size, n) / (size - d - 1))


def _added(size: int, n: int) -> float:
    """b/(1-b^2) for b = 1 - n/M."""
    return (size - n) * size / (n * (2.0 * size - n))


def relative_error(scenario: Scenario, generation: float, at: None = None) -> float:
    """(d+1)/(n-d-1), and nothing where all rows are real."""
    size, d, _ = numbers(scenario)
    n = real_rows(scenario)
    return (d + 1) / (n - d - 1) if n < size else 1e-12


CLAIM = Claim(
    id="regression-fixed-real-share-excess-risk-leading-order",
    title="With the same n real rows for ever and large M, the excess risk tends to sigma^2 d (1/(n-d-1) + "
    "b/((1-b^2)(M-d-1))), b = 1 - n/M: above that of these rows alone",
    kind=Kind.ASYMPTOTIC,
    statistic="excess_risk",
    assumptions=KEPT_ROWS,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    error=relative_error,
    regime="M grows, while n/M, d and t stay fixed",
    examples=(
        Example(setting(40, 1, 16, "fresh"), t=(1, 2, 10)),
        Example(setting(41, 2, 17, "reused"), t=(1, 5), simulate=False),
        Example(setting(9, 1, 5, "reused"), t=(0, 1, 3, 20), simulate=False),
        Example(setting(101, 2, 21, "reused", noise=1e-4), t=(1, 10), simulate=False),
        Example(setting(100, 1, 20, "fresh"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(101, 2, 21, "reused"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(30, 1, 30, "fresh"), t=(1, 7), algebra=False, simulate=False),
        Example(setting(1_000_000, 1, 300_000, "fresh"), t=(1, 10), simulate=False),
        Example(setting(1_000_000, 1, 300_000, "fresh"), t=(np.inf,), algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "dohmatob2025strong", "Corollary 3", "reported", "its t is t",
            "another protocol, in which the real rows are new in every generation",
        ),
    ),
)  # fmt: skip
