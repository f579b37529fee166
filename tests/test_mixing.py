"""Heterozygosity with real or old data: whole populations enumerated, known digits, the ends of the range."""

import itertools
import math
from collections import Counter
from fractions import Fraction

import mpmath
import numpy as np
import pytest

from theory.claims import claims
from theory.claims.tokens.accumulate_heterozygosity import example as accumulating
from theory.claims.tokens.enumeration import heterozygosity_by_enumeration, heterozygosity_by_moments
from theory.claims.tokens.real_share_iid import example as mixing
from theory.laws.accumulation import HEAD, log_variance_left
from theory.laws.mixing import (
    fixed_heterozygosity,
    fixed_theta,
    heterozygosity,
    iid_heterozygosity,
    iid_theta,
    stratified_heterozygosity,
    stratified_theta,
)
from theory.predict import predict, predictions

SOURCE = (Fraction(1, 2), Fraction(3, 10), Fraction(1, 5))
POINTS, REAL, LAST = 3, 1, 4
FOUR_TOKENS_H0 = 0.635  # of (0.5, 0.3, 0.15, 0.05)

State = tuple[int, ...]


def multinomial(points: int, probabilities: tuple[Fraction, ...]) -> Counter[State]:
    """P(counts) over every way in which the points can fall, in rationals."""
    law: Counter[State] = Counter()
    for counts in itertools.product(range(points + 1), repeat=len(probabilities)):
        if sum(counts) == points:
            ways = math.factorial(points) // math.prod(map(math.factorial, counts))
            law[counts] += ways * math.prod(p**c for p, c in zip(probabilities, counts, strict=True))
    return law


def plus(first: State, second: State) -> State:
    return tuple(a + b for a, b in zip(first, second, strict=True))


def next_law(scheme: str, kept: State, counts: State) -> Counter[State]:
    """P(next counts of all three tokens | kept points, counts), straight from the description of the policy."""
    total = sum(counts)
    model = tuple(Fraction(c, total) for c in counts)
    if scheme == "iid":
        share = Fraction(REAL, POINTS)
        return multinomial(POINTS, tuple(share * f + (1 - share) * p for f, p in zip(SOURCE, model, strict=True)))
    if scheme == "accumulate":
        return Counter({plus(counts, new): w for new, w in multinomial(POINTS, model).items()})
    refitted = multinomial(POINTS - REAL, model)
    fresh = multinomial(REAL, SOURCE) if scheme == "stratified" else Counter({kept: Fraction(1)})
    law: Counter[State] = Counter()
    for (a, wa), (b, wb) in itertools.product(fresh.items(), refitted.items()):
        law[plus(a, b)] += wa * wb
    return law


def expected_heterozygosity(scheme: str) -> list[Fraction]:
    """E H_1 … over the joint law of (kept points, all counts); the kept points are the first of generation 1."""
    law: Counter[tuple[State, State]] = Counter()
    for kept, w in multinomial(REAL, SOURCE).items():
        for rest, v in multinomial(POINTS - REAL, SOURCE).items():
            law[kept, plus(kept, rest)] += w * v
    values = []
    for _ in range(LAST):
        values.append(sum(w * (1 - sum(Fraction(c, sum(x)) ** 2 for c in x)) for (_, x), w in law.items()))
        following: Counter[tuple[State, State]] = Counter()
        for (kept, counts), w in law.items():
            for new, v in next_law(scheme, kept, counts).items():
                following[kept, new] += w * v
        law = following
    return values


@pytest.mark.parametrize("scheme", ["iid", "stratified", "fixed", "accumulate"])
def test_every_population_of_three_tokens(scheme):
    """Closed form, one-token enumeration and moments equal the joint law of all counts, in exact rationals."""
    probabilities = tuple(map(float, SOURCE))
    if scheme == "accumulate":
        claim, scenario = claims()["tokens-accumulate-heterozygosity"], accumulating(POINTS, probabilities)
    else:
        claim = claims()[f"tokens-{scheme}-real-share-heterozygosity"]
        scenario = mixing(scheme, POINTS, probabilities, real=REAL)
    exact = expected_heterozygosity(scheme)
    values = claim.value(scenario, np.arange(1.0, LAST + 1))
    for t, truth in enumerate(exact, start=1):
        truth = mpmath.mpf(truth.numerator) / truth.denominator
        assert values[t - 1] == pytest.approx(float(truth), rel=1e-14)
        for route in (heterozygosity_by_enumeration, heterozygosity_by_moments):
            assert abs(route(scenario, t) / truth - 1) < 1e-14


