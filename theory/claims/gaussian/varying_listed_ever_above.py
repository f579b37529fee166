r"""Listed sizes: the chance that some model is wider than x, by the law of the variance fit by fit.

With $h_k(y)$ the chance of chains that are $y$ below the level in the logarithm after fit $k$ to rise above it later,
$h_k(y)=P(\log S_{k+1}>y)+\int_0^\infty h_{k+1}(z)f_{k+1}(y-z)\,dz$, $f$ the density of $\log S$, and 0 after the last.
"""

import math

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf
from scipy import special

from theory.claim import Assumption, Claim, Example, Kind
from theory.claims.assumptions import FAITHFUL, GAUSSIAN, MOMENTS, UNDISTURBED, retains, sample_size_at_least
from theory.claims.gaussian.highest_variance import P, risen
from theory.claims.gaussian.real_share import offset_of
from theory.claims.gaussian.varying import cochran, setting
from theory.derivation import Derivation, Verdict, agree
from theory.laws.listed_passage import MOST_WORK, rises_above, work
from theory.laws.symbols import L, nu
from theory.scenario import Scenario
from theory.scenario.sample_size import Explicit

chance = sp.Symbol("h_0", positive=True)
LISTED = Assumption(
    'the sizes are a list (sample_size.kind "explicit") that is short for the narrowest of its steps',
    lambda s: isinstance(s.sample_size, Explicit) and s.estimator.kind == "moments" and _short(s),
)


def _short(scenario: Scenario) -> bool:
    sizes = scenario.sample_size.sizes
    return min(sizes) >= 2 and len(sizes) <= 1000 and work(0.0, sizes, float(offset_of(scenario))) <= MOST_WORK


def derive() -> Derivation:
    """The density of one step, and the equation for what later fits do."""
    d = Derivation(
        "S_k is the factor of the variance in fit k, L its divisor there; log(v_t/v_0) adds up the log S_k until the "
        "list ends."
    )
    cochran(d)
    s = sp.Symbol("s", real=True)
    y = sp.Symbol("y", positive=True)
    density = y ** (nu / 2 - 1) * sp.exp(-y / 2) / (2 ** (nu / 2) * sp.gamma(nu / 2))
    d.algebra(
        density.subs(y, L * sp.exp(s)) * sp.diff(L * sp.exp(s), s),
        (L / 2) ** (nu / 2) * sp.exp(nu * s / 2 - L * sp.exp(s) / 2) / sp.gamma(nu / 2),
        because="the density of s = log S from that of a chi-square with nu degrees of freedom",
    )  # fmt: skip
    law = d.given(
        P(risen), chance, source="kolmogorov1933", check=two_fits,
        because="h_0 of y = log(x/v_0), from h_k(y) = P(log S_(k+1) > y) + integral of h_(k+1)(z) f_(k+1)(y - z) over "
        "z > 0, f_k the density of log S_k: the next step leads above the level, or to z below it; h_k is 0 after the "
        "last fit",
    )  # fmt: skip
    return d.concludes(sp.Eq(law.lhs, law.rhs, evaluate=False))


def two_fits() -> list[Verdict]:
    """The equation for two fits beside a double sum over quantiles."""
    return [agree(rises_above(0.7, sizes, 0.0), rises_by_nested_sums(0.7, sizes, 0.0), 1e-10)
            for sizes in ((3, 10), (30, 4))]  # fmt: skip


def rises_by_nested_sums(level: float, sizes: tuple[int, ...], offset: float) -> float:
    """Of up to three fits: one less the chance to stay below, trapezoidal in a variable that ends at the level."""
    a = [(size - 1) / 2 for size in sizes]
    scale = [(size - 1 + offset) / 2 for size in sizes]

    def below(k: int, y: np.ndarray) -> np.ndarray:
        return special.gammainc(a[k], scale[k] * np.exp(y))

    def density(k: int, y: np.ndarray) -> np.ndarray:
        return np.exp(a[k] * (y + math.log(scale[k])) - scale[k] * np.exp(y) - special.gammaln(a[k]))

    if len(sizes) == 1:
        return float(special.gammaincc(a[0], scale[0] * math.exp(level)))
    places = np.arange(-36.0, 80.0, 0.1)
    away, slope = np.logaddexp(0.0, places), special.expit(places) * 0.1  # distance below the level
    first = density(0, level - away) * slope
    if len(sizes) == 2:
        return float(1 - first @ below(1, away))
    second = density(1, away[:, None] - away) * slope
    return float(1 - first @ second @ below(2, away))


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    """A float, all that is known of it."""
    return {chance: sp.Float(limit(scenario, at), 40)}


def limit(scenario: Scenario, at: float) -> float:
    """P(v_t > at for some t of the list); 1 where at < v_0."""
    v = scenario.source.variance
    return rises_above(math.log(at / v), scenario.sample_size.sizes, float(offset_of(scenario))) if at >= v else 1.0


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain. Takes up to 1 s for long lists or large sizes."""
    return np.full(generations.shape, limit(scenario, at))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """Nested sums of incomplete Gamma functions, for up to three fits."""
    if at < scenario.source.variance:
        return mpf(1)
    level = math.log(at / scenario.source.variance)
    return mpf(rises_by_nested_sums(level, scenario.sample_size.sizes, float(offset_of(scenario))))


def _listed(*sizes: int, divisor: str = "unbiased", **offset: float) -> Scenario:
    return setting({"kind": "explicit", "sizes": list(sizes)}, divisor, **offset)


CLAIM = Claim(
    id="gaussian-replace-listed-variance-ever-above",
    title="With listed sizes the chance that some model is wider than x is found fit by fit from the law of one step",
    kind=Kind.EXACT,
    statistic="variance_ever_above",
    assumptions=(GAUSSIAN, MOMENTS, retains("replace"), LISTED, sample_size_at_least(2), FAITHFUL, UNDISTURBED),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    tolerance=1e-10,
    examples=(
        Example(_listed(20, 9, 100), t=(np.inf,), at=3.0, simulate=False),
        Example(_listed(5), t=(np.inf,), at=2.25, simulate=False),
        Example(_listed(2, 3, divisor="mle"), t=(np.inf,), at=9.0, simulate=False),
        Example(_listed(100, 400, 25, divisor="offset", offset=0.5), t=(np.inf,), at=2.5, simulate=False),
        Example(_listed(2, 2, 2), t=(np.inf,), at=30.0, simulate=False),
        Example(_listed(20, 9, 100), t=(np.inf,), at=2.0, algebra=False, simulate=False),
    ),
)  # fmt: skip
