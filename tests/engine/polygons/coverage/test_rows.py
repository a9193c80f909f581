import numpy as np
from orthoscribe.engine.polygons.coverage.rows import Rows, StripRows


def test_rows_leave_in_the_order_they_came():
    codes = np.arange(24, dtype=np.uint8).reshape(8, 3)
    rows = Rows()
    for part in (codes[:1], codes[1:6], codes[6:]):
        rows.add(StripRows(part, part + 100, None))
    first = rows.take(4)
    second = rows.take(4)
    assert rows.count == 0
    assert (np.concatenate((first.codes, second.codes)) == codes).all()
    assert (np.concatenate((first.confidence, second.confidence)) == codes + 100).all()
    assert first.heights_m is None
