"""What claims about second moments of a covariance under all policies share: a number on the line, one in the plane.

In coordinates in which the source is N(0, I) the law of a model's covariance V does not change with a rotation, so that
E V_ij V_kl = p [ij][kl] + q ([ik][jl] + [il][jk]), [ij] = 1 for i = j. On the line p + 2q is E V^2, and p - q is E det
V in the plane: both are statistics that other claims know.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Assumption, Example
from theory.claims.assumptions import FAITHFUL, MOMENTS, SEVERAL_DIMENSIONS, UNDISTURBED
from theory.claims.exact_claims import exact_claim, reach_of, settles
from theory.claims.vector import minors
from theory.claims.vector.minors import SQUARE_PLANE, setting
from theory.claims.vector.one_fit import projection
from theory.claims.vector.plane import two_moments
from theory.claims.vector.projected_mean_squared_error import line
from theory.claims.vector.source import SHEET, SPACE, exact_covariance, square0, square_and_minors, trace0
from theory.derivation import Derivation
from theory.laws.symbols import t
from theory.scenario import Scenario

SQUARE, DETERMINANT = "variance_second_moment", "determinant"
on_the_line, in_the_plane = sp.Function("R_1", positive=True), sp.Function("Delta_2", positive=True)
COVERED = (
    SEVERAL_DIMENSIONS, MOMENTS, FAITHFUL, UNDISTURBED,
    Assumption(
        f"an exact claim covers {SQUARE} on the line",
        lambda s: SEVERAL_DIMENSIONS.holds(s) and exact_claim(line(s), SQUARE) is not None,
    ),
    Assumption(
        f"an exact claim covers {DETERMINANT} in the plane",
        lambda s: SEVERAL_DIMENSIONS.holds(s) and exact_claim(plane(s), DETERMINANT) is not None,
    ),
)  # fmt: skip


def plane(scenario: Scenario) -> Scenario:
    """The same policy, sizes and estimator in the plane, for the source N(0, I)."""
    return scenario.model_copy(update={"source": SQUARE_PLANE})


def two_numbers(d: Derivation) -> tuple[sp.Expr, sp.Expr]:
    """The steps to p and q; returns them."""
    p, q, phi = sp.symbols("p q varphi", real=True)
    v11, v22, v12, x1, x2 = sp.symbols("v_11 v_22 v_12 x_1 x_2", real=True)
    projection(d)
    d.algebra(
        sp.Matrix([[x1**2, x1 * x2], [x1 * x2, x2**2]]).subs({x1: v11 * x1 + v12 * x2, x2: v12 * x1 + v22 * x2},
        simultaneous=True)[0], v11**2 * x1**2 + 2 * v11 * v12 * x1 * x2 + v12**2 * x2**2,
        because="a fit to points A x has the covariance A V A': the policy knows no coordinates, so that Sigma_t is "
        "A V A' with Sigma_0 = A A' and V the covariance for the source N(0, I), here the first entry for x x'",
    )  # fmt: skip
    one, other = sp.Matrix([sp.cos(phi), sp.sin(phi)]), sp.Matrix([-sp.sin(phi), sp.cos(phi)])
    V = sp.Matrix([[v11, v12], [v12, v22]])
    first, second, beside = ((x.T * V * y)[0] for x, y in ((one, one), (other, other), (one, other)))

    def mean(expression: sp.Expr) -> sp.Expr:
        numbers = {(2, 0, 0): p + 2 * q, (0, 2, 0): p + 2 * q, (0, 0, 2): q, (1, 1, 0): p}
        terms = sp.Poly(sp.expand(expression), v11, v22, v12).terms()
        return sp.Add(*(coefficient * numbers.get(powers, 0) for powers, coefficient in terms))

    d.algebra(
        mean(first**2), p + 2 * q,
        because="the law of V does not change with a rotation of N(0, I). Its mean products are then E V_11^2 = p + "
        "2q, E V_11 V_22 = p, E V_12^2 = q with two numbers p and q, all others 0: here E V_11^2 after a rotation by "
        "varphi. On the line that is R_1 = p + 2q",
    )  # fmt: skip
    d.algebra(
        mean(first * second - beside**2), p - q,
        because="and the mean determinant of two coordinates, Delta_2 = p - q in the plane: so p = (R_1 + 2 Delta_2)/3 "
        "and q = (R_1 - Delta_2)/3",
    )  # fmt: skip
    R, D = on_the_line(t), in_the_plane(t)
    return (R + 2 * D) / 3, (R - D) / 3


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The two numbers by the statements of the claims about them."""
    values = []
    for one, statistic in ((line(scenario), SQUARE), (plane(scenario), DETERMINANT)):
        claim = exact_claim(one, statistic)
        assert claim is not None
        values.append(sp.Float(claim.algebra_value(one, int(generation)), 40))
    covariance = exact_covariance(scenario)
    return {
        t: generation, trace0: covariance.trace(), square0: (covariance * covariance).trace(),
        on_the_line: lambda generation: values[0], in_the_plane: lambda generation: values[1],
    }  # fmt: skip


