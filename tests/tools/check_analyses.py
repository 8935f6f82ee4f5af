"""Runs every analysis over an export of the demo's registry after both of its nights.

    check_analyses.py EXPORT

What must come out was found by reading crates/forebear-testkit/src/demo/, not by running
anything. There, an official image is a *set* of three images, one a platform; a user's image is
one. On the second night alpine:3.20, debian:bookworm and nginx's three Alpine images are new
builds, acme/newcomer is there, and ghost:5-alpine is gone.
"""

import importlib.util
import pathlib
import sys

import duckdb

ANALYSES = pathlib.Path(__file__).resolve().parents[2] / "jobs/analysis"
spec = importlib.util.spec_from_file_location("run", ANALYSES / "run.py")
run = importlib.util.module_from_spec(spec)
spec.loader.exec_module(run)

LIBRARY = "docker.io/library/"


def base(kind, name, images, repositories, within):
    return {"kind": kind, "base": name, "images": images, "repositories": repositories, "within": within}


# Direct children by base, of images that a tag leads to.
#   alpine: 11 languages, 9 applications and bash's 2 on the old 3.20, and acme/gateway;
#     nginx's slim and acme/newcomer on the new; 2 sets and experiments/foobar on 3.19; registry
#     on 3.18; vault on 3.17; two experiments on 3.3; golang:1.13-alpine on 3.11.
#   debian: 14 languages, 8 applications, nginx and acme/base on bookworm-slim; the lowest
#     buildpack-deps on bookworm and on bullseye, acme/legacy; neo4j on bullseye-slim.
#   ubuntu: 6 sets on noble, 7 on jammy, cameron's on 15.04.
ALPINE = (11 + 9 + 2) * 3 + 1 + 3 + 1 + 2 * 3 + 1 + 3 + 3 + 2 + 1
DEBIAN = (14 + 8 + 1) * 3 + 1 + 3 + 3 + 1 + 3
UBUNTU = 6 * 3 + 7 * 3 + 1
assert (ALPINE, DEBIAN, UBUNTU) == (87, 80, 40)

# What still stands on the builds that alpine:3.20 and debian:bookworm led to the day before.
#   alpine: the 67 above, acme/gateway:declared, elixir, mongo-express, docker:27, nextcloud,
#     adminer and composer, and acme/shop-frontend on nginx's old build. ghost's is gone.
#   debian: three storeys of buildpack-deps; influxdb and telegraf on the lowest; 2 golang and
#     acme/lost on the second; 9 languages on the third, with node:20-onbuild, acme/site,
#     elixir and acme/ml on these.
ON_OLD_ALPINE = 67 + 1 + (1 + 1 + 1 + 3) * 3 + 1
ON_OLD_DEBIAN = 3 * 3 + 2 * 3 + 2 * 3 + 1 + 9 * 3 + 3 + 1 + 3 + 1
assert (ON_OLD_ALPINE, ON_OLD_DEBIAN) == (87, 57)

