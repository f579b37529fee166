r"""With each point real by its own coin the second moments close as well: the points are a sample of one mixture.

The sample variance of $M$ independent points needs four central moments of their law; those of a mixture of two
Gaussians are polynomials in the variance and the displacement of the model, of which six means suffice. It settles
where the spectral radius of their recursion is below 1.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int

from theory.claim import Claim, Example, Kind
from theory.claims.gaussian import real_share_squares
from theory.claims.gaussian.mixed_fit import b
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.real_share import gaussian_with_real_share, offset_of, setting, share_of
from theory.claims.gaussian.real_share_squares import averaged, dev, var
from theory.derivation import Derivation
from theory.laws.gaussian_mixing_squares import iid_step, mean_square, settled_square
from theory.laws.symbols import E, L, M, alpha, t, v0
from theory.scenario import Scenario

m2, m3, m4 = sp.symbols("m_2 m_3 m_4", real=True)  # central moments of one point
CENTRAL = {
    m2: alpha * v0 + b * var + alpha * b * dev**2,
    m3: 3 * alpha * b * (var - v0) * dev + alpha * b * (alpha - b) * dev**3,
    m4: alpha * (3 * v0**2 + 6 * v0 * b**2 * dev**2 + b**4 * dev**4)
    + b * (3 * var**2 + 6 * var * alpha**2 * dev**2 + alpha**4 * dev**4),
}
SQUARES = (M - 1) ** 2 * m4 / M + (M - 1) * (M**2 - 2 * M + 3) * m2**2 / M  # E of the squared sum of squares
WITH_MEAN = (M - 1) * m4 / M**2 + (M - 1) * (M - 3) * m2**2 / M**2  # E of it times the square of the mean's error
FOURTH = (m4 + 3 * (M - 1) * m2**2) / M**3


def one_fit() -> tuple[sp.Expr, ...]:
    """The means of v, d^2, v^2, v d^2 and d^4 after a fit, given v and d before it."""
    shift = b * dev  # of the mean of a point
    means = (
        (M - 1) * m2 / L,
        shift**2 + m2 / M,
        SQUARES / L**2,
        (shift**2 * (M - 1) * m2 + 2 * shift * (M - 1) * m3 / M + WITH_MEAN) / L,
        shift**4 + 6 * shift**2 * m2 / M + 4 * shift * m3 / M**2 + FOURTH,
    )
    return tuple(sp.expand(mean.subs(CENTRAL)) for mean in means)


def derive() -> Derivation:
    """Central moments of the mixture, those of a sample's sum of squares and mean, and what one fit makes of them."""
    d = Derivation("Given the model, the M points are independent with the law of one mixture.")
    x = sp.Symbol("x", real=True)
    spread, centre = sp.Symbol("sigma", positive=True), sp.Symbol("c", real=True)
    density = sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi)
    moments = {
        2: spread**2 + centre**2,
        3: 3 * spread**2 * centre + centre**3,
        4: 3 * spread**4 + 6 * spread**2 * centre**2 + centre**4,
    }
    for power, moment in moments.items():
        d.algebra(
            sp.Integral((centre + spread * x) ** power * density, (x, -sp.oo, sp.oo)), moment,
            because=f"the moment of order {power} of a normal variable with mean c and standard deviation sigma",
        )  # fmt: skip
    for (power, moment), (symbol, closed) in zip(moments.items(), CENTRAL.items(), strict=True):
        real = moment.subs(spread, sp.sqrt(v0)).subs(centre, -b * dev)
        synthetic = moment.subs(spread, sp.sqrt(var)).subs(centre, alpha * dev)
        d.algebra(
            alpha * real + b * synthetic, closed,
            because=f"{symbol}, the central moment of order {power} of one point: the mean of the mixture is off by "
            "(1 - alpha) d from mu_0",
        )  # fmt: skip
    of_squares, of_mean = M * m4 + M * (M - 1) * m2**2, M * m4 + 3 * M * (M - 1) * m2**2
    d.algebra(
        of_squares - 2 * of_squares / M + of_mean / M**2, SQUARES,
        because="with P the sum of squares of M independent centred points and T their sum: E (P - T^2/M)^2, as "
        "E P^2 = E P T^2 = M m_4 + M(M-1) m_2^2 and E T^4 = M m_4 + 3M(M-1) m_2^2",
    )  # fmt: skip
    d.algebra(of_squares / M**2 - of_mean / M**3, WITH_MEAN, because="and E (P - T^2/M) (T/M)^2")
    closed = one_fit()[2]
    d.algebra(
        SQUARES.subs(CENTRAL) / L**2, closed,
        because="so E v_t^2 given the model before, with the moments of the mixture put in",
    )  # fmt: skip
    said = averaged(closed)
    d.algebra(
        said, sp.Mul(1 / L**2, sp.expand(L**2 * said), evaluate=False),
        because="averaged over the model: U, D, R, Q, B are the means of v, d^2, v^2, v d^2, d^4",
    )  # fmt: skip
    return d.concludes(sp.Eq(E(v(t) ** 2), said, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    return real_share_squares.bindings(one_fit, scenario, generation)


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """E v_t^2 in data units to the fourth; t counts fits."""
    return scenario.source.variance**2 * mean_square(_step(scenario), generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """The stationary value, exact; infinite unless the spectral radius is below 1. Share 0 is replacement."""
    size, offset = scenario.sample_size.constant, offset_of(scenario)
    if not share_of(scenario):
        rate = (size**2 - 1) - (size - 1 + offset) ** 2
        return 0.0 if rate < 0 else np.inf
    return scenario.source.variance**2 * float(settled_square(_step(scenario)))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpmath.mpf:
    """That of fits with fixed numbers of real points, by quadrature, averaged over the coins of each generation."""
    return real_share_squares.reference(scenario, generation)


def _step(scenario: Scenario):
    return iid_step(scenario.sample_size.constant, share_of(scenario), offset_of(scenario))


CLAIM = Claim(
    id="gaussian-iid-real-share-variance-second-moment",
    title="With each point real by chance the second moment of the variance follows a linear recursion of six means "
    "(t from 1 on)",
    kind=Kind.EXACT,
    statistic="variance_second_moment",
    assumptions=gaussian_with_real_share("iid"),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting("iid", 6, "mle", share=0.25), t=(1, 2, 5, 20)),
        Example(setting("iid", 12, "unbiased", share=0.4), t=(1, 2, 10)),
        Example(setting("iid", 8, "offset", offset=0.5, share=0.5), t=(1, 3, 8)),
        Example(setting("iid", 20, "mle", share=0.1), t=(1, 1_000_000, np.inf), algebra=False, simulate=False),
        Example(setting("iid", 10, "unbiased", share=0.05), t=(np.inf,), algebra=False, simulate=False),
        Example(setting("iid", 2, "mle", share=0.5), t=(1, 2, 30, np.inf), algebra=False, simulate=False),
        Example(setting("iid", 5, "mle", share=0.0), t=(1, 30, np.inf), algebra=False, simulate=False),
        Example(setting("iid", 5, "unbiased", share=1.0), t=(1, 2, np.inf), algebra=False, simulate=False),
        Example(setting("iid", 6, "mle", share=0.25), t=(0,), algebra=False, simulate=False),
    ),
)  # fmt: skip
