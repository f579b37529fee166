"""One claim checked by every route that needs no simulation, and written down as the appendix prints it."""

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from theory.claim import Claim
from theory.derivation import DerivationError
from theory.record import claim_data, where
from theory.scenario.errors import InputError
from theory.verify import Verification, verify


def verify_claim(
    inputs: tuple[Path, ...], outputs: tuple[Path, ...], advance: Callable[[float], None], module: str
) -> None:
    """Write the record of a module's ``CLAIM``; raises ``InputError`` where a step fails or two routes disagree."""
    claim: Claim = importlib.import_module(module).CLAIM
    try:
        verification = verify(claim)
    except DerivationError as error:
        raise InputError(f"{claim.id}: {error}") from error
    if not verification.verified:
        first, *others = verification.failures
        raise InputError(f"{claim.id}: {first}" + (f" (and {len(others)} more)" if others else ""))
    outputs[0].parent.mkdir(parents=True, exist_ok=True)
    outputs[0].write_text(json.dumps(claim_record(claim, verification), indent=1) + "\n", encoding="utf-8")
    advance(1.0)


def claim_record(claim: Claim, verification: Verification) -> dict[str, Any]:
    """Everything the paper prints of a claim, as plain JSON."""
    data = claim_data(claim)
    return {
        **{name: data[name] for name in ("id", "title", "kind", "statistic", "assumptions", "sources", "errata")},
        "statement": data["latex"],
        "where": where(claim),
        "introduction": claim.derivation.introduction,
        "steps": data["derivation"],
        "verification": {
            "steps": verification.steps,
            "comparisons": verification.comparisons,
            "algebra_error": verification.algebra_error,
            "reference_error": verification.reference_error,
        },
    }
