r"""Least squares on $n$ real and $m$ synthetic rows with weights, for few coefficients and many rows.

With weight $w$ on the real rows, $w/n$ on each, and $(1-w)/m$ on each synthetic one, whose labels come from a model
with the squared error $c^2$, the squared error of the fit is
$(1-w)^2c^2+d\left(w^2\sigma_1^2/n+(1-w)^2\sigma_2^2/m\right)$ to leading order in $d/n$ and $d/m$, $\sigma_1^2$ and
$\sigma_2^2$ the variances of the noise in the labels. Weights in proportion to the rows, $w=n/(n+m)$, are plain least
squares. Exactly, with $S_2=S^{1/2}US^{1/2}$ the fit keeps $S^{-1/2}h(U)S^{1/2}$ of the error of the model,
$h(u)=\frac{(1-w)u/m}{w(1-u)/n+(1-w)u/m}$, with U independent of S and of the matrix Beta law.
"""

from functools import lru_cache

from theory.laws.matrix_beta import trace_moments


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


@lru_cache(maxsize=32)
def kept_and_added(weight: float, d: int, real: int, synthetic: int) -> tuple[float, float]:
    """What a fit keeps of the squared error of the model, and adds at the noise 1, exactly; d + 2 rows of each kind.

    Right to 1e-12 for d up to 10.
    """
    one, other, rows = weight / real, (1 - weight) / synthetic, real + synthetic
    _, square, squared_trace = trace_moments(
        synthetic, real, d, lambda u, rest: other * u / (one * rest + other * u)
    )  # fmt: skip
    noise = trace_moments(
        synthetic, real, d, lambda u, rest: (one**2 * rest + other**2 * u) / (one * rest + other * u) ** 2
    )[0]  # fmt: skip
    # h commutes with no S: on average S_ii S^ii is (N-2)/(N-d-1), and S_ij S^ij is -1/(N-d-1), in the basis of h
    return ((rows - 1) * square - squared_trace) / (d * (rows - d - 1)), noise / (rows - d - 1)
