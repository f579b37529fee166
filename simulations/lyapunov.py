r"""How fast a Gaussian chain loses each direction: the rates of its covariance's triangular factor, chain by chain.

Of a covariance $N D^2 N'$ the numbers $t^{-1} \log D_{ii}^2$ approach its Lyapunov spectrum, the almost-sure rates of
its eigenvalues, the largest first; under replacement each is a mean of t independent terms with the rate as its mean.
"""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float64, Int32, UInt32

from simulations.bits import chain_key, generation_key, require_counters, require_double_precision
from simulations.kernels.choice import kernel_for
from simulations.kernels.kernel import BLOCK, Kernel, Program, Row, State, Tables
from simulations.measures_vector import VectorModel
from theory.scenario import Scenario


def lyapunov_spectrum(scenario: Scenario, generations: int, replicates: int, seed: int) -> Float64[np.ndarray, "R r"]:
    """log(D_ii^2) / t after t generations of each chain; r is the rank of the source's covariance.

    -inf for directions that are lost for good. Raises NoKernel unless method "wishart" covers the scenario, ValueError
    for a seed out of range.
    """
    return 2.0 * last_models(scenario, generations, replicates, seed).log_scale / generations


def last_models(scenario: Scenario, generations: int, replicates: int, seed: int) -> VectorModel:
    """The models after so many generations, chains along the first axis; the chains are those of a run."""
    require_double_precision()
    require_counters(generations=generations, replicates=replicates)
    kernel = kernel_for(scenario, generations, (generations,), "wishart")
    assert isinstance(kernel, Kernel)
    key = chain_key(seed, scenario.digest)
    lanes = []
    for first in range(0, replicates, kernel.width):
        numbers = np.arange(first, first + kernel.width, dtype=np.uint32)
        start = kernel.program.start()
        state = jax.tree.map(lambda a: jnp.broadcast_to(a, (kernel.width, *a.shape)), start)
        for t in range(1, generations + 1, BLOCK):
            length = np.int32(min(BLOCK, generations - t + 1))
            state = _advanced(kernel.program, kernel.tables, kernel.rows(t), key, np.uint32(t), length, numbers, state)
        lanes.append(jax.tree.map(np.asarray, state.model))
    return jax.tree.map(lambda *parts: np.concatenate(parts)[:replicates], *lanes)


@partial(jax.jit, static_argnames="program")
def _advanced(
    program: Program,
    tables: Tables,
    rows: Row,
    key: UInt32[Array, "2"],
    first: UInt32[Array, ""],
    length: Int32[Array, ""],
    numbers: UInt32[Array, "R"],
    state: State,
) -> State:
    def generation(i: Int32[Array, ""], state: State) -> State:
        row = jax.tree.map(lambda a: lax.dynamic_index_in_dim(a, i, keepdims=False), rows)
        folded = generation_key(key, first + i.astype(jnp.uint32))
        return jax.vmap(lambda r, s: program.step(tables, row, folded, r, s))(numbers, state)

    return lax.fori_loop(0, length, generation, state)
