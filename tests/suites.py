"""The two suites: which cases of a long list every run checks, and which only a run with -m slow."""

from collections.abc import Collection, Iterable
from typing import Any

import pytest


def every_run(cases: Iterable[Any], fast: Collection[Any]) -> list[Any]:
    """The cases as parameters, those marked slow that are not `fast`; their order is kept.

    Raises ValueError where a fast one is no case, so that none is lost by a change of its name.
    """
    cases = list(cases)
    unknown = [case for case in fast if case not in cases]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is none of the cases")
    return [case if case in fast else pytest.param(case, marks=pytest.mark.slow) for case in cases]
