"""Write tests/data/real-article.json, the example of the output, anew. usage: python tools/golden.py"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import pipeline  # noqa: E402
from tests.test_golden import GOLDEN, made  # noqa: E402

if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(made(pipeline.load()), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
