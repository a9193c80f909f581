import numpy as np
import pytest
import shapely
from orthoscribe.engine.polygons.buildings.regularize import regularize_apart
from orthoscribe.engine.polygons.buildings.settings import DEFAULT_SETTINGS, OutlineSettings


def outline_of(patch, settings=DEFAULT_SETTINGS):
    return regularize_apart([patch], settings)[0]


def rough(mask, seed, pixels=1.5):
    """The mask with its border displaced by smooth noise."""
    from scipy import ndimage

    rng = np.random.default_rng(seed)
    noise = ndimage.gaussian_filter(rng.standard_normal(mask.shape), 3)
    inside = ndimage.distance_transform_edt(mask) - ndimage.distance_transform_edt(~mask)
    labels, _ = ndimage.label(inside > noise / noise.std() * pixels * 0.5)
    return labels == labels[mask.shape[0] // 2, mask.shape[1] // 2]


@pytest.mark.parametrize("angle", [0, 12, 33, 45, 71])
def test_rectangle_is_recovered_better_than_its_pixels_show(shapes, angle):
    truth = shapes.rectangle((60.3, 59.8), 70, 40, angle)
    mask = rough(shapes.rasterized(truth, (120, 120)), angle)
    outline = outline_of(shapes.patch_of(mask))
    pixels = shapely.union_all([shapely.box(c, r, c + 1, r + 1) for r, c in np.argwhere(mask)])
    assert outline.status == "fit"
    assert len(outline.polygon.exterior.coords) == 5
    assert np.allclose(shapes.corner_angles(outline.polygon), 90, atol=1e-6)
    assert shapes.overlap(outline.polygon, truth) > shapes.overlap(pixels, truth)
    assert outline.iou_raw == pytest.approx(shapes.overlap(outline.polygon, pixels))


def test_wings_and_courtyard_keep_right_angles(shapes):
    whole = shapes.rectangle((80, 80), 100, 80, 20)
    truth = whole.difference(shapes.rectangle((80, 80), 45, 30, 20))
    outline = outline_of(shapes.patch_of(shapes.rasterized(truth, (160, 160))))
    assert outline.status.startswith("fit")
    assert [len(ring.coords) for ring in outline.polygon.interiors] == [5]
    assert shapes.overlap(outline.polygon, truth) > 0.98


def test_small_hole_is_filled(shapes):
    truth = shapes.rectangle((60, 60), 60, 50, 10)
    mask = shapes.rasterized(truth, (120, 120))
    mask[55:65, 55:65] = False  # 4 m2
    assert not outline_of(shapes.patch_of(mask)).polygon.interiors
    keeping = OutlineSettings(smallest_courtyard_m2=2)
    assert len(outline_of(shapes.patch_of(mask), keeping).polygon.interiors) == 1


def test_wall_goes_on_straight_under_a_crown(shapes):
    truth = shapes.rectangle((60, 60), 70, 40, 0)
    crown = shapely.Point(95, 40).buffer(14)
    tree = shapes.rasterized(crown, (120, 120))
    mask = shapes.rasterized(truth, (120, 120)) & ~tree
    under = outline_of(shapes.patch_of(mask, tree=tree))
    assert shapes.overlap(under.polygon, truth) > 0.98
    # Without the tree, the bite is part of the building's shape.
    assert shapes.overlap(outline_of(shapes.patch_of(mask)).polygon, truth) < 0.97


def test_round_building_is_a_circle(shapes):
    truth = shapely.Point(50, 50).buffer(30)
    outline = outline_of(shapes.patch_of(shapes.rasterized(truth, (100, 100))))
    assert outline.status == "circle"
    assert shapes.overlap(outline.polygon, truth) > 0.97


def test_octagon_free_walls_and_diagonals_are_no_stairs(shapes):
    truth = shapely.Polygon([(20, 10), (90, 10), (110, 30), (110, 80), (20, 80)])
    outline = outline_of(shapes.patch_of(shapes.rasterized(truth, (100, 120))))
    assert len(outline.polygon.exterior.coords) == 6
    assert shapes.overlap(outline.polygon, truth) > 0.98


def test_edge_of_the_data_is_kept_as_it_is(shapes):
    truth = shapes.rectangle((20, 60), 90, 40, 30)
    mask = shapes.rasterized(truth, (120, 100))
    mask[:, :10] = False
    beyond = np.zeros(mask.shape, bool)
    beyond[:, :10] = True
    outline = outline_of(shapes.patch_of(mask, beyond=beyond))
    assert outline.polygon.bounds[0] == pytest.approx(10, abs=0.02)
    visible = truth.intersection(shapely.box(10, 0, 100, 120))
    assert shapes.overlap(outline.polygon, visible) > 0.97


def test_shapeless_building_still_gets_a_valid_outline(shapes):
    rng = np.random.default_rng(0)
    from scipy import ndimage

    for seed in range(20):
        noise = ndimage.gaussian_filter(rng.standard_normal((80, 80)), 2 + seed % 3)
        noise[[0, -1]] = noise[:, [0, -1]] = -1
        labels, _ = ndimage.label(noise > 0)
        mask = labels == np.bincount(labels.ravel())[1:].argmax() + 1
        outline = outline_of(shapes.patch_of(mask, gsd_m=0.5))
        assert outline.polygon.is_valid
        assert outline.iou_raw > 0.5


@pytest.mark.parametrize("pixels", [[(1, 1)], [(1, 1), (1, 2)], [(1, 1), (1, 2), (2, 2)]])
def test_building_of_few_pixels_gets_an_outline(shapes, pixels):
    mask = np.zeros((5, 5), bool)
    for place in pixels:
        mask[place] = True
    assert outline_of(shapes.patch_of(mask)).polygon.area > 0


def test_outline_is_the_same_alone_and_among_others_and_moves_with_its_origin(shapes):
    masks = [
        rough(shapes.rasterized(shapes.rectangle((60, 60), 50 + n, 30, 7 * n), (120, 120)), n)
        for n in range(9)
    ]
    together = regularize_apart([shapes.patch_of(mask) for mask in masks])
    for mask, among in zip(masks, together, strict=True):
        alone = outline_of(shapes.patch_of(mask, origin=(300, 7000)))
        moved = shapely.transform(among.polygon, lambda xy: xy + np.array((7000, 300)))
        assert alone.status == among.status
        assert alone.polygon.equals_exact(moved, 1e-6)
