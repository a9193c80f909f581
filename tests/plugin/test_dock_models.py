"""The list of models in the dock, and the dialogs for models and architectures."""

import shutil

import pytest
from orthoscribe.engine.protocol import (
    BUNDLED_MODELS,
    CATALOG,
    export_model,
    installed_cards,
    rename_model,
)
from orthoscribe.plugin.dock.architectures_dialog import ArchitecturesDialog
from orthoscribe.plugin.dock.models_dialog import ModelsDialog
from orthoscribe.plugin.dock.models_presenter import ModelsPresenter
from orthoscribe.plugin.project_model import project_model, set_project_model
from orthoscribe.plugin.settings import MODEL
from orthoscribe.tests.docks import child
from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QDialogButtonBox,
    QFileDialog,
    QInputDialog,
    QMessageBox,
    QTreeWidget,
)

OK = QDialogButtonBox.StandardButton.Ok


@pytest.fixture
def dock(make_dock, fake_engine):
    return make_dock(fake_engine())


@pytest.fixture
def dialog(dock):
    """Return the dialog with all models, opened from the dock."""
    child(dock, "all_models").click()
    return dock.findChild(ModelsDialog)


def rows_of(box):
    return [(box.itemText(index), box.itemData(index)) for index in range(box.count())]


def select(dialog, name):
    tree = child(dialog, "models_list")
    items = [tree.topLevelItem(index) for index in range(tree.topLevelItemCount())]
    (item,) = [item for item in items if item.data(0, Qt.ItemDataRole.UserRole) == name]
    tree.setCurrentItem(item)
    return item


def test_model_box_lists_models_by_use(dock):
    box = child(dock, "model")
    assert rows_of(box) == [
        ("Image and heights", None),
        ("Image and heights, recommended", "default"),
        ("Image and heights, most accurate", "accurate"),
        ("Image and heights, fast", "light"),
        ("Image only", None),
        ("Image only, a sketch", "image_only"),
        ("tiny: Tiny", "tiny"),
    ]
    assert not box.model().item(0).isEnabled()
    assert box.currentData() == "default"
    tip = box.itemData(1, Qt.ItemDataRole.ToolTipRole)
    card = installed_cards()["default"]
    assert f"F1 {card.scores['mean_f1']:.2f}" in tip
    assert card.provenance["date"] in tip


def test_new_model_appears_without_a_restart(dock, home, wait):
    box = child(dock, "model")
    shutil.copytree(home / "models" / "tiny", home / "models" / "town")
    wait(lambda: box.findData("town") >= 0)
    assert box.currentData() == "default"
    (home / "models" / "town" / "model.json").unlink()  # as while a training replaces it
    wait(lambda: box.findData("town") < 0)


def test_library_that_is_created_later_is_noticed(make_dock, home, wait):
    (home / "models").rename(home / "aside")
    box = child(make_dock(), "model")
    assert box.findData("tiny") < 0
    (home / "aside").rename(home / "models")
    wait(lambda: box.findData("tiny") >= 0)


def test_deleted_model_gives_way_to_the_default(dock, home, wait):
    box = child(dock, "model")
    box.setCurrentIndex(box.findData("tiny"))
    shutil.rmtree(home / "models" / "tiny")
    wait(lambda: box.currentData() == "default")
    assert dock.state().model == "default"


def test_model_of_the_project_is_chosen(make_dock, home, tmp_path, wait):
    MODEL.write("light")
    set_project_model("image_only")
    box = child(make_dock(), "model")
    assert box.currentData() == "image_only"
    project = QgsProject.instance()
    set_project_model("tiny")
    assert project.write(str(tmp_path / "p.qgz"))
    project.clear()
    assert project_model() == ""
    assert project.read(str(tmp_path / "p.qgz"))
    wait(lambda: box.currentData() == "tiny")


def test_dialog_lists_use_score_date_and_lineage(dialog):
    item = select(dialog, "default")
    texts = [item.text(column) for column in range(5)]
    assert texts[:2] == ["Image and heights, recommended", "Image and heights, 0.1-0.6 m"]
    card = installed_cards()["default"]
    assert texts[2].startswith(f"F1 {card.scores['mean_f1']:.2f}")
    assert texts[3] == card.provenance["date"]
    assert texts[4] == "bundled"
    assert (dialog.width(), dialog.height()) <= (1000, 580)


def test_bundled_models_can_only_be_used_exported_and_preferred(dialog):
    can = {"export", "project", "import", "folder", "architectures"}
    for name, is_own in (("default", False), ("tiny", True)):
        select(dialog, name)
        for action in ("rename", "note", "delete", *can):
            enabled = child(dialog, f"models_{action}").isEnabled()
            assert enabled == (is_own or action in can), (name, action)


def test_chosen_model_is_used_by_the_dock(dock, dialog, wait):
    select(dialog, "tiny")
    dialog.findChild(QDialogButtonBox).button(OK).click()
    wait(lambda: child(dock, "model").currentData() == "tiny")


