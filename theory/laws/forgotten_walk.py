r"""Passages of the random walk with steps $\xi=\log F$, $F=1-g+gX/L$, X a chi-square: exponential forgetting.

The step is bounded from below by $\log(1-g)=-c$, where its density is a power of the distance. In $r=\sqrt X$ all is
analytic, so that means over a step are Gauss-Legendre sums over r; functions of where the walk is are polynomials on
panels. Below $kc$ they have the power $k(M-1)/2$ of the distance, an integer power of its square root, which is the
variable of the panel there. As in ``first_passage`` they are constant far away. Some 0.1 s for each M and g.
"""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from jaxtyping import Float
from scipy import special

Points = Float[np.ndarray, " N"]
DEGREE, NODES, WIDTH = 16, 16, 1.6
REACH = 9.5  # of r on both sides of its mode
SMOOTH = 16  # powers of a distance that a polynomial does not notice
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(NODES)


@dataclass(frozen=True)
class ForgottenWalk:
    """M >= 2 points per fit, the offset of the divisor, the rate 0 < g < 1; means are weighed by F^tilt."""

    M: int
    offset: float
    rate: float
    tilt: float = 0.0

    @property
    def divisor(self) -> float:
        return self.M - 1 + self.offset

    @property
    def ends(self) -> tuple[float, float]:
        """Of r, where its density is not negligible."""
        nu = self.M - 1
        return max(0.0, math.sqrt(nu) - REACH), math.sqrt(nu + 2 * self.tilt) + REACH

    def step(self, r: Float[np.ndarray, "*R"]) -> Float[np.ndarray, "*R"]:
        """xi at r = sqrt X."""
        return np.log1p(self.rate * (r * r - self.divisor) / self.divisor)

    def root(self, step: Float[np.ndarray, "*R"]) -> Float[np.ndarray, "*R"]:
        """r at xi, 0 below the least step, within the ends."""
        with np.errstate(over="ignore"):
            square = self.divisor * (np.expm1(step) / self.rate + 1)
        return np.clip(np.sqrt(np.maximum(square, 0.0)), *self.ends)

    def density(self, r: Float[np.ndarray, "*R"]) -> Float[np.ndarray, "*R"]:
        """Of r."""
        nu = self.M - 1
        return np.exp(special.xlogy(nu - 1, r) - r * r / 2 - (nu / 2 - 1) * math.log(2) - math.lgamma(nu / 2))

    def mean(self, values, low: Points, high: Points) -> Points:
        """The mean of values(xi) over r from low to high, weighed by F^tilt."""
        count = max(1, math.ceil(self.ends[1] - self.ends[0]))
        total = np.zeros(np.broadcast(low, high).shape)
        for part in range(count):
            a, b = low + (high - low) * part / count, low + (high - low) * (part + 1) / count
            r = (a + b)[..., None] / 2 + (b - a)[..., None] / 2 * _NODES
            step = self.step(r)
            total += (self.density(r) * np.exp(self.tilt * step) * values(step)) @ _WEIGHTS * (b - a) / 2
        return total

    @cached_property
    def cumulants(self) -> tuple[float, float]:
        """Mean and variance of xi."""
        low, high = (np.array([end]) for end in self.ends)
        first = float(self.mean(lambda step: step, low, high)[0])
        return first, float(self.mean(lambda step: (step - first) ** 2, low, high)[0])

    @cached_property
    def panels(self) -> tuple[Points, list[bool]]:
        """Ends of the panels from 0 to where all is constant, and on which the variable is a root."""
        mean, variance = self.cumulants
        sd, least = math.sqrt(variance), -math.log1p(-self.rate)
        end = 20 * sd + 4 * abs(mean) + min(60 / (self.M - 1), least)
        singular = [] if self.tilt else [
            k * least for k in range(1, SMOOTH + 1) if k * least < end and k * (self.M - 1) < 2 * SMOOTH
        ]  # fmt: skip
        edges, rooted = [0.0], []
        for stop in [*singular, end]:
            count = max(1, math.ceil((stop - edges[-1]) / (WIDTH * min(sd, 0.6))))
            edges += list(np.linspace(edges[-1], stop, count + 1)[1:])
            rooted += [False] * (count - 1) + [stop in singular]
        return np.array(edges), rooted

    @cached_property
    def points(self) -> Float[np.ndarray, "P D"]:
        """Where the walk is at the points of the polynomials."""
        edges, rooted = self.panels
        u = (1 - np.cos((np.arange(DEGREE) + 0.5) * np.pi / DEGREE)) / 2
        widths = np.diff(edges)[:, None]
        return np.where(
            np.array(rooted)[:, None], edges[1:, None] - widths * (1 - u) ** 2, edges[:-1, None] + widths * u
        )

    def basis(self, place: Float[np.ndarray, "*Q"], panel: int) -> Float[np.ndarray, "*Q D"]:
        """The polynomials of a panel, each 1 at one of its points."""
        edges, rooted = self.panels
        u = (place - edges[panel]) / (edges[panel + 1] - edges[panel])
        if rooted[panel]:
            u = 1 - np.sqrt(np.maximum(0.0, 1 - u))
        angles = (np.arange(DEGREE) + 0.5) * np.pi / DEGREE
        scale = np.where(np.arange(DEGREE) == 0, 1, 2) / DEGREE
        values = scale[:, None] * np.cos(np.outer(np.arange(DEGREE), angles))
        return np.polynomial.chebyshev.chebvander(1 - 2 * u, DEGREE - 1) @ values

    @cached_property
    def after(self) -> Float[np.ndarray, "N N"]:
        """f -> E[f(x + xi); x + xi >= 0] for the walk, f(x - xi) where it is tilted; constant beyond the panels."""
        x, edges = self.points.ravel(), self.panels[0]
        sign = -1.0 if self.tilt else 1.0
        blocks = []
        for panel in range(len(edges) - 1):
            a, b = (self.root(sign * (edge - x)) for edge in edges[panel : panel + 2])
            a, b = np.minimum(a, b), np.maximum(a, b)
            r = (a + b)[:, None] / 2 + (b - a)[:, None] / 2 * _NODES
            step = self.step(r)
            weights = self.density(r) * np.exp(self.tilt * step) * _WEIGHTS * ((b - a) / 2)[:, None]
            blocks.append(np.einsum("xq,xqd->xd", weights, self.basis(x[:, None] + sign * step, panel)))
        matrix = np.concatenate(blocks, axis=1)
        end = self.root(sign * (edges[-1] - x))
        low, high = self.ends
        beyond = (end, np.full(end.shape, high)) if sign > 0 else (np.full(end.shape, low), end)
        matrix[:, -1] += self.mean(np.ones_like, *beyond)
        return matrix

    @cached_property
    def overshoots(self) -> Float[np.ndarray, "3 N"]:
        """E O, E O^2 and E[T (O - o)] at the points, O how far below 0 the walk ends, o its mean from far away."""
        x, system = self.points.ravel(), np.eye(self.points.size) - self.after
        low, crossing = np.full(x.shape, self.ends[0]), self.root(-x)
        short = self.mean(lambda step: -(step + x[:, None]), low, crossing)
        square = self.mean(lambda step: (step + x[:, None]) ** 2, low, crossing)
        o, w = np.linalg.solve(system, np.array([short, square]).T).T
        return np.array([o, w, np.linalg.solve(system, o - o[-1])])

    @cached_property
    def discounts(self) -> Points:
        """Of the tilted walk: the mean of exp(-tilt O) at the points, O how far it overshoots a level so far above."""
        x = self.points.ravel()
        beyond = self.mean(
            lambda step: np.exp(self.tilt * (x[:, None] - step)), self.root(x), np.full(x.shape, self.ends[1])
        )
        return np.linalg.solve(np.eye(len(x)) - self.after, beyond)

    def at(self, values: Float[np.ndarray, "*K N"], place: Float[np.ndarray, " Q"]) -> Float[np.ndarray, "*K Q"]:
        """Functions given at the points, anywhere from 0 on."""
        edges = self.panels[0]
        found = np.empty((*values.shape[:-1], len(place)))
        found[:] = values[..., -1:]
        for panel in range(len(edges) - 1):
            here = (place >= edges[panel]) & (place < edges[panel + 1])
            found[..., here] = values[..., panel * DEGREE : (panel + 1) * DEGREE] @ self.basis(place[here], panel).T
        return found

    def first_fit(self, start: float, sign: float) -> tuple[Points, Points]:
        """Places start + sign log(X/L) from 0 on after the first fit, to all the data, and their chances."""
        low, high = self.ends
        with np.errstate(over="ignore", divide="ignore"):
            edges = math.sqrt(self.divisor) * np.exp(sign * (self.panels[0] - start) / 2)
        bounds = np.unique(np.clip([*np.linspace(low, high, math.ceil(high - low) + 1), *edges], low, high))
        reached = (bounds >= edges[0]) if sign > 0 else (bounds <= edges[0])
        bounds = bounds[reached]
        half = np.diff(bounds)[:, None] / 2
        r = (bounds[:-1, None] + half * (_NODES + 1)).ravel()
        return start + sign * 2 * np.log(r / math.sqrt(self.divisor)), self.density(r) * (half * _WEIGHTS).ravel()


@lru_cache(maxsize=16)
def forgotten_walk(M: int, offset: float, rate: float, tilt: float = 0.0) -> ForgottenWalk:
    """The walk, solved once."""
    return ForgottenWalk(M, offset, rate, tilt)
