r"""A window of batches in the plane: the expected determinant from determinants of pairs of batch squares and means.

With $A\wedge B=\frac12(A_{11}B_{22}+A_{22}B_{11}-2A_{12}B_{12})$, the determinant as a product, $S_j$ the squares of
batch $j$ about its mean and $e_j$ the distance of that mean from $\mu_t$, the means $F_2$, $G_2$ and $J_2$ of
$S_i\wedge S_j$, $S_i\wedge e_je_j'$ and $e_ie_i'\wedge e_je_j'$ follow linearly from those one fit earlier. For the
unbiased divisor and large $M$ $E\det\Sigma_t$ falls by a factor near $1-\frac{4(2W-1)}{W(W+1)^2M}$ in each fit: read
off at $W=1$ to 5, not proved.
"""

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.assumptions import CONSTANT_SIZE, retains
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.window import batches, first
from theory.claims.vector import minors
from theory.claims.vector.batches import batch_products
from theory.claims.vector.one_fit import scatter_is_wishart
from theory.claims.vector.source import determinant, determinant0
from theory.derivation import Derivation
from theory.laws.symbols import E, M, W, delta, i, j, t
from theory.laws.window_squares import WIDEST_MINORS, minors_growth, window_minors
from theory.scenario import Scenario

F, G, J = (sp.Function(name) for name in ("F_2", "G_2", "J_2"))
FEW, MANY, LAST = 12, 100_000, 1_000_000
LATE = 8, 12  # fits between which it falls or grows as it always will
SEEN = 1e-13  # of what a late fit adds to its logarithm
IN_THE_PLANE = Assumption(
    "the source is a Gaussian in two dimensions", lambda s: s.family == "gaussian" and s.source.dimension == 2
)


def wedge(A: sp.Matrix, B: sp.Matrix) -> sp.Expr:
    """The determinant as a symmetric product."""
    return (A[0, 0] * B[1, 1] + A[1, 1] * B[0, 0] - 2 * A[0, 1] * B[0, 1]) / 2


