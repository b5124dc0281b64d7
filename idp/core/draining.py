"""Whether this node is about to leave: one byte, shared by the parent that writes it and the workers that it forks."""

import mmap

_LEAVING, _SHUT = 1, 2
_stage = mmap.mmap(-1, 1)


def announce() -> None:
    """From now on every worker says so: `/-/ready` with 503, each answer with `Connection: close`."""
    _stage[0] = _LEAVING


def shut() -> None:
    """From now on no worker takes another connection; those that were made are served."""
    _stage[0] = _SHUT


def is_announced() -> bool:
    """Whether it leaves."""
    return _stage[0] != 0


def is_shut() -> bool:
    """Whether its doors are shut."""
    return _stage[0] == _SHUT
