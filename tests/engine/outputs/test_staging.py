# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import errno
import os
import re
import shutil
import sys
import threading

import pytest
from orthoscribe.engine.outputs.destination import destination_error, refuse_without_space
from orthoscribe.engine.outputs.staging import Staging
from orthoscribe.engine.protocol import OutputError
from orthoscribe.tests.locked_folders import locked


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_results_appear_all_at_once_with_their_sidecars(tmp_path):
    classes, report = tmp_path / "classes.tif", tmp_path / "report.json"
    with Staging(tmp_path) as staging:
        staged = staging.aside(classes)
        assert staged.name == "classes.tif"
        assert re.fullmatch(r"\.orthoscribe-\w+-\w+", staged.relative_to(tmp_path).parts[0])
        staged.write_text("pixels")
        staged.with_name(staged.name + ".aux.xml").write_text("names")
        staged.with_suffix(".qml").write_text("style")
        staging.aside(report).write_text("report")
        (staging.scratch / "ground.tif").write_text("scratch")
        assert not [name for name in names(tmp_path) if not name.startswith(".")]
        publication = staging.publish()
    assert names(tmp_path) == ["classes.qml", "classes.tif", "classes.tif.aux.xml", "report.json"]
    assert classes.read_text() == "pixels"
    assert publication.paths == {classes: classes, report: report}
    assert publication.warnings == ()


def test_leaving_without_publishing_removes_everything(tmp_path):
    output = tmp_path / "new" / "out"
    with pytest.raises(KeyError), Staging(output) as staging:
        staging.aside(output / "classes.tif").write_text("pixels")
        (staging.scratch / "ground.tif").write_text("scratch")
        raise KeyError
    assert names(tmp_path) == []


def test_folders_that_others_use_are_kept(tmp_path):
    output = tmp_path / "out"
    with Staging(output) as staging:
        staging.aside(output / "classes.tif")
        (output / "mine.txt").write_text("precious")
    assert names(output) == ["mine.txt"]


def test_former_results_are_replaced_with_what_described_them(tmp_path):
    classes = tmp_path / "classes.tif"
    for name in ("classes.tif", "classes.tif.aux.xml", "classes.tif.ovr"):
        (tmp_path / name).write_text("old")
    sidecar = tmp_path / "classes.tif.aux.xml"
    sidecar.write_text(
        '<PAMDataset><PAMRasterBand band="1"><Metadata><MDI key="STATISTICS_MEAN">3</MDI>'
        "</Metadata></PAMRasterBand></PAMDataset>"
    )
    with Staging(tmp_path) as staging:
        staging.aside(classes, is_named=True).write_text("new")
        assert classes.read_text() == "old"
        assert staging.publish().warnings == ()
    assert names(tmp_path) == ["classes.tif"]
    assert classes.read_text() == "new"


def test_failing_publication_keeps_every_former_result_with_its_sidecars(tmp_path):
    former = ("classes.tif", "classes.tif.aux.xml", "classes.qml", "classes.tif.ovr", "job.json")
    for name in former:
        (tmp_path / name).write_text("old")
    with pytest.raises(OutputError), Staging(tmp_path) as staging:
        staged = staging.aside(tmp_path / "classes.tif", is_named=True)
        staged.write_text("new")
        staged.with_suffix(".qml").write_text("new")
        for name in ("job.json", "polygons.gpkg"):
            staging.aside(tmp_path / name, is_named=True).write_text("new")
        (tmp_path / "polygons.gpkg").mkdir()  # no file can be renamed to it
        staging.publish()
    (tmp_path / "polygons.gpkg").rmdir()
    assert names(tmp_path) == sorted(former)
    assert {(tmp_path / name).read_text() for name in former} == {"old"}


