# SPDX-License-Identifier: GPL-2.0-or-later
"""The protocol between the plugin and the engine: jobs in, events out.

Standard library only, Python 3.9 syntax: both sides import this very package.
"""

from __future__ import annotations

from .bands import ROLE_TITLES, BandTraits, find_bands, guess_bands, roles_by_custom
from .catalog import (
    CATALOG,
    ArchitectureRow,
    Choice,
    Option,
    TileGeometry,
    row_named,
)
from .codec import (
    CANCEL_LINE,
    card_from_json,
    card_to_json,
    event_from_line,
    event_to_line,
    job_from_json,
    job_to_json,
    job_to_line,
)
from .errors import (
    DeviceError,
    EngineError,
    InputError,
    JobCanceled,
    JobError,
    ModelError,
    OrthoscribeError,
    OutputError,
)
from .events import (
    EVENT_TYPES,
    LOG_LEVELS,
    PROTOCOL_VERSION,
    Artifact,
    Canceled,
    Event,
    Failed,
    Finished,
    Hello,
    Log,
    Metric,
    Progress,
)
from .jobs import (
    DEVICES,
    HEIGHT_KINDS,
    JOB_TYPES,
    CompareJob,
    Extent,
    Job,
    LabelJob,
    SceneJob,
    VectorizeJob,
)
from .legend import ISPRS, NODATA, Color, LandClass, Legend
from .model_card import CARD_SCHEMA, HEIGHT_ROLE, IMAGE_ROLES, ModelCard, Normalization
from .model_places import (
    BUNDLED_MODELS,
    CARD_NAME,
    model_folder,
    models_in,
    named_models,
    own_models_folder,
)
from .outcome import Outcome, OutcomeGatherer
from .polygon_layers import POLYGON_LAYERS, PolygonLayer
from .resolution import length_text, resolution_warning

__all__ = [
    "BUNDLED_MODELS",
    "CANCEL_LINE",
    "CARD_NAME",
    "CARD_SCHEMA",
    "CATALOG",
    "DEVICES",
    "EVENT_TYPES",
    "HEIGHT_KINDS",
    "HEIGHT_ROLE",
    "IMAGE_ROLES",
    "ISPRS",
    "JOB_TYPES",
    "LOG_LEVELS",
    "NODATA",
    "POLYGON_LAYERS",
    "PROTOCOL_VERSION",
    "ROLE_TITLES",
    "ArchitectureRow",
    "Artifact",
    "BandTraits",
    "Canceled",
    "Choice",
    "Color",
    "CompareJob",
    "DeviceError",
    "EngineError",
    "Event",
    "Extent",
    "Failed",
    "Finished",
    "Hello",
    "InputError",
    "Job",
    "JobCanceled",
    "JobError",
    "LabelJob",
    "LandClass",
    "Legend",
    "Log",
    "Metric",
    "ModelCard",
    "ModelError",
    "Normalization",
    "Option",
    "OrthoscribeError",
    "Outcome",
    "OutcomeGatherer",
    "OutputError",
    "PolygonLayer",
    "Progress",
    "SceneJob",
    "TileGeometry",
    "VectorizeJob",
    "card_from_json",
    "card_to_json",
    "event_from_line",
    "event_to_line",
    "find_bands",
    "guess_bands",
    "job_from_json",
    "job_to_json",
    "job_to_line",
    "length_text",
    "model_folder",
    "models_in",
    "named_models",
    "own_models_folder",
    "resolution_warning",
    "roles_by_custom",
    "row_named",
]
