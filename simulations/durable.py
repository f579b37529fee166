"""Files that are whole or absent: written aside, flushed to the disk, then renamed into place.

A process killed at any moment leaves the old content, the new content, or a leftover whose name starts with a
dot; never half a file under a real name. A lock keeps a second writer out and vanishes with the process that
holds it.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from theory.scenario.errors import InputError

LOCK = ".lock"


class StoreBusy(InputError):
    """Another process is writing to the folder."""


def write_file(path: Path, text: str) -> None:
    """``path`` holds all of ``text`` or what it held before."""
    aside = path.with_name(f".{path.name}-{os.getpid()}")
    with open(aside, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)
    flush(path.parent)


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """``folder`` holds these files and nothing else; they are not flushed, which `place_folder` does."""
    shutil.rmtree(folder, ignore_errors=True)
    for parent in {folder, *((folder / name).parent for name in files)}:
        parent.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def place_folder(aside: Path, path: Path) -> None:
    """``aside``, flushed to the disk, becomes ``path``; what stood there before is removed."""
    for parent, _, names in os.walk(aside, topdown=False):
        for name in names:
            flush(Path(parent, name))
        flush(Path(parent))
    if path.exists():
        old = path.with_name(f".old-{path.name}")
        shutil.rmtree(old, ignore_errors=True)
        os.replace(path, old)
        os.replace(aside, path)
        shutil.rmtree(old, ignore_errors=True)
    else:
        os.replace(aside, path)
    flush(path.parent)


def flush(path: Path) -> None:
    """Force a file, or the entries of a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def folder_hash(path: Path) -> str | None:
    """`content_hash` of the files below a folder, or None where there is no such folder.

    Files whose name starts with a dot are left out: desktops put them anywhere.
    """
    if not path.is_dir():
        return None
    files = (file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
    return content_hash({file.relative_to(path).as_posix(): file.read_bytes() for file in files})


def content_hash(files: Mapping[str, bytes]) -> str:
    """SHA-256 of the names and bytes of files, in the order of their paths."""
    digest = hashlib.sha256()
    for name in sorted(files, key=lambda name: name.split("/")):
        digest.update(f"{name}\0{len(files[name])}\0".encode())
        digest.update(files[name])
    return digest.hexdigest()


def remove_leftovers(folder: Path) -> None:
    """Remove what killed writers left in a folder; only the holder of the lock may call this."""
    for leftover in folder.glob(".*"):
        if leftover.name == LOCK:
            continue
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's only writing place; raises ``StoreBusy`` where another process, or this one, holds it."""
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip()
            raise StoreBusy(
                f"{folder} is being written by process {holder}; wait for it, or choose another --out"
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)
