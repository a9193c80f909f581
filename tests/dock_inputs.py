# SPDX-License-Identifier: GPL-2.0-or-later
"""Model card and layers of the tests of the dock."""

from orthoscribe.plugin.dock.state import DockState, HeightsLayer, RasterProperties
from orthoscribe.plugin.protocol import ISPRS, ModelCard, Normalization

CARD = ModelCard(
    name="default",
    title="Default",
    summary="",
    architecture="maggiori_mlp",
    legend=ISPRS,
    roles=("nir", "red", "green", "height"),
    gsd_range_m=(0.05, 0.2),
    normalization=Normalization(),
    license="CC0-1.0",
    weights_sha256="0" * 64,
)
IMAGE = RasterProperties(
    title="ortho",
    source="/photos/ortho.tif",
    crs="EPSG:25832",
    gsd_m=0.1,
    width_px=1000,
    height_px=2000,
    extent=(0.0, 0.0, 100.0, 200.0),
)
DSM = RasterProperties(title="dsm", source="/photos/dsm.tif", crs="EPSG:25832", gsd_m=0.5)
READY = DockState(
    image=IMAGE,
    bands=(1, 2, 3),
    chosen_bands=(1, 2, 3),
    dsm=HeightsLayer(DSM),
    card=CARD,
    output="/out",
)
