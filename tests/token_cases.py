"""Small token scenarios, one for each policy, estimator and sampler, and the chi-square test of two sets of chains."""

import numpy as np
from scipy import stats

from theory.scenario import parse_scenario


def scenario(retention, size=5, probabilities=(0.5, 0.3, 0.2), source=None, **more):
    """A token scenario; `size` None where the policy carries its own, a list where sizes change."""
    if size is not None:
        more["sample_size"] = (
            {"kind": "explicit", "sizes": size} if isinstance(size, list) else {"kind": "constant", "size": size}
        )
    source = source or {"kind": "tokens", "probabilities": list(probabilities)}
    return parse_scenario({"source": source, "retention": retention, **more})


def share(scheme, **how_much):
    """A policy with a real share."""
    return {"kind": "real_share", "scheme": scheme, **how_much}


REPLACE, ACCUMULATE = {"kind": "replace"}, {"kind": "accumulate"}
ZIPF = {"kind": "zipf", "vocabulary": 8, "exponent": 1.2}
SUBSAMPLE = {"kind": "accumulate_subsample", "replacement": True}
DISTINCT = {"kind": "accumulate_subsample", "replacement": False}
WINDOW = {"kind": "window", "length": 2}
FORGETTING = {"kind": "forgetting", "rate": 0.4}
WEIGHTED = {"kind": "weighted", "weight": 0.6, "real": 3, "synthetic": 4}
POOL = {"kind": "pool", "real": [3, 1, 0, 2], "synthetic": [0, 2, 3, 1]}
ADDITIVE = {"estimator": {"kind": "additive", "pseudocount": 0.5}}
POSTERIOR = {"estimator": {"kind": "posterior", "pseudocount": 0.7}}
TIES = {"kind": "tokens", "probabilities": [0.25, 0.25, 0.25, 0.25]}

CELLS = {
    "replace": scenario(REPLACE),
    "replace on a list of sizes": scenario(REPLACE, [3, 8, 4]),
    "iid": scenario(share("iid", share=0.3), 4),
    "iid on a list of sizes": scenario(share("iid", share=0.6), [4, 2, 7]),
    "iid with a number of real points on a list of sizes": scenario(share("iid", real=2), [4, 2, 7]),
    "stratified": scenario(share("stratified", share=0.4)),
    "stratified on a list of sizes": scenario(share("stratified", real=2), [2, 6, 3]),
    "fixed": scenario(share("fixed", real=2), 6),
    "fixed on a list of sizes": scenario(share("fixed", real=1), [4, 2, 5]),
    "accumulate": scenario(ACCUMULATE, 2),
    "accumulate after one token": scenario({"kind": "accumulate", "first": 1}, 2),
    "a token that does not exist": scenario(REPLACE, 6, (0.6, 0.0, 0.4)),
    "additive": scenario(REPLACE, 4, (0.8, 0.0, 0.2), **ADDITIVE),
    "additive and iid": scenario(share("iid", share=0.3), 4, (0.9, 0.0, 0.1), **ADDITIVE),
    "additive and accumulate": scenario(ACCUMULATE, 2, (0.9, 0.1, 0.0), **ADDITIVE),
    "subsample": scenario(SUBSAMPLE, 3),
    "subsample on a list of sizes, additive": scenario(SUBSAMPLE, [4, 2, 3], **ADDITIVE),
    "window": scenario(WINDOW, 3),
    "window, additive": scenario({"kind": "window", "length": 1}, 3, **ADDITIVE),
    "pool": scenario(POOL, None),
}
"""Scenarios that cells cover."""

COUNTS = {
    "posterior": scenario(REPLACE, 4, **POSTERIOR),
    "posterior and stratified": scenario(share("stratified", real=1), 3, (0.7, 0.0, 0.3), **POSTERIOR),
    "temperature": scenario(REPLACE, 6, sampler={"kind": "temperature", "temperature": 0.6}),
    "temperature, additive, iid": scenario(
        share("iid", share=0.2), 5, sampler={"kind": "temperature", "temperature": 2.0}, **ADDITIVE
    ),
    "top k": scenario(REPLACE, 6, source=TIES, sampler={"kind": "top_k", "k": 2}),
    "top k, additive": scenario(REPLACE, 5, source=TIES, sampler={"kind": "top_k", "k": 3}, **ADDITIVE),
    "top p": scenario(REPLACE, 8, source=TIES, sampler={"kind": "top_p", "p": 0.75}),
    "top p, accumulate, additive": scenario(ACCUMULATE, 3, sampler={"kind": "top_p", "p": 0.6}, **ADDITIVE),
    "tilt": scenario(REPLACE, 5, sampler={"kind": "tilt", "strength": 0.7, "reward": [0.0, 1.0, -2.0]}),
    "best of 3": scenario(
        share("fixed", real=1), 5, source=TIES, sampler={"kind": "best_of", "k": 3, "reward": [1.0, 0.0, 1.0, 2.0]}
    ),
    "best of 2, posterior": scenario(
        WINDOW, 3, sampler={"kind": "best_of", "k": 2, "reward": [0.0, 0.0, 1.0]}, **POSTERIOR
    ),
    "distinct": scenario(DISTINCT, 3),
    "distinct on a list of sizes, additive": scenario(DISTINCT, [4, 2, 5], **ADDITIVE),
    "weighted": scenario(WEIGHTED, None),
    "weighted, additive": scenario(WEIGHTED, None, **ADDITIVE),
    "weighted, posterior, temperature": scenario(
        WEIGHTED, None, sampler={"kind": "temperature", "temperature": 0.8}, **POSTERIOR
    ),
    "forgetting": scenario(FORGETTING, 4),
    "forgetting, additive, on a list of sizes": scenario(FORGETTING, [4, 2, 3], **ADDITIVE),
    "window on a list of sizes": scenario(WINDOW, [3, 1, 2]),
    "pool with a budget": scenario({**POOL, "budget": 4}, None),
}
"""Scenarios that only counts cover."""


def same_law(ours: np.ndarray, theirs: np.ndarray) -> float:
    """The p-value that two sets of frequencies [replicate, token] are of one law; rare outcomes are taken together."""
    both = np.round(np.concatenate([ours, theirs]) * 10_000).astype(int)
    _, kind = np.unique(both, axis=0, return_inverse=True)
    sides = np.split(kind.ravel(), [len(ours)])
    table = np.array([np.bincount(part, minlength=kind.max() + 1) for part in sides])
    rare = table.sum(axis=0) < 100
    table = np.concatenate([table[:, ~rare], table[:, rare].sum(axis=1, keepdims=True)], axis=1)
    table = table[:, table.sum(axis=0) > 0]
    assert table.shape[1] > 1
    return float(stats.chi2_contingency(table).pvalue)
