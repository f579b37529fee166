r"""The squared Wasserstein distance of one chain varies more than its mean: $\operatorname{Var}W_t^2$ in closed form.

Given its variances, $\mu_t-\mu_0$ is normal with variance $v_0V_t$, $V_t=\frac1M\sum_{i<t}v_i/v_0$; with the four
first half-integer moments of the factor of one fit everything is a sum of powers. For $t\ll M$ it is
$\frac52v_0^2(t/M)^2$; for the unbiased divisor it grows exponentially in $t$, under maximum likelihood it ends at
$v_0^2(6M-4)$.
"""

import mpmath
import numpy as np
import sympy as sp
from jaxtyping import Float, Int
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import GAUSSIAN_REPLACE, sample_size_at_least
from theory.claims.gaussian.one_fit import NORMAL, cochran, mellin, moment_of_factor, root_mean_factor
from theory.claims.gaussian.reference import DIGITS, at_infinity, chi_square_mean, identity, linear_iterate
from theory.claims.gaussian.replace import bindings as replace_bindings
from theory.claims.gaussian.replace import setting, size_and_offset
from theory.claims.gaussian.replace_wasserstein import distance, sorted_coupling_is_optimal
from theory.derivation import Derivation
from theory.laws.path_moments import distance_variance, limiting_distance_variance
from theory.laws.symbols import E, L, M, j, k, t, v0, z
from theory.scenario import Scenario

c, A, B, C, Q = (sp.Symbol(name, positive=True) for name in ("c", "A_t", "B_t", "C_t", "Q_t"))
mean_factor = (M - 1) / L
SUMS = {
    A: sp.Sum(mean_factor ** (k - 1), (k, 1, t)) / M,
    B: mean_factor**t * sp.Sum(((M + 1) / L) ** (k - 1), (k, 1, t)) / M,
    C: c**t * sp.Sum((M / L) ** (k - 1), (k, 1, t)) / M,
}


