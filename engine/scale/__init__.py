# SPDX-License-Identifier: GPL-2.0-or-later
"""A label job in parts: super-tiles that any process can label, and one result of all of them.

`super_tiles` cuts the job into parts on the edges of tiles, so each tile is the very tile of a run
in one process. `record` is what a worker needs to know, `store` the files of the parts, `do_task`
the work on one part, `dask_tasks` runs the tasks, and `parts_labeler` stands in for
the `Labeler` of a run in one process.
"""
