"""The command: a file goes in, a model folder that labels comes out."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import safetensors.torch
import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.models.bundle import load_bundle, load_network
from orthoscribe.engine.protocol import (
    ISPRS,
    ImportJob,
    JobError,
    Legend,
    job_from_json,
    job_to_json,
)
from orthoscribe.tests.caffe_files import caffemodel

ROOT = Path(__file__).resolve().parents[3]


def engine(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "engine", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def released_skip(path):
    """Write a released skip network at 1/16 of its width; return our network of it."""
    torch.manual_seed(1)
    options = {"style": "release", "width": "1/16"}
    network = build("maggiori_skip", 4, 5, options).eval()
    layers = {}
    for stage in range(4):
        for block in range(2):
            conv = network.trunk.stages[stage][block].conv
            norm = network.trunk.stages[stage][block].norm
            norm.running_mean.normal_()
            norm.running_var.uniform_(100, 200)
            weight, bias = conv.weight.detach(), conv.bias.detach()
            if (stage, block) == (0, 0):
                weight = weight[:, [2, 1, 0, 3]]  # green, red, near infrared, heights
            averages = (2 * norm.running_mean.numpy(), 2 * norm.running_var.numpy())
            number = f"{stage + 1}-{block + 1}"
            layers[f"conv{number}"] = (weight.numpy(), bias.numpy())
            layers[f"bn{number}"] = (*averages, torch.full((1,), 2.0).numpy())
        score = network.scores[stage]
        layers[f"score{stage + 1}"] = (score.weight.detach().numpy(), score.bias.detach().numpy())
    path.write_bytes(caffemodel(layers))
    return network


def test_released_caffemodel_becomes_a_model_that_computes_the_same(tmp_path):
    network = released_skip(tmp_path / "skip.caffemodel")
    arguments = ("--architecture", "maggiori_skip", "--release", "--options", "width=1/16")
    folder = tmp_path / "models" / "vaihingen"
    said = engine(
        "import-weights", tmp_path / "skip.caffemodel", *arguments, "--output", folder,
        "--license", "CC-BY-NC-SA-4.0",
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert sorted(path.name for path in folder.iterdir()) == [
        "job.json",
        "model.json",
        "report.json",
        "weights.safetensors",
    ]
    bundle = load_bundle(folder)
    assert bundle.card.name == "vaihingen"
    assert bundle.card.legend == Legend(ISPRS.classes[:5])
    assert bundle.card.license == "CC-BY-NC-SA-4.0"
    assert bundle.card.options == {"style": "release", "width": "1/16"}
    assert "--band-ranges 0:255,0:255,0:255" in bundle.card.summary
    assert bundle.card.provenance["file"] == "skip.caffemodel"
    loaded, image = load_network(bundle), torch.randn(1, 4, 32, 48)
    with torch.no_grad():
        assert torch.allclose(loaded(image), network(image), atol=1e-5)

    repeated = engine("run", folder / "job.json")
    assert repeated.returncode == 0, repeated.stderr
    assert load_bundle(folder).card == bundle.card


def test_backbone_says_that_it_must_be_trained(tmp_path):
    network = build("fcn_pool3", 3, 6, {"width": "1/16"}).state_dict()
    places = {"0.0": 0, "0.2": 2, "1.0": 5, "1.2": 7, "2.0": 10, "2.2": 12, "2.4": 14}
    tensors = {
        f"features.{theirs}.{kind}": network[f"features.trunk.stages.{ours}.{kind}"]
        for ours, theirs in places.items()
        for kind in ("weight", "bias")
    }
    file = tmp_path / "vgg.safetensors"
    safetensors.torch.save_file(tensors, file)
    arguments = ("--architecture", "fcn_pool3", "--options", "width=1/16")
    said = engine("import-weights", file, *arguments, "--output", tmp_path / "model")
    assert said.returncode == 0, said.stderr
    assert "warning: Backbone only: the file lacks 'head.scores.0', so train" in said.stderr
    card = load_bundle(tmp_path / "model").card
    assert card.roles == ("nir", "red", "green", "height")
    assert "Backbone only" in card.summary


def test_failure_leaves_nothing_behind(tmp_path):
    released_skip(tmp_path / "skip.caffemodel")
    arguments = ("--architecture", "maggiori_skip", "--release")
    said = engine(
        "import-weights", tmp_path / "skip.caffemodel", *arguments, "--output", tmp_path / "model"
    )
    assert said.returncode == 1
    assert said.stderr.splitlines()[-1] == (
        "error: 'conv1-1.weight' has shape (2, 4, 5, 5) in the file, but (32, 4, 5, 5) in "
        "'trunk.stages.0.0.conv' of the network: choose the architecture, options and classes "
        "that the file was made for."
    )
    assert not (tmp_path / "model").exists()


def asked(**changes):
    return ImportJob(**{"file": "a.pth", "architecture": "fcn_32s", "output": "m", **changes})


@pytest.mark.parametrize(
    ("job", "words"),
    [
        (asked(file=""), "No file is given"),
        (asked(output=""), "No output folder"),
        (asked(architecture="fcn_32"), "did you mean 'fcn_32s'?"),
        (asked(architecture="?"), "'architectures' lists all"),
        (asked(roles=("nir", "blue")), "The roles are nir, blue"),
        (asked(roles=("nir", "nir")), "at most once"),
        (asked(roles=("height",)), "add a band of the image"),
        (asked(options=("width=3",)), "width is '3'; it must be one of 1, 1/2"),
        (asked(options=("depth=3",)), "no option 'depth'"),
        (asked(classes=5, legend=ISPRS), "the legend has 6"),
    ],
)
def test_job_says_what_keeps_it_from_running(job, words):
    (sentence,) = job.problems()
    assert words in sentence
    assert sentence.endswith((".", "?"))


def test_runnable_import_has_no_problems():
    assert asked().problems() == ()
    assert asked(roles=("green", "height"), options=("padding=same",), classes=255).problems() == ()


@pytest.mark.parametrize("changes", [{"classes": -1}, {"classes": 256}, {"options": ("width",)}])
def test_import_job_refuses_values_no_run_could_use(changes):
    with pytest.raises(JobError, match=next(iter(changes))):
        asked(**changes)


def test_import_job_comes_back_from_its_file():
    job = asked(release=True, roles=("nir", "red"), options=("width=1/16",), legend=ISPRS)
    assert job_from_json(job_to_json(job)) == job
    assert json.loads(job_to_json(job))["kind"] == "import-weights"
