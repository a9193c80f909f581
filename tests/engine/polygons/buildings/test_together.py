import numpy as np
import pytest
import shapely
from orthoscribe.engine.polygons.buildings.overlaps import without_overlaps
from orthoscribe.engine.polygons.buildings.patch import cut_patch
from orthoscribe.engine.polygons.buildings.together import fit_buildings
from orthoscribe.engine.polygons.buildings.tracing import pixel_outlines


def parts_of(shapes, polygons, shape, origin=(0, 0)):
    labels = np.zeros(shape, int)
    for number, polygon in enumerate(polygons, 1):
        labels[shapes.rasterized(polygon, shape)] = number
    whole = shapes.patch_of(labels > 0, origin=origin)
    return [cut_patch(whole, labels, number) for number in range(1, len(polygons) + 1)]


def outlines_of(patches):
    return without_overlaps(fit_buildings(patches), pixel_outlines(patches))


def in_map(outlines, gsd_m=0.2):
    """The polygons far from the origin, as in a projected CRS."""
    polygons = np.array([outline.polygon for outline in outlines], object)
    return shapely.transform(
        polygons, lambda xy: (512_345.7, 5_912_345.3) + xy * np.array((gsd_m, -gsd_m))
    )


def row_of_houses(shapes, angle=17.0):
    way = np.array((np.cos(np.radians(angle)), np.sin(np.radians(angle))))
    across = np.array((-way[1], way[0]))
    return [
        shapes.rectangle((50, 60) + way * 40 * n + across * 3 * (n % 2), 40.0, 50.0 + 4 * n, angle)
        for n in range(3)
    ]


def test_houses_in_a_row_share_their_walls_exactly(shapes):
    houses = row_of_houses(shapes)
    outlines = outlines_of(parts_of(shapes, houses, (190, 200)))
    polygons = in_map(outlines)
    assert shapely.is_valid(polygons).all()
    assert shapely.coverage_is_valid(polygons)
    for one, other in ((0, 1), (1, 2)):
        wall = shapely.intersection(polygons[one].boundary, polygons[other].boundary)
        assert wall.length > 45 * shapes.gsd_m
    assert polygons[0].intersection(polygons[1]).area == 0
    for outline, house in zip(outlines, houses, strict=True):
        assert outline.status == "fit"
        assert shapes.overlap(outline.polygon, house) > 0.95


def test_wall_continues_the_outer_wall_in_one_line(shapes):
    deep, shallow = shapes.rectangle((50, 60), 60, 80, 0), shapes.rectangle((110, 60), 60, 40, 0)
    outlines = outlines_of(parts_of(shapes, [deep, shallow], (120, 160)))
    corners = shapely.get_coordinates(shapely.simplify(outlines[0].polygon, 0.1))
    assert len(corners) == 5


def test_three_buildings_meet_in_one_corner(shapes):
    blocks = [shapely.box(10, 10, 110, 60), shapely.box(10, 60, 62, 110),
              shapely.box(62, 60, 110, 110)]  # fmt: skip
    polygons = in_map(outlines_of(parts_of(shapes, blocks, (120, 120))))
    assert shapely.coverage_is_valid(polygons)
    assert shapely.union_all(polygons).area == pytest.approx(100 * 100 * 0.04, rel=0.01)


def test_noise_in_parts_stays_a_coverage(shapes):
    from scipy import ndimage

    rng = np.random.default_rng(8)
    for _ in range(6):
        fields = ndimage.gaussian_filter(rng.standard_normal((4, 70, 70)), (0, 5, 5))
        labels = fields.argmax(axis=0) + 1
        labels[:2] = labels[-2:] = labels[:, :2] = labels[:, -2:] = 0
        patches = []
        for number in range(1, 5):
            regions, count = ndimage.label(labels == number)
            patches += [
                cut_patch(shapes.patch_of(labels > 0), regions, region)
                for region in range(1, count + 1)
            ]
        polygons = in_map(outlines_of(patches))
        assert len(polygons) == len(patches)
        assert shapely.is_valid(polygons).all()
        assert shapely.coverage_is_valid(polygons)


def test_masks_that_overlap_are_refused(shapes):
    (patch,) = parts_of(shapes, [shapely.box(5, 5, 30, 30)], (40, 40))
    with pytest.raises(ValueError, match="share a pixel"):
        outlines_of([patch, patch])
