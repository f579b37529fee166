"""A store holds finished cells whole, and names every cell that is missing, half written, damaged or swapped."""

import dataclasses
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from fixture_store import PROVENANCE, fixture_result, sweep_file, write_store

from simulations.durable import StoreBusy, folder_hash, place_folder, write_file
from simulations.manifest import StoreError, checksum
from simulations.store import create_store, open_store, refuse_incomplete
from simulations.sweep import parse_sweep


def array_file(store, cell, name="mean") -> Path:
    return store.folder(cell) / name / "0.0"


def test_what_was_written_is_read(tmp_path):
    sweep = parse_sweep(sweep_file())
    store = write_store(tmp_path / "s", sweep)
    again = open_store(tmp_path / "s")
    assert again.sweep == sweep
    assert again.missing() == ()
    for cell in sweep.cells:
        data, result = again.read(cell), fixture_result(sweep, cell)
        assert data["mean"].dims == ("statistic", "generation")
        for name in ("mean", "standard_error", "effective_replicates"):
            assert np.array_equal(data[name].to_numpy(), getattr(result, name))
        assert data["generation"].to_numpy().tolist() == [0, 1, 5, 20]
        assert data.sel(statistic="variance", generation=5)["mean"].item() == result.mean[1, 2]
        assert data.attrs["environment"] == PROVENANCE
        assert data.attrs["replicates"] == 4096
    assert again.digest == store.digest


def test_single_chains_are_kept_and_read(tmp_path):
    sweep = parse_sweep(sweep_file() | {"paths": 2})
    store = create_store(tmp_path / "s", sweep)
    cell = sweep.cells[0]
    result = fixture_result(sweep, cell)
    paths = np.stack([result.mean, 2 * result.mean])
    store.write(cell, dataclasses.replace(result, paths=paths), PROVENANCE)
    data = open_store(tmp_path / "s").read(cell)
    assert data["paths"].dims == ("path", "statistic", "generation")
    assert np.array_equal(data["paths"].to_numpy(), paths)
    assert open_store(tmp_path / "s").sweep.paths == 2
    assert sweep.digest != parse_sweep(sweep_file()).digest


def test_the_bytes_depend_on_the_numbers_alone(tmp_path):
    assert write_store(tmp_path / "a").digest == write_store(tmp_path / "b").digest


def test_a_cell_that_was_never_written_is_missing_not_zero(tmp_path):
    store = write_store(tmp_path / "s", cells=3)
    last = store.sweep.cells[3]
    assert store.missing() == (last,)
    with pytest.raises(StoreError, match=r"size=100, retention=accumulate.* is missing.* simulations resume"):
        store.read(last)
    with pytest.raises(StoreError, match="is missing"):
        refuse_incomplete(store)


def damage_one_bit(store, cells):
    file = array_file(store, cells[0])
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def damage_every_file_by_one_bit(store, cells):
    file = random.Random(3).choice(sorted(path for path in store.folder(cells[0]).rglob("*") if path.is_file()))
    content = bytearray(file.read_bytes())
    content[0] ^= 128
    file.write_bytes(content)


def truncate(store, cells):
    file = array_file(store, cells[0])
    os.truncate(file, file.stat().st_size - 1)


def empty(store, cells):
    os.truncate(array_file(store, cells[0]), 0)


def lose_a_chunk(store, cells):
    array_file(store, cells[0]).unlink()


def lose_the_folder(store, cells):
    shutil.rmtree(store.folder(cells[0]))


def overwrite_with_another_cell(store, cells):
    shutil.rmtree(store.folder(cells[0]))
    shutil.copytree(store.folder(cells[1]), store.folder(cells[0]))


@pytest.mark.parametrize(
    "damage",
    [
        damage_one_bit,
        damage_every_file_by_one_bit,
        truncate,
        empty,
        lose_a_chunk,
        lose_the_folder,
        overwrite_with_another_cell,
    ],
)
def test_damage_is_found_named_and_mended(tmp_path, damage):
    store = write_store(tmp_path / "s")
    before, cells = store.digest, store.sweep.cells
    damage(store, cells)
    again = open_store(tmp_path / "s")
    assert again.missing() == (cells[0],)
    assert list(again.problems()) == [cells[0].label]
    with pytest.raises(StoreError, match="size=10, retention=replace"):
        again.read(cells[0])
    again.read(cells[1])
    again.write(cells[0], fixture_result(again.sweep, cells[0]), PROVENANCE)
    assert again.missing() == ()
    assert again.digest == before


def test_swapped_cells_are_both_named(tmp_path):
    store = write_store(tmp_path / "s")
    one, other = (store.folder(cell) for cell in store.sweep.cells[:2])
    one.rename(tmp_path / "aside")
    other.rename(one)
    (tmp_path / "aside").rename(other)
    assert open_store(tmp_path / "s").missing() == store.sweep.cells[:2]


