"""The passwords known from leaks: a file of this machine, as large as one likes, that is searched and never read whole.

It holds the SHA-1 of each password in hexadecimal, one a line, in order, whatever follows it on its line: what the
downloader of Have I Been Pwned writes. Nothing of a password leaves the machine.
"""

import hashlib
import mmap
from pathlib import Path

_DIGEST = 40


def holds(path: Path, password: str) -> bool:
    """Whether the file at `path` has this password. Raises `OSError` where it cannot be read."""
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as lines:
        low, high = 0, len(lines)
        while low < high:
            # -1 where no line ends between, so that 0 says: the line that begins at `low`.
            start = lines.rfind(b"\n", low, (low + high) // 2) + 1 or low
            found = lines[start : start + _DIGEST].upper()
            if found == wanted:
                return True
            if found < wanted:
                low = lines.find(b"\n", start, high) + 1 or high
            else:
                high = start
    return False
