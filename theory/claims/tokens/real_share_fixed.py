r"""The same $n$ real points, kept for ever, preserve $H_0\,(n-1)(2-\alpha)/(n+(n+1)b)$, $b=1-\alpha$.

Given the kept points, with frequencies $\hat f$, the model mixes $\alpha\hat f+b\,p_t$: its mean moves from
$f$ to $\hat f$ as $b^t$ and its heterozygosity settles at $H(\hat f)\,\theta/(1+\theta)$,
$\theta=M(1-b^2)/b$. The kept points are part of generation 1, so that the average over them couples the two;
with $p_0=f$ generation 1 is on the recursion.
"""

import numpy as np
import sympy as sp

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import tokens_with_real_share
from theory.claims.tokens.enumeration import digits, reference, source_heterozygosity
from theory.claims.tokens.real_share_iid import LOPSIDED, example
from theory.claims.tokens.steps import H, P, averaged, f, second_moment_of_a_count
from theory.derivation import Derivation
from theory.laws.mixing import fixed_heterozygosity, fixed_limit, heterozygosity
from theory.laws.symbols import H0, E, M, n, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """Condition on the kept points, follow the mean and the covariance with them, then the recursion of the sum."""
    p, kept = sp.symbols("p fhat", positive=True)
    m = sp.Function("m")
    b = 1 - n / M
    a, ratio = n / M, b**2 - b / M
    d = Derivation("One token at a time, given that a share fhat of the n kept points are this token.")
    synthetic = second_moment_of_a_count(d, b * M, p)
    mixture = a * kept + b * p
    square = d.algebra(
        (a * kept) ** 2 + 2 * a * kept * b * p + synthetic / M**2, mixture**2 + b * p * (1 - p) / M,
        because="E p'^2 given p_t: only the synthetic count is drawn anew",
    )  # fmt: skip
    d.solves(
        m(t),
        kept + b**t * (f - kept),
        index=t,
        next_value=a * kept + b * m(t),
        initial=(0, f),
        because="the expected frequency moves from the source to the kept points",
    )
    kept_square = d.algebra(
        (second_moment_of_a_count(d, n, f)) / n**2,
        f**2 + f * (1 - f) / n,
        because="E fhat^2: the kept points are n draws from the source",
    )
    covariance = d.algebra(
        (1 - b**t) * kept_square.rhs + b**t * f**2,
        f**2 + (1 - b**t) * f * (1 - f) / n,
        because="E fhat p_t: the mean above times fhat, averaged over the kept points",
    )
    moments = {kept: f, kept**2: kept_square.rhs, p: f, p * kept: covariance.rhs, p**2: P}
    d.algebra(
        averaged(mixture - square.rhs, moments),
        (1 - b**2) * (1 - 1 / n) * f * (1 - f) + 2 * a * b * b**t * f * (1 - f) / n + ratio * (f - P),
        because="E p'(1-p') averaged over p_t and the kept points: multiples of f(1-f) and E p_t(1-p_t)",
    )
    D = (2 * n + 1) * M - n * (n + 1)
    floor = d.algebra(
        H0 * (n - 1) * (2 * M - n) / D,
        (1 - b**2) * (1 - 1 / n) * H0 / (1 - ratio),
        because="the fixed point once b^t is gone: (1-1/n) H_0 theta/(1+theta) with theta = M(1-b^2)/b",
    )
    solved = d.solves(
        H(t),
        floor.lhs + H0 * 2 / (n + 1) * b**t - H0 * (n - 1) * M / ((n + 1) * D) * ratio**t,
        index=t,
        initial=(0, H0),
        next_value=(1 - b**2) * (1 - 1 / n) * H0 + 2 * b ** (t + 1) * H0 / M + ratio * H(t),
        because="summed over tokens; p_0 = f makes generation 1 all real",
    )
    return d.concludes(sp.Eq(E(sp.Symbol("H_t")), solved.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    size = scenario.sample_size.constant
    return {
        M: digits(size), n: digits(scenario.retention.real_points(size)), t: generation,
        H0: digits(source_heterozygosity(scenario)),
    }  # fmt: skip


def evaluate(scenario: Scenario, generations: np.ndarray, at: None = None) -> np.ndarray:
    """E H_t, float64 [T], averaged over the kept points too; t counts fits."""
    size = scenario.sample_size.constant
    real = scenario.retention.real_points(size)
    return heterozygosity(scenario.source.distribution()) * fixed_heterozygosity(size, real, generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """H_0 (1-1/n) theta/(1+theta), theta = M(1-b^2)/b: 0 with one kept point, H_0 (1-1/M) with all kept."""
    size = scenario.sample_size.constant
    return heterozygosity(scenario.source.distribution()) * fixed_limit(size, scenario.retention.real_points(size))


CLAIM = Claim(
    id="tokens-fixed-real-share-heterozygosity",
    title="With n real points kept, heterozygosity settles at (1-1/n) H_0 theta/(1+theta), theta = M(1-b^2)/b",
    kind=Kind.EXACT,
    statistic="heterozygosity",
    assumptions=tokens_with_real_share("fixed"),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(example("fixed", 6, real=2), t=(0, 1, 2, 5, 12)),
        Example(example("fixed", 100, share=0.1), t=(1, 2, 10, 40, np.inf), simulate=False),
        Example(example("fixed", 8, real=1), t=(1, 3, 12, np.inf)),
        Example(example("fixed", 2, real=1), t=(1, 2, np.inf), simulate=False),
        Example(example("fixed", 5, real=5), t=(1, 4, np.inf), simulate=False),
        Example(example("fixed", 10**9, LOPSIDED, real=100), t=(1, 10**6, np.inf), simulate=False),
    ),
)  # fmt: skip
