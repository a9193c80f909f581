import numpy as np
import pytest
from orthoscribe.engine.polygons.roads.network import Edge
from orthoscribe.engine.polygons.roads.profile import profile_of


def stairs(length=60):
    """A line in steps of 1 m, as a skeleton has it, along the diagonal."""
    at = np.arange(length)
    return Edge(0, 1, np.column_stack(((at + 1) // 2, at // 2)).astype(float), np.full(length, 4.0))


def test_smoothing_removes_stairs_and_keeps_ends():
    edge = stairs()
    profile = profile_of(edge, 3.0)
    np.testing.assert_array_equal(profile.xy[[0, -1]], edge.xy[[0, -1]])
    across = profile.xy[:, 0] - profile.xy[:, 1] - 0.5
    assert np.abs(across[5:-5]).max() < 0.1
    assert profile.headings.std() < 0.5 * np.pi / 4


@pytest.mark.parametrize("length", [0.3, 1.0, 2.2, 5.0])
def test_short_edges_pass(length):
    edge = Edge(0, 1, np.array([[0, 0], [length, 0]], float), np.ones(2))
    profile = profile_of(edge, 3.0)
    np.testing.assert_allclose(profile.xy[[0, -1]], edge.xy, atol=1e-12)
    assert np.isfinite(profile.xy).all()
