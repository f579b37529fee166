r"""A lower bound of the mean log-determinant where every fit sees fresh real points, one number from fit to fit.

With $A=W_a$ the scatter of fresh real points and $B=W_b$ that of points of a model in units of its covariance Q,
$\det(A+B^{1/2}QB^{1/2})$ is a sum of exponentials of sums of logarithms of eigenvalues of Q with factors that are not
negative: the mean of its logarithm is at least that with $Q=e^\Lambda$, $d\Lambda=E\log\det Q$. In
$\det(A+\gamma B)=\det(A+B)\prod(1-u_i+\gamma u_i)$ both factors are independent and of known law. The squares between
two batches are one more row of the real ones with the weight of the drawn points, in which $\log\det$ is concave.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy import optimize

from theory.laws.determinant_below import HIGHEST, mean_log_scatter
from theory.laws.matrix_beta import spectrum
from theory.laws.wishart_spectrum import gram_spectrum

Points = Float[np.ndarray, " K"]


@dataclass(frozen=True)
class FreshFit:
    """A fit as Lambda -> constant + sum of weights times log(exp(real) + exp(drawn + Lambda))."""

    constant: float
    real: Points
    drawn: Points
    weights: Points

    def __call__(self, bound: float) -> float:
        return self.constant + float(self.weights @ np.logaddexp(self.real, self.drawn + bound))

    def bounds(self, first: float, last: int) -> Float[np.ndarray, " T"]:
        """The bounds after 0, 1, ... ``last`` fits, the first of them to real points alone."""
        found = np.full(last + 1, first)
        found[0] = 0.0
        for t in range(2, last + 1):
            found[t] = self(found[t - 1])
            if found[t] == found[t - 1]:
                found[t:] = found[t]
                break
        return found

    def limit(self, first: float) -> float:
        """Where the bounds lead: the fixed point, or without bound."""
        low, high = (self(end) - end for end in (-HIGHEST, HIGHEST))
        if low < 0 or np.isnan(low):
            return -np.inf
        if high > 0:
            return np.inf
        settled = optimize.brentq(lambda bound: self(bound) - bound, -HIGHEST, HIGHEST, xtol=1e-14, rtol=1e-14)
        return first if abs(self(first) - first) < 1e-15 else float(settled)


def rows(a: int, b: int, d: int) -> FreshFit:
    """(1/d) E log det(W_a + exp(Lambda) W_b) of a real and b drawn rows."""
    constant = float(mean_log_scatter(np.array(a + b + 1), d))
    if constant == -np.inf:
        return FreshFit(-np.inf, np.zeros(1), np.zeros(1), np.zeros(1))
    u, rest, weights = spectrum(b, a, d)
    with np.errstate(divide="ignore"):
        return FreshFit(constant, np.log(rest), np.log(u), weights)


def together(parts: list[tuple[float, FreshFit]], shift: float = 0.0, constant: float = 0.0) -> FreshFit:
    """The mean of such fits by weight, with the drawn rows scaled by exp(shift), and a constant."""
    kept = [(chance, part) for chance, part in parts if chance > 0]
    return FreshFit(
        constant + sum(chance * part.constant for chance, part in kept),
        np.concatenate([part.real for _, part in kept]),
        np.concatenate([part.drawn for _, part in kept]) + shift,
        np.concatenate([chance * part.weights for chance, part in kept]),
    )


def batches(n: int, m: int, d: int) -> list[tuple[float, FreshFit]]:
    """n real and m drawn points about their common mean, as chances and rows."""
    if n == 0 or m == 0:
        return [(1.0, rows(max(n - 1, 0), max(m - 1, 0), d))]
    return [(n / (n + m), rows(n - 1, m - 1, d)), (m / (n + m), rows(n, m - 1, d))]


def mean_log_of_joining(M: int, P: float, offset: float, d: int) -> float:
    """At most E log det F, F = 1 + (W + w zz' - M)/L: its chord over the weight w = 1 - M/P of the last row."""
    L, w = P - 1 + offset, 1 - M / P
    return (1 - w) * _kept(M - 1, L - M, L, d) + w * _kept(M, L - M, L, d)


def _kept(nu: int, kept: float, L: float, d: int) -> float:
    """E log det((c + W_nu)/L)."""
    lines = min(nu, d)
    if not lines:
        return d * float(np.log1p((kept - L) / L))
    values, weights = gram_spectrum(max(nu, d), lines)
    apart = (kept - L + values) / L
    return (d - lines) * float(np.log1p((kept - L) / L)) + lines * float(weights @ np.log1p(apart))
