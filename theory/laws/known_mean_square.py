r"""The spread of a variance that is a mean of squares about a known mean: $X_t=Ev_t^2/v_0^2-1$, a linear recursion.

$N$ old points with the mean square $v$, $n$ real and $m$ synthetic ones give $v'=(Nv+v_0\chi^2_n+v\chi^2_m)/P$ and
$$X'=\frac{(N+m)^2+2m}{P^2}X+\frac{2(n+m)}{P^2},\qquad P=N+n+m,$$
as $Ev=v_0$ for ever. Weights, forgetting and coins give other constants; where equal batches are all kept
$1+X_t$ is a product that converges, to $\sinh(\pi\sqrt{2/M})/(\pi\sqrt{2/M})$.
"""

import numpy as np
from jaxtyping import Float

from theory.laws.sums_over_fits import sum_over_fits

Times = Float[np.ndarray, " T"]


def steady(first: float, lost: float, gained: float, t: Times) -> Times:
    """1 + X_t for X_1 = ``first`` and X' = (1 - lost) X + gained; 1 at t = 0; t finite, infinite beyond floats."""
    later = np.maximum(t - 1, 0)
    with np.errstate(over="ignore"):
        if lost == 0:
            spread = first + gained * later
        else:
            left = np.expm1(later * np.log1p(-lost)) if lost < 1 else -np.minimum(later, 1.0)
            spread = first + (first - gained / lost) * left
    return np.where(t > 0, 1 + spread, 1.0)


def accumulated(M: int, first: int, t: Times) -> Times:
    """1 + X_t where batches of M points join ``first`` real ones; t = inf allowed."""
    growth = sum_over_fits(lambda y: np.log1p(2 / (M * y * y)), 2, first / M, np.maximum(t, 1))
    return np.where(t > 0, (1 + 2 / first) * np.exp(growth), 1.0)


def pooled(real: list[int], synthetic: list[int]) -> Times:
    """1 + X_t at t = 0 ... T for batches that join a pool."""
    values, points, spread = [1.0], 0, 0.0
    for n, m in zip(real, synthetic, strict=True):
        P = points + n + m
        spread = (((P - n) ** 2 + 2 * m) * spread + 2 * (n + m)) / P / P
        points = P
        values.append(1 + spread)
    return np.array(values)
