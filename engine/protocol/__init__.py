# SPDX-License-Identifier: GPL-2.0-or-later
"""The protocol between the plugin and the engine: jobs in, events out.

Standard library only, Python 3.9 syntax: both sides import this very package. Every name imported
here is public.
"""

from __future__ import annotations

from .bands import (
    ROLE_TITLES,
    BandTraits,
    find_bands,
    guess_bands,
    marks_natural_colors,
    roles_by_custom,
)
from .catalog import (
    CATALOG,
    RECIPES,
    ArchitectureRow,
    Choice,
    Option,
    TileGeometry,
    TrainingRecipe,
    recipe_named,
    row_named,
)
from .cluster import ClusterAddress, parse_cluster
from .codec import (
    CANCEL_LINE,
    STOP_LINE,
    card_from_json,
    card_to_json,
    control_of,
    event_from_line,
    event_to_line,
    finetune_report_from_values,
    finetune_report_to_values,
    indented_json,
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
from .file_lock import FileLock
from .finetune_report import (
    ClassGain,
    CurvePoint,
    FinetuneReport,
    HomeScore,
    PolygonChange,
    UndrawnClass,
)
from .height_advice import heightless_choice, missing_heights
from .input_remarks import (
    band_remarks,
    coarse_heights_remark,
    coarse_steps_remark,
    foot_heights_remark,
    gap_remark,
    height_gap_remark,
    mixed_types_remark,
    sketch_remark,
    terrain_name_remark,
    undeclared_heights_remark,
    unread_dsm_remark,
    zero_level_remark,
)
from .installed import installed_cards
from .jobs import (
    BUDGETS,
    CAUSES,
    DATASETS,
    DEVICES,
    HEIGHT_KINDS,
    HEIGHT_READINGS,
    JOB_TYPES,
    OUTLINES,
    SPLITS,
    TUNING_STEPS,
    ChangesJob,
    CompareJob,
    DrawnInput,
    EvaluateJob,
    Extent,
    FinetuneJob,
    HeightsInput,
    ImageInput,
    ImportJob,
    Job,
    LabeledInput,
    LabelJob,
    PolygonOptions,
    SceneInput,
    SceneJob,
    TrainJob,
    VectorizeJob,
    is_required,
)
from .label_values import meanings_of, spelled
from .legend import ISPRS, NODATA, Color, LandClass, Legend
from .library_model import (
    LibraryModel,
    library_by_use,
    library_models,
    shadowed_models,
)
from .model_archive import export_model, import_model
from .model_card import (
    CARD_SCHEMA,
    HEIGHT_ROLE,
    IMAGE_ROLES,
    ModelCard,
    Normalization,
    check_averaged_turns,
)
from .model_library import delete_model, note_model, rename_model
from .model_names import free_name, name_problem, new_model_folder
from .model_overview import Offered, offered_by_paper
from .model_paths import (
    BUNDLED_MODELS,
    CARD_NAME,
    model_folder,
    models_in,
    named_models,
    own_folder,
    own_models_folder,
)
from .new_classes import NEW_CLASSES_FORM, SPARE_COLORS, new_land_classes
from .outcome import Outcome, OutcomeGatherer
from .polygon_layers import AREA_LAYERS, FIELD_TITLES, POLYGON_LAYERS, PolygonLayer
from .raster_path import RasterPath, file_behind
from .resolution import (
    Resolution,
    labeled_gsd_m,
    labeling_resolution,
    length_text,
    resolution_problem,
)
from .scene_ranges import (
    LANDS,
    OPEN_COUNTRY,
    SCENE_FLAWS,
    SCENE_RANGES,
    SCENE_SHARES,
    SURVEYS,
    ranges_text,
)
from .tile_paths import (
    INDEX_FIELD,
    INDEX_SUFFIXES,
    TILE_SUFFIXES,
    is_pattern,
    listed_tiles,
    tile_of_index,
)
from .unfinished import (
    UNFINISHED,
    UNFINISHED_BLOCKS,
    UNFINISHED_JOB,
    UNFINISHED_LOCK,
    is_unfinished,
    remove_unfinished,
    unfinished_folder,
)
from .virtual_raster import FOOTPRINT_MASK, VirtualBand, VirtualGrid, VirtualTile, vrt_text
from .words import listed
