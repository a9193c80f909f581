"""The page Compare: the verdict, the decision, and the area labeled again."""

import pytest
from orthoscribe.plugin.layers.class_rasters import newest_class_raster
from orthoscribe.plugin.project_model import former_model, project_model
from orthoscribe.plugin.protocol import own_models_folder
from orthoscribe.plugin.widgets.fitting_scroll import scrolling
from orthoscribe.plugin.wizard.pages.compare import ComparePage
from orthoscribe.plugin.wizard.pages.train_presenter import TrainPresenter
from orthoscribe.tests.docks import child, shown
from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtWidgets import QApplication, QPushButton


@pytest.fixture
def make_page(improving, wait, qtbot):
    """Return a function from a verdict to the page, what it said, and the chosen models."""
    pages = []

    def make(verdict="green", *flags):
        context, chosen = improving("--verdict", verdict, *flags)
        outcomes = []
        context.training.ended.connect(outcomes.append)
        job = TrainPresenter(context.draft.value).job()
        context.training.start(job)
        wait(lambda: outcomes)
        context.draft.change(result=job.output)
        page = ComparePage(context)
        pages.append(page)
        said = []
        page.said.connect(lambda level, text: said.append((level, text)))
        page.enter()
        page.show()
        return page, said, chosen

    yield make
    for page in pages:
        page.teardown()
        page.deleteLater()


def press(page, name):
    child(page, f"wizard_{name}").click()


def view_center(page):
    center = page.context.canvas.extent().center()
    return round(center.x()), round(center.y())


def cells(page, name):
    table = child(page, f"wizard_{name}")
    return [
        [table.item(row, column).text() for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]


def test_verdict_table_and_worse_polygons_are_shown(make_page):
    page, _, _ = make_page()
    assert child(page, "wizard_compare_verdict").text().startswith("Better. On polygons")
    assert [row[0] for row in cells(page, "compare_table")] == ["Building", "Tree", "Mean"]
    worse = child(page, "wizard_compare_worse")
    assert worse.item(0).text() == "Tree 2: 90 % right before, 40 % now"
    assert "Car: 97 %" in child(page, "wizard_compare_undrawn").text()


def test_no_button_is_squeezed_where_the_page_scrolls(make_page):
    page, _, _ = make_page()
    child(page, "wizard_compare_reasons").setText("A sentence that needs several lines. " * 20)
    scroll = scrolling(page, "scroll")
    scroll.resize(430, 300)
    scroll.show()
    QApplication.processEvents()
    buttons = [each for each in page.findChildren(QPushButton) if each.isVisible()]
    assert len(buttons) >= 4
    assert [each.text() for each in buttons if each.height() < each.sizeHint().height()] == []
    scroll.takeWidget()


def test_click_on_a_worse_polygon_zooms_to_it(make_page):
    page, _, _ = make_page()
    worse = child(page, "wizard_compare_worse")
    worse.itemClicked.emit(worse.item(0))
    assert view_center(page) == (500_014, 5_399_996)  # of the second drawn polygon
    assert page.context.canvas.extent().height() < 60
    QgsProject.instance().removeMapLayer(page.context.draft.value.labels_layer)
    worse.itemClicked.emit(worse.item(0))
    assert view_center(page) == (500_010, 5_399_990)  # of the report


def test_used_model_is_that_of_the_project_until_one_goes_back(make_page):
    page, said, chosen = make_page()
    press(page, "decision_use")
    assert project_model() == "tiny improved"
    assert former_model() == "tiny"
    assert chosen == ["tiny improved"]
    assert shown(page, "wizard_decision_relabel")
    press(page, "decision_return")
    assert project_model() == "tiny"
    assert chosen[-1] == "tiny"
    assert not shown(page, "wizard_decision_relabel")
    assert [level for level, _ in said] == ["success", "success"]


def test_worse_model_is_barred_with_the_reason(make_page):
    page, _, _ = make_page("red")
    assert not child(page, "wizard_decision_use").isEnabled()
    assert "cannot be used from now on" in child(page, "wizard_decision_barred").text()
    press(page, "decision_keep")
    assert project_model() == ""
    assert (own_models_folder() / "tiny improved").is_dir()


def test_area_is_labeled_again_with_its_changes(make_page, wait):
    page, said, _ = make_page()
    first = newest_class_raster(QgsProject.instance())
    press(page, "decision_use")
    said.clear()
    press(page, "decision_relabel")
    wait(lambda: said)
    assert said[0][0] == "success", said
    newest = newest_class_raster(QgsProject.instance())
    assert newest.id() != first.id()
    (changed,) = QgsProject.instance().mapLayersByName("Changed")
    assert changed.featureCount() == 1
    assert changed.renderer().type() == "categorizedSymbol"
    assert cells(page, "decision_changed") == [
        ["Building", "100 m²", "0 m²"],
        ["Tree", "0 m²", "100 m²"],
    ]
    group = QgsProject.instance().layerTreeRoot().findLayer(changed.id()).parent()
    assert group.children()[0].layer() == changed


def test_edited_polygons_stay_when_labeled_again(make_page, wait):
    page, said, _ = make_page()
    (buildings,) = QgsProject.instance().mapLayersByName("Buildings")
    assert isinstance(buildings, QgsVectorLayer)
    from orthoscribe.plugin.compat import TEXT_TYPE
    from qgis.core import QgsField

    buildings.dataProvider().addAttributes([QgsField("status", TEXT_TYPE)])
    buildings.updateFields()
    feature = next(buildings.getFeatures())
    index = buildings.fields().lookupField("status")
    buildings.dataProvider().changeAttributeValues({feature.id(): {index: "edited"}})
    press(page, "decision_use")
    said.clear()
    press(page, "decision_relabel")
    wait(lambda: said)
    assert "edited or reviewed and that stay: 1" in said[0][1]


def test_map_is_compared_with_the_new_model_without_training(make_page, wait):
    page, said, _ = make_page()
    press(page, "compare_show")
    wait(lambda: said)
    assert said[0][0] == "success"
    names = [each.name() for each in QgsProject.instance().layerTreeRoot().findGroups()]
    assert names[0].startswith("Preview · tiny improved")
    press(page, "decision_use")
    press(page, "decision_relabel")
    wait(lambda: len(said) == 3)
    names = [each.name() for each in QgsProject.instance().layerTreeRoot().findGroups()]
    assert not any(name.startswith("Preview") for name in names)


def test_missing_report_is_told(make_page):
    page, said, _ = make_page()
    (own_models_folder() / "tiny improved" / "report.json").unlink()
    page.enter()
    assert "cannot be read: train again" in said[0][1]
    assert not child(page, "wizard_decision_use").isEnabled()
