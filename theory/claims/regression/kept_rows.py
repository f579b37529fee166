r"""What claims about real rows that are kept for ever share: conditions, and the true risk in few dimensions.

$f$ is the error of a fit to the real rows alone, with the Gram matrix $S_1$. Every later fit errs by
$e_{t+1}=S^{-1}(S_1f+S_2e_t+X_2'\epsilon)$, which pulls it to $f$ and not to 0. The references average what that gives
over the spectrum of $S^{-1}S_2$ on one design, and over the one real sum of squares in one dimension on new rows.
"""

from functools import cache

import numpy as np
from jaxtyping import Float
from mpmath import mpf

from theory.claim import Assumption
from theory.claims.assumptions import CONSTANT_SIZE, FAITHFUL, REGRESSION, UNDISTURBED, shares_real
from theory.claims.regression.least_squares import inverse_trace, numbers
from theory.scenario import Scenario, parse_scenario

ENOUGH_KEPT = Assumption(
    "there are at least d + 2 real rows in d dimensions",
    lambda s: (
        s.family == "regression" and s.retention.kind == "real_share" and s.sample_size is not None
        and s.retention.real_points(s.first_size) >= s.source.dimension + 2
    ),
)  # fmt: skip
KEPT_ROWS = (REGRESSION, shares_real("fixed"), CONSTANT_SIZE, ENOUGH_KEPT, FAITHFUL, UNDISTURBED)
NODES = (120, 120, 60)  # in each of one, two and three dimensions

Grid = tuple[Float[np.ndarray, " G"], Float[np.ndarray, " G"]]


def real_rows(scenario: Scenario) -> int:
    """n, the number of real rows."""
    return scenario.retention.real_points(scenario.sample_size.constant)


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """E R_t by quadrature; on new rows for d = 1, on one design for d = 1, 2 and 3. ``generation`` may be inf."""
    size, d, noise = numbers(scenario)
    n, reused = real_rows(scenario), scenario.source.design == "reused"
    if generation == 0:
        return mpf(0)
    if n == size:
        return mpf(repr(noise)) * inverse_trace(size, d)
    value = _one_design(size, d, n, generation) if reused else _new_rows(size, d, n, generation)
    return mpf(repr(noise)) * mpf(value)


def _one_design(M: int, d: int, n: int, t: float) -> float:
    """E trace S^(-1) times the mean over eigenvalues u of (1-u^t)^2/(1-u) + u (1-u^2t)/(1-u^2)."""
    u, weight = spectrum(M - n, n, d)
    risk = (1 - u**t) ** 2 / (1 - u) + u * (1 - u ** (2 * t)) / (1 - u**2)
    return d / (M - d - 1) * float(weight @ risk)


def spectrum(m: int, n: int, d: int) -> Grid:
    """An eigenvalue of the matrix Beta law with m and n rows: points and weights; errors as ``eigenvalues`` raises."""
    u, weight = eigenvalues(m, n, d)
    return u.ravel(), np.tile(weight, d) / d


@cache
def eigenvalues(m: int, n: int, d: int) -> tuple[Float[np.ndarray, "d G"], Float[np.ndarray, " G"]]:
    """All d eigenvalues of the matrix Beta law, the largest first, and weights: Gauss and Legendre in each.

    Raises ValueError beyond three dimensions, where their joint density has too many points.
    """
    if d > len(NODES):
        raise ValueError(f"the joint law of the eigenvalues is added up for at most {len(NODES)} dimensions, got {d}")
    angle, w = np.polynomial.legendre.leggauss(NODES[d - 1])
    angle, w = np.pi * (angle + 1) / 4, np.pi * w / 4
    x, w = np.sin(angle) ** 2, w * np.sin(2 * angle)  # half-integer powers at both ends become whole ones
    parts = np.meshgrid(*[x] * d, indexing="ij")
    u = np.cumprod([part.ravel() for part in parts], axis=0)  # each a part of the one before
    weight = np.prod([part.ravel() for part in np.meshgrid(*[w] * d, indexing="ij")], axis=0)
    weight = weight * np.prod(u[:-1], axis=0)
    for i in range(d):
        for j in range(i):
            weight = weight * (u[j] - u[i])
    weight = weight * np.prod(u ** ((m - d - 1) / 2) * (1 - u) ** ((n - d - 1) / 2), axis=0)
    return u, weight / weight.sum()


def _new_rows(M: int, d: int, n: int, t: float) -> float:
    """Given s, the sum of squares of the real rows, a linear recursion; then the mean over s."""
    if d != 1:
        raise ValueError(f"with new rows the true risk is added up in one dimension, got {d}")
    (s, weight), (c, part) = chi_square_grid(n), chi_square_grid(M - n)
    pull = c / (s[:, None] + c)  # the part of the old error that is kept
    once, twice = pull @ part, pull**2 @ part
    noise = (c / (s[:, None] + c) ** 2) @ part
    risk = (1 - 2 * once**t + twice**t) / s + noise * (1 - twice**t) / (1 - twice)
    return float(weight @ risk)


def chi_square_grid(nu: int) -> Grid:
    """Points and weights of the trapezoidal rule in y = log(x/nu), where the density is exp(nu (y - e^y)/2)."""
    a = nu / 2
    y = np.linspace(-40 / a - 9 / np.sqrt(a), min(9 / np.sqrt(a), 4.5) + 1 / a, 300)
    log_density = a * (y - np.exp(y) + 1)
    weight = np.exp(log_density)
    return nu * np.exp(y), weight / weight.sum()


def setting(rows: int, d: int, real: int, design: str, noise: float = 2.25) -> Scenario:
    """A scenario for the examples."""
    return parse_scenario({
        "source": {"kind": "regression", "dimension": d, "noise_variance": noise, "design": design},
        "sample_size": {"kind": "constant", "size": rows},
        "retention": {"kind": "real_share", "scheme": "fixed", "real": real},
    })  # fmt: skip