def test_model_is_renamed_noted_and_deleted(dock, dialog, home, monkeypatch):
    box = child(dock, "model")
    box.setCurrentIndex(box.findData("tiny"))
    select(dialog, "tiny")
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("My town", True))
    child(dialog, "models_rename").click()
    assert "now called 'My town'" in child(dialog, "models_message").text()
    assert box.findData("My town") >= 0
    assert child(dialog, "models_list").currentItem().text(0) == "My town"
    monkeypatch.setattr(QInputDialog, "getMultiLineText", lambda *_, **__: ("roofs", True))
    child(dialog, "models_note").click()
    assert "roofs" in child(dialog, "models_details").text()
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.No)
    child(dialog, "models_delete").click()
    assert (home / "models" / "My town").is_dir()
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    child(dialog, "models_delete").click()
    assert list((home / "models").iterdir()) == []
    assert box.findData("My town") < 0


def test_model_is_exported_and_imported(dialog, dock, home, tmp_path, monkeypatch):
    shutil.copytree(BUNDLED_MODELS / "light", home / "models" / "town")
    rename_model("town", "Town")
    export_model("Town", tmp_path / "town.zip")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (f"{tmp_path}/town.zip", ""))
    child(dialog, "models_import").click()
    assert "imported as 'Town_2'" in child(dialog, "models_message").text()
    assert child(dock, "model").findData("Town_2") >= 0
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (f"{tmp_path}/out", ""))
    child(dialog, "models_export").click()
    assert (tmp_path / "out.zip").stat().st_size > 100_000
    (tmp_path / "town.zip").write_bytes(b"x")
    child(dialog, "models_import").click()
    assert "cannot be read as a zip" in child(dialog, "models_message").text()


def test_default_of_the_project_is_marked_and_removed(dialog):
    select(dialog, "tiny")
    child(dialog, "models_project").click()
    assert project_model() == "tiny"
    assert "default of this project" in child(dialog, "models_list").currentItem().text(0)
    assert QgsProject.instance().isDirty()
    child(dialog, "models_project").click()
    assert project_model() == ""


def test_default_follows_a_renamed_model_and_leaves_a_deleted_one(home, qgis_new_project):
    set_project_model("tiny")
    MODEL.write("tiny")
    ModelsPresenter().rename("tiny", "town")
    assert (project_model(), MODEL.read()) == ("town", "town")
    ModelsPresenter().delete("town")
    assert (project_model(), MODEL.read()) == ("", "default")


def test_refused_change_is_explained(home, qgis_new_project):
    done = ModelsPresenter().rename("tiny", "light")
    assert done.is_error
    assert "already a model 'light'" in done.message
    assert done.model == "tiny"


def test_model_hidden_by_a_bundled_one_is_reported(home):
    assert ModelsPresenter().remarks() == ""
    (home / "models" / "tiny").rename(home / "models" / "light")
    assert str(home / "models" / "light") in ModelsPresenter().remarks()


def test_model_of_any_folder_can_be_chosen(dock, dialog, home, tmp_path, wait):
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(home / "models" / "tiny", elsewhere)
    dialog.use_folder(str(tmp_path))
    assert dialog.isVisible()
    assert "model.json" in child(dialog, "models_message").text()
    dialog.use_folder(str(elsewhere))
    wait(lambda: child(dock, "model").currentData() == str(elsewhere))
    assert dock.state().model == str(elsewhere)
    assert dock.state().card.name == "tiny"


def test_all_architectures_are_listed_and_one_with_a_model_can_be_chosen(dock, dialog, wait):
    child(dialog, "models_architectures").click()
    listing = dialog.findChild(ArchitecturesDialog)
    tree = listing.findChild(QTreeWidget)
    papers = [tree.topLevelItem(index) for index in range(tree.topLevelItemCount())]
    assert [paper.text(0) for paper in papers] == list(dict.fromkeys(row.paper for row in CATALOG))
    items = [paper.child(index) for paper in papers for index in range(paper.childCount())]
    titles = dict.fromkeys(item.text(0) for item in items)  # one line for each model
    assert list(titles) == [row.title for row in CATALOG]
    use = listing.findChild(QDialogButtonBox).button(OK)
    untrained = next(item for item in items if not item.text(1))
    tree.setCurrentItem(untrained)
    assert not use.isEnabled()
    assert "No model yet" in child(listing, "architectures_details").text()
    trained = next(item for item in items if item.text(1) == "tiny")
    tree.setCurrentItem(trained)
    assert use.isEnabled()
    assert listing.model() == "tiny"
    use.click()
    wait(lambda: child(dock, "model").currentData() == "tiny")


def contrast(tree, item):
    """Return the largest difference in lightness in the first cell of a row."""
    tree.scrollToItem(item)
    image = tree.viewport().grab(tree.visualItemRect(item)).toImage()
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    lights = [pixel.lightness() for pixel in pixels]
    return max(lights) - min(lights)


@pytest.mark.parametrize("theme", ["", "QTreeView{background:#222} QTreeView::item{color:#eee}"])
def test_networks_without_a_model_are_faded_in_every_theme(dialog, theme):
    dialog.setStyleSheet(theme)
    child(dialog, "models_architectures").click()
    tree = child(dialog.findChild(ArchitecturesDialog), "architectures_tree")
    rows = [tree.topLevelItem(0).child(index) for index in range(tree.topLevelItem(0).childCount())]
    usable, other = ([row for row in rows if bool(row.text(1)) == has] for has in (True, False))
    tree.setCurrentItem(tree.topLevelItem(1))
    assert contrast(tree, other[0]) < 0.8 * contrast(tree, usable[0])
