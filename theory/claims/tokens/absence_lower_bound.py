r"""A token is absent at t >= 1 with probability at least $(1-p_i)^{m_{t-1}}$: as with a sure number of ancestors.

$m_0=M$, $m_{g+1}=M(1-(1-1/M)^{m_g})$: the number of boxes hit, were the number of balls its mean. Random
numbers of ancestors lose more tokens than their mean does, and fewer of them have parents of their own. With
the upper bound this brackets absence for any M.
"""

import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import TOKENS_REPLACE
from theory.claims.tokens.absence_upper_bound import ABSENT, MOST_GENERATIONS, reference
from theory.claims.tokens.duality import (
    DUALITY,
    absence_of,
    duality_steps,
    psi,
    source_bindings,
    token_probability,
)
from theory.claims.tokens.forward_chain import DIGITS, absence_probability, in_full_digits
from theory.claims.tokens.replace_heterozygosity import example
from theory.derivation import Derivation, at_most
from theory.laws.survival import absence_given, mean_ancestors_upper
from theory.laws.symbols import M, i, n, p, t
from theory.scenario import Scenario

mean_ancestors = sp.Function("m")


def derive() -> Derivation:
    """Jensen's inequality for (1-p)^A, and for the number of boxes that A balls hit."""
    d = Derivation("For t >= 1: psi_t(z) = E z^A with A = A_{t-1} the number of ancestors in generation 1; A_0 = M.")
    duality_steps(d)
    absence_of(d, p[i], "X_{t,i} = 0")
    boxes = sp.Function("b")
    hit = d.solves(
        boxes(n),
        M * (1 - (1 - 1 / M) ** n),
        index=n,
        next_value=boxes(n) + 1 - boxes(n) / M,
        initial=(0, sp.Integer(0)),
        because="the mean number of boxes hit: one more ball hits a new one with probability 1 - b/M",
    )
    d.algebra(
        sp.Derivative(hit.rhs, (n, 2)),
        -M * (1 - 1 / M) ** n * sp.log(1 - 1 / M) ** 2,
        because="it is concave in the number of balls: by Jensen E A_{g+1} <= M (1 - (1-1/M)^(E A_g)), so E A_g <= m_g "
        "where M >= 2; with M = 1 all of these are 1",
    )
    bound = d.given(
        psi(1 - p[i]),
        (1 - p[i]) ** mean_ancestors(t - 1),
        relation=r"\ge",
        because="(1-p)^A is convex in A, so its mean is at least (1-p)^(E A)",
        source="jensen1906fonctions",
        check=lambda: [
            at_most((1 - q) ** mean_ancestors_exactly(size, g - 1), absence_probability(size, q, g))
            for size, q, g in ((2, mpf("0.4"), 3), (5, mpf("0.9"), 2), (9, mpf("0.1"), 6))
        ],
    )
    return d.concludes(sp.Ge(ABSENT, bound.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: int) -> dict:
    size = scenario.sample_size.constant
    exactly = {mean_ancestors: lambda g: sp.Float(mean_ancestors_exactly(size, int(g)), DIGITS)}
    return {t: generation, **exactly, **source_bindings(scenario, at)}


def mean_ancestors_exactly(size: int, g: int) -> mpf:
    """m_g to 50 digits."""
    with in_full_digits():
        m = mpf(size)
        for _ in range(g):
            m = size * (1 - (1 - mpf(1) / size) ** m)
        return m


def evaluate(scenario: Scenario, generations: np.ndarray, at: int) -> np.ndarray:
    """(1-p_i)^m_{t-1}, float64 [T]; t counts fits."""
    probability = token_probability(scenario, at)
    log_miss = np.log1p(-probability) if probability < 1.0 else -np.inf
    return absence_given(mean_ancestors_upper(scenario.sample_size.constant, generations), log_miss)


def limit(scenario: Scenario, at: int) -> float:
    """1 - p_i, as the mean number of ancestors tends to 1: the bound is exact in the end."""
    return 1.0 - token_probability(scenario, at)


CLAIM = Claim(
    id="tokens-replace-absence-lower-bound",
    title="A token is absent at t >= 1 with probability at least (1-p_i)^m, m the mean number of ancestors if it did "
    "not vary",
    kind=Kind.LOWER_BOUND,
    statistic="absence",
    assumptions=TOKENS_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    reach=lambda scenario: MOST_GENERATIONS,
    examples=(
        Example(example(20, (0.1, 0.02, 0.51, 0.37)), t=(1, 2, 10, 40), at=0),
        Example(example(12, (0.6, 0.3, 0.1)), t=(1, 8), at=0),
        Example(example(10**9, (3e-9, 1 - 3e-9)), t=(1, 4), at=0, simulate=False),
        Example(example(9, (0.5, 0.5)), t=(0, np.inf), at=1, algebra=False, simulate=False),
    ),
    sources=(DUALITY,),
)
