"""The spool: whole segments or none, oldest first, nothing read that is damaged."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from link_index.spool import Spool, SpoolFull

if TYPE_CHECKING:
    from pathlib import Path

RECORDS = [b"one", b"", b"three" * 100]


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", 10_000)


def test_a_segment_reads_back_as_it_was_written(spool: Spool) -> None:
    assert spool.read(spool.append(RECORDS)) == (RECORDS, 0)


def test_segments_are_read_oldest_first_by_a_later_process_too(spool: Spool, tmp_path: Path) -> None:
    written = [spool.append([b"%d" % number]) for number in range(20)]

    assert spool.segments() == Spool(tmp_path / "spool", 1).segments() == written


@pytest.mark.parametrize("cut", [1, 400, 508, 509, 515])
def test_a_cut_tail_is_left_out_and_told(spool: Spool, cut: int) -> None:
    segment = spool.append(RECORDS)
    whole = segment.read_bytes()
    segment.write_bytes(whole[:-cut])

    records, unreadable = spool.read(segment)

    assert records == RECORDS[: 2 if cut <= 508 else 1]
    assert unreadable == len(whole) - cut - sum(8 + len(record) for record in records)


def test_a_flipped_bit_ends_the_reading(spool: Spool) -> None:
    segment = spool.append([b"one", b"two", b"three"])
    data = bytearray(segment.read_bytes())
    data[8 + 3 + 8] ^= 1
    segment.write_bytes(data)

    assert spool.read(segment) == ([b"one"], len(data) - 11)


def test_an_unfinished_segment_is_none(spool: Spool, tmp_path: Path) -> None:
    (tmp_path / "spool" / "00000000000000000001-1.unfinished").write_bytes(b"half")

    assert spool.segments() == []


def test_what_a_killed_process_left_unfinished_does_not_stay(spool: Spool, tmp_path: Path) -> None:
    segment = spool.append([b"whole"])
    segment.with_suffix(".unfinished").write_bytes(b"half")

    Spool(tmp_path / "spool", 10_000)

    assert list((tmp_path / "spool").iterdir()) == [segment]


def test_removed_segments_are_gone_and_damaged_ones_stay_aside(spool: Spool) -> None:
    first, second = spool.append([b"1"]), spool.append([b"2"])

    spool.remove(first)
    spool.remove(second, damaged=True)

    assert spool.segments() == []
    assert [path.suffix for path in first.parent.iterdir()] == [".damaged"]


def test_a_segment_another_process_replayed_is_empty(spool: Spool) -> None:
    segment = spool.append([b"1"])
    segment.unlink()

    assert spool.read(segment) == ([], 0)
    spool.remove(segment)


def test_the_cap_is_held_across_processes_and_removal_makes_room(spool: Spool, tmp_path: Path) -> None:
    first = spool.append([b"x" * 6000])
    later = Spool(tmp_path / "spool", 10_000)

    with pytest.raises(SpoolFull, match="BACKLINKS_SPOOL_MAX_BYTES=10,000"):
        later.append([b"x" * 6000])

    later.remove(first)
    assert later.append([b"x" * 6000]).exists()


def test_room_on_its_disk_is_left_to_others(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    with pytest.raises(SpoolFull, match="BACKLINKS_DISK_RESERVE="):
        Spool(tmp_path / "spool", 10_000, reserve=2 * free).append([b"1"])

    assert Spool(tmp_path / "spool", 10_000, reserve=free // 2).append([b"1"]).exists()


def test_a_disk_error_leaves_nothing_behind(spool: Spool, tmp_path: Path) -> None:
    (tmp_path / "spool").rename(tmp_path / "elsewhere")

    with pytest.raises(OSError, match="spool"):
        spool.append([b"1"])

    assert list((tmp_path / "elsewhere").iterdir()) == []
