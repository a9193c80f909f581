# SPDX-License-Identifier: GPL-2.0-or-later
"""Jobs: the only way to ask the engine for anything.

A job is a frozen record of paths and numbers. Dock, toolbox, `qgis_process` and shell all build
one and hand it to the same door, so they cannot diverge. Each field carries the help text from
which the shell's flags and the Processing parameters are derived, and says whether it is a path.
"""

from __future__ import annotations

from typing import Any, Tuple, Type, Union

from .compare import CompareJob
from .evaluate import DATASETS, SPLITS, EvaluateJob
from .fields import DEVICES, HEIGHT_KINDS, Extent, Range
from .import_weights import ImportJob
from .label import LabelJob
from .scene import SceneJob
from .train import TrainJob
from .vectorize import VectorizeJob

__all__ = [
    "DATASETS",
    "DEVICES",
    "HEIGHT_KINDS",
    "JOB_TYPES",
    "SPLITS",
    "CompareJob",
    "EvaluateJob",
    "Extent",
    "ImportJob",
    "Job",
    "LabelJob",
    "Range",
    "SceneJob",
    "TrainJob",
    "VectorizeJob",
]

Job = Union[LabelJob, VectorizeJob, SceneJob, CompareJob, EvaluateJob, ImportJob, TrainJob]
JOB_TYPES: Tuple[Type[Any], ...] = (
    LabelJob,
    VectorizeJob,
    SceneJob,
    CompareJob,
    EvaluateJob,
    ImportJob,
    TrainJob,
)