# Rows that must be among what an analysis finds; of each, the columns that are written down.
KNOWN = {
    "popular_bases": [
        # A repository more each: mirror/redis and mirror/nginx, whose images have official names too.
        base("operating system", LIBRARY + "alpine", ALPINE, 26 + 1, 0),
        base("operating system", LIBRARY + "debian", DEBIAN, 21 + 1, 0),
        base("operating system", LIBRARY + "ubuntu", UBUNTU, 8, 0),
        # mysql twice, openjdk.
        base("operating system", LIBRARY + "oraclelinux", 9, 2, 0),
        # acme/agent for two platforms.
        base("operating system", LIBRARY + "busybox", 2, 1, 0),
        # Six sets on its own storeys; 9 and 1 languages, 2 golang, influxdb, telegraf.
        base("language", LIBRARY + "buildpack-deps", (6 + 9 + 1 + 2 + 2) * 3, 11, 18),
        base("language", LIBRARY + "php", 10 * 3, 8, 0),
        base("language", LIBRARY + "eclipse-temurin", 8 * 3 + 1, 9, 0),
        # ghost, mongo-express, node:20-onbuild, acme/site on that.
        base("language", LIBRARY + "node", 3 * 3 + 1, 4, 3),
        base("language", LIBRARY + "python", 3, 3, 0),
        # nginx:alpine on its slim, otel on that, acme/shop-frontend on a build of yesterday.
        base("web server", LIBRARY + "nginx", 7, 2, 6),
        base("community", "docker.io/acme/base", 1, 1, 0),
        base("community", "docker.io/acme/gateway", 1, 1, 1),
        base("community", "docker.io/vendor/lambda", 1, 1, 0),
    ],
    "official_parents": [
        # 49 languages, 9 buildpack-deps, 54 applications, 4 nginx, 2 bash; golang:1.13-alpine.
        {"image": "official", "parent": "official", "images": (49 + 9 + 54 + 4 + 2) * 3 + 1, "percent": 84.3},
        # Distributions, hello-world, and three of the experiments.
        {"image": "official", "parent": "none: from scratch", "images": (5 + 5 + 2 + 8 + 1) * 3 + 3},
        {"image": "community", "parent": "official", "images": 18},
        # acme/web, worker, scheduler, gateway:declared; experiments/childimage.
        {"image": "community", "parent": "community, own namespace", "images": 5},
        # acme/lambda-orders on vendor/lambda.
        {"image": "community", "parent": "community, another namespace", "images": 1},
        # One image, of which one manifest declares it.
        {"image": "community", "parent": "none: from scratch", "images": 1},
        # dude/imported, acme/squashed, vendor/lambda.
        {"image": "community", "parent": "none known", "images": 3},
    ],
    "outdated": [
        # Built after the second night: acme/newcomer and nginx's three sets, all on what was new.
        {"moment": "at build", "parent": "official", "judged": 10, "outdated": 0, "percent": 0},
        # On old alpine itself, the lowest buildpack-deps, acme/shop-frontend; a build behind, and
        # the night that saw it was the last.
        {"moment": "now", "parent": "official", "outdated": 67 + 3 + 1, "median_builds": 1, "median_days": 0},
    ],
    "lineage_depth": [
        # acme/lambda-orders stands on the only base that is no distribution and has children.
        {"ancestors": 0, "images": 66 + 4},
        {"ancestors": 1, "images": ALPINE + DEBIAN + UBUNTU + 9 + 2 + 1},
        {"ancestors": 2, "images": 100},
        # The third storey of buildpack-deps, golang, nginx's otel; acme/shop-frontend, worker.
        {"ancestors": 3, "images": 9 + 6 + 3 + 2},
        # Languages on the third storey; acme/lost, acme/scheduler.
        {"ancestors": 4, "images": 30 + 2},
        # node:20-onbuild, elixir, acme/ml.
        {"ancestors": 5, "images": 7},
        {"ancestors": 6, "images": 1, "example": "docker.io/acme/site:1"},
    ],
    "fan_out": [
        # debian:bookworm-slim and the old alpine:3.20; for amd64 acme's as well.
        {"children": "10-31", "images": 6, "children_in_all": 24 + 23 * 2 + 23 + 22 * 2},
        # buildpack-deps:bookworm, ubuntu's two, php:8.3-apache, eclipse-temurin:17-jre.
        {"children": "4-9", "images": 5 * 3, "children_in_all": (9 + 7 + 6 + 6 + 5) * 3},
    ],
    "layer_sharing": [
        # The lowest layer of debian:bookworm-slim and of the old alpine:3.20, for three platforms:
        # 33 to 40 images, superseded ones among them. bookworm's has 22.
        {"images": "32-99", "layers": 6},
    ],
    "size_added": [
        # All children but those of their own repository; acme/worker, acme/scheduler and three
        # experiments are metadata alone.
        {"base": "(all)", "images": 379 - 34, "nothing_added": 5},
        {"base": LIBRARY + "alpine", "images": ALPINE, "nothing_added": 2},
        {"base": LIBRARY + "buildpack-deps", "images": 60 - 18, "nothing_added": 0},
    ],
    "latest_lag": [
        {"latest_leads": "to the newest", "repositories": 59},
        # archlinux, hello-world, and users who tag nothing else.
        {"latest_leads": "no tag is a plain version", "repositories": 10},
    ],
    "tagging": [
        {"kind": "latest", "tags": 69, "repositories": 69, "moved": 2, "most_digests": 2, "gone": 0},
        # alpine's five, bash's two, acme/web's.
        {"kind": "semver", "tags": 8, "repositories": 3, "moved": 0},
        # alpine 3.20 and 3, debian bookworm and 12, nginx's seven; ghost:5-alpine.
        {"kind": "rolling", "moved": 11, "gone": 1},
    ],
    "executables": [
        # Two steps of every language, one with its variant's name; and acme/squashed, which kept
        # python's history and shows no parent.
        {"executable": "install-dependencies", "repositories": 14 + 1, "steps": 48 + 1, "images": 48 * 3 + 1},
        # The other is the same for all variants of a version: python, node, golang and
        # eclipse-temurin have two.
        {"executable": "wget", "repositories": 14 + 1, "steps": 14 + 4 + 1, "images": 48 * 3 + 1},
        # Every application, redis in a mirror too; acme/base has a useradd alone.
        {"executable": "groupadd", "repositories": 40 + 1, "steps": 40, "images": 55 * 3},
        {"executable": "useradd", "repositories": 41 + 1, "steps": 41, "images": 55 * 3 + 1},
    ],
    "left_behind": [
        *[
            {"repository": LIBRARY + "alpine", "tag": tag, "images": ON_OLD_ALPINE, "repositories": 25 + 1, "on_the_next": 10}
            for tag in ("3.20", "3", "latest")
        ],
        *[
            {"repository": LIBRARY + "debian", "tag": tag, "images": ON_OLD_DEBIAN, "repositories": 15, "on_the_next": 0}
            for tag in ("bookworm", "12", "latest")
        ],
        # acme/shop-frontend alone.
        *[
            {"repository": LIBRARY + "nginx", "tag": tag, "images": 1, "repositories": 1, "on_the_next": next_}
            for tag, next_ in (("1.27-alpine", 3), ("1-alpine", 3), ("alpine", 3), ("1.27-alpine-slim", 6), ("alpine-slim", 6))
        ],
    ],
    "dependency_weight": [
        # On bookworm as above; on bookworm-slim 70, and on these acme's five, elixir, redmine,
        # ghost and 7 of php; on bullseye 13; neo4j.
        {"repository": LIBRARY + "debian", "weight": 57 + 70 + 5 + (1 + 1 + 1 + 7) * 3 + 13 + 3,
         "direct": DEBIAN, "downstream": 42 + 1, "farthest": 6, "pulls": None, "rank_by_pulls": None},
        {"repository": LIBRARY + "alpine", "weight": 87 + 10 + 7 + 3 + 3 + 3 + 2, "direct": ALPINE,
         "downstream": 34 + 1, "farthest": 3},
        {"repository": LIBRARY + "ubuntu", "weight": 28 + 45 + 1, "direct": UBUNTU},
    ],
}


