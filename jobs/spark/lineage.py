"""Parents of all images of an export, found on a cluster.

    spark-submit lineage.py EXPORT OUT

EXPORT is a folder that `forebear export --format parquet` wrote, whole (filters leave out
images that may be a parent) and with or without --partition-by; a path or any URL that
Spark reads. OUT gets Parquet with a row for each image: image, parent, parent_reference,
evidence, agreement, ranked_by, equal_candidates, distance_layers, distance_steps, as the table
`parents` has them. Needs Spark 3.5 or later and no package beside it.

The rule (docs/decisions/0003): of all images whose layers are the lowest of this one's, the
deepest of the best class of agreement between histories; at one depth the longest history.
Equal candidates are ranked, and all listed.
"""

import argparse

from pyspark.sql import SparkSession

TABLES = ["images", "layers", "steps", "tag_images", "manifests", "index_entries", "declared"]

# Each view is made of those above it. `q` is the image that is asked about, `p` a candidate.
VIEWS = {
    # ---- what is known of an image -------------------------------------------------------
    # `made` counts steps that made a layer; `untimed` tells of a step without a time, which
    # matches any. Hashes are those of the last step.
    "histories": """
        SELECT image, count_if(NOT empty) AS made, bool_or(created_text IS NULL) AS untimed,
               max_by(prefix, position) AS prefix, max_by(text_prefix, position) AS text_prefix
        FROM steps GROUP BY image""",
    "known": """
        SELECT i.image, i.layers, coalesce(i.steps, 0) AS steps, i.read, coalesce(h.made, 0) AS made,
               coalesce(h.untimed, false) AS untimed, h.prefix, h.text_prefix
        FROM images i LEFT JOIN histories h ON h.image = i.image""",
    # ---- candidates: images whose layers are a prefix --------------------------------------
    # An image without layers is below every other, and needs a history that says so.
    "pairs": """
        SELECT l.image AS q, p.image AS p, p.layers AS depth
        FROM layers l
        JOIN (SELECT k.image, k.layers, top.prefix FROM known k
              JOIN layers top ON top.image = k.image AND top.position = k.layers - 1) p
          ON p.prefix = l.prefix AND p.layers = l.position + 1
        WHERE p.image <> l.image
        UNION ALL
        SELECT s.image, p.image, 0
        FROM known p JOIN steps s ON s.text_prefix = p.text_prefix AND s.position = p.steps - 1
        WHERE p.layers = 0 AND p.steps > 0 AND p.image <> s.image""",
    # ---- how histories agree --------------------------------------------------------------
    "compared": """
        SELECT pairs.q, pairs.p, pairs.depth, q.layers, q.steps AS q_steps, p.steps AS p_steps, p.made AS p_made,
               q.read AND p.read AS both_read,
               p.steps = 0 AND q.made <= q.layers - pairs.depth AS may_be_above,
               coalesce(at.prefix = p.prefix, false) AS same,
               coalesce(at.text_prefix = p.text_prefix, false) AS same_text,
               q.untimed OR p.untimed AS untimed,
               q.steps > 0 AND q.made = q.steps AND p.made BETWEEN 1 AND q.steps AND p.made < p.steps AS may_be_filled
        FROM pairs JOIN known q ON q.image = pairs.q JOIN known p ON p.image = pairs.p
        LEFT JOIN steps at ON at.image = pairs.q AND at.position = p.steps - 1 AND p.steps > 0""",
    # A hash tells nothing where a time is missing: these are looked at step by step.
    "same_untimed": """
        SELECT c.q, c.p FROM compared c
        JOIN steps theirs ON theirs.image = c.p
        JOIN steps own ON own.image = c.q AND own.position = theirs.position
        WHERE c.both_read AND c.untimed AND c.same_text AND NOT c.same
        GROUP BY c.q, c.p
        HAVING bool_and(own.created_by = theirs.created_by
                        AND coalesce(own.created_text = theirs.created_text, true))""",
    # Some builders drop what made no layer, of the base's steps as well.
    "made_steps": """
        SELECT image, row_number() OVER (PARTITION BY image ORDER BY position) - 1 AS place, created_by, created_text
        FROM steps WHERE NOT empty AND image IN (SELECT p FROM compared WHERE may_be_filled AND both_read)""",
    "filled": """
        SELECT c.q, c.p FROM compared c
        JOIN made_steps theirs ON theirs.image = c.p
        JOIN steps own ON own.image = c.q AND own.position = theirs.place
        WHERE c.both_read AND c.may_be_filled
        GROUP BY c.q, c.p, c.p_made
        HAVING count(*) = c.p_made
           AND bool_and(own.created_by = theirs.created_by
                        AND coalesce(own.created_text = theirs.created_text, true))""",
    "classed": """
        SELECT c.*,
               CASE WHEN NOT c.both_read THEN 'unread'
                    WHEN c.p_steps = 0 THEN if(c.may_be_above, 'above', 'differs')
                    WHEN c.same OR same_untimed.q IS NOT NULL THEN 'exact'
                    WHEN filled.q IS NOT NULL THEN 'filled'
                    WHEN c.same_text THEN 'text'
                    ELSE 'differs' END AS agreement
        FROM compared c
        LEFT JOIN same_untimed ON same_untimed.q = c.q AND same_untimed.p = c.p
        LEFT JOIN filled ON filled.q = c.q AND filled.p = c.p""",
    # ---- which may be a parent, and the best of them ---------------------------------------
    # With the same layers only a strict beginning of the history makes a parent.
    "admissible": """
        SELECT *, CASE agreement WHEN 'text' THEN 1 WHEN 'unread' THEN 2 WHEN 'differs' THEN 3 ELSE 0 END AS class,
               CASE agreement WHEN 'filled' THEN p_made WHEN 'exact' THEN p_steps WHEN 'text' THEN p_steps
                              ELSE 0 END AS taken
        FROM classed
        WHERE (depth <> layers
               OR CASE agreement WHEN 'above' THEN q_steps > 0
                                 WHEN 'filled' THEN p_made < q_steps AND p_steps <= q_steps
                                 WHEN 'exact' THEN p_steps < q_steps
                                 WHEN 'text' THEN p_steps < q_steps
                                 ELSE false END)
          AND (depth > 0 OR agreement = 'exact')""",
    "best": """
        SELECT * FROM (
            SELECT *, rank() OVER (PARTITION BY q
                                   ORDER BY class, depth DESC, agreement <> 'exact', p_steps DESC) AS place
            FROM admissible)
        WHERE place = 1""",
    # ---- ranking equals --------------------------------------------------------------------
    "names": """
        SELECT DISTINCT image, concat(repository, ':', tag) AS name, coalesce(ended, false) AS ended, first_seen,
               repository LIKE 'docker.io/library/%' AS official, contains(repository, '/library/') AS in_library
        FROM tag_images WHERE image IS NOT NULL""",
    "called": """
        SELECT image, bool_or(official) AS official, bool_or(in_library) AS in_library, min(first_seen) AS first_seen,
               min_by(name, struct(NOT official, ended, NOT in_library, first_seen, length(name), name)) AS name
        FROM names GROUP BY image""",
    "machines": """
        SELECT image, reference, ordinal, os, architecture, os_version,
               CASE WHEN architecture = 'arm64' THEN coalesce(variant, 'v8')
                    WHEN architecture = 'arm' THEN coalesce(variant, 'v7')
                    WHEN architecture = 'amd64' AND variant = 'v1' THEN NULL
                    ELSE variant END AS variant,
               -- Times before 2013 are placeholders of reproducible builds.
               if(created >= TIMESTAMP '2013-01-01 00:00:00 UTC', created, NULL) AS created
        FROM images""",
    # A digest decides where it is known what it is of; else the name does.
    "digests": """
        SELECT m.image, m.digest FROM manifests m WHERE m.image IS NOT NULL
        UNION
        SELECT m.image, e.index FROM index_entries e JOIN manifests m ON m.digest = e.manifest
        WHERE m.image IS NOT NULL""",
    "declares": """
        SELECT d.image AS q, of.image AS p FROM declared d
        JOIN manifests m ON m.digest = d.digest AND m.kind <> 'unread' JOIN digests of ON of.digest = d.digest
        UNION
        SELECT d.image, of.image FROM declared d
        LEFT JOIN manifests m ON m.digest = d.digest AND m.kind <> 'unread' JOIN names of ON of.name = d.reference
        WHERE m.digest IS NULL""",
    "described": """
        SELECT best.*, theirs.reference, theirs.created, theirs.ordinal,
               CASE WHEN own.os = theirs.os AND own.architecture = theirs.architecture AND own.variant <=> theirs.variant
                    THEN if(own.os_version <=> theirs.os_version, 0, 1) ELSE 2 END AS other_platform,
               declares.q IS NULL AS undeclared,
               NOT coalesce(called.official, false) AS unofficial,
               NOT coalesce(called.in_library, false) AS outside_library,
               coalesce(called.first_seen, TIMESTAMP '9999-12-31 00:00:00 UTC') AS first_seen,
               coalesce(called.name, theirs.reference) AS name
        FROM best JOIN machines own ON own.image = best.q JOIN machines theirs ON theirs.image = best.p
        LEFT JOIN called ON called.image = best.p
        LEFT JOIN declares ON declares.q = best.q AND declares.p = best.p""",
    # A placeholder comes neither first nor last: only what is younger than the oldest gives way.
    "ranked": """
        SELECT *, row_number() OVER own AS rank, count(*) OVER (PARTITION BY q) AS equals,
               CASE WHEN other_platform <> lead(other_platform) OVER own THEN 'platform'
                    WHEN undeclared <> lead(undeclared) OVER own THEN 'declared'
                    WHEN unofficial <> lead(unofficial) OVER own THEN 'official'
                    WHEN outside_library <> lead(outside_library) OVER own THEN 'library-path'
                    WHEN NOT younger <=> lead(younger) OVER own THEN 'created'
                    WHEN first_seen <> lead(first_seen) OVER own THEN 'first_seen'
                    WHEN length(name) <> lead(length(name)) OVER own THEN 'shorter_name'
                    ELSE 'alphabet' END AS before_the_next
        FROM (SELECT *, if(created > min(created) OVER (
                            PARTITION BY q, other_platform, undeclared, unofficial, outside_library),
                           created, NULL) AS younger FROM described)
        WINDOW own AS (PARTITION BY q ORDER BY other_platform, undeclared, unofficial, outside_library,
                       younger ASC NULLS FIRST, first_seen, length(name), name, ordinal)""",
    # The parent is called as the image declares it, where it does.
    "declared_references": """
        SELECT r.q, min_by(d.reference, d.position) AS name FROM ranked r
        JOIN declared d ON d.image = r.q JOIN names n ON n.image = r.p AND n.name = d.reference
        WHERE r.rank = 1 GROUP BY r.q""",
    "found": """
        SELECT r.*, coalesce(d.name, r.reference) AS parent_reference
        FROM ranked r LEFT JOIN declared_references d ON d.q = r.q WHERE r.rank = 1""",
    "others": """
        SELECT f.q, array_sort(collect_set(r.reference)) AS equal_candidates
        FROM found f JOIN ranked r ON r.q = f.q AND r.rank > 1 AND r.reference <> f.parent_reference
        GROUP BY f.q""",
    "answers": """
        SELECT i.image, f.p AS parent, f.parent_reference,
               CASE WHEN f.class >= 2 THEN 'layers' WHEN f.depth IN (0, f.layers) THEN 'history'
                    WHEN f.p IS NOT NULL THEN 'layers+history' END AS evidence,
               f.agreement, if(f.equals > 1, f.before_the_next, NULL) AS ranked_by,
               if(f.p IS NULL, NULL, coalesce(o.equal_candidates, array())) AS equal_candidates,
               f.layers - f.depth AS distance_layers,
               if(f.class < 2, greatest(f.q_steps - f.taken, 0), NULL) AS distance_steps
        FROM images i LEFT JOIN found f ON f.q = i.image LEFT JOIN others o ON o.q = i.image""",
}

# Made once each: several views read them.
KEPT = ["known", "compared", "ranked", "names"]


def read(spark, export):
    """The tables of an export as views, whether each is a file or a folder of partitions."""
    path = spark._jvm.org.apache.hadoop.fs.Path(export)
    files = path.getFileSystem(spark._jsc.hadoopConfiguration())
    for table in TABLES:
        flat = f"{export}/{table}.parquet"
        is_flat = files.exists(spark._jvm.org.apache.hadoop.fs.Path(flat))
        spark.read.parquet(flat if is_flat else f"{export}/{table}").createOrReplaceTempView(table)


def parents(spark, export):
    """The rows of `parents`, as a DataFrame."""
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    read(spark, export)
    for name, query in VIEWS.items():
        view = spark.sql(query)
        (view.persist() if name in KEPT else view).createOrReplaceTempView(name)
    return spark.table("answers")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("export", help="folder or URL of an export in Parquet")
    parser.add_argument("out", help="folder or URL that the rows are written to; replaced")
    asked = parser.parse_args()
    spark = SparkSession.builder.appName("forebear lineage").getOrCreate()
    parents(spark, asked.export.rstrip("/")).write.mode("overwrite").parquet(asked.out)
    spark.stop()


if __name__ == "__main__":
    main()
