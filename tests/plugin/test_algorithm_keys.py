"""Parameter keys are job fields in capitals, and they are an interface: they never change."""

import dataclasses

import pytest

SINKS = {
    "BUILDINGS", "ROADS", "PAVED", "CARS", "ROAD_CENTERLINES", "CAR_POINTS", "LAND_COVER",
}  # fmt: skip
KEYS = {
    "label": {
        "IMAGE": "image",
        "NIR_BAND": "nir_band",
        "RED_BAND": "red_band",
        "GREEN_BAND": "green_band",
        "DSM": "dsm",
        "DSM_BAND": "dsm_band",
        "DTM": "dtm",
        "DTM_BAND": "dtm_band",
        "HEIGHTS": "heights",
        "MODEL": "model",
        "EXTENT": "extent",
        "AREA": "area",
        "OUTLINES": "outlines",
        "TOLERANCE_M": "tolerance_m",
        "MINIMUM_BUILDING_M2": "minimum_building_m2",
        "MINIMUM_ROAD_M2": "minimum_road_m2",
        "MINIMUM_PAVED_M2": "minimum_paved_m2",
        "MINIMUM_CAR_M2": "minimum_car_m2",
        "VECTOR_FORMAT": "vector_format",
        "RESAMPLE": "resample",
        "TILE_SIZE_PX": "tile_size_px",
        "HALO_PX": "halo_px",
        "STITCH": "stitch",
        "BATCH_SIZE": "batch_size",
        "DEVICE": "device",
        "THREADS": "threads",
        "CLUSTER": "cluster",
        "OUTPUT": "output",
        "CLASSES": "classes",
        "CONFIDENCE": "confidence",
        "POLYGONS": "polygons",
    },
    "vectorize": {
        "CLASSES": "classes",
        "CONFIDENCE": "confidence",
        "DSM": "dsm",
        "DSM_BAND": "dsm_band",
        "DTM": "dtm",
        "DTM_BAND": "dtm_band",
        "HEIGHTS": "heights",
        "EXTENT": "extent",
        "OUTLINES": "outlines",
        "TOLERANCE_M": "tolerance_m",
        "MINIMUM_BUILDING_M2": "minimum_building_m2",
        "MINIMUM_ROAD_M2": "minimum_road_m2",
        "MINIMUM_PAVED_M2": "minimum_paved_m2",
        "MINIMUM_CAR_M2": "minimum_car_m2",
        "VECTOR_FORMAT": "vector_format",
        "OUTPUT": "output",
        "POLYGONS": "polygons",
    },
    "changes": {
        "BEFORE": "before",
        "AFTER": "after",
        "MINIMUM_M2": "minimum_m2",
        "OUTPUT": "output",
    },
    "evaluate": {
        "MODEL": "model",
        "IMAGE": "image",
        "LABELS": "labels",
        "CLASS_FIELD": "class_field",
        "LABEL_VALUES": "label_values",
        "NIR_BAND": "nir_band",
        "RED_BAND": "red_band",
        "GREEN_BAND": "green_band",
        "DSM": "dsm",
        "DSM_BAND": "dsm_band",
        "DTM": "dtm",
        "DTM_BAND": "dtm_band",
        "HEIGHTS": "heights",
        "DATASET": "dataset",
        "ROOT": "root",
        "SPLIT": "split",
        "ERODED": "eroded",
        "PAPER": "paper",
        "RELEASE_OA": "release_oa",
        "TRIMAP_PX": "trimap_px",
        "MINIMUM_BUILDING_M2": "minimum_building_m2",
        "MINIMUM_CAR_M2": "minimum_car_m2",
        "DEVICE": "device",
        "THREADS": "threads",
        "OUTPUT": "output",
    },
    "train": {
        "NAME": "name",
        "IMAGE": "image",
        "LABELS": "labels",
        "CLASS_FIELD": "class_field",
        "LABEL_VALUES": "label_values",
        "ARCHITECTURE": "architecture",
        "START": "start",
        "NIR_BAND": "nir_band",
        "RED_BAND": "red_band",
        "GREEN_BAND": "green_band",
        "DSM": "dsm",
        "DSM_BAND": "dsm_band",
        "DTM": "dtm",
        "DTM_BAND": "dtm_band",
        "HEIGHTS": "heights",
        "WITHOUT_HEIGHTS": "without_heights",
        "DATASET": "dataset",
        "ROOT": "root",
        "RECIPE": "recipe",
        "STEPS": "steps",
        "EPOCHS": "epochs",
        "VALIDATION_FRACTION": "validation_fraction",
        "PATIENCE": "patience",
        "BATCH": "batch",
        "PATCH_PX": "patch_px",
        "LEARNING_RATE": "learning_rate",
        "CLASS_WEIGHTS": "class_weights",
        "OPTIONS": "options",
        "VARIANTS": "variants",
        "MIXED_PRECISION": "mixed_precision",
        "GRADIENT_CHECKPOINTING": "gradient_checkpointing",
        "TITLE": "title",
        "LICENSE": "license",
        "SEED": "seed",
        "DEVICE": "device",
        "THREADS": "threads",
        "FRESH": "fresh",
        "OUTPUT": "output",
    },
    "finetune": {
        "NAME": "name",
        "IMAGE": "image",
        "DSM": "dsm",
        "DSM_BAND": "dsm_band",
        "DTM": "dtm",
        "DTM_BAND": "dtm_band",
        "HEIGHTS": "heights",
        "LABELS": "labels",
        "CLASS_FIELD": "class_field",
        "START": "start",
        "CAUSE": "cause",
        "NEW_CLASSES": "new_classes",
        "BUDGET": "budget",
        "LABEL_VALUES": "label_values",
        "NIR_BAND": "nir_band",
        "RED_BAND": "red_band",
        "GREEN_BAND": "green_band",
        "MINUTES": "minutes",
        "STEPS": "steps",
        "FOLD_STEPS": "fold_steps",
        "FOLDS": "folds",
        "MIXED_PRECISION": "mixed_precision",
        "TITLE": "title",
        "SEED": "seed",
        "DEVICE": "device",
        "THREADS": "threads",
        "FRESH": "fresh",
        "OUTPUT": "output",
    },
    "compare": {
        "IMAGE": "image",
        "LABELS": "labels",
        "CLASS_FIELD": "class_field",
        "LABEL_VALUES": "label_values",
        "ARCHITECTURES": "architectures",
        "NIR_BAND": "nir_band",
        "RED_BAND": "red_band",
        "GREEN_BAND": "green_band",
        "DSM": "dsm",
        "DSM_BAND": "dsm_band",
        "DTM": "dtm",
        "DTM_BAND": "dtm_band",
        "HEIGHTS": "heights",
        "TEST_FRACTION": "test_fraction",
        "STEPS": "steps",
        "PATCHES": "patches",
        "PATCH_PX": "patch_px",
        "LEARNING_RATE": "learning_rate",
        "WIDTH": "width",
        "SEED": "seed",
        "DEVICE": "device",
        "THREADS": "threads",
        "OUTPUT": "output",
    },
    "makescene": {
        "SEED": "seed",
        "SIZE_PX": "size_px",
        "WIDTH_PX": "width_px",
        "HEIGHT_PX": "height_px",
        "GSD_M": "gsd_m",
        "LAND": "land",
        "SURVEY": "survey",
        "BIT_DEPTH": "bit_depth",
        "WITH_FLAWS": "with_flaws",
        "LEAN": "lean",
        "SHIFT_M": "shift_m",
        "OUTDATED_FRACTION": "outdated_fraction",
        "MOVED_CARS": "moved_cars",
        "LABEL_NOISE_M": "label_noise_m",
        "OUTPUT": "output",
    },
}