def check(export):
    connection = run.connect(export)
    found = {name: run.rows(connection, name) for name in run.names()}
    for name, expected in KNOWN.items():
        for row in expected:
            columns = sorted(set(row) - set(found[name][0]))
            assert not columns, f"{name} has no column {columns}"
            if not any(all(other[key] == value for key, value in row.items()) for other in found[name]):
                print(f"{name}: no row {row}; there are:")
                print(run.printed(found[name], 40, "text"))
                yield name
    one = lambda query: connection.execute(query).fetchone()[0]
    sum_of = lambda name, column: sum(row[column] for row in found[name])
    consistent = {
        "every current image has a depth": sum_of("lineage_depth", "images") == one("SELECT count(*) FROM current_images") == 449,
        "every current image has a kind of parent": sum_of("official_parents", "images") == 449,
        "every child is somebody's": sum_of("fan_out", "children_in_all") == 379,
        "every reference of a layer is counted": sum_of("layer_sharing", "references_in_all") == one("SELECT count(*) FROM layers"),
        "every tag has a kind": sum_of("tagging", "tags") == one("SELECT count(DISTINCT (repository, tag)) FROM tags"),
        "nothing else was left behind": len(found["left_behind"]) == 11,
        "X is the heaviest where none is named": found["inherits_from"][0]["inherits_from"] == LIBRARY + "debian",
        "all of X's current descendants are listed": len(found["inherits_from"]) == 178,
    }
    of_bookworm = run.rows(run.connect(export, LIBRARY + "debian:bookworm"), "inherits_from")
    by_generation = [sum(row["generations"] == generation for row in of_bookworm) for generation in range(1, 7)]
    consistent["descendants of debian:bookworm by generation"] = by_generation == [3, 3 + 6, 3 + 6, 27 + 1, 3 + 3 + 1, 1]
    site = [row for row in of_bookworm if row["reference"] == "docker.io/acme/site:1"]
    consistent["acme/site's way"] = [row["through"] for row in site] == [LIBRARY + "node:20-onbuild"]
    for what, holds in consistent.items():
        if not holds:
            print(f"not so: {what}")
            yield what


