"""What an algorithm tells wrong before it starts an engine: one clear sentence each."""

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsRasterLayer,
    QgsRasterRange,
)


@pytest.fixture
def complain(problem_of):
    """Return a function from parameters to the sentence that keeps them from running."""
    return lambda name="label", **parameters: problem_of(name, **parameters)


@pytest.fixture
def image(write_raster):
    return str(write_raster("image.tif"))


def test_good_parameters_raise_no_complaint(complain, image, write_raster):
    dsm = str(write_raster("dsm.tif", 1, dtype="float32"))
    assert complain(IMAGE=image, DSM=dsm) == ""


def test_geographic_crs_is_refused(complain, write_raster):
    degrees = write_raster("degrees.tif", epsg=4326, origin=(9.0, 48.8), pixel=1e-5)
    message = complain(IMAGE=str(degrees))
    assert "EPSG:4326" in message
    assert "Warp" in message


def test_image_far_coarser_than_the_model_knows_is_refused(complain, write_raster):
    assert complain(IMAGE=str(write_raster("fair.tif", pixel=9.0))) == ""
    message = complain(IMAGE=str(write_raster("coarse.tif", pixel=300.0)))
    assert "300 m per pixel, more than 10 times the 1 m" in message


def test_missing_crs_is_refused(complain, write_raster):
    message = complain(IMAGE=str(write_raster("nowhere.tif", epsg=None)))
    assert "no CRS" in message
    assert "Assign Projection" in message


def test_crs_given_to_the_layer_counts(complain, write_raster):
    layer = QgsRasterLayer(str(write_raster("nowhere.tif", epsg=None)), "nowhere")
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:32632"))
    assert complain(IMAGE=layer) == ""
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    assert "geographic" in complain(IMAGE=layer)


def test_overlap_is_that_of_the_layers(complain, image, write_raster):
    dsm = QgsRasterLayer(str(write_raster("dsm.tif", 1)), "dsm")
    assert complain(IMAGE=image, DSM=dsm) == ""
    dsm.setCrs(QgsCoordinateReferenceSystem("EPSG:32633"))
    assert "do not overlap" in complain(IMAGE=image, DSM=dsm)


def test_several_nodata_values_are_refused(complain, write_raster):
    layer = QgsRasterLayer(str(write_raster("image.tif")), "ortho")
    layer.dataProvider().setUserNoDataValue(1, [QgsRasterRange(0, 5)])
    message = complain(IMAGE=layer)
    assert message.startswith("The layer 'ortho' has several nodata values or a range")


def test_image_and_dsm_apart_are_refused(complain, image, write_raster):
    far = write_raster("far.tif", 1, origin=(600_000.0, 5_400_000.0))
    assert "do not overlap" in complain(IMAGE=image, DSM=str(far))


def test_dsm_of_another_crs_may_overlap(complain, image, write_raster):
    # The image lies on the central meridian of UTM zone 32, near 48.7528 degrees north.
    degrees = write_raster("dsm.tif", 1, epsg=4326, origin=(8.999, 48.754), pixel=1e-4)
    assert complain(IMAGE=image, DSM=str(degrees)) == ""


def test_band_used_twice_is_refused(complain, image):
    message = complain(IMAGE=image, NIR_BAND=2, RED_BAND=2)
    assert "Band 2 is used for two roles" in message
    assert "\n" not in message


def test_band_that_is_not_there_is_refused(complain, image):
    assert "the image has 3 bands" in complain(IMAGE=image, NIR_BAND=7)


def test_two_bands_are_too_few(complain, write_raster):
    assert "has 2 bands, but 3 are needed" in complain(IMAGE=str(write_raster("two.tif", 2)))


def test_bands_that_cannot_be_told_are_asked_for(complain, write_raster):
    six = str(write_raster("six.tif", 6))
    assert "give the band numbers" in complain(IMAGE=six)
    assert complain(IMAGE=six, NIR_BAND=4, RED_BAND=3, GREEN_BAND=2) == ""


def test_band_of_the_dsm_that_is_not_there_is_refused(complain, image, write_raster):
    dsm = str(write_raster("dsm.tif", 1))
    assert "Band 2 of the DSM" in complain(IMAGE=image, DSM=dsm, DSM_BAND=2)


def test_service_layer_is_refused_with_the_way_out(complain):
    tiles = QgsRasterLayer("type=xyz&url=file:///tmp/%7Bz%7D/%7Bx%7D/%7By%7D.png", "tiles", "wms")
    message = complain(IMAGE=tiles)
    assert "Export > Save As" in message


def test_file_that_is_no_raster_is_refused(complain, tmp_path):
    (tmp_path / "broken.tif").write_bytes(b"II*\0 this is not a raster")
    message = complain(IMAGE=str(tmp_path / "broken.tif"))
    assert "cannot be opened as a raster" in message
    assert "broken.tif" in message


def test_unknown_model_is_refused(complain, image):
    message = complain(IMAGE=image, MODEL="nosuchmodel")
    assert "The model 'nosuchmodel'" in message


def test_unknown_place_to_run_is_refused(complain, image):
    assert "local:N" in complain(IMAGE=image, CLUSTER="somewhere")


def test_extent_beside_the_image_is_refused(complain, image):
    extent = "600000,600010,5399980,5399990 [EPSG:32632]"
    assert "outside the image" in complain(IMAGE=image, EXTENT=extent)


def test_model_that_wants_heights_asks_for_them(complain, image, model_folder, write_raster):
    card = model_folder / "model.json"
    card.write_text(card.read_text().replace('"green"\n', '"green", "height"\n'))
    message = complain(IMAGE=image)
    assert "'tiny' needs heights but no DSM is given" in message
    assert "(image_only)" in message
    assert complain(IMAGE=image, DSM=str(write_raster("dsm.tif", 1))) == ""


def test_dtm_without_dsm_is_refused(complain, image, write_raster):
    assert "no DSM is given" in complain(IMAGE=image, DTM=str(write_raster("dtm.tif", 1)))


def test_no_place_for_results_is_refused(complain, image):
    assert "choose where to save the results" in complain(IMAGE=image, OUTPUT="")


def test_destination_that_the_engine_cannot_write_is_refused(complain, image, tmp_path):
    message = complain(IMAGE=image, CLASSES=str(tmp_path / "cover.img"))
    assert "'Land cover' cannot be written" in message
    assert complain(IMAGE=image, CLASSES=str(tmp_path / "cover.TIF")) == ""


def test_missing_image_is_asked_for(complain):
    assert complain() == "'Image' is missing: choose a raster."


def test_vectorize_wants_a_place_for_results(complain, image):
    assert "choose where to save the results" in complain("vectorize", CLASSES=image, OUTPUT="")
    assert complain("vectorize", CLASSES=image, OUTPUT="", BUILDINGS="memory:") == ""


def test_tiny_scene_is_refused(complain):
    assert complain("makescene", SIZE_PX=32) != ""
    assert complain("makescene", SIZE_PX=64) == ""


@pytest.mark.parametrize("word", ["1", 1, "LIDAR"])
def test_word_not_among_the_choices_is_refused_with_all_of_them(complain, word):
    message = complain("makescene", SURVEY=word)
    assert f"(SURVEY) cannot be '{word}'. Choose drawn, perfect, lidar or matched." in message


def test_word_among_the_choices_is_accepted(complain):
    assert complain("makescene", SURVEY="lidar") == ""


def test_wrong_word_is_told_beside_a_missing_image(complain):
    message = complain(DEVICE="gpu", IMAGE="")
    assert "(DEVICE) cannot be 'gpu'" in message
    assert "'Image' is missing" in message
