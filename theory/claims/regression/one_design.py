r"""What the bounds for real rows on one design share: the risk as a mean over the spectrum of $S^{-1}S_2$.

Every generation labels the same rows, the $n$ real ones by the source and the $m$ others by the model. With
$A=S^{-1}S_2$ the error is $e_{t+1}=Ae_t+S^{-1}X'\epsilon$, so that the risk is $\sigma^2$ times the mean of
$\operatorname{tr}\sum_{k<t}A^kS^{-1}A'^k$. With $S_2=S^{1/2}US^{1/2}$ a term is $\operatorname{tr}S^{-1}U^{2k}$,
and $U$ is independent of $S$ and orthogonally invariant.
"""

from collections.abc import Callable

import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import Assumption, exact
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, REGRESSION, UNDISTURBED, shares_real
from theory.claims.regression.kept_rows import chi_square_grid, real_rows, spectrum
from theory.claims.regression.least_squares import (
    ENOUGH_ROWS,
    design_is,
    dimension,
    inverse_gram,
    inverse_trace,
    numbers,
    one_fit,
    risk,
    sigma,
)
from theory.claims.regression.real_share import leverage_of_a_row
from theory.derivation import Derivation, Step, Verdict, agree
from theory.laws.one_design import MOST_DIMENSIONS
from theory.laws.symbols import E, M, m, t
from theory.scenario import Scenario, parse_scenario

ONE_DESIGN = (
    REGRESSION, shares_real("stratified"), CONSTANT_SIZE, ENOUGH_ROWS, design_is("reused"), FAITHFUL, UNDISTURBED,
)  # fmt: skip
FEW_DIMENSIONS = Assumption(
    f"there are at most {MOST_DIMENSIONS} coefficients",
    lambda s: s.family == "regression" and s.source.dimension <= MOST_DIMENSIONS,
)
kept = sp.Symbol("c", positive=True)
u = sp.Symbol("u", positive=True)
row = (dimension + 2) / (M + 2)
FACTOR = m * (m - 1 + row * (M - m)) / (M * (M - 1))
summed = (1 - u ** (2 * t)) / (1 - u**2)


def sum_over_fits(d: Derivation) -> None:
    """What the fits add, in the direction of an eigenvalue u of U."""
    inverse_gram(d)
    total = sp.Symbol("Sigma_t")
    d.solves(
        total, summed, index=t, initial=(0, sp.Integer(0)), next_value=u**2 * total + 1,
        because="on one design what fit t adds is kept t' fits later by the part u^(2t') in the direction of an "
        "eigenvalue u of S^(-1) S_2: the risk is sigma^2 d/(M-d-1) times the mean of the sum, u being any of the d",
    )  # fmt: skip


def risk_as_a_mean(d: Derivation, total: sp.Expr, because: str) -> Step:
    """E R_t = sigma^2 d/(M-d-1) E f(u), f the ``total`` in the direction of u."""
    return d.given(
        E(risk), one_fit * E(total), source="muirhead1982", check=trace_and_spectrum_apart,
        because=f"{because}; with S_2 = S^(1/2) U S^(1/2) it is the mean trace of S^(-1) times a function of U, and U "
        "is independent of S and orthogonally invariant: a product of two means, any eigenvalue standing for all",
    )  # fmt: skip


def trace_and_spectrum_apart() -> list[Verdict]:
    """In one dimension: the mean of u^(2k)/S over both sums of squares, and the product of the means."""
    verdicts = []
    for m_, n_ in ((4, 5), (3, 12)):
        (c, part), (s, weight) = chi_square_grid(m_), chi_square_grid(n_)
        whole = c[:, None] + s
        value, chance = spectrum(m_, n_, 1)
        for k in (1, 2, 5):
            together = part @ ((c[:, None] / whole) ** (2 * k) / whole) @ weight
            verdicts.append(agree(together, float(chance @ value ** (2 * k)) / (m_ + n_ - 2), 1e-9))
    return verdicts


def mean_over_spectrum(size: int, d: int, n: int) -> Callable[[sp.Expr], sp.Float]:
    """E of an expression in u, added up over the joint law of the eigenvalues."""
    value, weight = spectrum(size - n, n, d)
    return lambda expression: sp.Float(float(weight @ (sp.lambdify(u, expression)(value) * np.ones_like(value))), 20)


def spectral_mean(d: Derivation) -> None:
    """E R_t as a mean over one eigenvalue u of U, and the first two moments of u."""
    sum_over_fits(d)
    d.given(
        sp.Symbol("x'S^{-1}x"), sp.Symbol(r"\mathrm{Beta}(d/2, (M-d)/2)"), relation=r"\sim", source="muirhead1982",
        check=leverage_of_a_row,
        because="for a row x: the rows of X S^(-1/2) are orthonormal in their columns, uniform, and independent of S",
    )  # fmt: skip
    own = dimension * row / M
    d.algebra(
        M * own + M * (M - 1) * (dimension / M * (1 - row) / (M - 1)), dimension,
        because="trace (S^(-1) S_2)^2 is a sum of (x'S^(-1) y)^2 over ordered pairs of synthetic rows, equal in the "
        "mean but for a row with itself; over all M rows it is d",
    )  # fmt: skip
    d.define(kept, FACTOR, "the mean of u^2, u an eigenvalue of S^(-1) S_2")
    d.algebra(
        (m * own + m * (m - 1) * (dimension / M * (1 - row) / (M - 1))) / dimension, FACTOR,
        because="so the mean of u^2; that of u is m/M, as all rows have the same part of trace S^(-1) S = d",
    )  # fmt: skip


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of the statements to 60 digits."""
    size, d, noise = numbers(scenario)
    given = {M: size, dimension: d, sigma: sp.sqrt(exact(noise)), m: size - real_rows(scenario)}
    factor = FACTOR.subs(given)
    return {name: sp.Float(sp.N(value, 60), 60) for name, value in (given | {kept: factor}).items()} | {t: generation}


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The risk itself, by quadrature over the spectrum, for d = 1 to 3; in the end infinite with too few real rows."""
    size, d, noise = numbers(scenario)
    n = real_rows(scenario)
    one = mpf(repr(noise)) * inverse_trace(size, d)
    if generation == 0 or n == size:
        return one * min(generation, 1)
    if np.isinf(generation) and n < d + 2:
        return mpf("inf")
    value, weight = spectrum(size - n, n, d)
    return one * mpf(float(weight @ ((1 - value ** (2 * generation)) / (1 - value**2))))


def setting(rows: int, d: int, real: int, noise: float = 2.25) -> Scenario:
    """A scenario for the examples."""
    return parse_scenario({
        "source": {"kind": "regression", "dimension": d, "noise_variance": noise, "design": "reused"},
        "sample_size": {"kind": "constant", "size": rows},
        "retention": {"kind": "real_share", "scheme": "stratified", "real": real},
    })  # fmt: skip