def derive() -> Derivation:
    """The determinant of a window; what a new batch adds to the mean products."""
    d = Derivation(
        "A batch is drawn from the model of the window before: given that, its squares S are a scatter of covariance "
        "V, and its mean is off from the model's by a normal error of covariance V/M, independent of S. A ^ B is the "
        "symmetric product with A ^ A = det A."
    )
    a11, a12, a22, b11, b12, b22, x1, x2, y1, y2 = sp.symbols(
        "a_11 a_12 a_22 b_11 b_12 b_22 x_1 x_2 y_1 y_2", real=True
    )
    A, B = sp.Matrix([[a11, a12], [a12, a22]]), sp.Matrix([[b11, b12], [b12, b22]])
    x, y = sp.Matrix([x1, x2]), sp.Matrix([y1, y2])
    d.algebra(
        (a11 + b11) * (a22 + b22) - (a12 + b12) ** 2, A.det() + 2 * wedge(A, B) + B.det(),
        because="the determinant of a sum of squares within batches and between their means, as a sum of products",
    )  # fmt: skip
    d.algebra(
        wedge(x * x.T, y * y.T), (x1 * y2 - x2 * y1) ** 2 / 2,
        because="one outer product with another: half the squared area, 0 for the same vector",
    )  # fmt: skip
    scatter_is_wishart(d)
    d.algebra(
        ((M - 1) ** 2 - (M - 1)) * A.det(), (M - 1) * (M - 2) * A.det(),
        because="E det S of a new batch with V = A; with all else S has the mean (M - 1) V",
    )  # fmt: skip
    d.algebra(
        x1 * y1 * x2 * y2 - (x1 * y2 + x2 * y1) ** 2 / 4, -((x1 * y2 - x2 * y1) ** 2) / 4,
        because="a distance x that a normal error y enters: (xy' + yx')/2 with itself is -1/2 times x x' ^ y y', where "
        "on the line both are equal: normal variables that are paired crosswise count -1/2",
    )  # fmt: skip
    within, between, both = sp.symbols("A B C")
    divisor = M * batches - 1 + delta
    over = (i, first, t), (j, first, t)
    squares, beside, distances = (sp.Sum(mean(i, j), *over) for mean in (F, G, J))
    d.algebra(
        (within + 2 * M * both + M**2 * between) / divisor**2,
        within / divisor**2 + M * (2 * both + M * between) / divisor**2,
        because="det of the covariance, A the sum of all S_i ^ S_j over the batches of the window, C that of "
        "S_i ^ e_j e_j', B that of e_i e_i' ^ e_j e_j'",
    )  # fmt: skip
    parts = [determinant0 * part / divisor**2 for part in (squares, 2 * M * beside, M**2 * distances)]
    said = d.algebra(
        parts[0] + determinant0 * M * (2 * beside + M * distances) / divisor**2, sp.Add(*parts),
        because="and its mean, F_2, G_2 and J_2 being the means of these products in coordinates of the source",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(determinant), said.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement, and F_2, G_2 and J_2 by following each batch to the model that it was drawn from."""
    length, size = scenario.retention.length, scenario.sample_size.constant
    products = batch_products(size, length, offset_of(scenario), int(generation))
    shift = minors.number(offset_of(scenario))
    start = minors.given(scenario)[determinant0]
    return {M: size, W: length, delta: shift, t: generation, determinant0: start} | {
        function: lambda x, y, kind=kind: minors.number(products(kind, int(x), int(y)))
        for kind, function in enumerate((F, G, J))
    }


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E det Sigma_t in data units to the fourth; t counts fits. Takes 0.1 s for W = 4, 0.3 s for W = 5 at t = 10^4."""
    values = _shares(scenario, int(generations.max(initial=0)))
    with np.errstate(divide="ignore"):
        return minors.with_logarithm(scenario, np.log(values[generations]))


def _shares(scenario: Scenario, last: int) -> Float[np.ndarray, " T"]:
    retention, size = scenario.retention, scenario.sample_size.constant
    return window_minors(size, retention.length, float(offset_of(scenario)), last)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """Sums over single points of all batches, back to the source, without a law of squares.

    At t = inf those of late fits, which fall or grow.
    """
    if generation == np.inf:
        earlier, later = (minors.reference(scenario, fit) for fit in LATE)
        return mpf("inf") if later > earlier else mpf(0)
    return minors.reference(scenario, generation)


def growth(scenario: Scenario) -> float:
    """What a late fit adds to log E det Sigma_t."""
    return minors_growth(scenario.sample_size.constant, scenario.retention.length, float(offset_of(scenario)))


def settles(scenario: Scenario) -> bool:
    """Whether it is seen if late fits let it fall or grow, of windows whose fits are multiplied."""
    return scenario.retention.length <= WIDEST_MINORS and abs(growth(scenario)) > SEEN


def limit(scenario: Scenario, at: None = None) -> float:
    """0 or infinite; 0 for a singular source."""
    return minors.times_source(scenario, 0.0 if growth(scenario) < 0 else np.inf)


def reach(scenario: Scenario) -> float:
    """Fits that take seconds: a wide window of W batches goes fit by fit through W^4 mean products."""
    length = scenario.retention.length
    return LAST if length <= WIDEST_MINORS else max(FEW, MANY // (length**3 // 8))


def _setting(size: int, length: int, divisor: str, **offset: float) -> Scenario:
    return minors.setting({"kind": "window", "length": length}, size, divisor, **offset)


CLAIM = Claim(
    id="vector-window-determinant",
    title="In the plane, fitted to the last W batches, the expected determinant obeys a linear recursion of products "
    "of batch squares and distances of batch means (t from 1 on)",
    kind=Kind.EXACT,
    statistic="determinant",
    assumptions=minors.vector_policy(IN_THE_PLANE, retains("window"), CONSTANT_SIZE),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    settles=settles,
    reach=reach,
    examples=(
        Example(_setting(8, 3, "mle"), t=(1, 2, 4)),
        Example(_setting(10, 2, "unbiased"), t=(1, 3), simulate=False),
        Example(_setting(4, 2, "offset", offset=0.5), t=(1, 3), simulate=False),
        Example(_setting(6, 1, "mle"), t=(1, 3), algebra=False, simulate=False),
        Example(_setting(2, 2, "mle"), t=(0, 1, 3), algebra=False, simulate=False),
        Example(_setting(10**9, 3, "mle"), t=(1, 2), algebra=False, simulate=False),
        Example(_setting(8, 2, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(_setting(6, 2, "offset", offset=-3.0), t=(np.inf,), algebra=False, simulate=False),
    ),
)  # fmt: skip
