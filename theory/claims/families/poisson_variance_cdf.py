r"""A refitted Poisson law dies out: it is the point 0 after $t$ fits with probability $e^{-M\lambda_0s_t}$.

$s_t$ is the chance that one unit of the first sum has descendants: $s_1=1$, $s_{t+1}=1-e^{-s_t}$, $s_t\sim2/t$, so
that extinction takes about $2M\lambda_0$ fits. The law above 0 is read off the same generating function.
"""

import math

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind, Source, exact
from theory.claims.assumptions import POISSON_REPLACE
from theory.claims.families.poisson import bindings as poisson_bindings
from theory.claims.families.poisson import poisson, setting, sums_are_poisson
from theory.claims.gaussian.one_fit import v
from theory.claims.gaussian.reference import DIGITS
from theory.derivation import Derivation, Verdict, agree
from theory.laws.offspring import generation_cdf
from theory.laws.symbols import E, M, t, v0, x
from theory.scenario import InputError, Scenario

P, z = sp.Function("P"), sp.Symbol("z", positive=True)
generating, law = sp.Function("f"), sp.Function("l_t")
MOST = 1_000_000  # terms of a power series times generations, a few seconds


def derive() -> Derivation:
    """The generating function of a sum, its recursion, and its sum of coefficients."""
    n = sp.Symbol("n", integer=True, nonnegative=True)
    d = Derivation(
        "N_t is the sum of the points of generation t: v_t = N_t/M is at most x where N_t is at most M x. "
        "With f_1(z) = z "
        "and f_(t+1)(z) = exp(f_t(z) - 1), the chance of n is the coefficient of z^n in exp(M v_0 (f_t(z) - 1))."
    )
    sums_are_poisson(d)
    d.solves(
        E(z ** sp.Function("N")(t)), sp.exp(M * v0 * (generating(t) - 1)), index=t,
        initial=(1, sp.exp(M * v0 * (generating(1) - 1))),
        next_value=sp.exp(M * v0 * (generating(t + 1) - 1)),
        because="the first sum is Poisson with mean M v_0; given N_t the next has exp(N_t (z-1)): z becomes exp(z-1)",
    )  # fmt: skip
    total = d.given(
        P(sp.Le(v(t), x)), sp.Sum(law(n), (n, 0, sp.floor(M * x))), source="athreya1972branching",
        check=first_generations,
        because="with l_t(n) the coefficient of z^n; at n = 0 it is the chance of extinction, exp(-M v_0 s_t) with "
        "s_t = 1 - f_t(0), so that s_1 = 1 and s_(t+1) = 1 - exp(-s_t)",
    )  # fmt: skip
    return d.concludes(sp.Eq(total.lhs, total.rhs, evaluate=False))


def first_generations() -> list[Verdict]:
    """P(N_3 = n), M lambda_0 = 3/2, by the law of each sum given the one before."""
    with mpmath.workdps(30):
        law = [poisson(mpf(3) / 2, n) for n in range(60)]
        for _ in range(2):
            law = [mpmath.fsum(p * poisson(mpf(m), n) for m, p in enumerate(law)) for n in range(60)]
        series = coefficients(mpf(3) / 2, 6, 3)
        return [agree(series[n], law[n]) for n in range(6)]


def coefficients(mean: mpf, terms: int, generation: int) -> list[mpf]:
    """l_t(0), l_t(1), ... as power series, whose exponentials are multiplied out."""
    series = [mpf(-1), mpf(1), *[mpf(0)] * terms][:terms]
    for _ in range(generation - 1):
        series = _exponential(series)
        series[0] -= 1
    return _exponential([mean * c for c in series])


def _exponential(c: list[mpf]) -> list[mpf]:
    b = [mpmath.exp(c[0])]
    for k in range(1, len(c)):
        b.append(mpmath.fsum(j * c[j] * b[k - j] for j in range(1, k + 1)) / k)
    return b


