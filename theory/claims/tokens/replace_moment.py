r"""Every moment of the frequencies is a polynomial in the source, of degree min(r, M) from t = 1 on:
$E\,p_t^r=E\,p_i^{B_t}$.

r draws from model t descend from $B_t\le r$ distinct draws from the source:
$B_0=r$, and n of them have as many parents as n balls hit of M boxes. A triangular matrix of r rows serves
every M, every source and, by its powers, every t.
"""

import numpy as np
import sympy as sp
from mpmath import mpf

from theory.claim import Claim, Example, Kind
from theory.claims.assumptions import TOKENS_REPLACE
from theory.claims.tokens.duality import (
    DUALITY,
    LINES_OF_DESCENT,
    ancestors_law,
    duality_steps,
    source_bindings,
)
from theory.claims.tokens.forward_chain import DIGITS, expectation, sum_over_tokens
from theory.claims.tokens.replace_heterozygosity import example
from theory.derivation import Derivation, agree
from theory.laws.occupancy import OccupancyPowers
from theory.laws.symbols import E, K, i, j, p
from theory.scenario import InputError, Scenario

r = sp.Symbol("r", integer=True, positive=True)
origins = sp.Function("b_t")
LARGEST_ORDER = 500


def derive() -> Derivation:
    """The duality of absence, read for the share that a token has instead of the share that it has not."""
    d = Derivation(
        "b_t(j) is the chance that r draws from model t, the one fitted to the tokens of generation t, descend from j "
        "distinct draws from the source: b_0 is 1 at r."
    )
    duality_steps(d)
    moment = d.given(
        E(sp.Symbol(r"\sum_i p_{t,i}^r")),
        sp.Sum(origins(j) * p[i] ** j, (j, 1, r), (i, 1, K)),
        because="E[(k/M)^r] = E[y^J] with y the share of the token itself, once for each generation",
        source="mohle1999duality",
        check=lambda: [
            agree(
                sum(chance * q**n for n, chance in enumerate(ancestors_law(order, size, t), start=1)),
                expectation(size, q, t, lambda x, size, order=order: (mpf(x) / size) ** order),
            )
            for size, order, q, t in ((2, 3, mpf("0.4"), 1), (5, 2, mpf("0.1"), 3), (4, 6, mpf("0.75"), 2))
        ],
    )
    return d.concludes(sp.Eq(moment.lhs, moment.rhs, evaluate=False))


def bindings(scenario: Scenario, generation: int, at: float) -> dict:
    size, order = scenario.sample_size.constant, int(at)
    law = (*ancestors_law(order, size, int(generation)), *(mpf(0),) * order)
    return {r: order, origins: lambda n: sp.Float(law[int(n) - 1], DIGITS), **source_bindings(scenario)}


def evaluate(scenario: Scenario, generations: np.ndarray, at: float) -> np.ndarray:
    """E sum_i p_{t,i}^r, float64 [T], r = ``at`` a whole number to 500; t counts fits."""
    order = whole_order(at)
    distribution = scenario.source.distribution()
    powers = np.array([np.sum(distribution**n) for n in range(1, order + 1)])
    chain = OccupancyPowers(order, scenario.sample_size.constant)
    law, done, value = np.eye(order)[order - 1], 0, {}
    for t in sorted({int(t) for t in generations}):
        law, done = chain.advance(law, t - done), t
        value[t] = float(law @ powers)
    return np.array([value[int(t)] for t in generations])


def whole_order(at: float) -> int:
    """The order, or an InputError where it is not a whole number from 1 to 500."""
    if at != int(at) or not 1 <= at <= LARGEST_ORDER:
        raise InputError(f"at must be a whole order from 1 to {LARGEST_ORDER} for the moment of tokens, got {at}")
    return int(at)


def limit(scenario: Scenario, at: float) -> float:
    """1: one type is left."""
    return 1.0


def reference(scenario: Scenario, t: float, at: float) -> mpf:
    """Each token's own count, forwards in time."""
    size = scenario.sample_size.constant

    def power(x: int, size: int) -> mpf:
        return (mpf(x) / size) ** int(at)

    return sum_over_tokens(scenario, lambda q: expectation(size, q, t, power) if t else q ** int(at))


CLAIM = Claim(
    id="tokens-replace-moment",
    title="From t = 1 on the moment of order r is a polynomial of degree min(r, M) in the source: "
    "E sum p^r = E sum p_i^B",
    kind=Kind.EXACT,
    statistic="moment",
    assumptions=TOKENS_REPLACE,
    derive=derive,
    bindings=bindings,
    evaluate=evaluate,
    reference=reference,
    limit=limit,
    examples=(
        Example(example(20, (0.1, 0.02, 0.51, 0.37)), t=(0, 1, 5, 20), at=3),
        Example(example(9, (0.37, 0.25, 0.2, 0.15, 0.03)), t=(1, 6), at=2),
        Example(example(4, (0.6, 0.4)), t=(1, 3), at=7),
        Example(example(9, (0.5, 0.5)), t=(np.inf,), at=4, algebra=False, simulate=False),
    ),
    sources=(DUALITY, LINES_OF_DESCENT),
)
