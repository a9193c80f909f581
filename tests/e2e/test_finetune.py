"""Fine-tuning from a terminal: `qgis_process run orthoscribe:finetune`, on the generated scene."""

import json
from pathlib import Path

from osgeo import ogr

CODES = (1, 2, 3, 4)
POLYGONS = 8


def draw(annotations, path):
    """Write small discs inside the largest true polygons of four classes."""
    source = ogr.Open(annotations)
    layer = source.GetLayer(0)
    file = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    drawn = file.CreateLayer("drawn", layer.GetSpatialRef(), ogr.wkbPolygon)
    drawn.CreateField(ogr.FieldDefn("code", ogr.OFTInteger))
    found = {code: [] for code in CODES}
    for feature in layer:
        if feature.GetField("code") in found:
            found[feature.GetField("code")].append(feature.GetGeometryRef().Clone())
    for code, shapes in found.items():
        for shape in sorted(shapes, key=lambda each: -each.Area())[:POLYGONS]:
            disc = shape.PointOnSurface().Buffer(1.8).Intersection(shape)
            made = ogr.Feature(drawn.GetLayerDefn())
            made.SetGeometry(disc)
            made.SetField("code", code)
            drawn.CreateFeature(made)
    return str(path)


def test_model_learns_from_the_toolbox_and_labels_at_once(qgis, scene, tmp_path):
    results = qgis.run(
        "orthoscribe:finetune",
        cwd=tmp_path,
        IMAGE=scene["IMAGE"],
        DSM=scene["DSM"],
        LABELS=draw(scene["ANNOTATIONS"], tmp_path / "drawn.gpkg"),
        CLASS_FIELD="code",
        START="light",
        BUDGET="preview",
        STEPS=2,
        OUTPUT="model/",
    )
    assert results["VERDICT"] == "none"
    card = json.loads((tmp_path / "model" / "model.json").read_text(encoding="utf-8"))
    assert card["provenance"]["start"].startswith("light, sha256 ")
    assert Path(results["PAGE"]).is_file()
    labeled = qgis.run(
        "orthoscribe:label",
        cwd=tmp_path,
        IMAGE=scene["IMAGE"],
        DSM=scene["DSM"],
        MODEL=str(tmp_path / "model"),
        OUTPUT="out/",
    )
    assert Path(labeled["CLASSES"]).is_file()