@pytest.fixture
def algorithms(register):
    return {algorithm.name(): algorithm for algorithm in register().algorithms()}


def test_provider_lists_the_algorithms(algorithms):
    assert set(algorithms) == {*KEYS, "status"}


@pytest.mark.parametrize("name", KEYS)
def test_keys_are_the_ones_people_rely_on(algorithms, name):
    keys = {each.name() for each in algorithms[name].parameterDefinitions()}
    assert keys - SINKS == set(KEYS[name])


@pytest.mark.parametrize("name", KEYS)
def test_every_key_is_a_field_of_the_job_in_capitals(algorithms, name):
    fields = {field.name for field in dataclasses.fields(algorithms[name].JOB_TYPE)}
    assert {key: field.upper() for key, field in KEYS[name].items()} == {
        key: key for key in KEYS[name]
    }
    assert set(KEYS[name].values()) == fields - set(algorithms[name].WITHOUT_PARAMETER)
    assert set(algorithms[name].WITHOUT_PARAMETER) <= fields


@pytest.mark.parametrize("name", KEYS)
def test_defaults_are_the_defaults_of_the_job(algorithms, name):
    fields = {field.name: field for field in dataclasses.fields(algorithms[name].JOB_TYPE)}
    for definition in algorithms[name].parameterDefinitions():
        if definition.name() not in SINKS and definition.defaultValue() is not None:
            default = fields[KEYS[name][definition.name()]].default
            assert definition.defaultValue() == default, definition.name()


@pytest.mark.parametrize("name", ["label", "vectorize"])
def test_toolbox_makes_and_loads_polygons_by_default(algorithms, name):
    is_made = {key: algorithms[name].parameterDefinition(key).createByDefault() for key in SINKS}
    assert {key for key in SINKS if not is_made[key]} == {"CAR_POINTS", "LAND_COVER"}


@pytest.mark.parametrize("name", KEYS)
def test_everything_is_explained(algorithms, name):
    assert len(algorithms[name].shortHelpString()) > 100
    definitions = algorithms[name].parameterDefinitions()
    assert [each.name() for each in definitions if not each.help()] == []