def test_digits_of_an_independent_calculation():
    """Six digits worked out separately, for four tokens with H_0 = 0.635."""
    once = np.array([10])
    assert FOUR_TOKENS_H0 * iid_heterozygosity(100, 0.1, once)[0] == pytest.approx(0.606470, abs=6e-7)
    floors = {"iid": 0.602945, "stratified": 0.603090, "fixed": 0.545653}
    for scheme, floor in floors.items():
        claim = claims()[f"tokens-{scheme}-real-share-heterozygosity"]
        assert claim.limit(mixing(scheme, 100, share=0.1)) == pytest.approx(floor, abs=6e-7)
    ends = {(10, 10, 400): 0.535716, (10, 10, np.inf): 0.535582, (10, 30, 301): 0.596830, (10, 30, np.inf): 0.596634}
    for (M, first, t), value in ends.items():
        assert FOUR_TOKENS_H0 * np.exp(log_variance_left(M, first, np.array([t])))[0] == pytest.approx(value, abs=6e-7)


def test_widely_used_theta_is_too_high_in_every_scheme():
    """The form overstates each floor, by no more than it says, and tends to the right one as the share tends to 0."""
    claim = claims()["tokens-real-share-small-share-form"]
    for scheme in ("iid", "stratified", "fixed"):
        for size in (2, 3, 10, 1000):
            for real in sorted({2, 1 + size // 2, size}):
                scenario = mixing(scheme, size, share=real / size)
                exact = claims()[f"tokens-{scheme}-real-share-heterozygosity"]
                excess = claim.limit(scenario) / exact.limit(scenario) - 1
                assert 0 < excess <= claim.error(scenario, np.inf) * (1 + 1e-12) + 1e-14
    widely_used = 2e6 * 1e-4 / (1 - 1e-4)
    for theta in (iid_theta(10**6, 1e-4), stratified_theta(10**6, 100), fixed_theta(10**6, 100)):
        assert theta == pytest.approx(widely_used, rel=0.006)


def test_widely_used_theta_answers_nothing_on_the_way():
    """At t = 0 and in the end it has a value; between, and wherever an exact claim answers, it is not asked."""
    scenario, name = mixing("iid", 100, share=0.1), "tokens-real-share-small-share-form"
    assert {said.claim[0] for said in predictions(scenario, "heterozygosity", [0, 5])} == {
        "tokens-iid-real-share-heterozygosity"
    }
    assert [said.claim[0] for said in predictions(scenario, "heterozygosity", [0, np.inf])][-1] == name
    assert predict(scenario, "heterozygosity", [np.inf]).kind == ("exact",)
    assert not claims()[name].covers(mixing("fixed", 10, real=1))


def test_generation_one_is_all_real_whatever_comes_later():
    for ratio in (
        iid_heterozygosity(20, 0.35, np.array([0, 1])),
        stratified_heterozygosity(20, 7, np.array([0, 1])),
        fixed_heterozygosity(20, 7, np.array([0, 1])),
        np.exp(log_variance_left(20, 20, np.array([0, 1]))),
    ):
        assert ratio == pytest.approx([1.0, 1 - 1 / 20], rel=1e-15)


def test_one_kept_point_preserves_nothing():
    """With n = 1 the kept point is the model in the end: E H_t = H_0 (1-1/M)^t, as with no real data at all."""
    t = np.array([0, 1, 5, 50])
    assert fixed_heterozygosity(30, 1, t) == pytest.approx((1 - 1 / 30) ** t, rel=1e-14)


@pytest.mark.parametrize(("size", "first"), [(1, 2), (2, 2), (10, 10), (10, 7), (10**6, 50), (10**9, 3)])
def test_product_and_zeta_series_meet(size, first):
    """On both sides of the switch, and far beyond it, the pool's share is the product of its factors."""

    def product(t):
        factors = mpmath.mpf(first - 1) / first
        for k in range(1, t):
            factors *= 1 - mpmath.mpf(size) / (first + k * size) ** 2
        return factors

    with mpmath.workdps(40):
        for t in (*range(HEAD - 1, HEAD + 4), 1000):
            assert np.exp(log_variance_left(size, first, np.array([t])))[0] == pytest.approx(
                float(product(t)), rel=3e-15
            )


def test_source_with_nearly_all_mass_on_one_token():
    for small in (1e-12, 1e-9, 0.3):
        expected = 2 * small * (1 - small)
        assert heterozygosity(np.array([small, 1 - small])) == pytest.approx(expected, rel=1e-15)
    assert heterozygosity(np.array([1.0])) == 0.0
    assert heterozygosity(np.array([0.0, 1.0])) == 0.0


@pytest.mark.parametrize("size", [1, 2, 10, 10**6])
def test_two_exact_limits_of_equal_batches_agree(size):
    """The sine and the product of factors are one number."""
    general, sine = (claims()[f"tokens-accumulate-heterozygosity{suffix}"] for suffix in ("", "-limit"))
    scenario = accumulating(size)
    assert general.covers(scenario)
    assert sine.covers(scenario)
    assert not sine.covers(accumulating(size, first=size + 1))
    assert general.limit(scenario) == pytest.approx(sine.limit(scenario), rel=1e-14, abs=1e-300)
