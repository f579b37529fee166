r"""With exactly $n=\alpha M$ fresh real points in every training set the floor has $\theta=n(2-\alpha)-\alpha$.

A fixed number of real points adds less noise than a random one: the two binomial variances, of real and
synthetic points, replace that of the mixture. The recursion is again linear, with rate $b^2-b/M$,
$b=1-\alpha$: two points drawn without putting back are both synthetic. Generation 1, all real, is on it.
"""

import numpy as np
import sympy as sp

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import tokens_with_real_share
from theory.claims.tokens.enumeration import digits, real_share, reference, source_heterozygosity
from theory.claims.tokens.real_share_iid import LOPSIDED, example
from theory.claims.tokens.steps import H, P, averaged, f, mean_is_the_source, second_moment_of_a_count
from theory.derivation import Derivation
from theory.laws.mixing import heterozygosity, stratified_heterozygosity, stratified_theta
from theory.laws.symbols import H0, E, M, alpha, t
from theory.scenario import Scenario


def derive() -> Derivation:
    """Two independent counts, their second moments, the average over p_t, the recursion of the sum, its solution."""
    p = sp.Symbol("p", positive=True)
    b = 1 - alpha
    theta, ratio = M * alpha * (2 - alpha) - alpha, b**2 - b / M
    d = Derivation("One token at a time: Bin(alpha M, f) real points and Bin((1-alpha) M, p_t) synthetic ones.")
    real = second_moment_of_a_count(d, alpha * M, f)
    synthetic = second_moment_of_a_count(d, b * M, p)
    mixture = alpha * f + b * p
    square = d.algebra(
        (real + 2 * alpha * M * f * b * M * p + synthetic) / M**2,
        mixture**2 + alpha * f * (1 - f) / M + b * p * (1 - p) / M,
        because="E p'^2 given p_t, the two counts being independent",
    )
    mean_is_the_source(d)
    d.algebra(
        averaged(mixture - square.rhs, {p: f, p**2: P}),
        (1 - b**2 - alpha / M) * f * (1 - f) + ratio * (f - P),
        because="E p'(1-p') averaged with E p_t = f and E p_t^2 = P",
    )
    d.algebra(
        H0 * theta / (1 + theta),
        (1 - b**2 - alpha / M) * H0 / (1 - ratio),
        because="the fixed point of the recursion below, written with theta",
    )
    solved = d.solves(
        H(t),
        H0 * (theta + ratio**t) / (1 + theta),
        index=t,
        initial=(0, H0),
        next_value=(1 - b**2 - alpha / M) * H0 + ratio * H(t),
        because="summed over tokens; p_0 = f makes generation 1 all real",
    )
    return d.concludes(sp.Eq(E(sp.Symbol("H_t")), solved.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: float, at: None = None) -> dict:
    return {
        M: scenario.sample_size.constant, t: generation, H0: digits(source_heterozygosity(scenario)),
        alpha: digits(real_share(scenario)),
    }  # fmt: skip


def evaluate(scenario: Scenario, generations: np.ndarray, at: None = None) -> np.ndarray:
    """E H_t, float64 [T]; t counts fits."""
    size = scenario.sample_size.constant
    real = scenario.retention.real_points(size)
    return heterozygosity(scenario.source.distribution()) * stratified_heterozygosity(size, real, generations)


def limit(scenario: Scenario, at: None = None) -> float:
    """H_0 theta / (1 + theta): 0 without real data, H_0 (1-1/M) with nothing else."""
    size = scenario.sample_size.constant
    theta = stratified_theta(size, scenario.retention.real_points(size))
    return heterozygosity(scenario.source.distribution()) * theta / (1.0 + theta)


CLAIM = Claim(
    id="tokens-stratified-real-share-heterozygosity",
    title="n fresh real points: heterozygosity settles at H_0 theta/(1+theta), theta = n(2-alpha) - alpha",
    kind=Kind.EXACT,
    statistic="heterozygosity",
    assumptions=tokens_with_real_share("stratified"),
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(example("stratified", 6, real=2), t=(0, 1, 2, 5, 12)),
        Example(example("stratified", 100, share=0.1), t=(1, 2, 10, 40, np.inf), simulate=False),
        Example(example("stratified", 1, real=1), t=(0, 1, 3, np.inf), simulate=False),
        Example(example("stratified", 2, real=1), t=(1, 2, np.inf), simulate=False),
        Example(example("stratified", 50, real=0), t=(1, 20, np.inf), simulate=False),
        Example(example("stratified", 10**9, LOPSIDED, real=100), t=(1, 10**6, np.inf), simulate=False),
    ),
)  # fmt: skip
