r"""A share of fresh real rows, few coefficients: the risk of one fit over $1-p_2^2$, reached at the rate $p_2^{2t}$.

$p_2$ is the share of synthetic rows. Each fit keeps the part $p_2$ of the error and adds that of a fit to $M$ real
rows: the published floor of strong model collapse. What it leaves out is of the order $d/M$, and decides whether there
is a floor at all where $d$ is not small beside $M$.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Assumption, Claim, Example, Kind, Source, exact
from theory.claims.regression.kept_rows import real_rows
from theory.claims.regression.least_squares import dimension, numbers, risk, sigma
from theory.claims.regression.real_share import mixed_rows, row, setting
from theory.claims.regression.real_share_stratified_excess_risk import CLAIM as EXACT
from theory.claims.regression.real_share_stratified_excess_risk import FACTOR, reference, xi
from theory.derivation import Derivation
from theory.laws.geometric import geometric_sum
from theory.laws.symbols import E, M, alpha, m, t
from theory.notation import Asymptotically
from theory.scenario import Scenario

SOME_REAL = Assumption(
    "at least one row is real",
    lambda s: s.retention.kind == "real_share" and s.sample_size is not None
    and s.retention.real_points(s.sample_size.at(1)) >= 1,
)  # fmt: skip


def derive() -> Derivation:
    """The first terms of what a fit keeps and adds, and the sum."""
    v = sp.Symbol("v", positive=True)
    d = Derivation(
        "The exact recursion, E R_(t+1) = b E R_t + sigma^2 d/(M-d-1), with v = 1/M and m = (1-alpha) M synthetic rows."
    )
    share = 1 - alpha
    kept = FACTOR.subs(xi, row).subs(m, share * M).subs(M, 1 / v)
    d.algebra(sp.Subs(sp.factor(kept), v, 0), share**2, because="what a fit keeps, to leading order")
    d.algebra(
        sp.Subs(1 / (1 - v * (dimension + 1)), v, 0) * sigma**2 * dimension / M, sigma**2 * dimension / M,
        because="and adds",
    )  # fmt: skip
    solved = d.solves(
        E(risk), sigma**2 * dimension / M * (1 - share ** (2 * t)) / (1 - share**2), index=t,
        initial=(0, sp.Integer(0)), next_value=share**2 * E(risk) + sigma**2 * dimension / M,
        because="the same recursion with these terms",
    )  # fmt: skip
    return d.concludes(Asymptotically(E(risk), solved.rhs))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    size, d, noise = numbers(scenario)
    share = sp.Float(sp.Rational(real_rows(scenario), size), 60)
    return {M: size, dimension: d, sigma: sp.sqrt(exact(noise)), alpha: share, t: generation}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """The leading order of E R_t in squared units of the coefficients; t counts fits."""
    size, d, noise = numbers(scenario)
    n = real_rows(scenario)
    rate = 2 * float(np.log1p(-n / size)) if n < size else -np.inf
    return noise * d / size * geometric_sum(rate, generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """sigma^2 (d/M)/(1 - p_2^2)."""
    size, d, noise = numbers(scenario)
    n = real_rows(scenario)
    return noise * d * size / (n * (2.0 * size - n))


def relative_error(scenario: Scenario, generation: float, at: None = None) -> float:
    """3 (d+2)/(2 (M-d-1)) where that is at most a half; nothing is promised beyond."""
    size, d, _ = numbers(scenario)
    error = 1.5 * (d + 2) / (size - d - 1)
    return error if error <= 0.5 else np.inf


CLAIM = Claim(
    id="regression-stratified-real-share-excess-risk-leading-order",
    title="With a share 1 - p_2 > 0 of fresh real rows and M far above d the excess risk tends to sigma^2 (d/M)/(1 - "
    "p_2^2)",
    kind=Kind.ASYMPTOTIC,
    statistic="excess_risk",
    assumptions=(*mixed_rows("stratified"), SOME_REAL),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    error=relative_error,
    regime="M grows, while n/M, d and t stay fixed",
    examples=(
        Example(setting("stratified", 100, 3, share=0.2), t=(1, 2, 10, 100), simulate=False),
        Example(setting("stratified", 100, 3, share=0.2), t=(0, np.inf), algebra=False, simulate=False),
        Example(setting("stratified", 40, 5, real=1), t=(1, 10, np.inf), algebra=False, simulate=False),
        Example(setting("stratified", 60, 5, real=59), t=(1, 10, np.inf), algebra=False, simulate=False),
        Example(setting("stratified", 60, 5, real=60), t=(1, 10, np.inf), algebra=False, simulate=False),
        Example(setting("stratified", 10**6, 50, share=0.01), t=(1, 1000), simulate=False),
    ),
    sources=(
        Source(
            "dohmatob2025strong", "Corollary 3", "reported", "its t is t",
            "the iteration, asymptotically in M and d: this floor and this rate",
        ),
    ),
    errata=EXACT.errata,
)  # fmt: skip
