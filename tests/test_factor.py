"""Triangular factors in logarithms against plain matrices, and where plain matrices have long been zero."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulations.kernels.space.factor import Factor, product, quotient, scaled, solved, summed, with_outer

R = 4
product, quotient, scaled, solved, summed, with_outer = map(
    jax.jit, (product, quotient, scaled, solved, summed, with_outer)
)


def factor(seed, log_scale=0.0):
    rng = np.random.default_rng(seed)
    unit = np.tril(rng.normal(size=(R, R)), -1) + np.eye(R)
    return Factor(jnp.asarray(log_scale + rng.normal(size=R)), jnp.asarray(unit))


def root(f):
    return np.asarray(f.unit) * np.exp(np.asarray(f.log_scale))


def covariance(f):
    return root(f) @ root(f).T


@pytest.mark.parametrize("seed", range(5))
def test_products_quotients_and_sums_are_those_of_matrices(seed):
    a, b = factor(seed), factor(100 + seed)
    w = jnp.asarray(np.random.default_rng(seed).normal(size=R))
    assert root(product(a, b)) == pytest.approx(root(a) @ root(b), rel=1e-12, abs=1e-14)
    assert root(quotient(a, b)) == pytest.approx(np.linalg.solve(root(a), root(b)), rel=1e-10, abs=1e-12)
    assert np.asarray(solved(a, b.unit)) == pytest.approx(np.linalg.solve(a.unit, b.unit), rel=1e-10, abs=1e-12)
    assert covariance(summed(a, b, jnp.log(0.3))) == pytest.approx(covariance(a) + 0.3 * covariance(b), rel=1e-12)
    assert covariance(with_outer(a, w, jnp.log(2.0))) == pytest.approx(covariance(a) + 2 * np.outer(w, w), rel=1e-12)
    assert covariance(scaled(a, jnp.log(3.0))) == pytest.approx(9 * covariance(a))


def test_a_sum_of_columns_has_the_rank_of_their_number():
    nothing = Factor(jnp.full(R, -jnp.inf), jnp.eye(R))
    rng, total = np.random.default_rng(0), nothing
    for rank in range(1, R + 2):
        total = with_outer(total, jnp.asarray(rng.normal(size=R)), jnp.zeros(()))
        assert int(jnp.isfinite(total.log_scale).sum()) == min(rank, R)
    assert (with_outer(nothing, jnp.zeros(R), jnp.zeros(())).log_scale == -jnp.inf).all()
    full = factor(1)
    for same in (with_outer(full, jnp.ones(R), -jnp.inf), summed(full, nothing, 0.0)):
        assert all(jax.tree.map(np.array_equal, same, full))
    beside = Factor(full.log_scale.at[2:].set(-jnp.inf), jnp.asarray(np.eye(R)).at[:, :2].set(full.unit[:, :2]))
    for one, other in ((full, beside), (beside, full), (beside, beside)):
        both = product(one, other)
        assert (both.log_scale[2:] == -jnp.inf).all()
        assert root(both) == pytest.approx(root(one) @ root(other), rel=1e-12, abs=1e-14)


def test_nothing_changes_but_the_logarithms_where_everything_is_ten_thousand_times_narrower_in_logarithms():
    a, b, w, depth = factor(1), factor(2), jnp.ones(R), -1e4
    for near, far in (
        (product(a, b), product(scaled(a, depth), b)),
        (summed(a, b, 0.0), summed(scaled(a, depth), scaled(b, depth), 0.0)),
        (with_outer(a, w, jnp.zeros(())), with_outer(scaled(a, depth), w, jnp.asarray(2 * depth))),
    ):
        assert np.asarray(far.log_scale) - depth == pytest.approx(np.asarray(near.log_scale), abs=1e-11)
        assert np.asarray(far.unit) == pytest.approx(np.asarray(near.unit), rel=1e-10)


def test_a_wide_point_beside_a_narrow_model_leaves_the_narrow_directions_their_widths():
    """det (S + w w') = det S (1 + w' S^-1 w), where S is e^-2000 and w is 1."""
    a, w = factor(3), jnp.asarray([0.7, -1.2, 0.4, 2.0])
    wide = with_outer(scaled(a, -1000.0), w, jnp.zeros(()))
    squares = float(w @ np.linalg.solve(covariance(a), w))
    assert float(2 * (wide.log_scale - a.log_scale + 1000.0).sum()) == pytest.approx(2000 + np.log(squares), abs=1e-9)
    assert np.asarray(wide.unit[:, 0]) == pytest.approx(np.asarray(w / w[0]), rel=1e-12)
