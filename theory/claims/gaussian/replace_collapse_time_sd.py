r"""How much the time to collapse varies over chains: Wald's second identity, and what the overshoot adds to it.

With $\ell=E\log S<0$ and $K=\operatorname{Var}\log S$ of one fit
$$\operatorname{Var}T=\frac{K\,E\,T-\operatorname{Var}o+2|\ell|\operatorname{Cov}(T,o)}{\ell^2},$$
$o=\log(x/v_T)$: for large M near $\log(v_0/x)\,K/|\ell|^3$, so that the standard deviation is as long as the mean
itself where $v_0/x$ is about $e^2$ (unbiased) or $e$ (mle).
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf
from scipy import special

from theory.claim import Claim, Example, Kind, Source, exact
from theory.claims.assumptions import GAUSSIAN_REPLACE, sample_size_at_least
from theory.claims.gaussian.highest_variance import log_density, panels
from theory.claims.gaussian.one_fit import cochran, mellin, order
from theory.claims.gaussian.replace import bindings as replace_bindings
from theory.claims.gaussian.replace import setting, size_and_offset
from theory.derivation import Derivation, Verdict, agree
from theory.laws.first_passage import mean_passage_time, survival
from theory.laws.passage_spread import overshoot_moments, passage_time_sd
from theory.laws.symbols import L, M, nu, v0, x
from theory.scenario import Scenario

o, spread_o, both = sp.symbols("o s_o c_o", real=True)


def derive() -> Derivation:
    """Two cumulants of a step, both identities of Wald, and their combination."""
    spread = sp.Symbol(r"\operatorname{sd}[T]")
    d = Derivation(
        "log(v_t/x) is a random walk of negative mean; T is the first t where it is negative, o = log(x/v_T). The "
        "divisor lets almost every chain collapse."
    )
    cochran(d)
    cumulants = sp.log(mellin(d).subs(nu, M - 1) / L**order)
    half = (M - 1) / sp.Integer(2)
    slope, width = (
        d.algebra(sp.Subs(sp.Derivative(cumulants, (order, n)), order, 0), closed, because=f"the {name} of one step")
        for n, closed, name in (
            (1, sp.polygamma(0, half) - sp.log(L / 2), "mean"), (2, sp.polygamma(1, half), "variance")
        )
    )  # fmt: skip
    mean = (sp.log(v0 / x) + o) / (-slope.rhs)
    total = (width.rhs * mean - spread_o - 2 * slope.rhs * both) / slope.rhs**2
    root = d.given(
        spread, sp.sqrt(total), source="wald1944", check=sums_of_survival,
        because="the squared distance of log(v_T/v_0) from T times its mean step is in the mean the variance of a step "
        "times E T, and E T is (log(v_0/x) + o)/|mean|; s_o and c_o are the variance of log(x/v_T) and its covariance "
        "with T",
    )  # fmt: skip
    return d.concludes(sp.Eq(root.lhs, root.rhs, evaluate=False))


def sums_of_survival() -> list[Verdict]:
    """E T (T + 1)/2 is the sum of n P(T >= n): the variance from the law of T itself."""
    verdicts = []
    for size, offset, start in ((5, 1.0, 1.0), (3, 1.0, 0.0)):
        mean, n, total = mean_passage_time(start, size, offset), 1, 1.0
        for alive in survival(start, size, offset):
            n += 1
            total += n * alive
            if alive < 1e-16:
                break
        verdicts.append(agree(passage_time_sd(start, size, offset), math.sqrt(2 * total - mean - mean**2), 1e-9))
    return verdicts


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    """Where v_0 >= at; moments of the overshoot are floats, all that is known of them."""
    moments = overshoot_moments(math.log(scenario.source.variance / at), *size_and_offset(scenario))
    floats = {symbol: sp.Float(value, 40) for symbol, value in zip((o, spread_o, both), moments, strict=True)}
    return {**replace_bindings(scenario, 0), x: exact(at), **floats}


def limit(scenario: Scenario, at: float) -> float:
    """sd T in generations: 0 where v_0 < at, infinity where almost every chain grows."""
    start = math.log(scenario.source.variance / at)
    return passage_time_sd(start, *size_and_offset(scenario)) if scenario.source.variance >= at else 0.0


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain."""
    return np.full(generations.shape, limit(scenario, at))


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """The sum of n P(T >= n) by two linear systems on a grid far beyond the start: no overshoot in it."""
    size, offset = size_and_offset(scenario)
    start = math.log(scenario.source.variance / at)
    if scenario.source.variance < at:
        return mpf(0)
    if mpmath.digamma(mpf(size - 1) / 2) >= mpmath.log((size - 1 + mpf(str(offset))) / 2):
        return mpf(mpmath.inf)
    sd = math.sqrt(float(special.polygamma(1, (size - 1) / 2)))
    points, masses = panels(0.0, start + 36 + 8 * sd, min(sd, 0.5))
    kernel = np.exp(log_density(points[None, :] - points[:, None], size, offset)) * masses
    system, first = np.eye(len(points)) - kernel, np.exp(log_density(points - start, size, offset)) * masses
    means = np.linalg.solve(system, np.ones(len(points)))
    mean = 1 + first @ means
    return mpf(math.sqrt(mean + 2 * first @ np.linalg.solve(system, means) - mean**2))


CLAIM = Claim(
    id="gaussian-replace-collapse-time-sd",
    title="The variance over chains of the time to collapse is Var log S times the mean time, with terms of the "
    "overshoot, over the square of E log S",
    kind=Kind.EXACT,
    statistic="collapse_time_sd",
    assumptions=(*GAUSSIAN_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(10, "unbiased", variance=1.0), t=(np.inf,), at=0.1, simulate=False),
        Example(setting(2, "mle"), t=(np.inf,), at=1e-8, simulate=False),
        Example(setting(20, "unbiased", variance=1.0), t=(np.inf,), at=0.2, simulate=False),
        Example(setting(10, "mle"), t=(np.inf,), at=0.01),
        Example(setting(3, "offset", offset=0.5), t=(np.inf,), at=2.0, simulate=False),
        Example(setting(10, "unbiased"), t=(np.inf,), at=2.25, simulate=False),
        Example(setting(10, "unbiased"), t=(np.inf,), at=2.5, algebra=False, simulate=False),
        Example(setting(10, "offset", offset=-2.5), t=(np.inf,), at=0.1, algebra=False, simulate=False),
    ),
    sources=(Source("wald1944", "", "cited", "its n is T", "the second moment of a stopped sum"),),
)  # fmt: skip
