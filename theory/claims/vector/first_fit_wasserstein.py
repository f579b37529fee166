r"""After the first fit to all its points the distance of an isotropic source is exact in up to ten dimensions.

$$E W_1^2=\operatorname{tr}[\Sigma_0]\left[\tfrac{N_1-1}{L_1}+\tfrac1{N_1}+1-2e_d\right],$$ $e_d$ the mean root of an
eigenvalue of $W/L_1$, $W$ a Wishart matrix of $N_1-1$ degrees of freedom in $d$ dimensions. For large $N_1$ it is
$\frac{d+5}4$ times $\operatorname{tr}[\Sigma_0]/N_1$: the turning of the axes takes a share that grows with $d$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.assumptions import FAITHFUL, MOMENTS, SEVERAL_DIMENSIONS, UNDISTURBED
from theory.claims.gaussian.real_share import offset_of
from theory.claims.vector import minors
from theory.claims.vector.distance import model_trace
from theory.claims.vector.one_fit import distance, scatter_is_wishart
from theory.claims.vector.replace_mean_tail_limit import ISOTROPIC
from theory.claims.vector.source import exact_covariance, trace, trace0
from theory.claims.vector.wasserstein_upper import cross_terms
from theory.claims.vector.whitened import POOL, STRATIFIED, setting
from theory.derivation import Derivation
from theory.laws.symbols import N1, E, delta, dim
from theory.laws.wishart_spectrum import MOST_DIMENSIONS, gram_spectrum
from theory.scenario import Scenario

first_distance, mean_root = sp.Symbol("W_1", positive=True), sp.Symbol("e_d", positive=True)
cross = sp.Symbol("X_1", nonnegative=True)
FEW = Assumption(
    f"the source has at most {MOST_DIMENSIONS} dimensions",
    lambda s: SEVERAL_DIMENSIONS.holds(s) and s.source.dimension <= MOST_DIMENSIONS,
)
TWO_REAL_POINTS = Assumption(
    "the first fit is to at least 2 real points", lambda s: SEVERAL_DIMENSIONS.holds(s) and s.first_size >= 2
)
ALL_SEEN = Assumption(
    "the first fit sees all points of its pool (a pool has no budget)",
    lambda s: getattr(s.retention, "budget", None) is None,
)
NODES, WIDEST = 72, 9.0  # of the reference: of the root of an eigenvalue beyond the peak of its density


def derive() -> Derivation:
    """The distance of two normal laws, and the means of its parts after one fit to real points."""
    v, root = sp.Symbol("v_0", positive=True), sp.Symbol(r"\operatorname{tr}[(W/L_1)^{1/2}]", positive=True)
    d = Derivation(
        "The first fit is to N_1 points of the source under every policy, with the divisor L_1 = N_1 - 1 + delta: "
        "Sigma_1 is v_0 W/L_1, W a Wishart matrix of N_1 - 1 degrees of freedom of the identity."
    )
    scatter_is_wishart(d)
    d.given(
        first_distance**2, distance**2 + model_trace + trace0 - 2 * cross, source="gelbrich1990", check=cross_terms,
        because="with t = 1, X_1 the trace of the root of Sigma_0^(1/2) Sigma_1 Sigma_0^(1/2)",
    )  # fmt: skip
    d.algebra(
        (sp.sqrt(v) * sp.sqrt(v)) * root - dim * v * mean_root, v * (root - dim * mean_root),
        because="for Sigma_0 = v_0 I that is v_0 times the trace of the root of W/L_1, the sum of the roots of its d "
        "eigenvalues, each of the mean e_d",
    )  # fmt: skip
    L1 = N1 - 1 + delta
    total = d.algebra(
        trace0 / N1 + trace0 * (N1 - 1) / L1 + trace0 - 2 * trace0 * mean_root,
        trace0 * ((N1 - 1) / L1 + 1 / N1 + 1 - 2 * mean_root),
        because="put together, d v_0 = tr Sigma_0: the mean squared error of the mean is d v_0/N_1, the mean of tr "
        "Sigma_1 d v_0 (N_1 - 1)/L_1",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(first_distance**2), total.rhs, evaluate=False))


def read(scenario: Scenario) -> tuple[int, float, int]:
    """N_1 - 1, L_1 and the number of dimensions."""
    nu = scenario.first_size - 1
    return nu, nu + float(offset_of(scenario)), scenario.source.dimension


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of the statement, the mean root by the other route."""
    nu, divisor, d = read(scenario)
    return {
        N1: nu + 1, delta: minors.number(offset_of(scenario)), trace0: exact_covariance(scenario).trace(),
        mean_root: sp.Float(_roots(nu, d) / np.sqrt(divisor) / d, 17),
    }  # fmt: skip


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E W_2^2(model 1, source) in squared data units; 0 at t = 0. Takes 0.2 s once for each size."""
    nu, divisor, d = read(scenario)
    few = min(nu, d)
    values, weights = gram_spectrum(max(nu, d), few)
    lost = float(weights @ (np.sqrt(values / divisor) - 1) ** 2) * few / d + (1 - few / d)
    # (N-1)/L + 1 - 2 e is the mean of (1 - root)^2
    return np.where(generations > 0, trace(scenario) * (1 / (nu + 1) + lost), 0.0)


def reach(scenario: Scenario) -> float:
    """The first fit."""
    return 1.0


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The joint density of the roots of all eigenvalues, over their gaps, for two dimensions and for three."""
    if not generation:
        return mpf(0)
    nu, divisor, d = read(scenario)
    whole = exact_covariance(scenario).trace()
    share = mpf(nu) / divisor + mpf(1) / (nu + 1) + 1 - 2 * _roots(nu, d) / mpmath.sqrt(divisor) / d
    return mpf(int(whole.p)) / int(whole.q) * share


