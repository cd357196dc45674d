"""Run in an environment with label-studio-sdk: its own code checks the tasks and the labelling interface, and exports them.

Usage: FOLDER with labelstudio.json and labelstudio.xml, OUT_FOLDER. Accepts every prediction as an annotation, as a person would who finds no
mistake, and leaves `tasks.json` (as the JSON export) and what Label Studio's converter makes of it, `min/` (JSON-MIN).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from label_studio_sdk.converter import Converter
from label_studio_sdk.label_interface import LabelInterface

folder, out = Path(sys.argv[1]), Path(sys.argv[2])
configuration = (folder / "labelstudio.xml").read_text("utf-8")
interface = LabelInterface(configuration)
interface.validate()
tasks = json.loads((folder / "labelstudio.json").read_text("utf-8"))
for number, task in enumerate(tasks, 1):
    (prediction,) = task.pop("predictions")
    assert interface.validate_task(task), task["data"]["document"]
    assert interface.validate_prediction(prediction, return_errors=True) == [], task["data"]["document"]
    task["id"] = number
    task["annotations"] = [
        {"id": number, "result": prediction["result"], "was_cancelled": False, "completed_by": {"id": 1}}
    ]
(out / "tasks.json").write_text(json.dumps(tasks), "utf-8")
converter = Converter(configuration, str(out))
converter.convert(str(out / "tasks.json"), str(out / "min"), "JSON_MIN", is_dir=False)
