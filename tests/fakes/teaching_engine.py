# SPDX-License-Identifier: GPL-2.0-or-later
"""A painting engine that also fine-tunes and compares, as far as the wizard can tell.

    python teaching_engine.py [--verdict red] [--steps 20] [--pause 0.05] [--fail KIND]

A model is a copy of the card of the model it starts from. Cancel and stop lines are obeyed between
two steps, and a canceled training leaves a checkpoint in its folder.
"""

import argparse
import json
import os
import queue
import shutil
import sys
import threading
import time
from pathlib import Path

import painting_engine as painting
from osgeo import ogr, osr

REPORT = {
    "sentence": "On polygons that it had not seen, the new model is right more often.",
    "reasons": ["Buildings gained most."],
    "classes": [
        {
            "code": 2,
            "name": "building",
            "title": "Building",
            "polygons": 7,
            "groups": 4,
            "f1_before": 0.5,
            "f1_after": 0.9,
            "gain_low": 0.2,
            "gain_high": 0.6,
        },
        {"code": 4, "name": "tree", "title": "Tree", "polygons": 2, "groups": 1, "f1_before": 0.8,
         "f1_after": 0.7},
    ],
    "mean_f1_before": 0.65,
    "mean_f1_after": 0.8,
    "gain_low": 0.1,
    "gain_high": 0.2,
    "worse": [
        {"scene": 0, "fid": 2, "code": 4, "center": [500010.0, 5399990.0], "right_before": 0.9,
         "right_after": 0.4},
    ],
    "undrawn": [{"code": 5, "title": "Car", "kept": 0.97}],
}  # fmt: skip


class Engine:
    def __init__(self, options):
        self.options = options
        self.jobs = queue.Queue()
        self.is_canceled = self.is_stopped = False

    def listen(self):
        for line in sys.stdin:
            kind = json.loads(line)["kind"]
            if kind == "cancel":
                self.is_canceled = True
            elif kind == "stop":
                self.is_stopped = True
            else:
                self.jobs.put(line)
        os._exit(0)

    def serve(self):
        threading.Thread(target=self.listen, daemon=True).start()
        painting.say(
            "hello", protocol=1, engine="taught", torch="none", device="cpu", pid=os.getpid()
        )
        while True:
            line = self.jobs.get()
            self.is_canceled = self.is_stopped = False
            if self.options.record:
                with Path(self.options.record).open("a") as notes:
                    notes.write(line)
            self.run(json.loads(line))

    def run(self, job):
        if job["kind"] == self.options.fail:
            painting.say("failed", reason="input", message="The polygons cannot be read.")
            return
        if job["kind"] == "finetune" and not self.finetune(job):
            painting.say("canceled")
            return
        if job["kind"] == "changes":
            outline_changes(job)
        elif job["kind"] != "finetune":
            if job["kind"] == "label":  # as the engine saves its job
                job["classes"] = job["classes"] or str(Path(job["output"]) / "classes.tif")
            painting.RECIPES[job["kind"]](job, self.options)
        painting.say("finished", elapsed_s=0.1)

    def finetune(self, job):
        """Return whether the training ended, not canceled."""
        folder = Path(job["output"])
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "checkpoint").write_text("0")
        painting.say("metric", name="base_score", value=0.65)
        for step in range(self.options.steps):
            if self.is_canceled:
                return False
            if self.is_stopped:
                break
            (folder / "checkpoint").write_text(str(step))
            painting.say("progress", fraction=step / self.options.steps, stage="Training")
            score = 0.65 + 0.2 * step / self.options.steps
            painting.say("metric", name="validation_score", value=score)
            time.sleep(self.options.pause)
        card = json.loads((folder_of(job["start"]) / "model.json").read_text())
        card.update(name=folder.name, title=job["title"] or folder.name)
        (folder / "model.json").write_text(json.dumps(card))
        report = {**REPORT, "verdict": self.options.verdict}
        (folder / "report.json").write_text(json.dumps({"finetuning": report}))
        (folder / "report.html").write_text("<html></html>")
        (folder / "checkpoint").unlink()
        painting.say("artifact", role="report", path=str(folder / "report.json"))
        return True


def folder_of(model):
    library = Path(os.environ["ORTHOSCRIBE_HOME"]) / "models" / model
    return library if library.is_dir() else Path(model)


def outline_changes(job):
    folder = Path(job["output"])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "changes.gpkg"
    shutil.rmtree(path, ignore_errors=True)
    file = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    crs = osr.SpatialReference()
    crs.ImportFromEPSG(32632)
    layer = file.CreateLayer("changed", crs, ogr.wkbPolygon)
    for name, kind in (
        ("before", ogr.OFTString),
        ("after", ogr.OFTString),
        ("area_m2", ogr.OFTReal),
    ):
        layer.CreateField(ogr.FieldDefn(name, kind))
    feature = ogr.Feature(layer.GetLayerDefn())
    box = "500000 5399990, 500010 5399990, 500010 5400000, 500000 5400000, 500000 5399990"
    feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POLYGON(({box}))"))
    for name, value in (("before", "tree"), ("after", "building"), ("area_m2", 100.0)):
        feature.SetField(name, value)
    layer.CreateFeature(feature)
    del feature, layer, file
    painting.say("artifact", role="changes", path=str(path))
    painting.say("metric", name="changes_count", value=1)
    painting.say("metric", name="building_gained_m2", value=100.0)
    painting.say("metric", name="tree_lost_m2", value=100.0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--beside", action="store_true")
    parser.add_argument("--record", help="append job lines to this file")
    parser.add_argument("--verdict", default="green")
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--pause", type=float, default=0.02)
    parser.add_argument("--fail", default="", help="kind of the jobs that fail")
    Engine(parser.parse_args()).serve()
