"""`python -m pipeline` is `khabar`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; an interruption, even while it is imported, ends it without a word."""
    try:
        from pipeline.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
