"""Wrong formulas on purpose: one replacement in the source text of a claim or of a law, and the claim as it would be.

The text is compiled again with the replacement, and everything of the package that stands on it is imported afresh
beside the real modules, which stay as they are. Only the evaluator and the limit of the wrong claim are used; what they
are compared with belongs to the real one.
"""

import dataclasses
import importlib
import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from theory.claim import Claim, Kind
from theory.claims import claims

REBUILT = ("theory.laws", "theory.claims")


@dataclass(frozen=True)
class Mutant:
    """``old``, which occurs once in ``module`` (default: the claim's own), becomes ``new``."""

    claim: str
    old: str
    new: str
    mistake: str
    module: str = ""


def home(claim: Claim) -> str:
    """The module that holds the record."""
    return claim.derive.__module__


def mutated(mutant: Mutant) -> Claim:
    """The real claim with the evaluator and the limit of the wrong text.

    It is compared with the independent route alone; a bound, which may be weak and still true, keeps its statement.
    """
    real = claims()[mutant.claim]
    name = mutant.module or home(real)
    text = inspect.getsource(importlib.import_module(name))
    if text.count(mutant.old) != 1:
        raise ValueError(f"{mutant.old!r} occurs {text.count(mutant.old)} times in {name}, not once")
    with _fresh_modules():
        importlib.import_module(name.rpartition(".")[0])
        wrong = sys.modules[name] = ModuleType(name)
        exec(compile(text.replace(mutant.old, mutant.new), f"<{mutant.mistake}>", "exec"), wrong.__dict__)
        record = wrong.CLAIM if name == home(real) else importlib.import_module(home(real)).CLAIM
    bound = real.kind in (Kind.UPPER_BOUND, Kind.LOWER_BOUND)
    examples = (dataclasses.replace(example, algebra=example.algebra and bound) for example in real.examples)
    return dataclasses.replace(
        real, evaluate=record.evaluate, limit=record.limit, reference=_remembered(mutant.claim),
        examples=tuple(examples), derive=lambda: real.derivation,
    )  # fmt: skip


@contextmanager
def _fresh_modules() -> Iterator[None]:
    """Within, laws and claims are imported anew; afterwards the real modules are back."""
    kept = {name: module for name, module in sys.modules.items() if name.startswith(REBUILT)}
    for name in kept:
        del sys.modules[name]
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name.startswith(REBUILT)]:
            del sys.modules[name]
        sys.modules.update(kept)
        for name, module in kept.items():
            package, _, last = name.rpartition(".")
            setattr(sys.modules[package], last, module)


@cache
def _remembered(name: str):
    """The reference of a claim, each value computed once for all its mutants."""
    values = {}

    def reference(scenario, t, at=None):
        where = (scenario.digest, t, at)
        if where not in values:
            values[where] = claims()[name].reference(scenario, t, at)
        return values[where]

    return reference
