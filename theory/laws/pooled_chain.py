r"""The law of a Gaussian chain whose models are fitted to everything so far: any smooth mean, by a few points per fit.

Mean $\mu$ and variance $v$ of model t are the pool's own: with $P$ points in it, $m$ synthetic and $n$ real ones join,
$$L'v'=Lv+vY+\tfrac P{P+m}v\zeta^2+X+\tfrac{n(P+m)}N\eta^2,\qquad
\mu'=\mu+\tfrac{\sqrt{mv}}{P+m}\zeta-\tfrac nN\eta,\qquad\eta=\mu+\tfrac{\sqrt{mv}}{P+m}\zeta-\tfrac\xi{\sqrt n},$$
$N=P+m+n$, $X$ and $Y$ chi-squares with $n-1$ and $m-1$ degrees of freedom, $\zeta$ and $\xi$ standard normal, all
independent. Two steps, of the synthetic and of the real points, each take the law, as weights at the Gauss nodes of
$v^{1/8}$ and of $\mu^2$, to that at new nodes. In units of the source, the mean from its mean.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy import special

from theory.laws.chi_square import exponential_remainder
from theory.laws.gauss_nodes import GaussNodes
from theory.laws.period_series import chance_of_straying

BENT = 8.0  # v^(1/8) is nearly normal for small samples, and log v, sqrt v and 1/v are smooth in it
ATOMS = 300  # of a fine rule for a chi-square
HALVES = 0.08 * np.arange(150) + 0.04
Nodes = tuple[Float[np.ndarray, " Q"], Float[np.ndarray, " Q"]]


def bent(log_variance: Float[np.ndarray, "*Q"]) -> Float[np.ndarray, "*Q"]:
    """8 (v^(1/8) - 1), near log v for v near 1."""
    return BENT * np.expm1(log_variance / BENT)


def straight(place: Float[np.ndarray, "*Q"]) -> Float[np.ndarray, "*Q"]:
    """log v from it."""
    return BENT * np.log1p(place / BENT)


def log_chi_square(degrees: int) -> Nodes:
    """Points of the logarithm of a chi-square over its degrees of freedom, with weights: a fine trapezoidal rule."""
    a = degrees / 2
    sd = math.sqrt(float(special.polygamma(1, a)))
    y = np.linspace(-9 * sd - 38 / a, 9 * sd, ATOMS)
    return y, np.exp(-a * exponential_remainder(y))


def excess_nodes(size: int, beside: float, count: int) -> Nodes:
    """A chi-square of size - 1 degrees less ``size``, where it is added to ``beside`` more; nodes and weights."""
    if size == 1:
        return np.array([-1.0]), np.ones(1)
    y, weights = log_chi_square(size - 1)
    whole = beside + size - 1
    rule = GaussNodes(bent(np.log1p((size - 1) * np.expm1(y) / whole)), weights, count)
    return whole * np.expm1(straight(rule.nodes)) - 1, rule.weights


@dataclass(frozen=True)
class Resolution:
    """Nodes of variance, mean and a chi-square; points of a trapezoidal rule for a normal variable, and its reach."""

    variances: int
    means: int
    squares: int
    normals: int
    reach: float

    @property
    def normal(self) -> Nodes:
        """Points of a normal variable, with weights."""
        places = np.linspace(-self.reach, self.reach, self.normals)
        likely = np.exp(-(places**2) / 2)
        return places, likely / likely.sum()


EVEN, FINE_IN_MEAN = Resolution(20, 7, 16, 33, 8.0), Resolution(8, 34, 10, 67, 11.0)


@dataclass(frozen=True)
class PoolLaw:
    """log v and |mu| at nodes, weights of both (of either sign) and positive ones of each alone that are near."""

    log_variance: Float[np.ndarray, " V"]
    mean: Float[np.ndarray, " M"]
    weight: Float[np.ndarray, "V M"]
    of_variance: Float[np.ndarray, " V"]
    of_mean: Float[np.ndarray, " M"]

    def after_synthetic(self, old: int, drawn: int, kept: float, resolution: Resolution) -> "PoolLaw":
        """With synthetic points: the squares of the old ones are ``kept`` v, those of all are over kept + m."""
        (Y, chance), (z, likely) = excess_nodes(drawn, kept, resolution.squares), resolution.normal
        all_ = old + drawn
        factor = np.log1p((Y[:, None] + old / all_ * z**2) / (kept + drawn))
        place = bent(self.log_variance[:, None, None] + factor)
        moved = math.sqrt(drawn) / all_ * np.exp(self.log_variance / 2)[:, None, None] * z
        square = (self.mean[:, None] + moved) ** 2
        variances, means = self.weight.shape
        of_variance = GaussNodes(place, self.of_variance[:, None, None] * (chance[:, None] * likely), variances)
        both = np.outer(self.of_variance, self.of_mean)
        of_mean = GaussNodes(square, np.multiply.outer(both, likely), means)
        within = np.einsum("q,iqzn->izn", chance, of_variance(place)) * likely[:, None]
        between = np.einsum("ik,ikzl->izl", self.weight, of_mean(square))
        return _law(of_variance, of_mean, np.tensordot(within, between, ((0, 1), (0, 1))))

    def after_real(self, old: int, real: int, kept: float, resolution: Resolution) -> "PoolLaw":
        """With fresh real points, in the same way."""
        (X, chance), (z, likely) = excess_nodes(real, kept, resolution.squares), resolution.normal
        all_ = old + real
        apart = self.mean[:, None] - z / math.sqrt(real)
        added = X[:, None, None] + real * old / all_ * apart**2
        old_squares = kept * np.expm1(self.log_variance)[:, None, None, None]
        place = bent(np.log1p((old_squares + added) / (kept + real)))
        square = (self.mean[:, None] - real / all_ * apart) ** 2
        both = np.multiply.outer(self.of_variance, np.outer(chance, self.of_mean))
        of_variance = GaussNodes(place, both[..., None] * likely, len(self.log_variance))
        of_mean = GaussNodes(square, np.outer(self.of_mean, likely), len(self.mean))
        within = np.einsum("q,iqkzn->ikzn", chance, of_variance(place))
        within = np.einsum("ik,ikzn->kzn", self.weight, within) * likely[:, None]
        return _law(of_variance, of_mean, np.tensordot(within, of_mean(square), ((0, 1), (0, 1))))

    def average(self, values: Float[np.ndarray, "V M"]) -> float:
        """The mean of a function given at the nodes."""
        return float(np.sum(self.weight * values))

    @property
    def x(self) -> Float[np.ndarray, "V 1"]:
        """log v, beside the means."""
        return self.log_variance[:, None]

    def mean_log(self) -> float:
        """E log v."""
        return self.average(self.x)

    def spread(self) -> float:
        """sd log v."""
        return math.sqrt(self.average((self.x - self.mean_log()) ** 2))

    def precision(self) -> float:
        """E 1/v."""
        return self.average(np.exp(-self.x))

    def distance(self) -> float:
        """E W_2^2 of model and source."""
        return self.average(self._distances())

    def distance_variance(self) -> float:
        """Its variance over chains."""
        return self.average((self._distances() - self.distance()) ** 2)

    def divergence_of_model(self) -> float:
        """E KL(model || source)."""
        return self.average(exponential_remainder(self.x) + self.mean**2) / 2

    def divergence_of_source(self) -> float:
        """E KL(source || model)."""
        return self.average(exponential_remainder(-self.x) + self.mean**2 * np.exp(-self.x)) / 2

    def straying(self, level: float) -> float:
        """P(|mu| > level)."""
        return chance_of_straying(self.mean, np.sum(self.weight, axis=0), level)

    def _distances(self) -> Float[np.ndarray, "V M"]:
        return self.mean**2 + np.expm1(self.x / 2) ** 2


class PooledChain:
    """The laws of models 1, 2, ... for ``batches(t)`` of real and synthetic points; divisors N - 1 + ``offset``."""

    def __init__(self, batches: Callable[[int], tuple[int, int]], offset: float, resolution: Resolution = EVEN) -> None:
        self.batches, self.offset, self.resolution = batches, offset, resolution
        self.points, _ = batches(1)
        self._laws = [_first(self.points, offset, resolution.variances, resolution.means)]

    def law(self, t: int) -> PoolLaw:
        """Of model t >= 1; a new fit takes some 10 ms."""
        for fit in range(len(self._laws) + 1, t + 1):
            law, old, kept = self._laws[-1], self.points, self.points - 1 + self.offset
            real, drawn = self.batches(fit)
            if drawn:
                law = law.after_synthetic(old, drawn, kept, self.resolution)
            if real:
                law = law.after_real(old + drawn, real, kept + drawn, self.resolution)
            self._laws.append(law)
            self.points += real + drawn
        return self._laws[t - 1]


def _first(points: int, offset: float, variances: int, means: int) -> PoolLaw:
    """A chi-square and a normal mean, independent."""
    y, weights = log_chi_square(points - 1)
    of_variance = GaussNodes(bent(y - math.log1p(offset / (points - 1))), weights, variances)
    half = HALVES**2 / 2
    of_mean = GaussNodes(2 * half / points, np.exp(-half), means)
    weight = np.outer(of_variance.weights, of_mean.weights)
    place, mean = straight(of_variance.nodes), np.sqrt(of_mean.nodes)
    return PoolLaw(place, mean, weight, of_variance.weights, of_mean.weights)


def _law(of_variance: GaussNodes, of_mean: GaussNodes, moments: Float[np.ndarray, "V M"]) -> PoolLaw:
    """Weights at the nodes that give these means of products of polynomials."""
    weight = of_variance.at_nodes @ moments @ of_mean.at_nodes.T * np.outer(of_variance.weights, of_mean.weights)
    mean = np.sqrt(np.maximum(of_mean.nodes, 0.0))
    place = straight(of_variance.nodes)
    return PoolLaw(place, mean, weight / weight.sum(), of_variance.weights, of_mean.weights)
