"""A window with fresh real points: its edges are the stratified share, the plain window and a pool of real points."""

import numpy as np
import pytest

from simulations.kernels import kernel_for
from simulations.kernels.method import NoKernel
from theory.claims import claims
from theory.claims.gaussian import fresh_window, real_share, window
from theory.laws.fresh_window import fresh_window_limits, fresh_window_moments, relaxation_root
from theory.laws.fresh_window_squares import fresh_window_squares, settled_squares
from theory.plan import plan
from theory.predict import NotCovered, predict
from theory.scenario import parse_scenario

CLAIMS = claims()
T = np.array([0, 1, 2, 3, 5, 9, 40])
STATISTICS = ("variance", "mean-squared-error", "variance-second-moment", "mean-fourth-moment", "draw-fourth-moment")
GAUSSIAN = {"kind": "gaussian", "mean": 0.0, "variance": 1.0}
TOKENS = {"kind": "tokens", "probabilities": [0.5, 0.3, 0.2]}
POISSON = {"kind": "poisson", "rate": 2.0}
UNBIASED = {"estimator": {"kind": "moments", "divisor": "unbiased"}}


@pytest.mark.parametrize("statistic", STATISTICS)
@pytest.mark.parametrize("divisor", ["mle", "unbiased"])
def test_one_batch_is_the_stratified_share_and_no_real_points_a_plain_window(statistic, divisor):
    claim = CLAIMS[f"gaussian-fresh-window-{statistic}"]
    shared = CLAIMS[f"gaussian-stratified-real-share-{statistic}"]
    one, other = fresh_window.setting(20, 1, divisor, real=5), real_share.setting("stratified", 20, divisor, real=5)
    np.testing.assert_allclose(claim.evaluate(one, T), shared.evaluate(other, T), rtol=1e-13)
    np.testing.assert_allclose(claim.limit(one), shared.limit(other), rtol=1e-13)
    plain = CLAIMS[f"gaussian-window-{statistic}"].evaluate(window.setting(6, 3, divisor), T)
    np.testing.assert_array_equal(claim.evaluate(fresh_window.setting(6, 3, divisor, share=0), T), plain)


def test_a_share_of_one_pools_fresh_real_points():
    M, W = 6, 3
    batches = np.minimum(T[1:], W)
    v, D = fresh_window_moments(M, W, M, 1.0, 40)
    np.testing.assert_allclose(v[T[1:]], 1 - 1 / (M * batches), rtol=1e-14)
    np.testing.assert_allclose(D[T[1:]], 1 / (M * batches), rtol=1e-14)
    square, fourth, _ = fresh_window_squares(M, W, M, 1.0, 40)
    np.testing.assert_allclose(square[-1], (1 - 1 / (M * W)) * (1 + 1 / (M * W)), rtol=1e-14)
    np.testing.assert_allclose(fourth[-1], 3 / (M * W) ** 2, rtol=1e-14)


@pytest.mark.parametrize(("length", "root", "size"), [(1, 0.9, 19.9), (8, 0.97716, 89.9), (64, 0.99682, 649.9)])
def test_memory_is_the_price_of_precision(length, root, size):
    """The table of the claim: how a deviation of the mean fades, and what 10 real points among 100 are then worth."""
    assert abs(relaxation_root(length, 0.1) - root) < 5e-6
    assert abs(1 / fresh_window_limits(100, length, 10, 1)[1] - size) < 1e-9


def test_a_deviation_fades_by_the_root():
    """Batches that are off by 1 are followed by others that are off by 1 - share times the mean of the last ones."""
    batches = [1.0] * 7
    for _ in range(400):
        batches.append(0.8 * np.mean(batches[-7:]))
    assert abs(batches[-1] / batches[-2] - relaxation_root(7, 0.2)) < 1e-14
    assert 0 <= relaxation_root(5, 1.0) < relaxation_root(5, 0.999999) < 0.1
    assert relaxation_root(3, 0.0) == 1.0


@pytest.mark.parametrize("length", [2, 4])
def test_stationary_second_moments_are_those_of_late_fits(length):
    late = [means[-1] for means in fresh_window_squares(8, length, 3, 0.0, 2000)]
    np.testing.assert_allclose(late, settled_squares(8, length, 3, 0.0), rtol=1e-12)


@pytest.mark.parametrize("source", [TOKENS, POISSON], ids=["tokens", "poisson"])
def test_what_no_kernel_covers_is_said_by_name(source):
    scenario = parse_scenario({
        "source": source, "sample_size": {"kind": "constant", "size": 10},
        "retention": {"kind": "window", "length": 2, "share": 0.5},
    })  # fmt: skip
    with pytest.raises(NoKernel, match=r"a window with retention\.share for a .*; covered: windows without real"):
        kernel_for(scenario, 3)


def test_the_least_share_makes_whole_points():
    """Of 100 points; and as many batches as a target takes."""
    scenario = fresh_window.setting(100, 8, "mle", variance=1.0, share=0.1)
    found = plan(scenario, "retention.share", "variance", "above", 0.99, np.inf)
    assert (found.value, found.attained > 0.99) == (0.12, True)
    assert plan(scenario, "retention.length", "mean_squared_error", "below", 0.005, np.inf).value == 20


def test_what_no_claim_covers_is_refused():
    scenario = parse_scenario({
        "source": TOKENS, "sample_size": {"kind": "constant", "size": 10},
        "retention": {"kind": "window", "length": 2, "real": 5},
    })  # fmt: skip
    with pytest.raises(NotCovered):
        predict(scenario, "heterozygosity", [3])
    growing = parse_scenario({
        "source": GAUSSIAN, "sample_size": {"kind": "geometric", "size": 10, "ratio": 2.0},
        "retention": {"kind": "window", "length": 2, "real": 5}, **UNBIASED,
    })  # fmt: skip
    with pytest.raises(NotCovered):
        predict(growing, "variance", [3])
