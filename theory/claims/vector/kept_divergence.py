"""What exact values and bounds of the divergence of the model from the source share: three means, two of the line."""

from collections.abc import Callable

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Kind
from theory.claims.exact_claims import exact_claim
from theory.claims.vector.one_fit import log_volume, projection, spread, squared_length
from theory.claims.vector.projected_mean_squared_error import on_the_line as strayed
from theory.claims.vector.source import rank
from theory.claims.vector.whitened import (
    LOG_DETERMINANT,
    VARYING,
    VECTOR_FITS,
    bound_reach,
    bound_settles,
    bounding_claim,
    bounding_values,
    is_bounded,
    line,
    mean_log_volume,
    reach,
    whitened,
)
from theory.derivation import Derivation
from theory.laws.symbols import E, dim, t, z
from theory.scenario import Scenario

MOMENTS_OF_THE_LINE = ("variance", "mean_squared_error")
mean_variance, volume = sp.Function("U_1", positive=True), sp.Function("Delta_d", real=True)
REVERSE = E(sp.Symbol(r"D_{\mathrm{KL}}(p_t\,\Vert\,p_0)"))
value = (dim * (mean_variance(t) + strayed(t) - 1) - volume(t)) / 2
ON_THE_LINE = Assumption(
    "exact claims cover variance and mean_squared_error on the line",
    lambda s: VARYING.holds(s) and all(exact_claim(line(s), name) is not None for name in MOMENTS_OF_THE_LINE),
)
LINES = (*VECTOR_FITS, ON_THE_LINE)


def volume_values(scenario: Scenario, side: Kind, t_: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """Its values, at each t those of a bound that answers there."""
    return bounding_values(whitened(scenario), LOG_DETERMINANT, side, t_)


def knows_volume(side: Kind) -> Assumption:
    """Something is."""
    words = "an exact claim" if side is Kind.EXACT else f"an exact claim or {side.value}"
    return Assumption(
        f"{words} covers log_determinant",
        lambda s: VARYING.holds(s) and is_bounded(whitened(s), LOG_DETERMINANT, side),
    )


def in_three_means(d: Derivation) -> None:
    """The divergence of one coordinate, and the means of the line."""
    s, q = sp.Symbol("s", real=True), sp.Symbol("q", positive=True)
    ratio = (s + sp.sqrt(q) * z) ** 2 / 2 - z**2 / 2
    d.algebra(
        sp.Integral(ratio * sp.exp(-(z**2) / 2) / sp.sqrt(2 * sp.pi), (z, -sp.oo, sp.oo)) - sp.log(q) / 2,
        (s**2 + q - 1 - sp.log(q)) / 2,
        because="one coordinate, mean s and variance q in the model: the mean, over z, of the logarithm of the ratio "
        "of the densities at s + sqrt(q) z; over the coordinates these are half of s's + tr Q_t - d - log det Q_t",
    )  # fmt: skip
    projection(d)


def total(d: Derivation, because: str) -> sp.Expr:
    """The mean divergence, its three means put in."""
    parts = (E(squared_length) + E(spread) - dim - E(log_volume)) / 2
    return d.algebra(
        parts.xreplace({
            E(squared_length): dim * strayed(t), E(spread): dim * mean_variance(t), E(log_volume): volume(t)
        }),
        value, because=because,
    ).rhs  # fmt: skip


def bindings(side: Kind) -> Callable[..., dict]:
    """The symbols of the statement: the numbers of the statements of the claims that know them."""

    def bound(scenario: Scenario, generation: int, at: None = None) -> dict:
        one, white = line(scenario), whitened(scenario)
        known = [exact_claim(one, name) for name in MOMENTS_OF_THE_LINE]
        numbers = [sp.Integer(1), sp.Integer(0), sp.Integer(0)]
        if generation:
            numbers = [sp.Float(claim.algebra_value(one, int(generation)), 40) for claim in known]
            known_volume = bounding_claim(white, LOG_DETERMINANT, side, generation)
            numbers.append(sp.Float(known_volume.algebra_value(white, int(generation)), 40))
        given = dict(zip((mean_variance, strayed, volume), numbers, strict=True))
        return {t: generation, dim: rank(scenario)} | {f: lambda _, number=n: number for f, n in given.items()}

    return bound


def evaluated(side: Kind) -> Callable[..., Float[np.ndarray, " T"]]:
    """d (U_1 + D_1 - 1)/2 - Delta_d/2 in nats, Delta_d exact or from this side."""

    def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
        t_, one = np.asarray(generations, dtype=np.float64), line(scenario)
        U, D = (exact_claim(one, name).value(one, t_) for name in MOMENTS_OF_THE_LINE)
        logarithm = volume_values(scenario, side, t_)
        with np.errstate(invalid="ignore"):
            found = (rank(scenario) * (U - 1 + D) - logarithm) / 2
        return np.where(np.isinf(U) | np.isinf(D), np.inf, found)

    return evaluate


def settles(side: Kind) -> Callable[[Scenario], bool]:
    """Whether all three limits are known."""

    def known(scenario: Scenario) -> bool:
        one, white = line(scenario), whitened(scenario)
        moments = all(exact_claim(one, name).knows_limit(one) for name in MOMENTS_OF_THE_LINE)
        return moments and bound_settles(white, LOG_DETERMINANT, side)

    return known


def reach_of(side: Kind) -> Callable[[Scenario], float]:
    """The largest finite t at which all three are known."""

    def farthest(scenario: Scenario) -> float:
        one = line(scenario)
        moments = [reach(exact_claim(one, name), one) for name in MOMENTS_OF_THE_LINE]
        return min(*moments, bound_reach(whitened(scenario), LOG_DETERMINANT, side))

    return farthest


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The references of both means on the line, and E log det Q_t, of one fit or by an exact claim."""
    one = line(scenario)
    with mpmath.workdps(40):
        U, D = (exact_claim(one, name).reference(one, generation, None) for name in MOMENTS_OF_THE_LINE)
        if mpmath.inf in (U, D):
            return mpmath.inf
        return (rank(scenario) * (U - 1 + D) - mean_log_volume(scenario, generation)) / 2
