r"""Derivation steps of claims about a refitted Gaussian in several dimensions: scatter, direction, triangular factor.

Each theorem about the scatter of $M$ points is checked on two or three points in two dimensions by Gauss-Hermite
quadrature, which is exact for the polynomials in question.
"""

import itertools

import numpy as np
import sympy as sp
from jaxtyping import Float

from theory.claims.gaussian.one_fit import moments_of_small_samples, order
from theory.derivation import Derivation, Step, Verdict, agree
from theory.laws.symbols import L, M, i, nu, t

variance_along = sp.Function("q", positive=True)  # variance of model t in a fixed direction u, u' Sigma_t u
distance = sp.Symbol(r"\Vert\mu_t-\mu_0\Vert", nonnegative=True)
squared_length = sp.Symbol(r"\Vert s_t\Vert^2", nonnegative=True)  # of mu_t - mu_0 in coordinates of the source
precision_length = sp.Symbol(r"s_t'Q_t^{-1}s_t", nonnegative=True)
spread = sp.Symbol(r"\operatorname{tr}[Q_t]", positive=True)  # Q_t: the covariance in coordinates of the source
precision = sp.Symbol(r"\operatorname{tr}[Q_t^{-1}]", positive=True)
log_volume = sp.Symbol(r"\log\det Q_t", real=True)


def scatter_is_wishart(d: Derivation) -> Step:
    """One fit: L Sigma_(t+1) is Wishart, a sum of M-1 outer products of normal vectors of the model's covariance."""
    return d.given(
        L * sp.Symbol(r"\Sigma_{t+1}"), sp.Symbol(r"W_d(M-1, \Sigma_t)"), relation=r"\sim", source="wishart1928",
        check=scatter_of_small_samples,
        because="one fit to M points of N(mu_t, Sigma_t): their scatter, which is L Sigma_(t+1), has the law of a sum "
        "of M-1 outer products z z' of independent vectors z of N(0, Sigma_t), and is independent of the mean "
        "mu_(t+1), which is N(mu_t, Sigma_t/M)",
    )  # fmt: skip


def projection(d: Derivation) -> Step:
    """Along a fixed direction a chain in several dimensions is a chain on the line."""
    return d.given(
        L * variance_along(t + 1) / variance_along(t), sp.Symbol(r"\chi^2_{M-1}"), relation=r"\sim",
        source="cochran1934", check=moments_of_small_samples,
        because="the projection principle: in a fixed direction u the coordinates u' x of the points are drawn from "
        "N(u' mu_t, q_t) with q_t = u' Sigma_t u, and u' mu_(t+1) and q_(t+1) are their mean and variance: exactly the "
        "chain on the line that starts from variance q_0, so that all its laws hold in every direction",
    )  # fmt: skip


def log_pivot_slope(d: Derivation, transform: sp.Expr) -> sp.Expr:
    """psi((M-i)/2) - log(L/2), the mean logarithm of the i-th squared pivot of one fit; returns it."""
    pivot = transform.subs(nu, M - i) / L**order
    return d.algebra(
        sp.Subs(sp.Derivative(sp.log(pivot), order), order, 0),
        sp.polygamma(0, (M - i) / sp.Integer(2)) - sp.log(L / 2),
        because="E log of the i-th squared pivot is the derivative of its log-Mellin transform at 0",
    ).rhs  # fmt: skip


def triangular_factor(d: Derivation) -> Step:
    """Bartlett: the squared pivots of a Wishart matrix are independent chi-squares."""
    return d.given(
        L * sp.Symbol(r"R_{ii}^2"), sp.Symbol(r"\chi^2_{M-i}"), relation=r"\sim", source="bartlett1933",
        check=pivots_of_small_samples,
        because="write Sigma_t = N N' and Sigma_(t+1) = (N R)(N R)' with triangular N and R: L R R' is Wishart of "
        "identity covariance, its squared pivots are independent chi-squares, of M-i degrees of freedom the "
        "i-th, and it is independent of N; from i = M on they are 0",
    )  # fmt: skip


def scatter_of_small_samples() -> list[Verdict]:
    """Second moments of the scatter of two and three points in the plane: those of M-1 outer products, by counting."""
    verdicts = []
    for size in (2, 3):
        scatter, weight, mean = _small_samples(size)
        nu = size - 1
        trace = np.trace(scatter, axis1=1, axis2=2)
        square = (scatter**2).sum((1, 2))
        # one vector z of N(0, I) in the plane has E |z|^2 = 2 and E |z|^4 = 8
        verdicts += [
            agree(weight @ trace, 2 * nu),
            agree(weight @ trace**2, nu * 8 + nu * (nu - 1) * 4),
            agree(weight @ square, nu * 8 + nu * (nu - 1) * 2),
            agree(weight @ (mean[:, 0] ** 2 * trace), 2 * nu / size),
        ]
    return verdicts


def pivots_of_small_samples() -> list[Verdict]:
    """First and second moments of both squared pivots and of their product, on three points in the plane."""
    scatter, weight, _ = _small_samples(3)
    first = scatter[:, 0, 0]
    determinant = first * scatter[:, 1, 1] - scatter[:, 0, 1] ** 2  # the product of the squared pivots
    return [
        agree(weight @ first, 2), agree(weight @ first**2, 8),
        agree(weight @ determinant, 2 * 1), agree(weight @ determinant**2, 8 * 3),
        agree(weight @ (first * determinant), 8 * 1), agree(weight @ (first**2 * determinant), 48 * 1),
    ]  # fmt: skip


def _small_samples(size: int) -> tuple[Float[np.ndarray, "S 2 2"], Float[np.ndarray, " S"], Float[np.ndarray, "S 2"]]:
    """Scatters of so many points of N(0, I) in the plane, the weight of each, and the means of the points."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(5)
    weights = weights / weights.sum()
    points = np.array(list(itertools.product(nodes, repeat=2 * size))).reshape(-1, size, 2)
    weight = np.prod(np.array(list(itertools.product(weights, repeat=2 * size))), axis=1)
    centred = points - points.mean(1, keepdims=True)
    return np.einsum("spi,spj->sij", centred, centred), weight, points.mean(1)
