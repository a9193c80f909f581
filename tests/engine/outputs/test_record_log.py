"""Records on disk: what a killed process leaves is a beginning of what it wrote."""

import pytest
from orthoscribe.engine.outputs.record_log import RecordLog

CONTENTS = [b"first", b"second" * 100, b"third"]


@pytest.fixture
def written(tmp_path):
    log = RecordLog(tmp_path / "log")
    list(log.records())
    for content in CONTENTS:
        log.append(content)
    log.close()
    return tmp_path / "log"


def read(path):
    log = RecordLog(path)
    found = list(log.records())
    log.close()
    return found


def test_records_are_read_in_order(written):
    assert read(written) == CONTENTS


def test_file_cut_at_any_byte_has_the_records_before(written):
    whole = written.read_bytes()
    ends = [0]
    for content in CONTENTS:
        ends.append(ends[-1] + 24 + len(content))
    assert len(whole) == ends[-1]
    for cut in range(len(whole)):
        written.write_bytes(whole[:cut])
        assert read(written) == CONTENTS[: sum(end <= cut for end in ends[1:])]


def test_changed_byte_ends_the_records(written):
    whole = written.read_bytes()
    for place in range(0, len(whole), 7):
        changed = bytearray(whole)
        changed[place] ^= 1
        written.write_bytes(changed)
        found = read(written)
        assert found == CONTENTS[: len(found)]
        assert len(found) < len(CONTENTS)


def test_appending_replaces_what_was_not_complete(written):
    written.write_bytes(written.read_bytes()[:-1])
    log = RecordLog(written)
    list(log.records())
    log.append(b"fourth")
    log.close()
    assert read(written) == [*CONTENTS[:-1], b"fourth"]


def test_records_of_another_beginning_do_not_follow(written):
    """As after a power failure that undoes a part of what was written."""
    whole = written.read_bytes()
    log = RecordLog(written)
    log.clear()
    log.append(b"FIRST")
    log.close()
    new = written.read_bytes()
    assert len(new) == 24 + len(CONTENTS[0])
    written.write_bytes(new + whole[len(new) :])
    assert read(written) == [b"FIRST"]