def test_numbered_name_is_not_that_of_another_result(tmp_path):
    for name in ("a.gpkg", "a.gpkg-journal"):
        (tmp_path / name).write_text("old")
    finals = [tmp_path / "a.gpkg", tmp_path / "a_2.gpkg"]
    with Staging(tmp_path) as staging:
        for final in finals:
            staging.aside(final).write_text(final.name)
        publication = staging.publish()
    assert publication.paths[finals[0]] == tmp_path / "a_3.gpkg"
    assert finals[1].read_text() == "a_2.gpkg"


def test_results_of_one_stem_do_not_take_each_other_along(tmp_path):
    finals = [tmp_path / "town.tif", tmp_path / "town.gpkg"]
    with Staging(tmp_path) as staging:
        staged = [staging.aside(final) for final in finals]
        for path in staged:  # all of them exist before the first is published
            path.write_text(path.suffix)
        publication = staging.publish()
    assert names(tmp_path) == ["town.gpkg", "town.tif"]
    assert publication.paths == {final: final for final in finals}
    assert all(path.read_text() == path.suffix for path in finals)


def test_result_in_use_is_spared_beside_another_of_its_stem(tmp_path):
    for name in ("town.gpkg", "town.gpkg-wal"):
        (tmp_path / name).write_text("old")
    with Staging(tmp_path) as staging:
        for name in ("town.tif", "town.gpkg"):
            staging.aside(tmp_path / name).write_text("new")
        staging.publish()
    assert names(tmp_path) == ["town.gpkg", "town.gpkg-wal", "town.tif", "town_2.gpkg"]
    assert (tmp_path / "town.gpkg").read_text() == "old"


def test_geopackage_open_elsewhere_keeps_its_name(tmp_path):
    polygons = tmp_path / "polygons.gpkg"
    for name in ("polygons.gpkg", "polygons.gpkg-wal", "polygons_2.gpkg"):
        (tmp_path / name).write_text("old")
    with Staging(tmp_path) as staging:
        staging.aside(polygons).write_text("new")
        publication = staging.publish()
    assert publication.paths == {polygons: tmp_path / "polygons_3.gpkg"}
    assert (tmp_path / "polygons_3.gpkg").read_text() == "new"
    assert polygons.read_text() == "old"
    assert "polygons.gpkg is open in QGIS or another program" in publication.warnings[0]


def test_names_with_brackets_and_spaces_keep_their_sidecars(tmp_path):
    final = tmp_path / "town [a] ü.tif"
    with Staging(tmp_path) as staging:
        staged = staging.aside(final)
        staged.write_text("pixels")
        staged.with_suffix(".qml").write_text("style")
        staging.publish()
    assert names(tmp_path) == ["town [a] ü.qml", "town [a] ü.tif"]


def test_one_path_for_two_results_is_refused(tmp_path):
    with Staging(tmp_path) as staging:
        staging.aside(tmp_path / "same.tif")
        with pytest.raises(OutputError, match="Two results would be written"):
            staging.aside(tmp_path / "same.tif")


def test_output_that_is_an_input_is_refused(tmp_path):
    image = tmp_path / "image.tif"
    image.write_text("precious")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link.tif").symlink_to(image)
    for final in (image, tmp_path / "folder" / ".." / "image.tif", tmp_path / "link.tif"):
        staging = Staging(tmp_path / "out", ["", str(image)])
        with pytest.raises(OutputError, match="is also an input: choose another file"):
            staging.aside(final)


def test_output_is_compared_with_inputs_that_are_missing_and_with_layers_of_files(tmp_path):
    roads = tmp_path / "roads.gpkg"
    staging = Staging(tmp_path, [f"{roads}|layername=roads"])
    with pytest.raises(OutputError, match="is also an input"):
        staging.aside(roads)


@pytest.mark.parametrize("suffix", ["|layerid=0", '|subset="code" = 2', "|nodata=0"])
def test_suffix_of_an_input_does_not_hide_its_file(tmp_path, suffix):
    path = tmp_path / "town.gpkg"
    path.touch()
    with (
        Staging(tmp_path, [f"{path}{suffix}"]) as staging,
        pytest.raises(OutputError, match="input"),
    ):
        staging.aside(path)