def bindings(scenario: Scenario, generation: int, at: float) -> dict:
    def chance(n: sp.Expr) -> sp.Float:
        with mpmath.workdps(DIGITS + 10):
            mean = scenario.sample_size.constant * mpf(str(scenario.source.rate))
            return sp.Float(coefficients(mean, int(n) + 1, generation)[int(n)], DIGITS)

    return {**poisson_bindings(scenario, generation), x: exact(at), law: chance}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: float) -> Float[np.ndarray, " T"]:
    """P(v_t <= at); t counts fits. Takes 0.15 s at t = 10^4 where M at = 12, up to 2 s.

    Raises InputError where M at and t are both so large that it would take minutes.
    """
    if at < 0:
        return np.zeros(generations.shape)
    size, rate = scenario.sample_size.constant, scenario.source.rate
    most, last = _most(scenario, at), int(np.max(generations, initial=0))
    if most and last * (most + 1) > MOST:
        raise InputError(
            f"at must be below {MOST / max(last, 1) / size:.3g} at t = {last} in this scenario, got {at:.15g}"
        )
    started = generations > 0
    value = np.full(generations.shape, float(at >= rate))
    if started.any():
        value[started] = generation_cdf(size * rate, most, generations[started])
    return value


def _most(scenario: Scenario, at: float) -> int:
    """The largest sum whose mean is at most ``at``, read as the decimal number that was written."""
    return math.floor(exact(at) * scenario.sample_size.constant)


def limit(scenario: Scenario, at: float) -> float:
    """1 for x >= 0: every chain dies out."""
    return float(at >= 0)


def reference(scenario: Scenario, generation: float, at: float) -> mpf:
    """The recurrence of the generating function on a circle, and Cauchy's integral for the sum of its coefficients."""
    if at < 0 or generation in (0, mpmath.inf):
        return mpf(int(at >= 0 and (generation > 0 or at >= scenario.source.rate)))
    with mpmath.workdps(2 * DIGITS + 10):
        mean, most = scenario.sample_size.constant * mpf(str(scenario.source.rate)), _most(scenario, at)
        nodes = 2 * (most + 1)
        radius = mpf(10) ** (-mpf(DIGITS) / nodes)  # what is left out is the coefficients beyond, times 10^-50

        def generating_function(place: mpmath.mpc) -> mpmath.mpc:
            f = place
            for _ in range(int(generation) - 1):
                f = mpmath.exp(f - 1)
            return mpmath.exp(mean * (f - 1))

        total = mpf(0)
        for k in range(nodes):
            place = radius * mpmath.expjpi(mpf(2 * k) / nodes)
            total += (generating_function(place) * mpmath.fsum(place**-n for n in range(most + 1))).real
        return total / nodes


CLAIM = Claim(
    id="poisson-replace-variance-cdf",
    title="A refitted Poisson law has died out after t fits with probability exp(-M v_0 s_t), s_(t+1) = 1 - "
    "exp(-s_t): "
    "a critical branching process",
    kind=Kind.EXACT,
    statistic="variance_cdf",
    assumptions=POISSON_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(5), t=(1, 2, 10, 20), at=0.0),
        Example(setting(5), t=(1, 2, 10, 20), at=1.5),
        Example(setting(1, 0.25), t=(1, 4), at=0.0),
        Example(setting(100, 0.05), t=(1, 30), at=0.04),
        Example(setting(100, 2.0), t=(2, 100), at=0.0, simulate=False),
        Example(setting(1_000_000_000, 1e-8), t=(1, 100), at=0.0, simulate=False),
        Example(setting(5), t=(0, np.inf), at=2.5, algebra=False, simulate=False),
        Example(setting(5), t=(0, 3, np.inf), at=-0.5, algebra=False, simulate=False),
    ),
    sources=(
        Source(
            "athreya1972branching", "", "cited", "generations of a Galton-Watson process",
            "the generating function of a generation, and that a critical process dies out",
        ),
    ),
)  # fmt: skip
