r"""What claims about a ridge share: how a scenario is read, its symbols, and means over an eigenvalue by another route.

That route knows no eigenvalue. One over a determinant is a Gaussian integral over two vectors of d numbers, Y, under
which S is a Gram matrix again, with $(I+YY')^{-1}$ for the covariance of its rows, and $E\det(S+lI)$ a polynomial. So
$$E\frac{\det(S+lI)}{\det(S+\lambda I)}\propto\iint e^{-\lambda(a+b)/2}(ab)^{(d-3)/2}|a-b|\,
\frac{P_0+(\alpha+\beta)P_1+\alpha\beta P_2}{((1+a)(1+b))^{M/2}}\,da\,db$$
with $\alpha=1/(1+a)$, $\beta=1/(1+b)$ and $P_j=\sum_kl^{d-k}\frac{M!}{(M-k)!}\binom{d-2}{k-j}$. Its slopes in l and
$\lambda$ at $l=\lambda$ are means of powers of $\lambda/(\ell+\lambda)$, $\ell$ an eigenvalue.
"""

import math
from collections.abc import Callable
from functools import cache

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import Assumption, exact
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, RIDGE, UNDISTURBED, retains
from theory.claims.gaussian.reference import DIGITS, chi_square_mean
from theory.claims.regression.least_squares import dimension, sigma
from theory.derivation import Derivation, Verdict, agree
from theory.laws.symbols import E, M, t
from theory.laws.wishart_spectrum import MOST_DIMENSIONS, gram_spectrum
from theory.scenario import Scenario, parse_scenario

eigenvalue = sp.Symbol("ell", positive=True)
ridge = sp.Symbol("lambda", positive=True)
signal = sp.Symbol("s_w", nonnegative=True)  # |w*|^2
part = sp.Symbol("a", positive=True)  # what a fit keeps along an eigenvector
once, twice, added = sp.symbols("k_1 k_2 a_M", positive=True)
shaken, shaken_along = sp.symbols("N_w V_w", nonnegative=True)  # noise that is left: in all, and along an eigenvector
kept = eigenvalue / (eigenvalue + ridge)
noise_kept = eigenvalue / (eigenvalue + ridge) ** 2
REPLACED_WITH_RIDGE = (RIDGE, retains("replace"), CONSTANT_SIZE, FAITHFUL, UNDISTURBED)
FEW_COEFFICIENTS = Assumption(
    f"there are at most {MOST_DIMENSIONS} coefficients",
    lambda s: s.family == "regression" and s.source.dimension <= MOST_DIMENSIONS,
)
STEP, NEAR = 0.2, -20.0  # of the sums over logarithms, and where that over half the distance of two starts


def numbers(scenario: Scenario) -> tuple[int, int, float, float, float]:
    """M, d, the ridge, |w*|^2 and the variance of the noise."""
    source = scenario.source
    return (
        scenario.sample_size.constant, source.dimension, scenario.estimator.ridge, source.signal, source.noise_variance
    )  # fmt: skip


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """E is the mean of an expression in an eigenvalue over all."""
    size, d, level, length, noise = numbers(scenario)

    def mean(expression: sp.Expr) -> sp.Float:
        x, weight = gram_spectrum(size, d)
        along = expression.subs(shaken_along, noise_along()).subs(part, kept).subs({ridge: level, t: generation})
        values = sp.lambdify(eigenvalue, along)(x)
        return sp.Float(float(weight @ (values * np.ones_like(x))), 20)

    given = {M: size, dimension: d, sigma: sp.sqrt(exact(noise)), ridge: exact(level), signal: exact(length)}
    means = {once: mean(kept), twice: mean(kept**2), added: mean(noise_kept)}
    return given | means | {shaken: noise_in_all().subs(given | means).subs(t, generation), t: generation, E: mean}


def noise_in_all() -> sp.Expr:
    """What the noise of t fits to new rows leaves."""
    return sigma**2 * dimension * added * (1 - twice**t) / (1 - twice)


