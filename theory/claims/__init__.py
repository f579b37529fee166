"""The catalogue: every module below this folder that holds a ``CLAIM`` is part of it."""

import importlib
import pkgutil
from functools import cache

from theory.claim import Claim


@cache
def claims() -> dict[str, Claim]:
    """All claims by id, in alphabetical order of their modules. Adding a claim is adding one file."""
    found: dict[str, Claim] = {}
    for info in sorted(pkgutil.walk_packages(__path__, f"{__name__}."), key=lambda info: info.name):
        claim = getattr(importlib.import_module(info.name), "CLAIM", None)
        if claim is None:
            continue
        if claim.id in found:
            raise ValueError(f"two claims are called {claim.id}")
        found[claim.id] = claim
    return found
