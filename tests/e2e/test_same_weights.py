# SPDX-License-Identifier: GPL-2.0-or-later
"""Wizard, toolbox and shell give the same weights for the same job, byte by byte."""

import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from orthoscribe.plugin.engine_client.environment import engine_home, installed_python
from orthoscribe.plugin.engine_client.warm_engine import WarmEngine
from orthoscribe.plugin.wizard.draft import FinetuneDraft
from orthoscribe.plugin.wizard.draft_layers import scene_values
from orthoscribe.plugin.wizard.page import WizardContext
from orthoscribe.plugin.wizard.pages.train import TrainPage
from orthoscribe.plugin.wizard.project_draft import ProjectDraft
from orthoscribe.plugin.wizard.training import Training
from orthoscribe.tests.docks import MainWindow, child
from orthoscribe.tests.e2e.test_finetune import draw
from qgis.core import QgsProject, QgsRasterLayer, QgsVectorLayer

ROOT = Path(__file__).resolve().parents[2]
FEW = {"budget": "preview", "steps": 4}  # without a verdict, which may keep the weights as they are
LIMIT_MS = 240_000
WEIGHTS = "weights.safetensors"


@pytest.fixture
def own_home(tmp_path, monkeypatch):
    """Let models go into a folder of this test; the engine stays the installed one."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(engine_home() / "current.json", home)
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(home))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    return home


@pytest.fixture
def page(own_home, scene, tmp_path, qgis_new_project, qtbot):
    """Return the page Train of a draft whose trainings have the real engine and few steps."""
    project, window, engine = QgsProject.instance(), MainWindow(), WarmEngine()
    image, dsm = (QgsRasterLayer(scene[key], key) for key in ("IMAGE", "DSM"))
    labels = QgsVectorLayer(draw(scene["ANNOTATIONS"], tmp_path / "drawn.gpkg"), "drawn", "ogr")
    project.addMapLayers([image, dsm, labels])
    draft = ProjectDraft(project)
    draft.put(
        FinetuneDraft(
            **scene_values(image, dsm, None, "auto"),
            labels=str(tmp_path / "drawn.gpkg"),
            labels_layer=labels.id(),
            class_field="code",
            start="light",
        )
    )

    def run_shortly(job, *others):
        return engine.run(replace(job, **FEW), *others)

    training = Training(run_shortly)
    context = WizardContext(window, project, draft, run_shortly, training, lambda _: None)
    page = TrainPage(context)
    page.enter()
    page.show()
    yield page
    page.teardown()
    training.teardown()
    engine.teardown()
    project.clear()
    window.deleteLater()


def test_job_of_the_wizard_gives_the_same_weights_in_toolbox_and_shell(page, qgis, qtbot, tmp_path):
    with qtbot.waitSignal(page.context.training.ended, timeout=LIMIT_MS) as ended:
        child(page, "wizard_train_start").click()
    assert ended.args[0].is_finished, ended.args[0].end
    trained = Path(page.context.training.job.output)
    record = (trained / "job.json").read_text(encoding="utf-8")
    job = json.loads(record)
    assert {name: job[name] for name in FEW} == FEW
    weights = (trained / WEIGHTS).read_bytes()

    shell = tmp_path / "shell"
    (tmp_path / "job.json").write_text(json.dumps({**job, "output": str(shell)}))
    command = [installed_python(), "-m", "engine", "run", tmp_path / "job.json"]
    subprocess.run(list(map(str, command)), cwd=ROOT, env=os.environ, check=True)
    assert (shell / WEIGHTS).read_bytes() == weights

    toolbox = tmp_path / "toolbox"
    given = {
        "IMAGE": job["image"], "DSM": job["dsm"], "LABELS": job["labels"],
        "CLASS_FIELD": job["class_field"], "START": job["start"], "CAUSE": job["cause"],
        "BUDGET": job["budget"], "MINUTES": job["minutes"], "SEED": job["seed"],
        "STEPS": job["steps"],
    }  # fmt: skip
    qgis.run("orthoscribe:finetune", cwd=tmp_path, OUTPUT=toolbox, **given)
    assert (toolbox / WEIGHTS).read_bytes() == weights
    assert weights != (ROOT / "resources" / "models" / "light" / WEIGHTS).read_bytes()
