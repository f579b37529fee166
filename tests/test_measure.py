"""Measures against definitions: integrals for divergences, plain loops for tokens, and numpy where JAX is."""

import math

import jax.numpy as jnp
import numpy as np
import pytest
from scipy import integrate, stats

from simulations.measure import MEASURES, GaussianModel, GaussianUnits
from simulations.measures_families import ScaleUnits
from theory.scenario import QUANTITIES

M0, V0 = 2.0, 4.0
UNITS = GaussianUnits(np.float64(V0), np.log(V0))
MODELS = [(2.0, 4.0), (2.5, 1.0), (0.0, 9.0), (7.0, 3.99)]


def model(mean, variance):
    return GaussianModel(np.asarray((mean - M0) / math.sqrt(V0)), np.asarray(np.log(variance / V0)))


def gaussian(name, mean, variance, at=0.0):
    return float(MEASURES["gaussian"][name](UNITS, model(mean, variance), np.float64(at)))


def divergence(p, q):
    low, high = p.mean() - 12 * p.std(), p.mean() + 12 * p.std()
    return integrate.quad(lambda x: p.pdf(x) * (p.logpdf(x) - q.logpdf(x)), low, high, epsabs=1e-12)[0]


@pytest.mark.parametrize(("mean", "variance"), MODELS)
def test_gaussian_measures_are_their_definitions(mean, variance):
    fitted, source = stats.norm(mean, math.sqrt(variance)), stats.norm(M0, math.sqrt(V0))
    assert gaussian("variance", mean, variance) == pytest.approx(variance)
    assert gaussian("variance_second_moment", mean, variance) == pytest.approx(variance**2)
    assert gaussian("log_variance", mean, variance) == pytest.approx(math.log(variance))
    assert gaussian("mean_precision", mean, variance) == pytest.approx(1 / variance)
    assert gaussian("mean_squared_error", mean, variance) == pytest.approx((mean - M0) ** 2)
    assert gaussian("mean_bias", mean, variance) == pytest.approx(mean - M0)
    assert gaussian("mean_fourth_moment", mean, variance) == pytest.approx((mean - M0) ** 4)
    assert gaussian("draw_variance", mean, variance) == pytest.approx((mean - M0) ** 2 + variance)
    fourth = fitted.expect(lambda x: (x - M0) ** 4)
    assert gaussian("draw_fourth_moment", mean, variance) == pytest.approx(fourth, rel=1e-7)
    assert gaussian("kl_reverse", mean, variance) == pytest.approx(divergence(fitted, source), abs=1e-9)
    assert gaussian("kl_forward", mean, variance) == pytest.approx(divergence(source, fitted), abs=1e-9)
    u = (np.arange(200_000) + 0.5) / 200_000
    transport = np.mean((fitted.ppf(u) - source.ppf(u)) ** 2)
    assert gaussian("wasserstein2_squared", mean, variance) == pytest.approx(transport, abs=1e-3)
    assert gaussian("variance_cdf", mean, variance, 3.995) == (variance <= 3.995)
    assert gaussian("mean_tail", mean, variance, 1.0) == (abs(mean - M0) > 1.0)


def test_gaussian_measures_of_the_source_are_exact_zeros():
    zeros = ("mean_squared_error", "wasserstein2_squared", "kl_reverse", "kl_forward")
    assert [gaussian(name, M0, V0) for name in zeros] == [0.0] * 4


def test_gaussian_measures_far_into_collapse_stay_sane():
    gone = GaussianModel(np.asarray(0.5), np.asarray(-2000.0))
    value = {
        name: float(measure(UNITS, gone, np.float64(1e-9)))
        for name, measure in MEASURES["gaussian"].items()
        if name not in ("kl_forward", "mean_precision")
    }
    assert value["log_variance"] == pytest.approx(-2000 + math.log(V0))
    assert value["kl_reverse"] == pytest.approx(0.5 * (2000 - 1 + 0.25))
    assert value["wasserstein2_squared"] == pytest.approx(V0 * 1.25)
    assert value["variance"] == 0.0
    assert value["variance_cdf"] == 1.0
    vanished = GaussianModel(jnp.zeros(2), jnp.array([-2000.0, -jnp.inf]))
    for name in ("kl_forward", "mean_precision"):
        assert (MEASURES["gaussian"][name](UNITS, vanished, np.float64(0)) == np.inf).all()


P0 = np.array([0.4, 0.3, 0.2, 0.1, 0.0])


@pytest.mark.parametrize("counts", [(4, 3, 2, 1, 0), (0, 7, 0, 3, 0), (0, 0, 10, 0, 0)])
def test_token_measures_are_their_definitions(counts):
    p = [c / 10 for c in counts]
    alive = [(q, f) for q, f in zip(p, P0.tolist(), strict=True) if q > 0]
    expected = {
        "heterozygosity": 1 - sum(q * q for q in p),
        "moment": sum(q**2.5 for q in p if q),
        "vocabulary": len(alive),
        "absence": float(p[2] == 0),
        "fixation_probability": float(p[2] == 1),
        "lost_mass": sum(f for q, f in zip(p, P0.tolist(), strict=True) if q == 0),
        "entropy": -sum(q * math.log(q) for q, _ in alive),
        "kl_reverse": sum(q * math.log(q / f) for q, f in alive),
        "total_variation": sum(abs(q - f) for q, f in zip(p, P0.tolist(), strict=True)) / 2,
    }
    assert set(expected) == set(MEASURES["tokens"])
    for name, value in expected.items():
        at = 2.5 if name == "moment" else 2.0
        for arrays in (np.array, jnp.array):
            measured = MEASURES["tokens"][name](arrays(P0), arrays(p), np.float64(at))
            assert float(measured) == pytest.approx(value, abs=1e-14), name


def test_the_signed_error_of_a_family_is_its_definition():
    units = ScaleUnits(np.float64(4.0), np.log(4.0), np.float64(2.0))
    assert float(MEASURES["exponential"]["mean_bias"](units, np.log(0.75), np.float64(0))) == pytest.approx(-0.5)
    assert float(MEASURES["poisson"]["mean_bias"](np.float64(2.0), np.float64(3.5), np.float64(0))) == 1.5


def test_every_measure_is_a_statistic_of_its_family():
    for family, measures in MEASURES.items():
        assert all(family.split("_")[0] in QUANTITIES[name].families for name in measures)
