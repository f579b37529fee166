r"""Derivation steps with which claims about a refitted Gaussian begin: Cochran's theorem, moments, divergences.

Everything else about one fit is read off the Mellin transform $E X^s = 2^s\,\Gamma(\nu/2+s)/\Gamma(\nu/2)$, which is
integrated here from the density: $s=1$ is the mean, $s=\tfrac12$ the standard deviation of the model, the derivative
of its logarithm at $s=0$ the mean of $\log X$.
"""

import itertools

import numpy as np
import sympy as sp

from theory.derivation import Derivation, Step, Verdict, agree
from theory.laws.symbols import E, L, M, k, nu, t, v0, z

order = sp.Symbol("s", positive=True)  # of a moment; the identity continues to every s > -nu/2
v = sp.Function("v", positive=True)  # variance of model t
mu0, mut = sp.symbols("mu_0 mu_t", real=True)  # means of the source and of model t
error = mut - mu0
squared_error = (mu0 - mut) ** 2
NORMAL = sp.exp(-(z**2) / 2) / sp.sqrt(2 * sp.pi)  # the density of z
mean_factor = (M - 1) / L
powers_of_factor = sp.Sum(mean_factor**k, (k, 1, t))
root_mean_factor = sp.sqrt(2 / L) * sp.gamma(M / 2) / sp.gamma((M - 1) / sp.Integer(2))


def cochran(d: Derivation) -> Step:
    """One fit: the centred sum of squares of M normal points, in units of their variance, is chi-square."""
    return d.given(
        L * v(t + 1) / v(t), sp.Symbol(r"\chi^2_{M-1}"), relation=r"\sim", source="cochran1934",
        check=moments_of_small_samples,
        because="one fit to M points of N(mu_t, v_t): the centred sum of squares, which is L v_(t+1), is chi-square "
        "with M-1 degrees of freedom in units of v_t, and independent of the mean mu_(t+1), which is N(mu_t, v_t/M)",
    )  # fmt: skip


def mellin(d: Derivation) -> sp.Expr:
    """E X^s of a chi-square with nu degrees of freedom, by integrating its density; returns the closed form."""
    x = sp.Symbol("x", positive=True)
    density = x ** (nu / 2 - 1) * sp.exp(-x / 2) / (2 ** (nu / 2) * sp.gamma(nu / 2))
    return d.algebra(
        sp.Integral(x**order * density, (x, 0, sp.oo)), 2**order * sp.gamma(nu / 2 + order) / sp.gamma(nu / 2),
        because="the moment of order s of a chi-square with nu degrees of freedom, integrated from its density",
    ).rhs  # fmt: skip


def moment_of_factor(d: Derivation, transform: sp.Expr, at: sp.Expr, closed: sp.Expr, because: str) -> sp.Expr:
    """E S^at of the factor S = v_(t+1)/v_t, from the Mellin transform with nu = M-1; returns the closed form."""
    return d.algebra(sp.Subs(transform.subs(nu, M - 1) / L**order, order, at), closed, because=because).rhs


def expected_variance(d: Derivation, transform: sp.Expr) -> Step:
    """E v_t = v_0 ((M-1)/L)^t."""
    moment_of_factor(
        d, transform, sp.Integer(1), mean_factor,
        "so the mean factor of one fit is (M-1)/L: 1 if unbiased, 1 - 1/M under maximum likelihood",
    )  # fmt: skip
    return d.solves(
        E(v(t)), v0 * mean_factor**t, index=t, next_value=mean_factor * E(v(t)), initial=(0, v0),
        because="the factor is independent of v_t, so the means multiply",
    )  # fmt: skip


def error_and_variance(d: Derivation, variance: Step) -> Step:
    """E[(mu_t - mu_0)^2 + v_t - v_0]: what the estimator adds to the second moment about the mean of the source."""
    excess = E(squared_error + v(t) - v0)
    return d.solves(
        excess, v0 * (M - L) / M * powers_of_factor, index=t, initial=(0, sp.Integer(0)),
        next_value=excess + variance.rhs / M + (mean_factor - 1) * variance.rhs,
        because="one fit adds E v_t/M to the squared error of the mean, which is a martingale, and multiplies E v_t "
        "by its factor; the sum is conserved exactly when the divisor is M",
    )  # fmt: skip


def divergence_from_source(d: Derivation) -> Step:
    """The divergence of the source from model t, by integrating over the source."""
    ratio = (sp.sqrt(v0) * z + mu0 - mut) ** 2 / (2 * v(t)) - z**2 / 2
    return d.algebra(
        sp.Integral(ratio * NORMAL, (z, -sp.oo, sp.oo)) + sp.log(v(t) / v0) / 2,
        (v0 / v(t) - 1 + (mut - mu0) ** 2 / v(t) + sp.log(v(t) / v0)) / 2,
        because="the divergence: the mean, over z, of the logarithm of the ratio of the densities at "
        "mu_0 + sqrt(v_0) z",
    )  # fmt: skip


def divergence_from_model(d: Derivation) -> Step:
    """The divergence of model t from the source, by integrating over the model."""
    ratio = (mut + sp.sqrt(v(t)) * z - mu0) ** 2 / (2 * v0) - z**2 / 2
    return d.algebra(
        sp.Integral(ratio * NORMAL, (z, -sp.oo, sp.oo)) - sp.log(v(t) / v0) / 2,
        ((squared_error + v(t) - v0) / v0 - sp.log(v(t) / v0)) / 2,
        because="the divergence: the mean, over z, of the logarithm of the ratio of the densities at "
        "mu_t + sqrt(v_t) z",
    )  # fmt: skip


def moments_of_small_samples() -> list[Verdict]:
    """Cochran's theorem on 2, 3 and 4 standard normal points, by Gauss-Hermite quadrature, exact for polynomials.

    The sum of squares has the moments of chi-square to the third order, the mean those of N(0, 1/M), and their product
    the product of the moments.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(6)
    weights = weights / weights.sum()
    verdicts = []
    for size in (2, 3, 4):
        points = np.array(list(itertools.product(nodes, repeat=size)))
        weight = np.prod(list(itertools.product(weights, repeat=size)), axis=1)
        mean = points.mean(axis=1)
        squares = ((points - mean[:, None]) ** 2).sum(axis=1)
        moments = np.cumprod([size - 1.0, size + 1.0, size + 3.0])
        verdicts += [agree(weight @ squares**power, moments[power - 1]) for power in (1, 2, 3)]
        verdicts += [agree(weight @ mean**2, 1 / size), agree(weight @ (mean**2 * squares), moments[0] / size)]
    return verdicts
