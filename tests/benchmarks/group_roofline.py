"""What bounds a Gaussian chain: operations and bytes of one generation, and how fast this machine does either alone."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from paper.benchmarks import Row, Spread
from simulations.bits import bits
from simulations.kernels.choice import kernel_for
from simulations.kernels.kernel import Kernel
from simulations.lane import COMPILER_OPTIONS
from tests.benchmarks.engine import OURS, Case, ours, scaled
from tests.benchmarks.group_bits import LANE, STEPS, WIDE, limits, two_at_once
from tests.benchmarks.group_gaussian import G, R, scenario
from tests.benchmarks.groups import Effort
from tests.benchmarks.operations import operations
from tests.benchmarks.rounds import Contender, measured
from theory.scenario import parse_scenario

POLYNOMIAL = 32
"""Coefficients of the polynomial by which floating-point operations are timed: two operations each."""

HORNER = "polynomials"


def rows(effort: Effort) -> Iterator[Row]:
    """Operations and bytes, the rate of each kind alone, and what they allow together beside what was measured."""
    effort.say("counting")
    kernel = kernel_for(parse_scenario(scenario("replace")), G)
    assert isinstance(kernel, Kernel)
    counted = generation(kernel)
    draw = operations(lambda r: bits((jnp.uint32(1), jnp.uint32(2)), r, jnp.uint32(0)), jnp.uint32(0))["integer"]
    state = sum(leaf.nbytes for leaf in jax.tree.leaves(kernel.program.start()))
    for name, count in (
        ("integer operations", counted["integer"]),
        ("of them in one draw of 64 bits", draw),
        ("floating-point operations", counted["float"]),
        ("bytes of state, read and written", 2 * state),
    ):
        yield _row(name, "per chain-generation", Spread(*[float(count)] * 3))
    effort.say("timing")
    work = 4.0 * POLYNOMIAL * LANE * STEPS
    flops = Contender(HORNER, lambda: list(two_at_once().map(_evaluated, (1.0, 2.0))), work, 2)
    case = Case(scenario("replace"), G, R // (8 if effort.quick else 1), (G,))
    rates = measured([ours(case)[0], flops, *limits()], effort.rounds)
    integers = scaled(rates.rate(WIDE), draw / 8.0)
    yield _row("integer operations of random bits alone", "operations/s", integers)
    yield _row("floating-point operations of polynomials alone", "operations/s", rates.rate(HORNER))
    allowed = 1.0 / (counted["integer"] / integers.median + counted["float"] / rates.rate(HORNER).median)
    yield _row("the rate that both allow, one after the other", "chain-generations/s", Spread(*[allowed] * 3))
    yield _row("the rate measured", "chain-generations/s", rates.rate(OURS))


def generation(kernel: Kernel) -> Counter[str]:
    """Operations of one generation of one chain."""
    row = jax.tree.map(lambda numbers: numbers[0], kernel.rows(1))
    key = (jnp.uint32(1), jnp.uint32(2))
    return operations(
        lambda state, replicate: kernel.program.step(kernel.tables, row, key, replicate, state),
        kernel.program.start(),
        jnp.uint32(0),
    )


def _row(name: str, unit: str, value: Spread) -> Row:
    return Row("roofline", name, "Gaussian, replace, M=100", unit, "", value)


def _evaluated(first: float) -> object:
    return jax.block_until_ready(_polynomials(first))


@partial(jax.jit, compiler_options=COMPILER_OPTIONS)
def _polynomials(first: Any) -> Any:
    """A polynomial of every number of a lane, again and again, by Horner's rule."""
    x = first + jnp.arange(LANE) * 1e-6

    def once(_, held):
        for coefficient in np.linspace(0.1, 0.2, POLYNOMIAL):
            held = held * x + coefficient
        return held * 1e-30

    return lax.fori_loop(0, STEPS, once, x)
