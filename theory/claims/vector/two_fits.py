r"""What is true after two fits in the plane: means over a lattice of chains, which is right to about $10^{-3}$.

The points $\{n\alpha\}$ with powers of one irrational number fill the cube evenly; quantiles turn them into the normal
and chi-square variables of two fits, and triangular factors those into scatters. Bounds that are compared with such a
mean are looser than its error.
"""

from collections.abc import Iterator
from functools import cache

import numpy as np
from jaxtyping import Float
from scipy import special

from theory.claims.gaussian.real_share import offset_of
from theory.claims.vector.source import eigenvalues, rank
from theory.scenario import Scenario

CHAINS, NUMBERS = 2**15, 15
Matrices = Float[np.ndarray, "R 2 2"]
Vectors = Float[np.ndarray, "R 2"]


@cache
def second_fit(scenario: Scenario) -> tuple[Matrices, Vectors]:
    """Covariance and mean of model 2 in each chain, for the source N(0, I) in the plane."""
    retention, first, divide = scenario.retention, scenario.first_size, scenario.estimator.divide_by
    draws = iter(_lattice().T)
    factor = _triangular(first - 1, draws)
    old, mean = factor @ factor.transpose(0, 2, 1), _normal(draws) / np.sqrt(first)
    root = factor / np.sqrt(divide(first))
    n, m, before = _batches(scenario)
    fresh, drawn = _triangular(n - 1, draws), root @ _triangular(m - 1, draws)
    real, made = fresh @ fresh.transpose(0, 2, 1), drawn @ drawn.transpose(0, 2, 1)
    own = _normal(draws) / np.sqrt(max(n, 1))
    other = mean + np.einsum("rij,rj->ri", root, _normal(draws)) / np.sqrt(max(m, 1))
    if retention.kind == "weighted":
        w = retention.weight
        return w * real / divide(n) + (1 - w) * made / divide(m), w * own + (1 - w) * other
    sizes, means = (before, n, m), (mean, own, other)
    whole = sum(sizes)
    centre = sum(size * one for size, one in zip(sizes, means, strict=True)) / whole
    scatter = (old if before else 0.0) + real + made
    for size, one in zip(sizes, means, strict=True):
        scatter = scatter + size * (one - centre)[:, :, None] * (one - centre)[:, None, :]
    return scatter / (whole - 1 + float(offset_of(scenario))), centre


def knows(scenario: Scenario) -> bool:
    """Whether the second fit is one of these."""
    retention = scenario.retention
    return rank(scenario) == 2 and (
        retention.kind in ("weighted", "accumulate", "replace")
        or (retention.kind == "pool" and retention.budget is None)
        or (retention.kind == "real_share" and retention.scheme == "stratified")
    )


def squared_distances(scenario: Scenario) -> Float[np.ndarray, " R"]:
    """W_2^2 of model 2 and the source in each chain: of a matrix of two rows the roots are those of trace and minor."""
    (covariance, mean), spectrum = second_fit(scenario), eigenvalues(scenario)
    seen = covariance * spectrum[:, None] * spectrum
    determinant = np.maximum(np.linalg.det(seen), 0.0)
    roots = np.sqrt(np.trace(seen, axis1=1, axis2=2) + 2 * np.sqrt(determinant))
    return (mean**2) @ spectrum + np.einsum("rii,i->r", covariance, spectrum) + spectrum.sum() - 2 * roots


def _batches(scenario: Scenario) -> tuple[int, int, int]:
    """Fresh real points, drawn ones and those of the first fit that are still there."""
    retention = scenario.retention
    if retention.kind == "weighted":
        return retention.real, retention.synthetic, 0
    if retention.kind == "pool":
        return retention.real_points(2), retention.synthetic_points(2), scenario.first_size
    M = scenario.sample_size.constant
    if retention.kind in ("accumulate", "replace"):
        return 0, M, scenario.first_size if retention.kind == "accumulate" else 0
    n = retention.real_points(M)
    return n, M - n, 0


@cache
def _lattice() -> Float[np.ndarray, "R N"]:
    """Powers of the root of x^(N+1) = x + 1, folded so that means of smooth functions converge faster."""
    root = 1.0
    for _ in range(60):
        root = (1 + root) ** (1 / (NUMBERS + 1))
    steps = root ** -np.arange(1.0, NUMBERS + 1)
    places = (0.5 + np.arange(1, CHAINS + 1)[:, None] * steps) % 1.0
    return np.clip(1 - np.abs(2 * places - 1), 1e-12, 1 - 1e-12)


def _normal(draws: Iterator[np.ndarray]) -> Vectors:
    return special.ndtri(np.stack([next(draws), next(draws)], axis=1))


def _triangular(nu: int, draws: Iterator[np.ndarray]) -> Matrices:
    """Bartlett's factor of a scatter of nu degrees of freedom, 0 for none."""
    uniform = [next(draws) for _ in range(3)]
    factor = np.zeros((CHAINS, 2, 2))
    for place, degrees in ((0, nu), (1, nu - 1)):
        if degrees > 0:
            factor[:, place, place] = np.sqrt(2 * special.gammaincinv(degrees / 2, uniform[place]))
    if nu > 0:
        factor[:, 1, 0] = special.ndtri(uniform[2])
    return factor
