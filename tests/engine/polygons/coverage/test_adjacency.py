import numpy as np
import pytest
from orthoscribe.engine.polygons.coverage.adjacency import Surveyor
from orthoscribe.tests.class_rasters import blobs, noise
from scipy import ndimage


def survey(codes, rows=1000):
    surveyor = Surveyor(codes.shape[1])
    for row in range(0, len(codes), rows):
        surveyor.feed(codes[row : row + rows])
    return surveyor.graph()[0]


def flooded(codes):
    """Regions found by flooding: (first pixel, code, pixels, at edge), and their borders."""
    number = np.full(codes.shape, -1)
    found = []
    for code in np.unique(codes[codes > 0]):
        labels, count = ndimage.label(codes == code)
        for label in range(1, count + 1):
            inside = labels == label
            framed = np.pad(inside, 1)
            at_edge = framed[[1, -2]].any() or framed[:, [1, -2]].any()
            first = int(np.flatnonzero(inside)[0])
            found.append((first, int(code), int(inside.sum()), bool(at_edge)))
            number[inside] = first
    borders = {}
    for a, b in ((number[:-1], number[1:]), (number[:, :-1], number[:, 1:])):
        for pair in zip(a[a != b].tolist(), b[a != b].tolist(), strict=True):
            key = tuple(sorted(pair))
            borders[key] = borders.get(key, 0) + 1
    return sorted(found), borders


def described(graph):
    """The same of a graph; nodata is -1."""
    first = np.append(graph.first[:-1], -1)
    regions = sorted(
        zip(
            first[:-1].tolist(),
            graph.code[:-1].tolist(),
            graph.pixels[:-1].tolist(),
            graph.at_edge[:-1].tolist(),
            strict=True,
        )
    )
    pairs = np.sort(first[graph.pairs], axis=1).tolist()
    return regions, dict(zip(map(tuple, pairs), graph.border_px.tolist(), strict=True))


@pytest.mark.parametrize("rows", [1, 3, 1000])
@pytest.mark.parametrize("codes", [noise(13, 17, 3) - 1, blobs(40, 50, 3), blobs(40, 50, 2) - 1])
def test_graph_has_all_regions_and_borders(codes, rows):
    assert described(survey(codes, rows)) == flooded(codes)


def test_graph_of_nodata_has_no_regions():
    graph = survey(np.zeros((4, 4), np.uint8))
    assert graph.code.tolist() == [0]
    assert len(graph.pairs) == 0
