"""Theory beside simulation for one store, written down: every comparison, and what no claim covers."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any


def write_agreement(inputs: tuple[Path, ...], outputs: tuple[Path, ...], advance: Callable[[float], None]) -> None:
    """Every comparison of the store ``inputs[0]``, as JSON."""
    from simulations.compare import compare, not_covered
    from simulations.store import open_store

    store = open_store(inputs[0])
    rows = []
    for comparison in compare(store, every_claim=True):
        row = {name: value for name, value in vars(comparison).items() if name != "cell"}
        rows.append(row | {"cell": comparison.cell.label, "against": comparison.against})
    advance(0.9)
    write_json(outputs[0], {
        "name": inputs[0].name,
        "replicates": store.sweep.replicates,
        "generations": store.sweep.generations,
        "cells": len(store.sweep.cells),
        "seed": store.sweep.seed,
        "rows": rows,
        "not_covered": [
            {"cell": row.cell.label, "statistic": row.statistic, "reason": row.reason} for row in not_covered(store)
        ],
    })  # fmt: skip


def write_json(path: Path, content: Any) -> None:
    """The content on disk; numbers as the shortest text that reads back to the same."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, default=asdict) + "\n", encoding="utf-8")