def test_a_half_written_folder_is_ignored_and_removed(tmp_path):
    store = write_store(tmp_path / "s", cells=3)
    last = store.sweep.cells[3]
    half = store.folder(last).with_name(f".writing-{last.digest}")
    shutil.copytree(store.folder(store.sweep.cells[0]), half)
    assert store.missing() == (last,)
    store.write(last, fixture_result(store.sweep, last), PROVENANCE)
    assert store.missing() == ()
    assert not half.exists()


def test_a_folder_in_place_that_was_never_entered_is_missing(tmp_path):
    store = write_store(tmp_path / "s", cells=3)
    shutil.copytree(store.folder(store.sweep.cells[0]), store.folder(store.sweep.cells[3]))
    assert store.missing() == store.sweep.cells[3:]


def test_resuming_with_a_changed_sweep_is_refused_and_told(tmp_path):
    write_store(tmp_path / "s", cells=1)
    with pytest.raises(StoreError, match=r"replicates 4096 -> 8192; choose"):
        create_store(tmp_path / "s", parse_sweep(sweep_file(replicates=8192)))
    changed = sweep_file(seed=2)
    changed["scenario"]["source"]["variance"] = 2.0
    with pytest.raises(StoreError, match=r"seed 1 -> 2; scenario\.source\.variance 1 -> 2"):
        create_store(tmp_path / "s", parse_sweep(changed))
    wider = {"sample_size.size": [10, 100, 1000], "retention": [{"kind": "replace"}, {"kind": "accumulate"}]}
    with pytest.raises(StoreError, match=r'cell "sample_size.size=1000, retention=replace" and 1 more new'):
        create_store(tmp_path / "s", parse_sweep(sweep_file(grid=wider)))
    assert create_store(tmp_path / "s", parse_sweep(sweep_file())).missing()


def edit_manifest(folder: Path, sign: bool = True, **changes) -> None:
    content = json.loads((folder / "manifest.json").read_text()) | changes
    content.pop("checksum")
    (folder / "manifest.json").write_text(json.dumps(content | {"checksum": checksum(content) if sign else ""}))


def test_a_newer_store_a_damaged_manifest_and_another_kind_are_refused(tmp_path):
    folder = tmp_path / "s"
    write_store(folder, cells=1)
    manifest = folder / "manifest.json"
    good = manifest.read_text()
    edit_manifest(folder, format=2)
    with pytest.raises(StoreError, match="has format 2 and this version reads up to 1"):
        open_store(folder)
    manifest.write_text(good)
    edit_manifest(folder, kind="training log")
    with pytest.raises(StoreError, match="holds a training log, not a sweep"):
        open_store(folder)
    for bad in (good[:-30], good.replace('"seed": 1', '"seed": 2'), "", "[]", "{}", "\x00"):
        manifest.write_text(bad)
        with pytest.raises(StoreError, match="damaged"):
            open_store(folder)


def test_a_folder_without_a_store_or_with_other_files_is_refused(tmp_path):
    with pytest.raises(StoreError, match="nothing does not exist; the store of a sweep is expected"):
        open_store(tmp_path / "nothing")
    with pytest.raises(StoreError, match=r"no manifest\.json"):
        open_store(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(StoreError, match=r"holds other files \(notes\.txt\)"):
        create_store(tmp_path, parse_sweep(sweep_file()))
    with pytest.raises(StoreError, match="cannot be made"):
        create_store(tmp_path / "notes.txt" / "s", parse_sweep(sweep_file()))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes.txt"]


def test_a_second_writer_is_refused(tmp_path):
    store = write_store(tmp_path / "s", cells=1)
    other = open_store(tmp_path / "s")
    cell = store.sweep.cells[1]
    with store.writing():
        with pytest.raises(StoreBusy, match=f"is being written by process {os.getpid()}"):
            other.write(cell, fixture_result(store.sweep, cell), PROVENANCE)
        store.write(cell, fixture_result(store.sweep, cell), PROVENANCE)
        assert other.read(cell)["mean"].shape == (2, 4)
    third = store.sweep.cells[2]
    other.write(third, fixture_result(store.sweep, third), PROVENANCE)
    assert len(store.missing()) == 1


def test_cells_that_follow_quickly_are_entered_together_and_whatever_happens(tmp_path):
    store = write_store(tmp_path / "s", cells=0)
    other = open_store(tmp_path / "s")

    def interrupted():
        with store.writing():
            for cell in store.sweep.cells[:3]:
                store.write(cell, fixture_result(store.sweep, cell), PROVENANCE)
                assert len(other.missing()) == 3, "the first at once, those after it together"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert other.missing() == store.missing() == store.sweep.cells[3:]
    one_by_one = write_store(tmp_path / "t", cells=3)
    assert store.digest == one_by_one.digest
    assert not list((store.path / "cells").glob(".*"))


def test_one_cell_that_cannot_be_placed_takes_no_other_with_it(tmp_path, monkeypatch):
    store = write_store(tmp_path / "s", cells=0)
    third = store.sweep.cells[2]

    def full(aside, path):
        if third.digest in path.name:
            raise OSError(28, "No space left on device")
        place_folder(aside, path)

    def written():
        with store.writing():
            for cell in store.sweep.cells[:3]:
                store.write(cell, fixture_result(store.sweep, cell), PROVENANCE)

    monkeypatch.setattr("simulations.store.place_folder", full)
    with pytest.raises(StoreError, match=rf'cell "{third.label}" could not be written'):
        written()
    assert open_store(tmp_path / "s").missing() == store.sweep.cells[2:]


def test_a_full_disk_leaves_a_valid_store(tmp_path, monkeypatch):
    store = write_store(tmp_path / "s", cells=3)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("simulations.store.place_folder", full)
    with pytest.raises(StoreError, match=r'cell ".*" could not be written: No space left on device'):
        store.write(store.sweep.cells[3], fixture_result(store.sweep, store.sweep.cells[3]), PROVENANCE)
    again = open_store(tmp_path / "s")
    assert again.missing() == store.missing() == store.sweep.cells[3:]


def test_a_result_of_another_shape_is_never_written(tmp_path):
    store = write_store(tmp_path / "s", cells=0)
    result = fixture_result(parse_sweep(sweep_file(record=[0, 1])), store.sweep.cells[0])
    with pytest.raises(ValueError, match="other statistics or generations"):
        store.write(store.sweep.cells[0], result, PROVENANCE)
    assert len(store.missing()) == 4


def test_nothing_in_a_store_is_pickled(tmp_path):
    store = write_store(tmp_path / "s")
    codecs = [path.read_text() for path in store.path.rglob("zarr.json")]
    assert codecs
    assert not any("pickle" in text for text in codecs)


def test_a_file_is_old_or_new(tmp_path, monkeypatch):
    file = tmp_path / "f"
    write_file(file, "old")
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError, match="full"):
        write_file(file, "new")
    assert file.read_text() == "old"


