# SPDX-License-Identifier: GPL-2.0-or-later
"""The rows of polygon layers agree with the legend and with the jobs."""

import pytest
from orthoscribe.engine.protocol import ISPRS, POLYGON_LAYERS, LabelJob, VectorizeJob


@pytest.mark.parametrize("layer", POLYGON_LAYERS, ids=lambda layer: layer.name)
def test_layer_has_its_class_and_its_field(layer):
    assert not layer.class_name or ISPRS.has(layer.class_name)
    for job_type in (LabelJob, VectorizeJob):
        if layer.minimum:
            assert getattr(job_type, layer.minimum) > 0
        if layer.switch:
            assert getattr(job_type, layer.switch) is False