def _roots(nu: int, d: int) -> float:
    """The mean sum of the roots of the eigenvalues, for nu >= d."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    peak = np.sqrt(nu)
    low, high = max(0.0, peak - WIDEST), peak + WIDEST
    first, chance = low + (high - low) * (nodes + 1) / 2, weights
    gap = (high - low) * (nodes + 1) / 2
    grids = np.meshgrid(first, *[gap] * (d - 1), indexing="ij", sparse=True)
    places = [sum(grids[: k + 1]) for k in range(d)]
    density = np.einsum(("i,j,k->ijk" if d == 3 else "i,j->ij"), *[chance] * d)
    for k, y in enumerate(places):
        density = density * np.exp((nu - d) * np.log(y / peak) - (y**2 - nu) / 2)
        for other in places[:k]:
            density = density * (y**2 - other**2)
    return float((density * sum(places)).sum() / density.sum())


BALL = tuple(tuple(2.0 * (i == j) for j in range(3)) for i in range(3))
ROUND = ((2.0, 0.0), (0.0, 2.0))
CLAIM = Claim(
    id="vector-first-fit-wasserstein2-squared",
    title="After the first fit the expected squared Wasserstein distance of an isotropic source is a mean over the "
    "eigenvalues of a Wishart matrix, under every policy that shows it all its points",
    kind=Kind.EXACT,
    statistic="wasserstein2_squared",
    assumptions=(SEVERAL_DIMENSIONS, FEW, MOMENTS, FAITHFUL, UNDISTURBED, ISOTROPIC, TWO_REAL_POINTS, ALL_SEEN),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    reach=reach,
    tolerance=1e-10,
    examples=(
        Example(setting(STRATIFIED, "mle", BALL, 12), t=(1,)),
        Example(setting(POOL, "unbiased", BALL), t=(0, 1), algebra=False, simulate=False),
        Example(setting({"kind": "replace"}, "offset", ROUND, 40, offset=0.5), t=(1,), simulate=False),
        Example(setting({"kind": "window", "length": 3}, "mle", BALL, 5), t=(1,), simulate=False),
    ),
)  # fmt: skip
