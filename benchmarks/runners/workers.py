"""Several workers of one crawl at a time, as one process tree whose processor time can be measured.

python -m benchmarks.runners.workers NUMBER DATA_FOLDER ARGUMENTS_OF_BACKLINKS...
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def main(number: int, folder: str, arguments: list[str]) -> int:
    """The worst exit status. Each worker has a data folder of its own."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "backlinks", *arguments],
            env=os.environ | {"BACKLINKS_DATA_DIR": str(Path(folder) / f"worker-{worker}")},
        )
        for worker in range(number)
    ]
    return max(abs(worker.wait()) for worker in workers)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2], sys.argv[3:]))
