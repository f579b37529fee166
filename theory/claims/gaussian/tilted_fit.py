"""What claims about tilted samplers share: the tilt of a normal law, how a scenario is read, and examples."""

import sympy as sp

from theory.claim import Assumption, exact
from theory.claims.assumptions import CONSTANT_SIZE, GAUSSIAN, MOMENTS, UNDISTURBED, retains, sample_size_at_least
from theory.claims.gaussian.replace import bindings as replace_bindings
from theory.claims.gaussian.replace import size_and_offset
from theory.claims.gaussian.scaled import real_fits
from theory.derivation import Derivation
from theory.laws.symbols import L, M, r1
from theory.scenario import Scenario, parse_scenario

beta, f, q, rho = sp.symbols("beta f q rho", positive=True)
BY_VALUE = Assumption(
    "the sampler tilts by the value of a point", lambda s: s.sampler.kind == "tilt" and s.sampler.reward == "value"
)
TO_A_CENTRE = Assumption(
    "the sampler tilts towards a centre, with a strength above 0",
    lambda s: s.sampler.kind == "tilt" and s.sampler.reward == "quadratic" and s.sampler.strength > 0,
)
COMMON = (GAUSSIAN, MOMENTS, retains("replace"), CONSTANT_SIZE, UNDISTURBED, sample_size_at_least(2))


def tilt_by_value(d: Derivation) -> None:
    """A normal law times exp(beta x) is a normal law with its mean moved by beta times its variance."""
    x, m, V = sp.symbols("x m V", real=True)
    d.algebra(
        -((x - m) ** 2) / (2 * V) + beta * x, -((x - m - beta * V) ** 2) / (2 * V) + beta * m + beta**2 * V / 2,
        because="the exponent of N(m, V) times exp(beta x) is that of N(m + beta V, V), up to a constant",
    )  # fmt: skip


def tilt_to_a_centre(d: Derivation) -> None:
    """A normal law times exp(-beta (x-c)^2/2) has the precision 1/V + beta."""
    x, m, V, c = sp.symbols("x m V c", real=True)
    W = V / (1 + beta * V)
    centre = W * (m / V + beta * c)
    d.algebra(
        -((x - m) ** 2) / (2 * V) - beta * (x - c) ** 2 / 2,
        -((x - centre) ** 2) / (2 * W) + centre**2 / (2 * W) - m**2 / (2 * V) - beta * c**2 / 2,
        because="the exponent of N(m, V) times exp(-beta (x-c)^2/2) is that of a normal law with the variance "
        "V/(1 + beta V), up to a constant",
    )  # fmt: skip


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The symbols of a statement to 60 digits."""
    symbols = replace_bindings(scenario, generation)
    squared = (symbols[M] - 1) * (symbols[M] + 1) / symbols[L] ** 2
    symbols |= {beta: exact(scenario.sampler.strength), f: (symbols[M] - 1) / symbols[L], q: squared}
    symbols |= {r1: real_fits(scenario)}
    return {**symbols, rho: symbols[L] / (symbols[M] - 3)} if symbols[M] > 3 else symbols


def numbers(scenario: Scenario) -> tuple[int, float, float, float]:
    """M, the offset of the divisor, the variance of the source, and the strength."""
    return *size_and_offset(scenario), scenario.source.variance, scenario.sampler.strength


def setting(
    size: int,
    divisor: str,
    strength: float,
    centre: float | None = None,
    variance: float = 2.25,
    first_fit: str = "real",
) -> Scenario:
    """A scenario for the examples: tilted to a centre where one is named, by value elsewhere."""
    reward = {"reward": "value"} if centre is None else {"reward": "quadratic", "centre": centre}
    return parse_scenario({
        "source": {"kind": "gaussian", "mean": 0.5, "variance": variance},
        "sample_size": {"kind": "constant", "size": size},
        "retention": {"kind": "replace"},
        "estimator": {"kind": "moments", "divisor": divisor},
        "sampler": {"kind": "tilt", "strength": strength, **reward, "first_fit": first_fit},
    })  # fmt: skip
