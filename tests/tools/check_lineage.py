"""Runs jobs/spark/lineage.py on a cluster of two workers over exports, and compares its rows
with the table `parents` of each.

    check_lineage.py SCRATCH EXPORT…

The cluster is Spark's `local-cluster`: two processes of their own beside the driver, so that
rows are sent and what cannot be sent is found. Tables are read as they are on disk.
"""

import importlib.util
import os
import pathlib
import shutil
import sys
import time

import duckdb
import pyspark

JOB = pathlib.Path(__file__).resolve().parents[2] / "jobs/spark/lineage.py"
spec = importlib.util.spec_from_file_location("lineage", JOB)
lineage = importlib.util.module_from_spec(spec)
spec.loader.exec_module(lineage)

COLUMNS = [
    "image", "parent", "parent_reference", "evidence", "agreement", "ranked_by", "equal_candidates",
    "distance_layers", "distance_steps",
]


def session(scratch):
    # A worker finds Spark by this, and starts Python by that.
    os.environ["SPARK_HOME"] = str(pathlib.Path(pyspark.__file__).parent)
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    builder = lineage.SparkSession.builder.master("local-cluster[2,1,1024]").appName("lineage")
    settings = {
        "spark.sql.shuffle.partitions": "8",
        "spark.ui.enabled": "false",
        "spark.local.dir": str(scratch / "local"),
        "spark.worker.dir": str(scratch / "work"),
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.driver.host": "127.0.0.1",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def compare(export, out):
    """How many rows agree; those that do not are told."""
    listed = ", ".join(f'"{column}"' for column in COLUMNS)
    ours = f"SELECT {listed} FROM read_parquet('{export}/parents.parquet')"
    theirs = f"SELECT {listed} FROM read_parquet('{out}/*.parquet')"
    connection = duckdb.connect()
    count = lambda query: connection.execute(f"SELECT count(*) FROM ({query})").fetchone()[0]
    differ = f"({ours} EXCEPT ALL {theirs})"
    wrong = count(differ) + count(f"{theirs} EXCEPT ALL {ours}")
    if wrong:
        for image in connection.execute(f"SELECT image FROM {differ} LIMIT 3").fetchall():
            for name, query in (("parents", ours), ("lineage.py", theirs)):
                print(name, connection.execute(f"SELECT * FROM ({query}) WHERE image = ?", image).fetchall())
        sys.exit(f"{export}: {wrong} rows differ")
    classes = dict(connection.execute(f"SELECT agreement, count(*) FROM ({ours}) GROUP BY 1 ORDER BY 2 DESC").fetchall())
    return count(ours), {key or "none": number for key, number in classes.items()}


def main():
    scratch, *exports = map(pathlib.Path, sys.argv[1:])
    spark = session(scratch)
    master = spark.sparkContext.master
    assert master == "local-cluster[2,1,1024]", master
    for export in exports:
        begun = time.monotonic()
        out = scratch / "out"
        lineage.parents(spark, str(export)).write.mode("overwrite").parquet(str(out))
        took = time.monotonic() - begun
        rows, classes = compare(export, out)
        spark.catalog.clearCache()
        print(f"{export.name}: {rows} rows agree, {classes}, the job took {took:.0f} s", flush=True)
        shutil.rmtree(out)
    spark.stop()


main()
