r"""Whether a walk with steps $\log(\chi^2_{M_k-1}/L_k)$ of listed sizes ever rises above y, fit by fit.

The density of the walks that have stayed below is carried along: of its mass a part leaves in each fit, and the rest is
folded with the law of the next. Nystrom's method on Gauss-Legendre panels that resolve the narrowest step, down to
where nothing comes back from.
"""

import math

import numpy as np
from jaxtyping import Float

from theory.laws.first_passage import NODES, PANEL, Step, panels

DEPTH = 8.5  # standard deviations of the whole walk below the level from which nothing comes back
MOST_WORK = 3e6  # products of nodes over all fits: a second


def rises_above(y: float, sizes: tuple[int, ...], offset: float) -> float:
    """P(max over the fits > y), from 0; 1 for y < 0. Right to 1e-11 of itself where it is above 1e-12."""
    if y < 0:
        return 1.0
    steps = [Step(size, offset) for size in sizes]
    points, weights = panels(_ends(y, steps))
    left = float(steps[0].above(np.array([y]))[0])
    density = steps[0].density(points)
    for step in steps[1:]:
        left += float((weights * density) @ step.above(y - points))
        density = step.density(points[:, None] - points[None, :]) @ (weights * density)
    return left


def work(y: float, sizes: tuple[int, ...], offset: float) -> float:
    """Products of nodes that this takes."""
    nodes = NODES * (len(_ends(max(y, 0.0), [Step(size, offset) for size in sizes])) - 1)
    return float(nodes**2 * max(0, len(sizes) - 1))


def _ends(y: float, steps: list[Step]) -> Float[np.ndarray, " P"]:
    narrowest = min(min(PANEL, 2.0 * math.sqrt(step.a)) * step.sd for step in steps)
    depth = DEPTH * math.sqrt(math.fsum(step.sd**2 for step in steps)) + max(0.0, sum(step.shift for step in steps))
    return np.linspace(y - depth, y, max(1, math.ceil(depth / narrowest)) + 1)
