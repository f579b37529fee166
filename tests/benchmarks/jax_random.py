"""The same chains and bits from `jax.random`, in float64: what a JAX user writes first."""

from collections.abc import Callable

import jax
import jax.numpy as jnp


def chi_square_chains(replicates: int, M: int, generations: int) -> Callable[[], object]:
    """Chains of a Gaussian under replacement, scanned: normal for the mean, `jax.random.chisquare` for the variance."""

    @jax.jit
    def run(key: jax.Array) -> tuple[jax.Array, jax.Array]:
        def generation(state, key):
            mean, variance = state
            for_mean, for_variance = jax.random.split(key)
            mean = mean + jnp.sqrt(variance / M) * jax.random.normal(for_mean, (replicates,), jnp.float64)
            squares = jax.random.chisquare(for_variance, M - 1, shape=(replicates,), dtype=jnp.float64)
            return (mean, variance * squares / M), None

        start = jnp.zeros(replicates), jnp.ones(replicates)
        (mean, variance), _ = jax.lax.scan(generation, start, jax.random.split(key, generations))
        return jnp.log(variance).mean(), (mean**2).mean()

    key = jax.random.key(0)
    return lambda: jax.block_until_ready(run(key))


def words(number: int) -> Callable[[], object]:
    """So many 32-bit words of `jax.random.bits`, reduced by exclusive or."""

    @jax.jit
    def run(key: jax.Array) -> jax.Array:
        drawn = jax.random.bits(key, (number,), jnp.uint32)
        return jax.lax.reduce(drawn, jnp.uint32(0), jax.lax.bitwise_xor, (0,))

    key = jax.random.key(0)
    return lambda: jax.block_until_ready(run(key))
