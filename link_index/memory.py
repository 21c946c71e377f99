"""How this process gives memory back: not so eagerly that it asks for the same again a moment later."""

from __future__ import annotations

import ctypes

# Numbers of the GNU C library's malloc.h; https://man7.org/linux/man-pages/man3/mallopt.3.html
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3
_KEPT_BLOCK = 8 * 1024 * 1024  # twice the largest buffer of a batch
_KEPT_FREE = 16 * 1024 * 1024  # at the top of the heap


def keep_freed_blocks() -> None:
    """Let blocks of some megabytes come from the heap, and let the heap keep a few that are free.

    As it is, malloc maps every message of a batch anew, or shrinks the heap after each: the kernel then clears its
    pages one fault at a time, which costs as much as sending them. Other C libraries than GNU's are left as they are.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # musl, macOS, Windows
        return
    mallopt(_M_MMAP_THRESHOLD, _KEPT_BLOCK)
    mallopt(_M_TRIM_THRESHOLD, _KEPT_FREE)