def noise_along() -> sp.Expr:
    """The variance of a coefficient on one design, at sigma = 1."""
    return eigenvalue * (1 - part ** (2 * t)) / (ridge * (2 * eigenvalue + ridge))


def along_an_eigenvector(d: Derivation) -> None:
    """What one fit with a ridge does in one direction of its rows."""
    w, noise = sp.symbols("w z", real=True)
    d.algebra(
        (eigenvalue * w + sp.sqrt(eigenvalue) * noise) / (eigenvalue + ridge),
        kept * w + sp.sqrt(noise_kept) * noise,
        because="along an eigenvector of S with the eigenvalue l the sums X'y are l w_t and noise of variance sigma^2 "
        "l: a fit keeps the part l/(l+lambda) of the coefficient and adds noise of variance sigma^2 l/(l+lambda)^2",
    )  # fmt: skip


def directions_are_alike(d: Derivation) -> None:
    """The eigenvectors of S are turned every way alike, independent of its eigenvalues."""
    d.given(
        sp.Symbol(r"\mathrm{E} f(S)"), sp.Symbol(r"\mathrm{E} f(\ell) I"), source="muirhead1982",
        check=gram_matrix_of_two_columns,
        because="S has the law of Q'S Q for every rotation Q: the mean of a function of S is that of one eigenvalue "
        "l, any of the d alike, times the identity",
    )  # fmt: skip


