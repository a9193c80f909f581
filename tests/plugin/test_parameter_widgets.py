# SPDX-License-Identifier: GPL-2.0-or-later
"""Choosers with titles in QGIS's own dialogs: run, batch and model designer."""

import pytest
from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QComboBox, QToolButton


def algorithm(name):
    return QgsApplication.processingRegistry().createAlgorithmById(f"orthoscribe:{name}")


@pytest.fixture
def panel(processing, register, monkeypatch):
    """Return a function from an algorithm's name to the panel of its dialog."""
    from processing.gui import ParametersPanel
    from processing.gui.AlgorithmDialog import AlgorithmDialog

    monkeypatch.setattr(ParametersPanel, "iface", None)
    register()
    dialogs = []

    def show(name):
        dialogs.append(AlgorithmDialog(algorithm(name)))
        return dialogs[-1].mainWidget()

    yield show
    for dialog in dialogs:  # while the layers that they list exist
        sip.delete(dialog)


@pytest.fixture
def step(processing, register):
    """Return a function from an algorithm's name to its dialog in the model designer."""
    from processing.modeler.ModelerParametersDialog import ModelerParametersDialog

    register()
    kept = []

    def show(name):
        model = QgsProcessingModelAlgorithm("m", "g")
        dialog = ModelerParametersDialog(algorithm(name), model)
        kept.extend((model, dialog))
        return dialog.widget.widget

    yield show
    for dialog in kept[1::2]:
        sip.delete(dialog)


def combo(wrapper):
    widget = wrapper.widget
    return widget if isinstance(widget, QComboBox) else widget.findChild(QComboBox)


def titles(wrapper):
    box = combo(wrapper)
    return {box.itemData(index): box.itemText(index) for index in range(box.count())}


def test_models_are_chosen_by_title(panel):
    wrapper = panel("label").wrappers["MODEL"]
    assert set(titles(wrapper)) == {"default", "accurate", "light", "image_only"}
    assert wrapper.parameterValue() == "default"
    combo(wrapper).setCurrentText(titles(wrapper)["light"])
    assert wrapper.parameterValue() == "light"


def test_model_folder_can_be_entered(panel, model_folder):
    wrapper = panel("label").wrappers["MODEL"]
    assert wrapper.widget.findChild(QToolButton)
    combo(wrapper).setEditText(f" {model_folder} ")
    assert wrapper.parameterValue() == str(model_folder)
    wrapper.setParameterValue("/other/model", QgsProcessingContext())
    assert wrapper.parameterValue() == "/other/model"
    wrapper.setParameterValue("image_only", QgsProcessingContext())
    assert combo(wrapper).currentText() == titles(wrapper)["image_only"]


def test_own_model_is_listed_when_the_dialog_opens(panel, model_folder, monkeypatch, tmp_path):
    (tmp_path / "home" / "models").mkdir(parents=True)
    model_folder.rename(tmp_path / "home" / "models" / "mine")
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path / "home"))
    assert "Tiny" in titles(panel("label").wrappers["MODEL"])["mine"]


def test_start_model_may_be_none(panel):
    wrapper = panel("train").wrappers["START"]
    assert titles(wrapper)[""].startswith("None")
    assert wrapper.parameterValue() == ""


@pytest.mark.parametrize("name", ["label", "finetune", "train", "evaluate", "compare", "makescene"])
def test_words_of_jobs_have_titles_and_stay_the_values(panel, name):
    shown = panel(name)
    tool = algorithm(name)  # owns the definitions
    for parameter in tool.parameterDefinitions():
        if parameter.type() != "enum":
            continue
        wrapper = shown.wrappers[parameter.name()]
        assert list(titles(wrapper)) == parameter.options()
        assert not set(titles(wrapper).values()) & set(parameter.options())
        assert wrapper.parameterValue() == parameter.defaultValue()
        assert parameter.checkValueIsAcceptable(wrapper.parameterValue())


