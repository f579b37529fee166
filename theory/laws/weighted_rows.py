r"""Least squares on $n$ real and $m$ synthetic rows with weights, for few coefficients and many rows.

With weight $w$ on the real rows, $w/n$ on each, and $(1-w)/m$ on each synthetic one, whose labels come from a model
with the squared error $c^2$, the squared error of the fit is
$(1-w)^2c^2+d\left(w^2\sigma_1^2/n+(1-w)^2\sigma_2^2/m\right)$ to leading order in $d/n$ and $d/m$, $\sigma_1^2$ and
$\sigma_2^2$ the variances of the noise in the labels. Weights in proportion to the rows, $w=n/(n+m)$, are plain least
squares.
"""


def squared_error(weight: float, d: int, real: int, synthetic: int, noise: tuple[float, float], before: float) -> float:
    """The squared error of the fit from that of the model ``before``; ``noise``: of real and of synthetic labels."""
    return (1 - weight) ** 2 * before + added(weight, d, real, synthetic, noise)


def added(weight: float, d: int, real: int, synthetic: int, noise: tuple[float, float]) -> float:
    """What the noise of the labels adds to the squared error."""
    return d * (weight**2 * noise[0] / real + (1 - weight) ** 2 * noise[1] / synthetic)


def best_weight(d: int, real: int, synthetic: int, noise: tuple[float, float], before: float) -> float:
    """The weight on the real rows with the least squared error of one fit; 1 - w falls as 1/c^2 for a bad model."""
    against = before + d * noise[1] / synthetic
    return against / (against + d * noise[0] / real)