def gram_matrix_of_two_columns() -> list[Verdict]:
    """E (S + I)^-1 for S of 4 rows in 2 dimensions, entry by entry from its triangle, beside the mean over x."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    long, chance = chi_square_nodes(4)
    short, likely = chi_square_nodes(3)
    a, b, c = long[:, None, None], nodes[:, None], short
    joint = chance[:, None, None] * (weights / weights.sum())[:, None] * likely
    determinant = (a + 1) * (b**2 + c + 1) - a * b**2
    first, second = ((joint * entry / determinant).sum() for entry in (b**2 + c + 1, a + 1))
    x, weight = gram_spectrum(4, 2)
    mean = weight @ (1 / (x + 1))
    mixed = (joint * np.sqrt(a) * b / determinant).sum()
    return [agree(first, mean, 1e-9), agree(second, mean, 1e-9), agree(1 + mixed, 1, 1e-9)]


def chi_square_nodes(freedom: int) -> tuple[np.ndarray, np.ndarray]:
    """Points and weights of the trapezoidal rule in log x."""
    log = np.linspace(-60 / freedom, math.log(freedom) + 3.5, 160)
    weight = np.exp(freedom / 2 * log - np.exp(log) / 2)
    return np.exp(log), weight / weight.sum()


def risk_by_two_means(d: Derivation) -> sp.Expr:
    """E R_t from what a fit keeps on average, once and squared, and from the noise that it adds in a direction."""
    product, square = sp.symbols("p_t q_t")
    noise = sigma**2 * dimension * added
    along = d.solves(
        E(product), signal * once**t, index=t, initial=(0, signal), next_value=once * E(product),
        because="p_t = w_t.w*: no direction is special, and on average a fit keeps the same part of the product",
    ).rhs  # fmt: skip
    d.solves(
        E(square), signal * twice**t + noise_in_all(), index=t, initial=(0, signal),
        next_value=twice * E(square) + noise,
        because="q_t = |w_t|^2: the noise of the labels is independent of w_t, its square is added in d directions",
    )  # fmt: skip
    d.define(shaken, noise_in_all(), "what the noise of all labels leaves")
    total = signal * (1 - 2 * once**t + twice**t) + shaken
    return d.algebra(
        signal * twice**t + shaken - 2 * along + signal, total, because="|w_t - w*|^2 = q_t - 2 p_t + s_w"
    ).rhs


@cache
def means_by_two_vectors(M: int, d: int, level: float) -> tuple[mpf, mpf]:
    """E lambda/(x + lambda) and E (lambda/(x + lambda))^2, x any eigenvalue; by chi-squares for d = 1."""
    with mpmath.workdps(DIGITS):
        if d == 1:
            away: Callable[[mpf], mpf] = lambda x: level / (x + level)  # noqa: E731
            return chi_square_mean(away, M), chi_square_mean(lambda x: away(x) ** 2, M)
    wide, step = 6 + 75 / (d - 1) + math.log1p(1 / level), min(STEP, 1 / math.sqrt(d))
    places = np.arange(NEAR, wide, step)
    half, peak = np.logaddexp(0.0, places), math.log(d / (M + level))
    middle = np.arange(peak - 4 - wide, peak + 4 + wide, step)[:, None]
    with np.errstate(over="ignore", invalid="ignore"):
        a, b = np.exp(middle + half), np.exp(middle - half)
        log_weight = (
            -level * (a + b) / 2 + d * middle + half + np.log(-np.expm1(-2 * half)) + places - half
            - M / 2 * (np.log1p(a) + np.log1p(b))
        )  # fmt: skip
        weight = np.exp(log_weight - log_weight.max())
        shares = (np.ones_like(weight), 1 / (1 + a) + 1 / (1 + b), 1 / ((1 + a) * (1 + b)))
        pulled = np.where(weight > 0, -level * (a + b) / 2, 0.0)

    def total(slope: int, factor: np.ndarray | float) -> float:
        polynomial = sum(P * share for P, share in zip(_polynomials(M, d, level)[slope], shares, strict=True))
        return float((weight * factor * polynomial).sum())

    whole = total(0, 1.0) * d
    return mpf(total(1, 1.0) / whole), mpf(-(total(2, 1.0) + total(1, pulled)) / whole)


@cache
def _polynomials(M: int, d: int, level: float) -> list[list[float]]:
    """P_0, P_1, P_2 and l^r times their r-th slopes in l, r = 1, 2, in one scale."""
    logs = [(d - k) * math.log(level) + math.fsum(math.log(M - i) for i in range(k)) for k in range(d + 1)]
    scale = max(logs)
    return [
        [
            math.fsum(
                math.perm(d - k, slope) * math.comb(d - 2, k - j) * math.exp(logs[k] - scale)
                for k in range(j, d - 2 + j + 1)
            )
            for j in range(3)
        ]
        for slope in range(3)
    ]


def mean_over_pairs(M: int, f: Callable[[np.ndarray], np.ndarray]) -> float:
    """E f of an eigenvalue for d = 1 and 2 by its density, in the logarithms of both and of their distance.

    For d = 2 that is (xy)^((M-3)/2) exp(-(x+y)/2) (x - y), x > y, but for a constant.
    """
    places = np.arange(NEAR, 40.0, STEP / 2)
    half, middle = np.logaddexp(0.0, places), math.log(M) + np.arange(-40.0, 10.0, STEP / 4)[:, None]
    x, y = np.exp(np.minimum(middle + half, 700.0)), np.exp(middle - half)
    log_weight = M * middle - (x + y) / 2 + half + np.log(-np.expm1(-2 * half)) + places - half
    weight = np.exp(log_weight - log_weight.max())
    seen = weight > 0
    return float((weight[seen] * (f(x[seen]) + f(y[seen]))).sum() / (2 * weight.sum()))


def setting(
    rows: int, d: int, level: float, design: str = "fresh", noise: float = 2.25, length: float = 4.0
) -> Scenario:
    """A scenario for the examples."""
    return parse_scenario({
        "source": {"kind": "regression", "dimension": d, "noise_variance": noise, "design": design, "signal": length},
        "sample_size": {"kind": "constant", "size": rows},
        "retention": {"kind": "replace"},
        "estimator": {"kind": "least_squares", "ridge": level},
    })  # fmt: skip
