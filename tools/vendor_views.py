"""Fetch the libraries of the HTML views from the npm registry into pipeline/views/vendor/, unchanged, with their licences.

Usage: python tools/vendor_views.py    (needs `npm`; run only to change a version)

Also derives `small_countries.tsv`: a point for each territory that the coarse world map leaves out (Bahrain, Malta, Singapore …),
from the finer map of the same source (Natural Earth, public domain).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).parents[1] / "pipeline/views/vendor"

# package, version, and what of it is kept under which name
PACKAGES = {
    "echarts@6.1.0": {
        "dist/echarts.min.js": "echarts.min.js",
        "LICENSE": "echarts.LICENSE.txt",
        "NOTICE": "echarts.NOTICE.txt",
        "licenses/LICENSE-d3": "echarts.LICENSE-d3.txt",
    },
    "minisearch@7.2.0": {"dist/umd/index.js": "minisearch.js", "LICENSE.txt": "minisearch.LICENSE.txt"},
    "topojson-client@3.1.0": {
        "dist/topojson-client.min.js": "topojson-client.min.js",
        "LICENSE": "topojson-client.LICENSE.txt",
    },
    "world-atlas@2.0.2": {"countries-110m.json": "world-110m.json", "LICENSE": "world-atlas.LICENSE.txt"},
}


def main() -> None:
    VENDOR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for package, files in PACKAGES.items():
            home = unpacked(package, Path(scratch))
            for source, target in files.items():
                shutil.copyfile(home / source, VENDOR / target)
                (VENDOR / target).chmod(0o644)
            if package.startswith("world-atlas"):
                write_points(read(home / "countries-110m.json"), read(home / "countries-50m.json"))


def unpacked(package: str, scratch: Path) -> Path:
    """Return the folder of a package of the registry."""
    command = ["npm", "pack", "--silent", "--pack-destination", str(scratch), package]
    archive = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]
    home = scratch / package.split("@")[0]
    with tarfile.open(scratch / archive) as tar:
        tar.extractall(home, filter="data")
    return home / "package"


def read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def write_points(coarse: Any, fine: Any) -> None:
    """Write the middle of the largest shape of every territory that only the finer map has."""
    drawn = {shape.get("id") for shape in coarse["objects"]["countries"]["geometries"]}
    arcs = decoded(fine)
    rows = ["m49\tlon\tlat"]
    for shape in fine["objects"]["countries"]["geometries"]:
        if shape.get("id") and shape["id"] not in drawn:
            polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
            rings = [[point for arc in polygon[0] for point in arcs[arc if arc >= 0 else ~arc]] for polygon in polygons]
            west, south, east, north = max(map(box, rings), key=lambda b: (b[2] - b[0]) * (b[3] - b[1]))
            rows.append(f"{shape['id']}\t{(west + east) / 2:.2f}\t{(south + north) / 2:.2f}")
    (VENDOR / "small_countries.tsv").write_text("\n".join([rows[0], *sorted(rows[1:])]) + "\n", "utf-8")


def decoded(topology: Any) -> list[list[tuple[float, float]]]:
    """Return the arcs of a quantised topology in degrees."""
    (kx, ky), (dx, dy) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            points.append((x * kx + dx, y * ky + dy))
        arcs.append(points)
    return arcs


def box(ring: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    xs, ys = zip(*ring, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


if __name__ == "__main__":
    main()
