"""What the steps of the build wrote down, read back: claims as verified, comparisons with simulation, forecasts."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FAMILIES = {
    "gaussian": "Gaussian",
    "vector": "Gaussian in several dimensions",
    "tokens": "Tokens",
    "regression": "Regression",
    "families": "Other families",
    "forces": "Forces",
}


@dataclass(frozen=True)
class Records:
    """What the build found, read back: claims by id in the order of the appendix, comparisons by store and by log."""

    claims: Mapping[str, Mapping[str, Any]]
    agreement: Sequence[Mapping[str, Any]]
    forecasts: Sequence[Mapping[str, Any]]

    def judged(self, claim: str | None = None) -> list[Mapping[str, Any]]:
        """Comparisons with simulation that count in the verdict, of one claim or of all."""
        rows = [row for store in self.agreement for row in store["rows"] if not row["note"]]
        return [row for row in rows if claim in (None, row["claim"])]

    def largest(self, claim: str | None = None) -> float:
        """The largest |z| against the claim, or against any; 0 where nothing was compared."""
        return max((row["against"] for row in self.judged(claim)), default=0.0)

    def scored(self, exact: bool) -> list[Mapping[str, Any]]:
        """Forecasts of trained models that have a z: those that are exact, or those that are approximations."""
        rows = [row for log in self.forecasts for row in log["rows"] if row["z"] is not None]
        return [row for row in rows if (row["kind"] == "exact") is exact]


def read_records(paths: Iterable[Path]) -> Records:
    """The records among the outputs of earlier steps, told apart by their folders."""
    found: dict[str, list[Any]] = {"claims": [], "agreement": [], "forecast": []}
    for path in paths:
        content = json.loads(path.read_text(encoding="utf-8"))
        if path.parent.name == "claims":
            content["family"] = path.stem.split(".")[0]
        found[path.parent.name].append(content)
    order = list(FAMILIES)
    found["claims"].sort(key=lambda claim: (order.index(claim["family"]), claim["id"]))
    return Records({claim["id"]: claim for claim in found["claims"]}, found["agreement"], found["forecast"])


@dataclass(frozen=True)
class Verdict:
    """Comparisons of one kind together: how many, the largest |z|, and what so many allow."""

    comparisons: int
    largest: float
    allowed: float


def verdicts(records: Records) -> dict[str, Verdict]:
    """Simulation against the claims, and trained models against exact forecasts, judged by the same rule."""
    from simulations.compare import allowed_z

    scores = {
        "simulation": [row["against"] for row in records.judged()],
        "forecasts": [abs(row["z"]) for row in records.scored(exact=True)],
    }
    return {name: Verdict(len(z), max(z, default=0.0), allowed_z(len(z))) for name, z in scores.items()}


def read_verdicts(path: Path) -> dict[str, Verdict]:
    """What ``write_text`` found, read back."""
    return {name: Verdict(**fields) for name, fields in json.loads(path.read_text(encoding="utf-8")).items()}
