r"""A log-determinant below that of the source bounds the divergence of the source from the model from below.

$E D_{KL}(p_0\Vert p_t)\ge\frac d2\left[e^{-u}-1+u\right]$, $u=\min(0,\Delta_d/d)$ with $\Delta_d$ at least
$E\log\det Q_t$: the divergence of a model that is narrower by the same factor in every direction. The spread of the
eigenvalues and the error of the mean come on top.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian.real_share import offset_of
from theory.claims.vector.distance import ROUND
from theory.claims.vector.kept_divergence import bindings as bound_symbols
from theory.claims.vector.kept_divergence import knows_volume, volume, volume_values
from theory.claims.vector.reference import log_pivots, mean_inverse
from theory.claims.vector.source import PLANE, SPACE, rank
from theory.claims.vector.two_fits import knows, second_fit
from theory.claims.vector.whitened import (
    BY_CHANCE,
    KEPT,
    LOG_DETERMINANT,
    POOL,
    STRATIFIED,
    VECTOR_FITS,
    WEIGHTED,
    bound_reach,
    bound_settles,
    setting,
    whitened,
)
from theory.derivation import Derivation, Verdict, at_most
from theory.laws.symbols import E, dim, t, y, z
from theory.scenario import Scenario

FORWARD = E(sp.Symbol(r"D_{\mathrm{KL}}(p_0\,\Vert\,p_t)"))
ABOVE = Kind.UPPER_BOUND
least = sp.Min(0, volume(t) / dim)


def derive() -> Derivation:
    """The divergence coordinate by coordinate; harmonic and geometric means; a convex function of a logarithm."""
    s, q, a, b = sp.Symbol("s", real=True), *sp.symbols("q a b", positive=True)
    d = Derivation(
        "In coordinates in which the source is N(0, I) and the covariance Q_t of the model diagonal, the divergence is "
        "a sum over coordinates: half of tr Q_t^(-1) - d + s'Q_t^(-1) s + log det Q_t, s the mean of the model. "
        "Delta_d(t) is E log det Q_t or what bounds it from above."
    )
    ratio = (z - s) ** 2 / (2 * q) - z**2 / 2
    d.algebra(
        sp.Integral(ratio * sp.exp(-(z**2) / 2) / sp.sqrt(2 * sp.pi), (z, -sp.oo, sp.oo)) + sp.log(q) / 2,
        (1 / q - 1 + s**2 / q + sp.log(q)) / 2,
        because="one coordinate, mean s and variance q in the model: the mean, over points z of the source, of the "
        "logarithm of the ratio of the densities",
    )  # fmt: skip
    d.algebra(
        (a + b) / 2 - sp.sqrt(a) * sp.sqrt(b), (sp.sqrt(a) - sp.sqrt(b)) ** 2 / 2,
        because="positive: the mean of d numbers is at least the d-th root of their product, so that tr Q_t^(-1) is at "
        "least d exp(-y), y the mean of log det Q_t over d",
    )  # fmt: skip
    d.algebra(
        sp.Derivative(sp.exp(-y) + y, y), 1 - sp.exp(-y), because="falling for y < 0, and convex: its slope grows"
    )  # fmt: skip
    bound = d.given(
        FORWARD, dim * (sp.exp(-least) - 1 + least) / 2, relation=r"\ge", source="jensen1906fonctions",
        check=narrow_laws,
        because="the mean of a convex function is at least its value at the mean; s'Q_t^(-1) s, the error of the mean, "
        "adds to the divergence and is left out",
    )  # fmt: skip
    return d.concludes(sp.Ge(bound.lhs, bound.rhs, evaluate=False))


def narrow_laws() -> list[Verdict]:
    """tr Q^-1 + log det Q of two matrices in the plane, over their mean logarithm."""
    pairs = [((0.2, 0.9), (0.5, 0.5)), ((0.1, 1.4), (0.9, 0.3)), ((1e-3, 0.5), (0.6, 1.1))]
    verdicts = []
    for pair in pairs:
        mean = np.mean([np.log(one).sum() / 2 for one in pair])
        true = np.mean([np.sum(1 / np.array(one) + np.log(one)) for one in pair])
        verdicts.append(at_most(2 * (np.exp(-mean) + mean), true))
    return verdicts


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    given = bound_symbols(ABOVE)(scenario, generation)
    return {symbol: value for symbol, value in given.items() if symbol in (t, dim, volume)}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """d [exp(-u) - 1 + u]/2 in nats, u = min(0, Delta_d/d); t counts fits."""
    logarithm = volume_values(scenario, ABOVE, np.asarray(generations, dtype=np.float64))
    u = np.minimum(logarithm / rank(scenario), 0.0)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.where(np.isinf(u), np.inf, rank(scenario) * (np.expm1(-u) + u) / 2)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The divergence after one fit to more than d + 2 points, or after two in the plane, by a lattice."""
    d, first = rank(scenario), scenario.first_size
    if generation == 0:
        return mpf(0)
    if generation == 1:
        if first <= d + 2:
            return mpmath.inf
        offset = float(offset_of(scenario))
        inverse = mean_inverse(first, offset, d)
        return (d * (inverse - 1) + d * inverse / first + mpmath.fsum(log_pivots(first, offset, d))) / 2
    if generation != 2 or not knows(scenario):
        raise ValueError(f"the true value is known after one fit, or two in the plane, got t = {generation}")
    covariance, mean = second_fit(whitened(scenario))
    inverse = np.linalg.inv(covariance)
    strayed = np.einsum("ri,rij,rj->r", mean, inverse, mean)
    found = np.trace(inverse, axis1=1, axis2=2) - 2 + strayed + np.log(np.linalg.det(covariance))
    return mpf(float(found.mean()) / 2)


CLAIM = Claim(
    id="vector-kl-forward-lower-bound",
    title="In several dimensions the divergence of the source from the model is at least d [exp(-u) - 1 + u]/2, u = "
    "min(0, Delta_d/d), Delta_d an upper bound of the mean log-determinant",
    kind=Kind.LOWER_BOUND,
    statistic="kl_forward",
    assumptions=(*VECTOR_FITS, knows_volume(ABOVE)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=lambda scenario, at=None: float(evaluate(scenario, np.array([np.inf]))[0]),  # type: ignore[arg-type]
    settles=lambda scenario: bound_settles(whitened(scenario), LOG_DETERMINANT, ABOVE),
    reach=lambda scenario: bound_reach(whitened(scenario), LOG_DETERMINANT, ABOVE),
    tolerance=1e-9,
    examples=(
        Example(setting(STRATIFIED, "mle", ROUND, 12), t=(1, 2), simulate=False),
        Example(setting(KEPT, "mle", PLANE, 10), t=(1, 2), simulate=False),
        Example(setting(WEIGHTED, "mle", PLANE), t=(1, 2), algebra=False, simulate=False),
        Example(setting(POOL, "mle", PLANE), t=(0, 1, 2), simulate=False),
        Example(setting({"kind": "window", "length": 3}, "mle", SPACE, 10), t=(1,), simulate=False),
        Example(setting({"kind": "forgetting", "rate": 0.5}, "unbiased", SPACE, 7), t=(1,), simulate=False),
        Example(setting(BY_CHANCE, "mle", SPACE, 5), t=(1,), simulate=False),
    ),
)  # fmt: skip
