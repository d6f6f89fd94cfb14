"""Logs to try the tool on: seeded traffic, rendered in any format, with the truth beside it.

    world (who calls what) + answers (how calls end) -> traffic -> templates of a format -> files, truth

The same seed, start and size give the same bytes. `run.simulate` is the way in.
"""
