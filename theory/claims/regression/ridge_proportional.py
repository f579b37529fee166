r"""Many rows and coefficients in proportion: what a fit with a ridge keeps and adds is algebraic, by Marchenko's law.

With $\phi=d/M$ and $l=\lambda/M$ the mean z of $1-\ell/(\ell+\lambda)$ solves $\phi z^2+(1-\phi+l)z=l$, its slope in l
gives the other means, and the risk after t fits is as it is for few rows.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind, exact
from theory.claims.regression.least_squares import design_is, dimension, risk, sigma
from theory.claims.regression.ridge import (
    REPLACED_WITH_RIDGE,
    added,
    along_an_eigenvector,
    means_by_two_vectors,
    noise_in_all,
    numbers,
    once,
    ridge,
    risk_by_two_means,
    setting,
    shaken,
    signal,
    twice,
)
from theory.claims.regression.ridge_excess_risk import reference
from theory.derivation import Derivation, Verdict, agree
from theory.laws.ridge import many_rows, risk_on_new_rows
from theory.laws.symbols import E, M, t
from theory.notation import Asymptotically
from theory.scenario import Scenario

phi, level = sp.symbols("phi l_M", positive=True)
z, g = sp.symbols("z_M g_M", positive=True)
root = sp.sqrt((1 - phi + level) ** 2 + 4 * phi * level)
lost = (root - (1 - phi + level)) / (2 * phi)


def derive() -> Derivation:
    """The mean of the part that is lost, its slope, and the risk."""
    d = Derivation(
        "S = X'X for M new rows in d dimensions, phi = d/M, l_M = lambda/M, both fixed as M and d grow. w_(t+1) = "
        "(S + lambda I)^(-1) (S w_t + X' epsilon)."
    )
    along_an_eigenvector(d)
    d.given(
        sp.Symbol(r"\phi z_M^2+(1-\phi+l_M)z_M"), sp.Symbol("l_M"), relation=r"\to",
        source="marchenko1967", check=means_of_many_rows,
        because="z_M, the mean of lambda/(l+lambda) over the eigenvalues l of S",
    )  # fmt: skip
    rho, b = sp.symbols("rho b", positive=True)
    half = (rho - b) / (2 * phi)
    d.algebra(
        phi * half**2 + b * half, (rho**2 - b**2) / (4 * phi),
        because="so z_M = (rho - b)/(2 phi) with b = 1 - phi + l_M and rho^2 = b^2 + 4 phi l_M",
    )  # fmt: skip
    d.define(phi, dimension / M, "the coefficients per row")
    d.define(level, ridge / M, "the ridge per row")
    d.define(z, lost, "the mean part of a coefficient that a fit loses")
    d.algebra(
        ((b + 2 * phi) / rho - 1) / (2 * phi), (1 - half) / rho,
        because="the slope of z_M in l_M, as that of b is 1 and that of rho is (b + 2 phi)/rho; it is the mean of "
        "s/(s+l_M)^2, s = l/M",
    )  # fmt: skip
    d.define(g, (1 - z) / root, "the slope of z_M in l_M")
    d.define(once, 1 - z, "the part that it keeps")
    d.define(twice, 1 - z - level * g, "the mean square of what it keeps: 1 - 2 z_M + (z_M - l_M g_M)")
    d.define(added, g / M, "the noise that a fit adds in each direction at sigma = 1")
    return d.concludes(Asymptotically(E(risk), risk_by_two_means(d)))


def means_of_many_rows() -> list[Verdict]:
    """The equation for means over 400 and 800 rows: what it misses halves."""
    missed = []
    for rows in (400, 800):
        part = float(means_by_two_vectors(rows, rows // 4, rows / 2)[0])
        missed.append(part**2 / 4 + 1.25 * part - 0.5)
    return [agree(missed[0] / missed[1], 2, 0.01), agree(1 + missed[1], 1, 1e-3)]


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    size, d, pull, length, noise = numbers(scenario)
    given = {phi: sp.Rational(d, size), level: exact(pull) / size}
    away = sp.Float(sp.N(lost.subs(given), 60), 60)
    slope = sp.Float(sp.N(((1 - away) / root).subs(given), 60), 60)
    means = {once: 1 - away, twice: 1 - away - slope * given[level], added: slope / size}
    numbers_ = {M: size, dimension: d, sigma: sp.sqrt(exact(noise)), ridge: exact(pull), signal: exact(length)}
    left = noise_in_all().subs(numbers_ | means).subs(t, generation)
    return numbers_ | given | means | {z: away, g: slope, shaken: left, t: generation}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E R_t for many rows and coefficients, in squared units of the coefficients; t counts fits."""
    size, d, pull, length, noise = numbers(scenario)
    return risk_on_new_rows(many_rows(size, d, pull), length, noise * d, generations.astype(np.float64))


def limit(scenario: Scenario, at: None = None) -> float:
    """|w*|^2, all of which is lost, and the noise that is kept."""
    return float(evaluate(scenario, np.array([np.inf]))[0])


def relative_error(scenario: Scenario, generation: float, at: None = None) -> float:
    """4/(M - d + sqrt(lambda M)): the edge of the spectrum is seen where both are small."""
    size, d, pull, _, _ = numbers(scenario)
    return 4 / (size - d + np.sqrt(pull * size))


CLAIM = Claim(
    id="regression-ridge-excess-risk-proportional",
    title="With a ridge in every fit and many new rows, in proportion to the coefficients and to the ridge, what a fit "
    "keeps and adds is algebraic in d/M and lambda/M",
    kind=Kind.ASYMPTOTIC,
    statistic="excess_risk",
    assumptions=(*REPLACED_WITH_RIDGE, design_is("fresh")),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    error=relative_error,
    regime="M, d and lambda grow in proportion",
    examples=(
        Example(setting(400, 100, 40.0), t=(1, 2, 20), simulate=False),
        Example(setting(200, 200, 20.0, noise=0.0), t=(1, 5), simulate=False),
        Example(setting(400, 20, 4.0, length=0.0), t=(1, 100, np.inf), algebra=False, simulate=False),
        Example(setting(60, 12, 6.0), t=(1, 3)),
        Example(setting(400, 100, 40.0), t=(0, np.inf), algebra=False, simulate=False),
    ),
)  # fmt: skip
