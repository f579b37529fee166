r"""The mean time to collapse in elementary terms: the distance in logarithms, lengthened by a mean overshoot.

With $\ell=E\log S$ and $K=\operatorname{Var}\log S=\psi'$ of one fit,
$$E\,T\approx\frac{\log(v_0/x)+0.5826\sqrt K+\frac{|\psi''|}{6K}+\frac{|\ell|}4}{|\ell|}:$$
a random walk with small steps is a diffusion whose barrier lies farther by its mean overshoot. At M = 10 this is right
to $10^{-3}$, where the diffusion alone is an eighth too small. The law of T is inverse Gaussian with the same barrier:
its quantiles are right to a fit or two, whatever M, where the exact ones take minutes from some hundred points on.
"""

import math

import numpy as np
import sympy as sp
from jaxtyping import Float
from scipy import special

from theory.claim import Claim, Example, Kind, Source, exact
from theory.claims.assumptions import GAUSSIAN_REPLACE, divisor_is, sample_size_at_least
from theory.claims.gaussian.one_fit import cochran, mellin, order
from theory.claims.gaussian.replace import bindings as replace_bindings
from theory.claims.gaussian.replace import setting, size_and_offset
from theory.claims.gaussian.replace_collapse_time import reference
from theory.derivation import Derivation, Verdict, agree
from theory.laws.chi_square import log_factor_variance, mean_log_factor
from theory.laws.first_passage import mean_passage_time
from theory.laws.inverse_gaussian import inverse_gaussian_quantiles
from theory.laws.symbols import E, L, M, nu, v0, x
from theory.notation import Asymptotically
from theory.scenario import Scenario

OVERSHOOT = 0.5825971579390107  # -zeta(1/2)/sqrt(2 pi), of a walk with small normal steps


def derive() -> Derivation:
    """Three cumulants of a step, and the mean overshoot that they leave to second order."""
    d = Derivation(
        "Wald's identity needs the mean overshoot alone. Far below v_0 it does not depend on the start, and for small "
        "drift it is that of a walk without drift, corrected for drift and skewness."
    )
    cochran(d)
    cumulants = sp.log(mellin(d).subs(nu, M - 1) / L**order)
    half = (M - 1) / sp.Integer(2)
    mean, spread, skew = (
        d.algebra(sp.Subs(sp.Derivative(cumulants, (order, n)), order, 0), closed, because=f"the {name} of one step")
        for n, closed, name in (
            (1, sp.polygamma(0, half) - sp.log(L / 2), "mean"),
            (2, sp.polygamma(1, half), "variance"),
            (3, sp.polygamma(2, half), "third cumulant"),
        )
    )
    overshoot = (
        -sp.zeta(sp.Rational(1, 2)) / sp.sqrt(2 * sp.pi) * sp.sqrt(spread.rhs) - skew.rhs / (6 * spread.rhs)
        - mean.rhs / 4
    )  # fmt: skip
    time = d.given(
        E(sp.Symbol("T")), (sp.log(v0 / x) + overshoot) / (-mean.rhs), relation=r"\sim", source="siegmund1979",
        check=large_samples,
        because="the mean overshoot of a walk with small drift: -zeta(1/2)/sqrt(2 pi) = 0.5826 standard deviations, "
        "the skewness term and a quarter of the drift",
    )  # fmt: skip
    return d.concludes(Asymptotically(time.lhs, time.rhs))


def large_samples() -> list[Verdict]:
    """The exact mean at M = 10^4 and 10^6 from v_0 = 2 x on."""
    return [
        agree(corrected_time(math.log(2.0), size, offset), mean_passage_time(math.log(2.0), size, offset), 2 / size)
        for size in (10**4, 10**6) for offset in (0.0, 1.0)
    ]  # fmt: skip


def corrected_time(start: float, size: int, offset: float) -> float:
    """(start + overshoot)/|drift|, in generations; start = log(v_0/x) >= 0."""
    drift = -mean_log_factor(size, offset)
    return (moved_barrier(start, size) + drift / 4) / drift


def moved_barrier(start: float, size: int) -> float:
    """The distance and the mean overshoot of a walk without drift: that of a diffusion with the same passage."""
    spread = log_factor_variance(size)
    skew = -float(special.polygamma(2, (size - 1) / 2))
    return start + OVERSHOOT * math.sqrt(spread) + skew / (6 * spread)


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    return {**replace_bindings(scenario, 0), x: exact(at)}


def limit(scenario: Scenario, at: float) -> float:
    """E T in generations; 0 where v_0 < at."""
    start = math.log(scenario.source.variance / at)
    return corrected_time(start, *size_and_offset(scenario)) if scenario.source.variance >= at else 0.0


def evaluate(scenario: Scenario, generations: np.ndarray, at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain."""
    return np.full(generations.shape, limit(scenario, at))


def quantile_of_time(
    scenario: Scenario, generations: np.ndarray, q: Float[np.ndarray, " Q"], at: float
) -> Float[np.ndarray, "T Q"]:
    """Of an inverse Gaussian law, the barrier moved by the overshoot, in whole fits: right to about one fit."""
    size, offset = size_and_offset(scenario)
    found, start = np.zeros(q.shape), math.log(scenario.source.variance / at)
    if start >= 0:
        level = moved_barrier(start, size)
        found = np.ceil(inverse_gaussian_quantiles(q, level, -mean_log_factor(size, offset), log_factor_variance(size)))
    return np.broadcast_to(found, (len(generations), len(q)))


def relative_error(scenario: Scenario, generation: float, at: float) -> float:
    """A bound kept by every example: M^{-3/2}/2 + sd e^{-2.5 x/sd}/5 in units of the distance, x = log(v_0/at)."""
    start, size = math.log(scenario.source.variance / at), scenario.sample_size.constant
    if start < 0:
        return 0.0
    sd = math.sqrt(log_factor_variance(size))
    return (size**-1.5 / 2 + 0.2 * sd * math.exp(-2.5 * start / sd)) / (start + sd / 2)


CLAIM = Claim(
    id="gaussian-replace-collapse-time-corrected",
    title="The variance first lies below x after about (log(v_0/x) + 0.5826 sqrt K + ...)/|E log S| fits, K of log S",
    kind=Kind.ASYMPTOTIC,
    statistic="collapse_time",
    assumptions=(*GAUSSIAN_REPLACE, divisor_is("mle", "unbiased"), sample_size_at_least(5)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    quantile=quantile_of_time,
    error=relative_error,
    regime="M grows and the level x < v_0 stays fixed",
    examples=(
        Example(setting(5, "unbiased", variance=1.0), t=(np.inf,), at=0.1),
        Example(setting(10, "unbiased", variance=1.0), t=(np.inf,), at=0.1, simulate=False),
        Example(setting(10, "mle"), t=(np.inf,), at=0.01, simulate=False),
        Example(setting(40, "unbiased", variance=1.0), t=(np.inf,), at=0.5, simulate=False),
        Example(setting(40, "mle", variance=1.0), t=(np.inf,), at=0.96, simulate=False),
        Example(setting(30, "mle"), t=(np.inf,), at=2.25, simulate=False),
        Example(setting(100, "mle", variance=1.0), t=(np.inf,), at=1.0, simulate=False),
        Example(setting(10, "unbiased"), t=(np.inf,), at=2.5, algebra=False, simulate=False),
    ),
    sources=(Source("siegmund1979", "", "cited", "its T is T", "the correction for a mean overshoot"),),
)  # fmt: skip
