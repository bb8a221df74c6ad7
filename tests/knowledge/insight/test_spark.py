"""The same .sql files on a local Spark give the same rows: a bank with a cluster computes there.

Needs Java and the spark extra; kept out of the usual run (`pytest -m spark`).
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from knowledge.insight.definition import Definition
from tests.knowledge.insight.other_engines import Cells, computed_in_duckdb, differences, inputs

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    pyspark_sql = pytest.importorskip("pyspark.sql", reason="the spark extra brings pyspark")
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1500m",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("spark")),
    }
    builder = pyspark_sql.SparkSession.builder.master("local[2]").appName("rapport")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


def test_every_definition_finds_the_same(demo_store_url: str, tmp_path: Path, spark: Any) -> None:
    with computed_in_duckdb(demo_store_url, tmp_path / "insight") as warehouse:
        for name in inputs(warehouse):
            path = tmp_path / f"{name}.parquet"
            warehouse.execute(f"COPY (SELECT * FROM {name}) TO '{path}' (FORMAT parquet)")
            spark.read.parquet(str(path)).createOrReplaceTempView(name)

        def run(definition: Definition) -> list[Cells]:
            path = tmp_path / f"computed_{definition.name}.parquet"
            spark.sql(definition.sql_for("spark")).write.parquet(str(path))
            spark.read.parquet(str(path)).createOrReplaceTempView(definition.name)
            return [tuple(row) for row in spark.table(definition.name).select(*definition.columns).collect()]

        assert not differences(warehouse, run)
