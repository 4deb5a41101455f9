"""Python's search for garbage cycles, put off while many objects are made that are all kept."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collecting_later(*, keeping: bool = False) -> Iterator[None]:
    """No search for cycles in this block, or in a function so decorated.

    Formulas hold no cycles, but each search that their making sets off looks at all of SymPy again, which
    takes a tenth of the time of importing it. Where what is made is kept, `keeping` counts it at once as old,
    as several searches would: it is looked at again only when everything is.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        if keeping and not gc.get_freeze_count():
            gc.freeze()
            gc.unfreeze()
        gc.enable()
