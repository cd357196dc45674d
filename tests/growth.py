"""How the time to read a text grows with it, for tests that a hostile text cannot hold the pipeline up."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable


def seconds(read: Callable[[str], object], text: str) -> float:
    """Return the processor time of one reading, without the garbage collector: it comes at any time, and grows with what other tests have left."""
    gc.collect()
    gc.disable()
    try:
        start = time.process_time()
        read(text)
        return time.process_time() - start
    finally:
        gc.enable()


def in_proportion(read: Callable[[str], object], text: str) -> bool:
    """Whether a text eight times as long takes about eight times as long to read, and not the 64 times of what grows with the square.

    What else the machine does can only make a reading longer, so the best one counts, and there are more where it is not good enough.
    """
    once = eight = math.inf
    for _ in range(5):
        once, eight = min(once, seconds(read, text)), min(eight, seconds(read, text * 8))
        if eight < 8 * 2.5 * once + 0.1:
            return True
    return False
