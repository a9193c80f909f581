# SPDX-License-Identifier: GPL-2.0-or-later
"""What a start costs: torch's compiler is never loaded, since that takes longer than a tile."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.architectures.uninitialized import blank_weights
from orthoscribe.tests.scenes import hills, speckle, write_raster

ROOT = Path(__file__).resolve().parents[3]
COMPILER = ("torch._dynamo", "torch._inductor", "sympy")
LABEL = """
import sys
from engine.__main__ import main
code = main()
sys.stderr.write(f"loaded {[name for name in %r if name in sys.modules]}")
sys.exit(code)
"""
BUILD = """
import sys
from engine.architectures import build
from engine.architectures.uninitialized import blank_weights
from engine.protocol import CATALOG
with blank_weights():
    for row in CATALOG:
        build(row.name, 4, 6)
        assert not [name for name in %r if name in sys.modules], row.name
"""


def python(script, *arguments):
    return subprocess.run(
        [sys.executable, "-c", script % (COMPILER,), *arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_labeling_does_not_load_the_compiler_of_torch(tmp_path):
    image = write_raster(tmp_path / "image.tif", speckle(3, 96, 96))
    dsm = write_raster(tmp_path / "dsm.tif", hills(96, 96).astype(np.float32))
    output = tmp_path / "out"
    done = python(
        LABEL, "label", "--image", image, "--dsm", dsm, "--heights", "ndsm", "--model", "light",
        "--output", str(output),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (output / "classes.tif").exists()
    assert done.stderr.endswith("loaded []")


def test_building_without_weights_does_not_load_it_for_any_architecture():
    done = python(BUILD)
    assert done.returncode == 0, done.stderr


def test_blank_network_has_every_shape_and_draws_nothing():
    torch.manual_seed(3)
    before = torch.get_rng_state()
    with blank_weights():
        blank = build("fcn_8s_at_once", 4, 6, {"width": "1/8"}).state_dict()
    assert torch.equal(torch.get_rng_state(), before)
    full = build("fcn_8s_at_once", 4, 6, {"width": "1/8"}).state_dict()
    assert {name: each.shape for name, each in blank.items()} == {
        name: each.shape for name, each in full.items()
    }
