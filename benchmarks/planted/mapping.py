"""The mapping under which the planted bank is imported, with the branches of its cities and their managers."""

from pathlib import Path

import yaml

from benchmarks.planted.lots import branch
from benchmarks.planted.places import CITIES

TEMPLATE = Path(__file__).with_name("mapping.yaml")


def write(folder: Path, form: str) -> Path:
    """Writes `mapping.yaml` for files of the format (`csv` or `parquet`) and returns its path."""
    mapping = yaml.safe_load(TEMPLATE.read_text(encoding="utf-8"))
    for source in mapping["sources"].values():
        if form == "parquet":
            source["file"] = source["file"].replace(".csv", ".parquet")
            for dialect in ("delimiter", "encoding"):
                source.pop(dialect, None)
    units = mapping["tables"]["unit"][0]["rows"]
    employees = mapping["tables"]["employee"][0]["rows"]
    for city in CITIES:
        place = branch(city)
        units.append({"id": place, "parent_id": "head-office", "kind": "branch", "name": city.native})
        employees.append({"id": place.replace("branch", "manager"), "unit_id": place, "role": "manager",
                          "name": f"Customer manager {city.latin}"})  # fmt: skip
    path = folder / "mapping.yaml"
    path.write_text(yaml.safe_dump(mapping, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path
