from dataclasses import replace

import pytest
from orthoscribe.engine.protocol import (
    ClassGain,
    CurvePoint,
    DrawnInput,
    FinetuneJob,
    FinetuneReport,
    JobError,
    ModelError,
    PolygonChange,
    finetune_report_from_values,
    finetune_report_to_values,
    job_from_json,
    job_to_json,
)

JOB = FinetuneJob(
    image="a.tif",
    dsm="a_dsm.tif",
    labels="a.gpkg",
    output="out",
    further_scenes=(DrawnInput(image="b.tif", labels="b.gpkg", label_values=("6=building",)),),
)
REPORT = FinetuneReport(
    "green",
    "Better.",
    classes=(ClassGain(5, "car", "Car", 4, 3, 0.5, 0.75, 0.1, 0.4), ClassGain(7, "w", "W", 5, 2)),
    worse=(PolygonChange(0, 12, 5, (1.5, 2.5), 1.0, 0.5),),
    curve=(CurvePoint(10, 0.5),),
)


def test_job_with_several_scenes_survives_its_file():
    assert job_from_json(job_to_json(JOB)) == JOB
    assert JOB.problems() == ()
    assert [scene.image for scene in JOB.scenes] == ["a.tif", "b.tif"]
    assert JOB.scenes[0].dsm == "a_dsm.tif"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"labels": ""}, "No labels are given"),
        ({"output": ""}, "has no name"),
        ({"name": "x"}, "Both a name and an output folder"),
        ({"start": "nowhere"}, "no model 'nowhere'"),
        ({"cause": "missing_class"}, "none is named"),
        ({"further_scenes": (DrawnInput(image="b.tif"),)}, "Scene 2: No labels are given"),
    ],
)
def test_problem_is_one_sentence(changed, said):
    (sentence,) = replace(JOB, **changed).problems()
    assert said in sentence


@pytest.mark.parametrize(
    "changed",
    [{"cause": "weather"}, {"budget": "long"}, {"minutes": -1}, {"minutes": float("nan")}],
)
def test_invalid_value_is_refused(changed):
    with pytest.raises(JobError):
        replace(JOB, **changed)


def test_report_survives_its_file():
    assert finetune_report_from_values(finetune_report_to_values(REPORT)) == REPORT
    assert REPORT.can_be_default
    assert not replace(REPORT, verdict="red").can_be_default


def test_damaged_report_is_refused():
    for values in ({}, {"verdict": "blue", "sentence": ""}, {"verdict": "red"}, []):
        with pytest.raises(ModelError):
            finetune_report_from_values(values)
