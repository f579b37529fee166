"""The zonal second moments of a refitted covariance: two combinations that one fit multiplies."""

import sympy as sp

from theory.claims.gaussian.one_fit import mellin, moment_of_factor
from theory.claims.vector.one_fit import scatter_is_wishart
from theory.claims.vector.source import square0, trace0
from theory.derivation import Derivation, Step
from theory.laws.symbols import E, L, M, t

square = sp.Symbol(r"\operatorname{tr}[\Sigma_t^2]", positive=True)
squared_trace = sp.Symbol(r"\operatorname{tr}[\Sigma_t]^2", positive=True)
wide, narrow = 2 * square + squared_trace, squared_trace - square
wide0, narrow0 = 2 * square0 + trace0**2, trace0**2 - square0
wide_factor, narrow_factor = (M**2 - 1) / L**2, (M - 1) * (M - 2) / L**2


def zonal_moments(d: Derivation) -> tuple[Step, Step]:
    """E of 2 tr Sigma_t^2 + (tr Sigma_t)^2 and of (tr Sigma_t)^2 - tr Sigma_t^2, each a power."""
    scatter_is_wishart(d)
    own = moment_of_factor(
        d, mellin(d), sp.Integer(2), wide_factor,
        "where Sigma_t is diagonal with entries q_i, L Sigma_(t+1) has the diagonal entries q_i X_i, each X_i a "
        "chi-square with M-1 degrees of freedom: this is the factor of E q_i^2",
    )  # fmt: skip
    both = d.algebra(
        (M - 1) ** 2 / L**2 - (M - 1) / L**2, narrow_factor,
        because="for i and j apart, X_i and X_j are independent, and the entry between is the root of q_i q_j times a "
        "sum of M-1 independent products of two standard normals: E q_i q_j gets the first factor, the squared entry "
        "the second, and their difference, a minor of two rows, this one",
    )  # fmt: skip
    # sum_i q_i^2 and sum_{i != j} q_i q_j, after one fit, in tr Sigma_t^2 and (tr Sigma_t)^2
    squares, products = own * square, squared_trace - square
    next_square = squares + (M - 1) / L**2 * products
    next_trace = squares + (M - 1) ** 2 / L**2 * products
    d.algebra(
        2 * next_square + next_trace, wide_factor * wide,
        because="summed over the entries, given Sigma_t: the expectation of 2 tr[Sigma^2] + (tr Sigma)^2 after one fit",
        source="muirhead1982",
    )  # fmt: skip
    d.algebra(
        next_trace - next_square, both.rhs * narrow,
        because="and of (tr Sigma)^2 - tr[Sigma^2], the sum of all minors of two rows", source="muirhead1982",
    )  # fmt: skip
    return (
        d.solves(
            E(wide), wide0 * wide_factor**t, index=t, next_value=wide_factor * E(wide), initial=(0, wide0),
            because="so the first is a power",
        ),
        d.solves(
            E(narrow), narrow0 * narrow_factor**t, index=t, next_value=narrow_factor * E(narrow), initial=(0, narrow0),
            because="and the second is one of another factor (0^0 is 1, where M = 2)",
        ),
    )  # fmt: skip
