# SPDX-License-Identifier: GPL-2.0-or-later
"""The draft of a fine-tuning: its problems, its job, and its place in the project."""

from dataclasses import replace

import pytest
from orthoscribe.plugin.protocol import JobError, LabelJob
from orthoscribe.plugin.wizard.draft import (
    FinetuneDraft,
    draft_from_job,
    draft_from_json,
    draft_to_json,
)
from orthoscribe.plugin.wizard.project_draft import ENTRY, ProjectDraft
from qgis.core import QgsProject

FULL = FinetuneDraft(
    image="/data/ortho.tif",
    nir_band=1,
    dsm="/data/dsm.tif",
    labels="/data/corrections.gpkg",
    class_field="class",
    label_values=("6=building",),
    start="default",
    cause="missing_class",
    new_classes=("Water=#0064ff",),
    budget="thorough",
    name="town",
    image_layer="ortho_1",
    labels_layer="corrections_1",
    done_spots=((1.5, 2.5),),
)


def test_draft_survives_json():
    assert draft_from_json(draft_to_json(FULL)) == FULL


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "[1]", '{"image": 5}', '{"cause": "boredom"}', '{"future": 1}', "null"],
)
def test_unreadable_values_are_left_out(text):
    assert draft_from_json(text) == FinetuneDraft()


def test_valid_values_beside_unreadable_ones_stay():
    assert draft_from_json('{"image": "a.tif", "cause": "boredom"}').image == "a.tif"


def test_draft_refuses_an_unknown_kind_of_heights():
    with pytest.raises(JobError):
        FinetuneDraft(heights="clouds")


def test_draft_of_a_run_takes_its_scene_and_model():
    job = LabelJob(
        image="a.tif", red_band=2, dsm="d.tif", heights="ndsm", model="light", output="x"
    )
    draft = draft_from_job(job)
    assert draft.scene == job.scene
    assert (draft.start, draft.class_field) == ("light", "class")


def test_complete_draft_has_no_problems():
    assert FULL.problems() == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"image": ""}, "No image is given"),
        ({"dsm": ""}, "needs heights"),
        ({"start": "nowhere"}, "nowhere"),
        ({"labels": ""}, "Nothing is drawn"),
        ({"new_classes": ()}, "has no name yet"),
        ({"new_classes": ("Building",)}, "'Building' exists"),
        ({"new_classes": ("Water=blue",)}, "must be written"),
    ],
)
def test_each_gap_is_one_sentence(changes, words):
    (sentence,) = replace(FULL, **changes).problems()
    assert words in sentence


def test_classes_count_only_if_one_is_missing():
    assert [each.code for each in FULL.legend.classes] == [1, 2, 3, 4, 5, 6, 7]
    other = replace(FULL, cause="colors")
    assert len(other.legend) == 6
    assert other.to_job().new_classes == ()


def test_job_has_all_that_was_chosen():
    job = FULL.to_job()
    assert (job.image, job.labels, job.name) == (FULL.image, FULL.labels, "town")
    assert (job.cause, job.new_classes, job.budget) == (FULL.cause, FULL.new_classes, "thorough")
    assert job.label_values == FULL.label_values
    assert job.problems() == ()
    preview = FULL.to_job("preview", name="", output="/tmp/x")
    assert (preview.budget, preview.output) == ("preview", "/tmp/x")


def test_project_keeps_the_draft(qgis_new_project):
    project = QgsProject.instance()
    kept = ProjectDraft(project)
    assert not kept.is_stored
    heard = []
    kept.changed.connect(lambda: heard.append(kept.value.cause))
    kept.put(FULL)
    kept.change(cause="meaning")
    kept.change(cause="meaning")  # nothing new
    assert heard == ["missing_class", "meaning"]
    assert ProjectDraft(project).value == replace(FULL, cause="meaning")
    kept.forget()
    assert project.readEntry(*ENTRY, "")[0] == ""
    assert ProjectDraft(project).value == FinetuneDraft()


def test_saved_project_keeps_the_draft(qgis_new_project, tmp_path):
    project = QgsProject.instance()
    ProjectDraft(project).put(FULL)
    assert project.write(str(tmp_path / "p.qgz"))
    project.clear()
    assert not ProjectDraft(project).is_stored
    assert project.read(str(tmp_path / "p.qgz"))
    assert ProjectDraft(project).value == FULL
