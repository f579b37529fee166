"""Regressions with a ridge: the law of eigenvalues of a Gram matrix, and what becomes of the risk of many fits."""

import numpy as np
import pytest

from simulations.kernels import NoKernel, kernel_for
from theory.claims import claims
from theory.claims.regression.ridge import means_by_two_vectors, setting
from theory.claims.regression.ridge_kept import kept
from theory.laws.wishart_spectrum import gram_spectrum
from theory.predict import NotCovered, predict
from theory.scenario import parse_scenario

SHAPES = [(1, 1), (2, 2), (5, 3), (10, 10), (11, 10), (12, 10), (16, 10), (40, 7), (10**9, 10)]
PULLED = [(2, 2, 1e-3), (10, 10, 1e-6), (11, 10, 0.1), (30, 10, 3.0), (12, 3, 1e-9)]


@pytest.mark.parametrize(("M", "d"), SHAPES)
def test_moments_of_the_eigenvalues_of_a_gram_matrix(M, d):
    x, weight = gram_spectrum(M, d)
    found = [weight.sum(), weight @ x / M, weight @ x**2 / (M * (M + d + 1))]
    if d + 1 < M:
        found.append((weight / x).sum() * (M - d - 1))
    np.testing.assert_allclose(found, 1.0, rtol=3e-13)


@pytest.mark.parametrize(("M", "d", "ridge"), PULLED)
def test_means_of_the_eigenvalues_are_those_of_integrals_over_two_vectors(M, d, ridge):
    x, weight = gram_spectrum(M, d)
    away = ridge / (x + ridge)
    found = [weight @ away, weight @ away**2]
    assert found == pytest.approx([float(mean) for mean in means_by_two_vectors(M, d, ridge)], rel=1e-12)


@pytest.mark.parametrize("design", ["fresh", "reused"])
def test_a_vanishing_ridge_is_none_and_a_huge_one_forgets_at_once(design):
    plain = setting(20, 5, 0.0, design)
    exact = predict(plain, "excess_risk", [1, 5, 50]).value
    assert predict(setting(20, 5, 1e-9, design), "excess_risk", [1, 5, 50]).value == pytest.approx(exact, rel=1e-7)
    assert predict(setting(20, 5, 1e60, design), "excess_risk", [1, np.inf]).value == pytest.approx(4.0, rel=1e-12)
    assert predict(setting(20, 5, 10.0, design), "excess_risk", [0]).value == 0.0


def test_with_many_rows_a_ridge_ends_near_the_signal_and_half_the_noise_over_the_ridge():
    for design in ("fresh", "reused"):
        end = predict(setting(10**6, 5, 10.0, design), "excess_risk", [np.inf]).value[0]
        assert end == pytest.approx(4.0 + 2.25 * 5 / 20, rel=1e-4)


def test_no_other_claim_covers_a_ridge_and_these_cover_nothing_else():
    ridge = {"regression-ridge-excess-risk", "regression-ridge-excess-risk-proportional"}
    covering = {name for name, claim in claims().items() if claim.covers(setting(20, 5, 1.0))}
    assert covering == ridge
    shared = {"kind": "real_share", "scheme": "stratified", "real": 5}
    with pytest.raises(NotCovered, match="ridge"):
        predict(parse_scenario(setting(20, 5, 1.0).dump() | {"retention": shared}), "excess_risk", [1])
    all_data = {"fresh": "regression-ridge-accumulate-excess-risk"}
    all_data["reused"] = "regression-ridge-accumulate-one-design-excess-risk"
    for design, name in all_data.items():
        assert {one for one, claim in claims().items() if claim.covers(kept(20, 5, 1.0, design))} == {name}
    assert not any(claims()[name].covers(setting(20, 5, 0.0)) for name in ridge)


@pytest.mark.parametrize("design", ["fresh", "reused"])
def test_without_a_ridge_all_data_have_the_risk_of_least_squares(design):
    t = [1, 2, 9, 60] + [np.inf] * (design == "reused")
    plain = parse_scenario(setting(20, 2, 0.0, design).dump() | {"retention": {"kind": "accumulate"}})
    found, exact = (predict(one, "excess_risk", t).value for one in (kept(20, 2, 1e-9, design), plain))
    assert found == pytest.approx(exact, rel=1e-7)
    assert predict(kept(20, 2, 1e60, design), "excess_risk", [0, 1, 9]).value == pytest.approx([0.0, 4.0, 4.0])


@pytest.mark.parametrize("design", ["fresh", "reused"])
def test_all_data_with_a_ridge_beside_plain_chains(design):
    rng, chains, M, d, ridge, fits = np.random.default_rng(3), 20_000, 6, 3, 2.0, 3
    truth, gram, sums = np.array([1.0, 0.0, 0.0]), 0.0, 0.0
    w = np.tile(truth, (chains, 1))
    exact = predict(kept(M, d, ridge, design, 1.0, 1.0), "excess_risk", range(1, fits + 1)).value
    X = rng.normal(size=(chains, M, d))
    for fit in range(fits):
        X = rng.normal(size=(chains, M, d)) if design == "fresh" and fit else X
        y = np.einsum("rmd,rd->rm", X, w) + rng.normal(size=(chains, M))
        gram, sums = gram + np.einsum("rmi,rmj->rij", X, X), sums + np.einsum("rmi,rm->ri", X, y)
        w = np.linalg.solve(gram + ridge * np.eye(d), sums[..., None])[..., 0]
        risk = ((w - truth) ** 2).sum(axis=1)
        assert abs(risk.mean() - exact[fit]) < 5.5 * risk.std() / chains**0.5


def test_rows_of_all_generations_are_not_fitted_with_a_ridge():
    with pytest.raises(NoKernel, match=r'estimator.ridge = 1.0 with retention.kind "accumulate"; covered: no ridge'):
        kernel_for(kept(20, 5, 1.0))
