r"""Derivation steps to the mean sum of the singular values of a product of random matrices in the plane.

$Y_t=\Sigma_0N_1\cdots N_t$ has a determinant $q_t$ and squares that add up to $2q_t\cosh\xi_t$. What one factor
multiplies the mean of is, for a unit vector $e$, $\Vert Y_t'e\Vert^{2\nu}q_t^{1/2-\nu}$; their mean over all $e$ is
$\sqrt{q_t}P_\nu(\cosh\xi_t)$, and the sum of the singular values is an integral of these over $\nu=is-\frac12$, and one
at $\nu=\frac12$.
"""

import mpmath
import numpy as np
import sympy as sp

from theory.claim import Assumption
from theory.claims.assumptions import SEVERAL_DIMENSIONS
from theory.claims.vector.distance import model_trace, wasserstein
from theory.claims.vector.one_fit import distance
from theory.claims.vector.source import eigenvalues, lam, rank, trace0
from theory.claims.vector.wasserstein_upper import cross_terms
from theory.derivation import Derivation, Verdict, agree
from theory.laws.spherical_plane import WIDEST
from theory.scenario import Scenario

TWO_DIRECTIONS = Assumption(
    "the source varies in exactly two directions, at most 10^10 times as much in one as in the other",
    lambda s: SEVERAL_DIMENSIONS.holds(s) and rank(s) == 2 and log_ratio(s) < WIDEST,
)
frequency = sp.Symbol("s", real=True)
quarter = lam[1] * sp.elliptic_e(1 - lam[2] ** 2 / lam[1] ** 2)  # of the perimeter of an ellipse
cross = sp.Symbol("X_t", nonnegative=True)
INTRODUCTION = (
    "Sigma_t is A Q_t A with A A = Sigma_0 and Q_t = N_1 ... N_t N_t' ... N_1', one factor for each fit: they are "
    "independent, and rotations do not change their law. E(m) is the complete elliptic integral with parameter m."
)


def log_ratio(scenario: Scenario) -> float:
    """log(lambda_1/lambda_2)."""
    first, second = (float(x) for x in eigenvalues(scenario)[:2])
    return float(np.log(first / second)) if second > 0 else np.inf


def sum_of_singular_values(d: Derivation) -> None:
    """The cross term of the distance, a sum of two singular values, as an integral of spherical functions."""
    q, xi, phi, nu = sp.symbols("q xi varphi nu", positive=True)
    s = frequency
    conical = sp.Function(r"P_{is-1/2}")(sp.cosh(xi))
    d.given(
        wasserstein**2, distance**2 + model_trace + trace0 - 2 * cross, source="gelbrich1990", check=cross_terms,
        because="X_t, the trace of the root of A Sigma_t A, is the sum of the singular values of Y_t = Sigma_0 N_1 ... "
        "N_t",
    )  # fmt: skip
    d.algebra(
        q * (sp.exp(xi / 2) + sp.exp(-xi / 2)) ** 2, q * sp.exp(xi) + q * sp.exp(-xi) + 2 * q,
        because="in the plane, or in that in which the source varies: with the determinant q and squares of entries "
        "that add up to 2 q cosh xi the two singular values are the root of q times exp(xi/2) and exp(-xi/2), and X is "
        "2 cosh(xi/2) times this root; of Sigma_0 exp(xi) is lambda_1/lambda_2",
    )  # fmt: skip
    d.given(
        2 * sp.cosh(xi / 2) - sp.exp(xi / 2) * sp.elliptic_e(1 - sp.exp(-2 * xi)),
        sp.Integral(conical / ((1 + s**2) * sp.cosh(sp.pi * s)), (s, 0, sp.oo)), source="dlmf", check=mehler_and_fock,
        because="the theorem of Mehler and Fock for a power of 1 + cosh xi, P the Legendre function of degree -1/2 + "
        "i s; what it grows by and they do not is the one of degree 1/2, the elliptic integral times 2/pi",
    )  # fmt: skip
    d.given(
        sp.Function("P_nu")(sp.cosh(xi)),
        sp.Integral((sp.cosh(xi) + sp.sinh(xi) * sp.cos(phi)) ** nu / sp.pi, (phi, 0, sp.pi)), source="dlmf",
        check=laplace,
        because="Laplace's integral: q times the bracket is the square of Y'e for the unit vector e at the angle "
        "varphi/2 from an axis: the root of q times P is the mean over all e of the power 2 nu of |Y'e|, times "
        "q^(1/2 - nu)",
    )  # fmt: skip


def mehler_and_fock() -> list[Verdict]:
    """Three values of xi, the Legendre functions by a hypergeometric series."""
    verdicts = []
    for xi in (0.0, 0.7, 3.0):

        def part(s: mpmath.mpf, xi: float = xi) -> mpmath.mpf:
            return conical(s, mpmath.cosh(xi)) / ((1 + s**2) * mpmath.cosh(mpmath.pi * s))

        rest = mpmath.exp(xi / 2) * mpmath.ellipe(1 - mpmath.exp(-2 * xi))
        verdicts.append(agree(rest + mpmath.quad(part, [0, 1, 3, 12]), 2 * mpmath.cosh(xi / 2), 1e-12))
    return verdicts


def laplace() -> list[Verdict]:
    """The mean over angles beside the hypergeometric series and, of degree 1/2, the elliptic integral."""
    xi = mpmath.mpf("1.3")
    angles = [(k + mpmath.mpf(1) / 2) * mpmath.pi / 60 for k in range(60)]
    brackets = [mpmath.cosh(xi) + mpmath.sinh(xi) * mpmath.cos(angle) for angle in angles]
    half = mpmath.fsum(mpmath.sqrt(x) for x in brackets) / 60
    mean = mpmath.re(mpmath.fsum(x ** mpmath.mpc(-0.5, 2) for x in brackets)) / 60
    elliptic = 2 / mpmath.pi * mpmath.exp(xi / 2) * mpmath.ellipe(1 - mpmath.exp(-2 * xi))
    return [agree(half, elliptic, 1e-12), agree(mean, conical(mpmath.mpf(2), mpmath.cosh(xi)), 1e-12)]


def conical(s: mpmath.mpf, x: mpmath.mpf) -> mpmath.mpf:
    """P_(is-1/2)(x) for x >= 1."""
    if x == 1:
        return mpmath.mpf(1)
    half = mpmath.mpf(1) / 2
    return mpmath.re(mpmath.hyp2f1(half - 1j * s, half + 1j * s, 1, (1 - x) / 2))