def test_output_that_would_restyle_an_input_is_refused(tmp_path):
    with Staging(tmp_path, [str(tmp_path / "town.jp2")]) as staging:
        with pytest.raises(OutputError, match="belong to the input"):
            staging.aside(tmp_path / "town.tif")
        staging.aside(tmp_path / "town.gpkg")  # polygons come without a style of their own


def test_discarding_twice_and_from_another_thread_is_harmless(tmp_path):
    with Staging(tmp_path) as staging:
        staging.aside(tmp_path / "classes.tif").write_text("pixels")
        (staging.scratch / "ground.tif").write_text("scratch")
        threads = [threading.Thread(target=staging.discard) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert names(tmp_path) == []
        staging.discard()


def test_destination_that_is_a_folder_is_refused(tmp_path):
    (tmp_path / "classes.tif").mkdir()
    with Staging(tmp_path) as staging, pytest.raises(OutputError, match="cannot be written"):
        staging.aside(tmp_path / "classes.tif")


def test_output_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "out").write_text("a file")
    for output in (tmp_path / "out", tmp_path / "out" / "deep" / "er"):
        with Staging(output) as staging, pytest.raises(OutputError) as refusal:
            staging.aside(output / "classes.tif")
        sentence = f"{tmp_path / 'out'} is a file, not a folder: choose another output folder."
        assert str(refusal.value) == sentence
    assert (tmp_path / "out").read_text() == "a file"


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="permissions do not bind this user"
)
def test_folder_without_permission_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with Staging(tmp_path) as staging, pytest.raises(OutputError, match="not have permission"):
            staging.aside(tmp_path / "classes.tif")
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are others there")
@pytest.mark.parametrize("name", ["out", "out/deep/er"])
def test_folder_that_nobody_may_look_into_is_refused(tmp_path, name):
    with locked(tmp_path / "locked") as folder:
        output = folder / name
        with Staging(output) as staging, pytest.raises(OutputError, match="not have permission"):
            staging.aside(output / "classes.tif")


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are others there")
def test_writer_that_does_not_say_why_is_asked_for_in_a_locked_folder(tmp_path):
    with locked(tmp_path / "locked") as folder:
        error = destination_error(folder / "deep" / "classes.tif", RuntimeError("failed"))
    assert "do not have permission" in str(error)


def test_disk_that_fills_up_during_the_job_is_an_output_error(tmp_path):
    with pytest.raises(OutputError, match="is full"), Staging(tmp_path) as staging:
        staging.aside(tmp_path / "classes.tif").write_text("pixels")
        raise OSError(errno.ENOSPC, "No space left on device")
    assert names(tmp_path) == []


def test_space_is_asked_for_before_it_is_taken(tmp_path, monkeypatch):
    def disk_of(total, free):
        monkeypatch.setattr("shutil.disk_usage", lambda _: usage(total, total - free, free))

    usage = type(shutil.disk_usage(tmp_path))
    disk_of(total=9_000_000_000, free=2_500_000)
    refuse_without_space(tmp_path, 2_500_000, "The town")
    with pytest.raises(OutputError, match=r"^The town needs about 2\.6 MB and 2\.5 MB are free"):
        refuse_without_space(tmp_path, 2_600_000, "The town")
    with pytest.raises(OutputError, match=r"^The town needs about 8\.0 GB and 0\.0 GB are free"):
        refuse_without_space(tmp_path, 8_000_000_000, "The town")
    disk_of(total=0, free=0)  # some network drives do not say
    refuse_without_space(tmp_path, 10**18, "The town")


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(errno.EDQUOT, "is full"), (errno.EACCES, "do not have permission"), (errno.EIO, "cannot be")],
)
def test_reasons_are_told_in_a_sentence(tmp_path, number, sentence):
    error = destination_error(tmp_path / "classes.tif", OSError(number, os.strerror(number)))
    assert sentence in str(error)
    assert str(tmp_path) in str(error)
