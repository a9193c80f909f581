# SPDX-License-Identifier: GPL-2.0-or-later
"""Jobs: the single interface to the engine.

A job is a frozen dataclass of paths and values. Dock, toolbox, `qgis_process` and shell build the
same jobs and run them in the same way, so they cannot diverge. The metadata of each field contains
the help text and properties from which shell flags and Processing parameters are derived.
"""

from __future__ import annotations

from typing import Any, Tuple, Type, Union

from ..catalog.recipes import BUDGETS, CAUSES
from .changes import ChangesJob
from .compare import CompareJob
from .evaluate import SPLITS, EvaluateJob
from .fields import DEVICES, HEIGHT_KINDS, Extent, Range, is_required
from .finetune import DrawnInput, FinetuneJob
from .import_weights import ImportJob
from .label import LabelJob
from .labeled_input import DATASETS, LabeledInput
from .polygon_options import OUTLINES, PolygonOptions
from .scene import SceneJob
from .scene_input import READINGS as HEIGHT_READINGS
from .scene_input import HeightsInput, ImageInput, SceneInput
from .train import TUNING_STEPS, TrainJob
from .vectorize import VectorizeJob

__all__ = [
    "BUDGETS",
    "CAUSES",
    "DATASETS",
    "DEVICES",
    "HEIGHT_KINDS",
    "HEIGHT_READINGS",
    "JOB_TYPES",
    "OUTLINES",
    "SPLITS",
    "TUNING_STEPS",
    "ChangesJob",
    "CompareJob",
    "DrawnInput",
    "EvaluateJob",
    "Extent",
    "FinetuneJob",
    "HeightsInput",
    "ImageInput",
    "ImportJob",
    "Job",
    "LabelJob",
    "LabeledInput",
    "PolygonOptions",
    "Range",
    "SceneInput",
    "SceneJob",
    "TrainJob",
    "VectorizeJob",
    "is_required",
]

Job = Union[
    LabelJob,
    VectorizeJob,
    ChangesJob,
    SceneJob,
    CompareJob,
    EvaluateJob,
    ImportJob,
    TrainJob,
    FinetuneJob,
]
JOB_TYPES: Tuple[Type[Any], ...] = (
    LabelJob,
    VectorizeJob,
    ChangesJob,
    SceneJob,
    CompareJob,
    EvaluateJob,
    ImportJob,
    TrainJob,
    FinetuneJob,
)