def check_latest():
    """What the demo has no example of: a `latest` that lags, and numbers that are no text."""
    connection = duckdb.connect()
    connection.execute("""
        CREATE TABLE tags AS SELECT * FROM (VALUES
            ('r/behind', 'latest', 'a', false), ('r/behind', '9.0', 'a', false), ('r/behind', '10.0', 'b', false),
            ('r/behind', '11.0', 'c', true), ('r/behind', '20240101', 'd', false),
            ('r/other', 'latest', 'x', false), ('r/other', '1', 'y', false), ('r/other', '2-slim', 'x', false),
            ('r/gone', 'latest', 'x', true), ('r/gone', '1', 'x', false)
        ) AS t (repository, tag, digest, ended)""")
    found = run.rows(connection, "latest_lag")
    assert sorted((row["latest_leads"], row["repositories"], row["examples"]) for row in found) == [
        ("to an older version", 1, "behind: 9.0 < 10.0"),
        ("to what has no plain version", 1, "other"),
    ], found


def check_pulls():
    """What the demo does not tell: pulls. Who has none has no rank; a mirror is a repository more."""
    connection = duckdb.connect()
    macros = [part for part in run.text_of(run.TABLES).split(";") if "TEMP MACRO" in part]
    connection.execute(";".join(macros))
    connection.execute("""
        CREATE TABLE images AS SELECT * FROM (VALUES ('a', 'r/many'), ('b', 'r/few'), ('c', 'r/untold')) AS t (image, repository);
        CREATE TABLE repositories AS SELECT * FROM (VALUES ('r/many', 9), ('r/few', 2), ('r/untold', NULL)) AS t (repository, pull_count);
        CREATE TABLE current_images AS SELECT image, repositories, repositories[1] AS repository
            FROM (VALUES ('x', ['m/x', 'r/x']), ('y', ['r/few', 'r/y'])) AS t (image, repositories);
        CREATE TABLE ancestors AS SELECT 'x' AS image, image AS ancestor, 1 AS generation FROM images
            UNION ALL SELECT 'y', 'b', 1""")
    found = run.rows(connection, "dependency_weight")
    columns = ("repository", "weight", "downstream", "pulls", "rank_by_pulls")
    assert [tuple(row[column] for column in columns) for row in found] == [
        ("r/few", 1, 2, 2, 2), ("r/many", 1, 2, 9, 1), ("r/untold", 1, 2, None, None),
    ], found


def check_proof():
    """A base whose name was never seen to move proves nothing, at build no more than now."""
    connection = duckdb.connect()
    connection.execute("""
        CREATE TABLE images AS SELECT 'b' AS image, true AS official;
        CREATE TABLE current_images AS SELECT unnest(['x', 'y', 'z']) AS image;
        CREATE TABLE parents AS SELECT * FROM (VALUES
            ('x', 'b', 0, 0, 0, 0, 'unproven'), ('y', 'b', 2, 30, 1, 3, 'outdated'), ('z', 'b', 1, 9, 0, 0, 'outdated')
        ) AS t (image, parent, builds_behind, days_behind, builds_behind_at_build, days_behind_at_build, freshness)""")
    found = run.rows(connection, "outdated")
    columns = ("moment", "judged", "outdated", "percent", "unproven")
    assert [tuple(row[column] for column in columns) for row in found] == [
        ("at build", 2, 1, 50, 1), ("now", 2, 2, 100, 1),
    ], found


def main():
    (export,) = sys.argv[1:]
    check_latest()
    check_pulls()
    check_proof()
    for name in run.names():
        head = run.text_of(name)
        for part in ("-- Asked by: ", "-- Read it: ", "-- Bias: "):
            assert part in head, f"{name}.sql does not say '{part.strip('- :')}'"
    wrong = list(check(export))
    assert not wrong, wrong
    print(f"{len(run.names())} analyses, {sum(map(len, KNOWN.values()))} rows known")


main()
