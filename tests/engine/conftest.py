"""GDAL's options, set as in an engine before the tests import rasterio and pyogrio."""

from orthoscribe.engine.process.environment import drop_foreign_settings
from orthoscribe.engine.process.gdal_options import set_gdal_options

drop_foreign_settings()
set_gdal_options()
