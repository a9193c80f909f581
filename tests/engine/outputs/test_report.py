import hashlib
import json
import time

import pytest
from orthoscribe.engine.outputs.report import (
    Stopwatch,
    compose_report,
    describe_file,
    sha256_of,
    versions,
    write_report,
)
from orthoscribe.engine.protocol import OutputError, SceneJob


def test_hash_is_that_of_the_whole_file(tmp_path):
    content = bytes(range(256)) * 9000
    (tmp_path / "file").write_bytes(content)
    assert sha256_of(tmp_path / "file") == hashlib.sha256(content).hexdigest()


def test_what_only_gdal_opens_has_no_hash():
    found = describe_file("/vsizip/scene.zip/image.tif")
    assert found == {"path": "/vsizip/scene.zip/image.tif", "bytes": None, "sha256": None}


def test_stages_add_up_and_come_in_their_order():
    stopwatch = Stopwatch()
    for name in ("read", "write", "read"):
        with stopwatch.stage(name):
            time.sleep(0.01)
    seconds = stopwatch.seconds()
    assert list(seconds) == ["read", "write", "total"]
    assert seconds["read"] >= 0.02
    assert seconds["total"] >= 0.03


def test_report_leaves_out_inputs_that_were_not_given(tmp_path):
    (tmp_path / "image.tif").write_bytes(b"pixels")
    report = compose_report(
        SceneJob(output="out"),
        {"areas": {"building": 3.5}},
        device="cpu",
        read={"image": tmp_path / "image.tif", "dsm": ""},
        stopwatch=Stopwatch(),
    )
    memory = ["peak_memory_mb", "peak_gpu_memory_mb"]
    first = ["kind", "run_id", "areas", "seconds", "device"]
    assert list(report) == [*first, *memory, "versions", "inputs"]
    assert list(report["inputs"]) == ["image"]
    write_report(tmp_path / "report.json", report)
    assert json.loads((tmp_path / "report.json").read_text()) == report


def test_versions_name_what_can_change_a_result():
    assert {"engine", "python", "torch", "rasterio", "gdal"} <= set(versions())


def test_report_that_cannot_be_written_is_an_output_error(tmp_path):
    with pytest.raises(OutputError):
        write_report(tmp_path / "missing" / "report.json", {})