def combined(scenario: Scenario, R: Float[np.ndarray, " T"], D: Float[np.ndarray, " T"], crossed: float) -> np.ndarray:
    """R (2 p_2 + p_1^2)/3 + crossed D (p_1^2 - p_2)/3, in data units to the fourth; infinite where R is.

    As R p_2 + (R + crossed D)(p_1^2 - p_2)/3: for crossed = -1 what cancels is small beside R p_2.
    """
    squares, both, unit = square_and_minors(scenario)
    with np.errstate(over="ignore", invalid="ignore"):
        value = (R * squares + (R + crossed * D) * (both / 3)) * unit * unit
    return np.where(np.isinf(R), np.inf, value)


def evaluated(scenario: Scenario, generations: Int[np.ndarray, " T"], crossed: float) -> Float[np.ndarray, " T"]:
    """The combination at finite t."""
    numbers = []
    for one, statistic in ((line(scenario), SQUARE), (plane(scenario), DETERMINANT)):
        claim = exact_claim(one, statistic)
        assert claim is not None
        numbers.append(np.asarray(claim.evaluate(one, generations, None)))
    return combined(scenario, *numbers, crossed)


def settled(scenario: Scenario, crossed: float) -> float:
    """The combination of the two limits."""
    limits = []
    for one, statistic in ((line(scenario), SQUARE), (plane(scenario), DETERMINANT)):
        claim = exact_claim(one, statistic)
        assert claim is not None
        assert claim.limit is not None
        limits.append(np.asarray(float(claim.limit(one, None))))
    return float(combined(scenario, *limits, crossed))


def knows_limits(scenario: Scenario) -> bool:
    return settles(SQUARE)(line(scenario)) and settles(DETERMINANT)(plane(scenario))


def reach(scenario: Scenario) -> float:
    return min(reach_of(SQUARE)(line(scenario)), reach_of(DETERMINANT)(plane(scenario)))


def references(scenario: Scenario, generation: float) -> tuple[mpf, mpf]:
    """E tr Sigma_t^2 and E (tr Sigma_t)^2 from p and q by sums over single points."""
    covariance = exact_covariance(scenario)
    whole, squares = covariance.trace() ** 2, (covariance * covariance).trace()
    p, q = two_moments(scenario, generation)
    with mpmath.workdps(minors.STATE_DIGITS):
        whole, squares = mpf(int(whole.p)) / int(whole.q), mpf(int(squares.p)) / int(squares.q)
        return p * squares + q * (whole + squares), p * whole + 2 * q * squares


RUNNING_OUT = {"kind": "pool", "real": [6, 2, 0, 3], "synthetic": [0, 3, 5, 1]}
GROWING = {"kind": "polynomial", "size": 10, "power": 1.0}
WITH_WEIGHT, WITHOUT = ({"kind": "weighted", "weight": 0.3, "real": n, "synthetic": m} for n, m in ((10, 15), (5, 8)))
STRATIFIED, FIXED = ({"kind": "real_share", "scheme": scheme, "real": 3} for scheme in ("stratified", "fixed"))
BY_CHANCE = {"kind": "real_share", "scheme": "iid", "share": 0.25}
EXAMPLES = (  # those that are simulated are scenarios of the claims about the determinant, whose runs they share
    Example(setting({"kind": "accumulate"}, 10, "mle", SPACE), t=(1, 2, 6)),
    Example(setting({"kind": "forgetting", "rate": 0.3}, 10, "unbiased", SPACE), t=(1, 2, 6)),
    Example(setting(WITH_WEIGHT, None, "mle", SPACE), t=(2, 5)),
    Example(setting({"kind": "replace"}, GROWING, "unbiased", SPACE), t=(0, 1, 5)),
    Example(setting(STRATIFIED, 10, "mle", SPACE), t=(1, 2, 6), algebra=False),
    Example(setting(BY_CHANCE, 8, "mle", SPACE), t=(1, 2, 4), algebra=False),
    Example(setting({**FIXED, "real": 5}, 12, "mle", SPACE), t=(1, 2, 6), algebra=False),
    Example(setting(RUNNING_OUT, None, "mle", SPACE), t=(2, 3, 4), algebra=False),
    Example(setting({"kind": "window", "length": 3}, 8, "mle"), t=(1, 2, 4), algebra=False),
    Example(setting({"kind": "window", "length": 2}, 12, "unbiased", SPACE), t=(1, 3), algebra=False, simulate=False),
    Example(setting(STRATIFIED, 10, "unbiased", SPACE), t=(0, 3, np.inf), algebra=False, simulate=False),
    Example(setting(FIXED, 10, "mle", SPACE), t=(4,), algebra=False, simulate=False),
    Example(setting(WITHOUT, None, "mle", SHEET), t=(0, 1, np.inf), algebra=False, simulate=False),
    Example(setting({"kind": "forgetting", "rate": 0.4}, 20, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
    Example(
        setting({"kind": "accumulate_subsample", "replacement": True}, 8, "unbiased", SPACE), t=(1, 4), algebra=False,
        simulate=False,
    ),
)  # fmt: skip