def test_the_hash_sees_names_and_bytes_and_no_dot_files(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x").write_text("1")
    first = folder_hash(tmp_path)
    (tmp_path / "a" / ".DS_Store").write_text("mine")
    assert folder_hash(tmp_path) == first
    (tmp_path / "a" / "x").rename(tmp_path / "a" / "y")
    assert folder_hash(tmp_path) != first
    assert folder_hash(tmp_path / "nothing") is None


KILLS = 30
WRITER = """
import os, signal, sys, time
from pathlib import Path
sys.path.insert(0, {tests!r})
from fixture_store import PROVENANCE, fixture_result
from contextlib import nullcontext
import simulations.store
from simulations.store import open_store
import xarray, zarr

simulations.store.TOGETHER_SECONDS = 0.003
store = open_store(Path(sys.argv[1]))
for line in sys.stdin:  # when the next writer is killed: after its first cell, in units of the time that took
    heard, told = os.pipe()
    writer = os.fork()
    if writer == 0:
        missing = store.missing()
        os.write(told, b".")
        with store.writing() if len(missing) % 2 else nullcontext():  # cells entered together, or one by one
            for cell in missing:
                store.write(cell, fixture_result(store.sweep, cell), PROVENANCE)
                os.write(told, b".")
        os._exit(0)
    os.close(told)
    os.read(heard, 1)
    begun = time.monotonic()
    os.read(heard, 1)
    os.close(heard)
    time.sleep(float(line) * (time.monotonic() - begun))
    os.kill(writer, signal.SIGKILL)
    print(os.waitstatus_to_exitcode(os.waitpid(writer, 0)[1]), flush=True)
"""


@pytest.fixture
def quick_disk(monkeypatch):
    """What this process writes is not flushed: no test can pull the plug, and waiting for the disk takes long."""
    monkeypatch.setattr("os.fsync", lambda _: None)


def test_kills_at_random_times_lose_nothing(tmp_path, quick_disk):
    """SIGKILLs of a writer: no finished cell is lost, no corrupt one accepted, the end is the uninterrupted one."""
    sweep = parse_sweep(sweep_file(grid={"sample_size.size": list(range(2, 82))}))
    whole = write_store(tmp_path / "whole", sweep)
    store = create_store(tmp_path / "killed", sweep)
    script = WRITER.format(tests=str(Path(__file__).parent))
    writers = subprocess.Popen(
        [sys.executable, "-c", script, str(store.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert writers.stdin is not None
    assert writers.stdout is not None
    chance = random.Random(0)
    finished: set[str] = set()
    killed = 0
    with writers, writers.stdin as orders, writers.stdout as answers:
        for _ in range(KILLS):
            orders.write(f"{chance.uniform(0, 0.7)}\n")
            orders.flush()
            killed += int(answers.readline()) == -signal.SIGKILL
            done = {cell.digest for cell in sweep.cells} - {cell.digest for cell in store.missing()}
            assert finished < done or len(done) == len(sweep.cells)
            for cell in sweep.cells:
                if cell.digest in done - finished:
                    assert np.array_equal(store.read(cell)["mean"], fixture_result(sweep, cell).mean)
            finished = done
    assert killed >= 2 * KILLS // 3
    again = open_store(store.path)
    for cell in again.missing():
        again.write(cell, fixture_result(sweep, cell), PROVENANCE)
    assert again.digest == whole.digest
    assert [path.name for path in (store.path / "cells").glob(".*")] == []