def test_special_values_read_as_words(panel):
    shown = panel("train")
    box = shown.wrappers["STEPS"].widget
    assert box.text() == "Automatic (240 from a model to start from)"
    assert shown.wrappers["STEPS"].parameterValue() == 0
    box.setValue(150)
    assert shown.wrappers["STEPS"].parameterValue() == 150
    assert shown.wrappers["LEARNING_RATE"].widget.text() == "Automatic"
    assert panel("label").wrappers["HALO_PX"].parameterValue() == -1


def test_special_number_is_set_from_a_script_or_history(panel):
    wrapper = panel("train").wrappers["LEARNING_RATE"]
    wrapper.setParameterValue(2e-5, QgsProcessingContext())
    assert wrapper.parameterValue() == pytest.approx(2e-5)
    wrapper.setParameterValue(None, QgsProcessingContext())
    assert wrapper.parameterValue() == 0.0


@pytest.mark.parametrize("name", ["train", "evaluate", "compare"])
def test_fields_of_the_labels_are_listed(panel, write_raster, name):
    raster = str(write_raster("codes.tif", 1))
    layer = QgsVectorLayer("Polygon?crs=EPSG:32632&field=kind:string&field=n:int", "d", "memory")
    QgsProject.instance().addMapLayer(layer)
    shown = panel(name)
    shown.wrappers["LABELS"].setParameterValue(layer.id(), QgsProcessingContext())
    field = shown.wrappers["CLASS_FIELD"]
    assert list(texts(field)) == ["", "kind", "n"]
    assert field.parameterValue() == ""
    field.widget.setCurrentText("kind")
    shown.wrappers["LABELS"].setParameterValue(raster, QgsProcessingContext())
    assert list(texts(field)) == [""]
    assert field.parameterValue() == ""
    QgsProject.instance().removeMapLayer(layer)


def texts(wrapper):
    return [wrapper.widget.itemText(index) for index in range(wrapper.widget.count())]


def test_networks_to_compare_are_added_and_removed_in_a_menu(panel):
    wrapper = panel("compare").wrappers["ARCHITECTURES"]
    actions = {each.data(): each for each in wrapper.widget.findChild(QToolButton).menu().actions()}
    assert {"default", "maggiori_mlp"} <= set(actions)
    wrapper.setParameterValue("/my/model", QgsProcessingContext())
    actions["default"].trigger()
    actions["maggiori_mlp"].trigger()
    assert wrapper.parameterValue() == "/my/model,default,maggiori_mlp"
    actions["default"].trigger()
    assert wrapper.parameterValue() == "/my/model,maggiori_mlp"


@pytest.mark.parametrize("name", ["label", "vectorize", "train", "evaluate", "compare"])
def test_model_designer_shows_every_parameter_and_keeps_its_default(step, name):
    dialog = step(name)
    sources = dialog.createAlgorithm().parameterSources()
    tool = algorithm(name)  # owns the definitions
    for parameter in tool.parameterDefinitions():
        if parameter.type() in ("string", "enum", "number") and parameter.defaultValue():
            (source,) = sources[parameter.name()]
            assert source.staticValue() == parameter.defaultValue()
    inputs = {each.name() for each in tool.parameterDefinitions() if not each.isDestination()}
    assert inputs <= set(dialog.wrappers)


def test_model_designer_keeps_a_model_and_a_choice(step):
    dialog = step("label")
    for key, value in {"MODEL": "light", "HEIGHTS": "ndsm", "THREADS": 3}.items():
        dialog.wrappers[key].setWidgetValue(
            QgsProcessingModelChildParameterSource.fromStaticValue(value)
        )
    sources = dialog.createAlgorithm().parameterSources()
    values = {key: sources[key][0].staticValue() for key in ("MODEL", "HEIGHTS", "THREADS")}
    assert values == {"MODEL": "light", "HEIGHTS": "ndsm", "THREADS": 3}
