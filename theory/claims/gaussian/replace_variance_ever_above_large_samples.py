r"""The chance that some model is wider than $x$ in elementary terms: $v_0/x$, less by the mean overshoot of a walk.

With $K=\operatorname{Var}\log S=\psi'$ of one fit
$$P(\sup_tv_t>x)\approx\left(\frac{v_0}x\,e^{-0.5826\sqrt K+|\psi''|/(6K)}\right)^\theta,$$
$\theta=1$ for the unbiased divisor: Ville's bound is reached as M grows, from below, with an error of order
$M^{-1/2}$.
"""

import math

import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from scipy import special

from theory.claim import Claim, Example, Kind, Source, exact
from theory.claims.assumptions import GAUSSIAN_REPLACE, divisor_is, sample_size_at_least
from theory.claims.gaussian.highest_variance import P, risen, theta, tilted_law
from theory.claims.gaussian.one_fit import cochran, mellin, order
from theory.claims.gaussian.replace import bindings as replace_bindings
from theory.claims.gaussian.replace import setting, size_and_offset
from theory.claims.gaussian.replace_collapse_time_corrected import OVERSHOOT
from theory.claims.gaussian.replace_variance_ever_above import reference
from theory.derivation import Derivation, Verdict, agree
from theory.laws.chi_square import log_factor_variance
from theory.laws.maximum import ever_above, tilt
from theory.laws.symbols import L, M, nu, v0, x
from theory.notation import Asymptotically
from theory.scenario import Scenario


def derive() -> Derivation:
    """The tilted law, two cumulants of a step, and the mean overshoot that they leave."""
    d = Derivation(
        "The chance is (v_0/x)^theta times the tilted mean of exp(-theta o), o the overshoot of log x. Where the "
        "steps are small o is small, and far above v_0 its mean is that of a walk without drift, with one for skewness."
    )
    cochran(d)
    transform = mellin(d)
    tilted_law(d, transform)
    cumulants, half = sp.log(transform.subs(nu, M - 1) / L**order), (M - 1) / sp.Integer(2)
    spread, skew = (
        d.algebra(sp.Subs(sp.Derivative(cumulants, (order, n)), order, 0), closed, because=f"the {name} of one step")
        for n, closed, name in (
            (2, sp.polygamma(1, half), "variance"), (3, sp.polygamma(2, half), "third cumulant, which is negative"),
        )
    )  # fmt: skip
    overshoot = -sp.zeta(sp.Rational(1, 2)) / sp.sqrt(2 * sp.pi) * sp.sqrt(spread.rhs) + skew.rhs / (6 * spread.rhs)
    chance = d.given(
        P(risen), (v0 / x) ** theta * sp.exp(-theta * overshoot), relation=r"\sim", source="siegmund1979",
        check=large_samples,
        because="the mean overshoot of a walk with small drift: -zeta(1/2)/sqrt(2 pi) = 0.5826 standard deviations, "
        "less a skewness term as the steps upwards are the shorter ones",
    )  # fmt: skip
    return d.concludes(Asymptotically(chance.lhs, chance.rhs))


def large_samples() -> list[Verdict]:
    """The exact chance at M = 10^4 and 10^6."""
    return [
        agree(approximate(math.log(2.0), size, offset), ever_above(math.log(2.0), size, offset), 2 * size**-1.5)
        for size in (10**4, 10**6) for offset in (0.0, 1.0)
    ]  # fmt: skip


def approximate(level: float, size: int, offset: float) -> float:
    """exp(-theta (level + overshoot)), level = log(x/v_0) >= 0."""
    spread, skew = log_factor_variance(size), float(special.polygamma(2, (size - 1) / 2))
    return math.exp(-tilt(size, offset) * (level + OVERSHOOT * math.sqrt(spread) + skew / (6 * spread)))


def bindings(scenario: Scenario, generation: float, at: float) -> dict:
    root = sp.Float(tilt(*size_and_offset(scenario)), 40)
    return {**replace_bindings(scenario, 0), x: exact(at), theta: root}


def limit(scenario: Scenario, at: float) -> float:
    """The chance; 1 where at < v_0."""
    level = math.log(at / scenario.source.variance) if at > 0 else -math.inf
    return approximate(level, *size_and_offset(scenario)) if level >= 0 else 1.0


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """The same at every t: it belongs to the whole chain."""
    return np.full(generations.shape, limit(scenario, at))


def relative_error(scenario: Scenario, generation: float, at: float) -> float:
    """A bound kept by every example: 2 theta^2 M^{-3/2}/5 + 3 theta sd e^{-2.5 log(at/v_0)/sd}/20."""
    size, offset = size_and_offset(scenario)
    if at < scenario.source.variance:
        return 0.0
    sd, root = math.sqrt(log_factor_variance(size)), tilt(size, offset)
    return 0.4 * root**2 * size**-1.5 + 0.15 * root * sd * (at / scenario.source.variance) ** (-2.5 / sd)


CLAIM = Claim(
    id="gaussian-replace-variance-ever-above-large-samples",
    title="For large M some model is wider than x with probability about (v_0/x)^theta exp(-0.5826 theta sqrt K), "
    "K = Var log S",
    kind=Kind.ASYMPTOTIC,
    statistic="variance_ever_above",
    assumptions=(*GAUSSIAN_REPLACE, divisor_is("mle", "unbiased"), sample_size_at_least(5)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    error=relative_error,
    regime="M grows and the level x > v_0 stays fixed",
    examples=(
        Example(setting(25, "unbiased", variance=1.0), t=(np.inf,), at=2.0, simulate=False),
        Example(setting(10, "unbiased"), t=(np.inf,), at=2.25, simulate=False),
        Example(setting(5, "unbiased"), t=(np.inf,), at=1e20, simulate=False),
        Example(setting(10, "mle"), t=(np.inf,), at=3.0, simulate=False),
        Example(setting(200, "mle"), t=(np.inf,), at=2.25, simulate=False),
        Example(setting(10_000, "unbiased"), t=(np.inf,), at=1e12, simulate=False),
        Example(setting(10, "unbiased"), t=(np.inf,), at=-2.0, algebra=False, simulate=False),
    ),
    sources=(
        Source("siegmund1979", "", "cited", "its n is t", "the correction of a diffusion's boundary by the overshoot"),
    ),
)  # fmt: skip
