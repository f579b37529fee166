"""Where a store may stand: a folder that can be made or written, holds nothing else, and has no writer at work."""

import os
from pathlib import Path

from simulations.durable import LOCK, locked
from simulations.manifest import NAME, StoreError


def refuse_unusable(path: str | Path) -> None:
    """Raise ``StoreError`` or ``StoreBusy`` where no store can be written in a folder; makes and changes nothing."""
    folder = Path(path)
    standing = next(place for place in (folder, *folder.absolute().parents) if os.path.lexists(place))
    if not standing.is_dir():
        raise StoreError(f"{folder} cannot be made: {standing} is not a folder; choose another --out")
    if not os.access(standing, os.W_OK | os.X_OK):
        raise StoreError(f"{folder} cannot be written: {standing} gives no permission; choose another --out")
    if standing == folder:
        refuse_other_files(folder)
        if (folder / LOCK).exists():
            with locked(folder):
                pass


def refuse_other_files(folder: Path) -> None:
    """Raise ``StoreError`` where a folder without a manifest holds more than an interrupted beginning may leave."""
    others = sorted(
        entry.name for entry in folder.iterdir() if not entry.name.startswith(".") and entry.name != "cells"
    )
    if others and NAME not in others:
        raise StoreError(f"{folder} holds other files ({others[0]}) and no {NAME}; choose a new folder with --out")
