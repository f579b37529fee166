"""Slightly biased samplers are caught by the comparison that the claims go through, and the honest ones pass it."""

from dataclasses import dataclass, fields, replace

import jax.numpy as jnp
import numpy as np
import pytest
from budget import declare, normal_limit
from simulated_claims import Run, compared

import simulations.kernels.line.gaussian_rows
import simulations.kernels.tokens.tokens
from simulations.ensemble import Requested
from simulations.kernels.line.batches import BatchLaw, batch_law
from simulations.kernels.tokens.tokens import TokenProgram, token_kernel
from theory.claim import Example
from theory.claims import claims
from theory.claims.gaussian.replace import setting
from theory.claims.tokens.real_share_iid import example as with_real_share

FALSE_ALARM = 1e-8
LIMIT = normal_limit(FALSE_ALARM, 4)
HONEST = "honest"

declare("honest samplers beside biased ones", FALSE_ALARM)


def one_degree_of_freedom_more(counts: np.ndarray) -> BatchLaw:
    """A chi-square with M degrees of freedom where there should be M - 1."""
    law, more = batch_law(counts), batch_law(np.asarray(counts) + 1)
    return law._replace(log_freedom=more.log_freedom, gamma=more.gamma)


def a_thousandth_too_wide(counts: np.ndarray) -> BatchLaw:
    """A sum of squares that is 0.1 % too large."""
    law = batch_law(counts)
    return law._replace(log_freedom=law.log_freedom + np.log(1.001))


@pytest.mark.parametrize(
    ("sampler", "chains", "caught"),
    [
        (batch_law, 2**22, False),
        (one_degree_of_freedom_more, 2**16, True),
        (a_thousandth_too_wide, 2**22, True),
    ],
)
def test_spread_of_a_batch(monkeypatch, sampler, chains, caught):
    """One fit to M = 100 points: M degrees of freedom for M - 1 are 18 standard errors off, 0.1 % of variance 14."""
    monkeypatch.setattr(simulations.kernels.line.gaussian_rows, "batch_law", sampler)
    assert exceeds("gaussian-replace-log-variance", Example(setting(100, "unbiased"), t=(1,)), chains) == caught


@dataclass(frozen=True)
class LastCellNeverCopied(TokenProgram):
    """A random index that never reaches the last of the cells it should choose among."""

    def step(self, tables, row, key, replicate, state):
        return super().step(tables, row._replace(before=jnp.maximum(row.before, 2) - 1), key, replicate, state)


@dataclass(frozen=True)
class CoinSlightlyBiased(TokenProgram):
    """A point is real a fiftieth too often, relatively."""

    def step(self, tables, row, key, replicate, state):
        share = (row.share.astype(jnp.float64) * 1.02).astype(jnp.uint64)
        return super().step(tables, row._replace(share=share), key, replicate, state)


@pytest.mark.parametrize("program", [TokenProgram, LastCellNeverCopied, CoinSlightlyBiased])
def test_points_of_a_token_chain(monkeypatch, program):
    """Six points, a third of them real: an index that misses one cell, and a coin that is biased by 2 %, both show."""

    def biased_kernel(*question):
        kernel = token_kernel(*question)
        honest = {field.name: getattr(kernel.program, field.name) for field in fields(kernel.program)}
        return replace(kernel, program=program(**honest))

    monkeypatch.setattr(simulations.kernels.tokens.tokens, "token_kernel", biased_kernel)
    scenario = with_real_share("iid", 6, share=0.35)
    caught = exceeds("tokens-iid-real-share-heterozygosity", Example(scenario, t=(5,)), 2**21)
    assert caught == (program is not TokenProgram)


def exceeds(name: str, example: Example, chains: int) -> bool:
    """Whether the chains contradict the claim."""
    claim = claims()[name]
    run = Run(example.scenario, (Requested(claim.statistic, example.at),), tuple(map(int, example.t)), chains)
    rows = compared(claim, example, run, run.ensemble(), LIMIT)
    assert rows
    assert all(row.judged for row in rows)
    return any(row.against > LIMIT for row in rows)