def derive() -> Derivation:
    """The square of the distance in the error of the mean and the standard deviation; the moments of both together."""
    s, e = sp.symbols("s e", real=True)
    V, scale = sp.Function("V", positive=True)(t), sp.Function("s", positive=True)(t)
    d = Derivation(
        "In units of v_0: s_t is the standard deviation of model t, V_t = (s_0^2 + ... + s_(t-1)^2)/M the variance of "
        "mu_t given the path of variances, S the factor of v_t in one fit."
    )
    d.given(
        distance**2 / v0, e**2 + (s - 1) ** 2, source="villani2003", check=sorted_coupling_is_optimal,
        because="on the line the optimal coupling matches quantiles; e is the error of the mean",
    )  # fmt: skip
    d.algebra(
        (e**2 + (s - 1) ** 2) ** 2, e**4 + 2 * e**2 * (s**2 - 2 * s + 1) + s**4 - 4 * s**3 + 6 * s**2 - 4 * s + 1,
        because="so moments of s_t up to the fourth are wanted, and those of e^2, e^2 s_t, e^2 s_t^2, e^4",
    )  # fmt: skip
    d.algebra(
        sp.Integral(z**4 * NORMAL, (z, -sp.oo, sp.oo)), sp.Integer(3),
        because="given the path e is normal with variance V_t: E e^4 = 3 E V_t^2, and in the others e^2 is V_t",
    )  # fmt: skip
    cochran(d)
    transform = mellin(d)
    half = sp.Rational(1, 2)
    root = moment_of_factor(d, transform, half, root_mean_factor, "E S^(1/2), called c")
    d.define(c, root, "the mean factor of the standard deviation in one fit")
    moment_of_factor(d, transform, sp.Integer(1), mean_factor, "E S")
    moment_of_factor(d, transform, 3 * half, root * M / L, "E S^(3/2)")
    square = moment_of_factor(d, transform, sp.Integer(2), mean_factor * ((M + 1) / L), "E S^2")
    means = {
        A: (E(V), E(V) + mean_factor**t / M, "E V_t", "a fit adds s_t^2/M to V_t"),
        B: (
            E(V * scale**2), mean_factor * (E(V * scale**2) + mean_factor**t * ((M + 1) / L) ** t / M),
            "E V_t s_t^2", "(V_t + s_t^2/M) s_t^2 S, and E s_t^4 is the power of E S^2, a product of two",
        ),
        C: (E(V * scale), c * (E(V * scale) + (c * M / L) ** t / M), "E V_t s_t", "(V_t + s_t^2/M) s_t S^(1/2)"),
    }  # fmt: skip
    for symbol, (unknown, following, words, because) in means.items():
        d.solves(unknown, SUMS[symbol], index=t, next_value=following, initial=(0, sp.Integer(0)), because=because)
        d.define(symbol, SUMS[symbol], words)
    squares = sp.Sum(2 * SUMS[B].subs(t, j - 1) / M + square ** (j - 1) / M**2, (j, 1, t))
    d.solves(
        E(V**2), squares, index=t, next_value=E(V**2) + 2 * SUMS[B] / M + square**t / M**2,
        initial=(0, sp.Integer(0)), because="(V_t + s_t^2/M)^2",
    )  # fmt: skip
    d.define(Q, squares, "E V_t^2")
    fourth = square**t - 4 * (c * M / L) ** t + 6 * mean_factor**t - 4 * c**t + 1
    total = d.algebra(
        v0**2 * (3 * Q + 2 * B - 4 * C + 2 * A + fourth) - (v0 * (A + mean_factor**t - 2 * c**t + 1)) ** 2,
        v0**2 * (3 * Q + 2 * (B - 2 * C + A) + fourth - (A + mean_factor**t - 2 * c**t + 1) ** 2),
        because="the mean square less the squared mean",
    )  # fmt: skip
    return d.concludes(sp.Eq(sp.Function("Var")(distance**2), total.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: None = None) -> dict:
    """The sums as the derivation defines them, to 80 digits: at M = 10^9 the statement loses eighteen."""
    size, offset = size_and_offset(scenario)
    with mpmath.workdps(80):
        L_ = size - 1 + mpf(str(offset))
        root = mpmath.sqrt(2 / L_) * mpmath.exp(mpmath.loggamma(mpf(size) / 2) - mpmath.loggamma(mpf(size - 1) / 2))
        mean, square, steps = (size - 1) / L_, mpf(size**2 - 1) / L_**2, range(int(generation))
        geometric = [mpf(0)]
        for i in steps:
            geometric.append(geometric[-1] + ((size + 1) / L_) ** i / size)
        values = {
            c: root,
            A: sum((mean**i for i in steps), mpf(0)) / size,
            B: mean**generation * geometric[-1],
            C: root**generation * sum(((size / L_) ** i for i in steps), mpf(0)) / size,
            Q: sum((2 * mean**i * geometric[i] / size + square**i / size**2 for i in steps), mpf(0)),
        }
        exactly = {symbol: sp.Float(value, 80) for symbol, value in values.items()}
    return {**replace_bindings(scenario, generation), M: sp.Integer(size), **exactly}


def evaluate(scenario: Scenario, generations: Int[np.ndarray, " T"], at: None = None) -> Float[np.ndarray, " T"]:
    """Var W_2^2(model t, source) over chains in data units to the fourth; t counts fits."""
    size, offset = size_and_offset(scenario)
    return scenario.source.variance**2 * np.array([distance_variance(size, offset, int(t)) for t in generations])


def limit(scenario: Scenario, at: None = None) -> float:
    """v_0^2 (3 E V^2 - (E V)^2) where L^2 > M^2 - 1, v_0^2 (6M - 4) under maximum likelihood; else infinity."""
    return scenario.source.variance**2 * limiting_distance_variance(*size_and_offset(scenario))


def reference(scenario: Scenario, generation: float, at: None = None) -> mpf:
    """The recurrence of thirteen moments of (mu_t - mu_0, sqrt v_t), those of one fit by quadrature."""
    if generation == mpmath.inf:
        return at_infinity(lambda later: reference(scenario, later))
    size, offset = size_and_offset(scenario)
    with mpmath.workdps(DIGITS + 15):
        v, divisor = mpf(str(scenario.source.variance)), size - 1 + mpf(str(offset))
        one, two = chi_square_mean(identity, 1) / size, chi_square_mean(_squared, 1) / size**2  # E Z^2/M, E Z^4/M^2
        f = [chi_square_mean(function, size - 1) for function in (_one, mpmath.sqrt, identity, _three_halves, _squared)]
        f = [moment / divisor ** (mpf(p) / 2) for p, moment in enumerate(f)]
        # (s, s^2, s^3, s^4, e^2, e^2 s, e^2 s^2, e^4)
        step = mpmath.zeros(8)
        for p in range(1, 5):
            step[p - 1, p - 1] = f[p]
        for p in range(3):
            step[4 + p, 4 + p], step[4 + p, p + 1] = f[p], f[p] * one
        step[7, 7], step[7, 6], step[7, 3] = mpf(1), 6 * one, two
        start = [mpmath.sqrt(v), v, v * mpmath.sqrt(v), v * v, 0, 0, 0, 0]
        s1, s2, s3, s4, e2, e2s, e2s2, e4 = linear_iterate(step, start, int(generation))
        r = mpmath.sqrt(v)
        mean = e2 + s2 - 2 * r * s1 + v
        square = e4 + 2 * (e2s2 - 2 * r * e2s + v * e2) + s4 - 4 * r * s3 + 6 * v * s2 - 4 * v * r * s1 + v * v
        return square - mean**2


def _one(x: mpf) -> mpf:
    return mpf(1)


def _three_halves(x: mpf) -> mpf:
    return x * mpmath.sqrt(x)


def _squared(x: mpf) -> mpf:
    return x * x


CLAIM = Claim(
    id="gaussian-replace-wasserstein2-squared-variance",
    title="The variance over chains of the squared Wasserstein distance is a sum of powers: unbounded for the unbiased "
    "divisor, at most v_0^2 (6M - 4) in the end under maximum likelihood",
    kind=Kind.EXACT,
    statistic="wasserstein2_squared_variance",
    assumptions=(*GAUSSIAN_REPLACE, sample_size_at_least(2)),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(setting(100, "unbiased"), t=(0, 1, 2, 5)),
        Example(setting(100, "mle"), t=(1, 5)),
        Example(setting(400, "offset", offset=0.5), t=(1, 10)),
        Example(setting(1000, "mle", variance=1e-6), t=(1, 20)),
        Example(setting(10, "unbiased", variance=1.0), t=(1, 5, 1000), simulate=False),
        Example(setting(2, "mle"), t=(1, 2, 30), simulate=False),
        Example(setting(3, "offset", offset=40.0), t=(1, 7), simulate=False),
        Example(setting(1_000_000, "offset", offset=2e6), t=(1, 7), simulate=False),
        Example(setting(1_000_000_000, "unbiased"), t=(1, 1000), simulate=False),
        Example(setting(1_000_000_000, "mle"), t=(1, 1000), simulate=False),
        Example(setting(1_000_000, "mle"), t=(1_000_000,), algebra=False, simulate=False),
        Example(setting(20, "mle"), t=(900, 1100, 10_000, 39_000, 41_000, np.inf), algebra=False, simulate=False),
        Example(setting(20, "offset", offset=0.75), t=(1500, 10_000), algebra=False, simulate=False),
        Example(setting(1_000_000, "offset", offset=2e6), t=(100, 1_000_000), algebra=False, simulate=False),
        Example(setting(10, "unbiased"), t=(np.inf,), algebra=False, simulate=False),
        Example(setting(10, "offset", offset=3.5), t=(np.inf,), algebra=False, simulate=False),
    ),
)
