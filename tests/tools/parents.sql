-- The parent of every image, worked out from images, layers, steps, declared and the names over
-- time alone: the rule of docs/decisions/0003-layers-and-history.md, for DuckDB.
--
-- Leaves the table recomputed(image, parent, agreement, equal): equal candidates are those that
-- layers and histories do not tell apart. One thing is beyond the tables: a blob that two configs
-- claim to be two different layers is matched by its own digest as well.

-- Of each image that was read: how many steps it has and made layers, whether any has no time, and
-- the rolling hashes at its last step.
CREATE OR REPLACE TEMP TABLE ends AS
SELECT i.image, i.layers, i.steps, coalesce(s.made, 0) AS made, coalesce(s.timeless, false) AS timeless,
       s.prefix, s.text_prefix, s.made_prefix
FROM images i
LEFT JOIN (
    SELECT image, count(*) FILTER (NOT empty) AS made, bool_or(created_text IS NULL) AS timeless,
           arg_max(prefix, position) AS prefix, arg_max(text_prefix, position) AS text_prefix,
           arg_max(made_prefix, position) AS made_prefix
    FROM steps GROUP BY image
) s USING (image);

-- Every other image whose layers are the lowest of this one.
CREATE OR REPLACE TEMP TABLE below AS
WITH tops AS (
    SELECT e.image, e.layers AS depth, l.prefix
    FROM ends e JOIN layers l ON l.image = e.image AND l.position = e.layers - 1
)
SELECT l.image, t.image AS candidate, t.depth
FROM layers l JOIN tops t ON t.prefix = l.prefix AND t.depth = l.position + 1
WHERE t.image <> l.image
UNION ALL
SELECT q.image, p.image, 0 FROM ends p, ends q WHERE p.layers = 0 AND p.image <> q.image;

-- A step without a time matches one at any time, which a hash cannot say: such pairs are compared
-- step by step.
CREATE OR REPLACE TEMP TABLE timeless AS
WITH pairs AS (
    SELECT b.image, b.candidate, p.steps, p.made
    FROM below b JOIN ends p ON p.image = b.candidate JOIN ends q ON q.image = b.image
    WHERE (p.timeless OR q.timeless) AND p.steps > 0 AND q.steps > 0
),
numbered AS (
    SELECT *, CASE WHEN NOT empty THEN row_number() OVER (PARTITION BY image, empty ORDER BY position) - 1 END AS place
    FROM steps WHERE image IN (SELECT candidate FROM pairs)
),
alike AS (
    SELECT pairs.image, pairs.candidate, pairs.steps, pairs.made, p.place IS NOT NULL AS makes,
           coalesce(q.created_by = p.created_by
                    AND (p.created_text IS NULL OR q.created_text IS NULL OR p.created_text = q.created_text), false) AS same,
           coalesce(m.created_by = p.created_by
                    AND (p.created_text IS NULL OR m.created_text IS NULL OR p.created_text = m.created_text), false) AS same_made
    FROM pairs JOIN numbered p ON p.image = pairs.candidate
    LEFT JOIN steps q ON q.image = pairs.image AND q.position = p.position
    LEFT JOIN steps m ON m.image = pairs.image AND m.position = p.place
)
SELECT image, candidate, bool_and(same) AS exact, coalesce(bool_and(same_made) FILTER (makes), false) AS filled
FROM alike GROUP BY ALL;

-- How the histories agree, best first.
CREATE OR REPLACE TEMP TABLE best AS
WITH compared AS (
    SELECT b.image, b.candidate, b.depth, q.layers, q.steps AS own_steps, p.steps, p.made,
        CASE
            WHEN p.steps IS NULL OR q.steps IS NULL THEN 'unread'
            WHEN p.steps = 0 AND q.made <= q.layers - b.depth THEN 'above'
            WHEN p.steps = 0 THEN 'differs'
            WHEN p.steps <= q.steps AND (at_end.prefix = p.prefix OR t.exact) THEN 'exact'
            WHEN q.made = q.steps AND p.made BETWEEN 1 AND q.steps AND (at_made.prefix = p.made_prefix OR t.filled) THEN 'filled'
            WHEN p.steps <= q.steps AND at_end.text_prefix = p.text_prefix THEN 'text'
            ELSE 'differs'
        END AS agreement
    FROM below b
    JOIN ends p ON p.image = b.candidate
    JOIN ends q ON q.image = b.image
    LEFT JOIN steps at_end ON at_end.image = b.image AND at_end.position = p.steps - 1
    LEFT JOIN steps at_made ON at_made.image = b.image AND at_made.position = p.made - 1
    LEFT JOIN timeless t ON t.image = b.image AND t.candidate = b.candidate
),
admitted AS (
    SELECT *,
        CASE agreement WHEN 'text' THEN 1 WHEN 'unread' THEN 2 WHEN 'differs' THEN 3 ELSE 0 END AS class,
        CASE agreement
            WHEN 'above' THEN own_steps > 0
            WHEN 'filled' THEN made < own_steps AND steps <= own_steps
            WHEN 'exact' THEN steps < own_steps
            WHEN 'text' THEN steps < own_steps
            ELSE false
        END AS strict
    FROM compared
)
SELECT image, candidate, agreement FROM admitted
-- With the same layers only a strict beginning of the history is a parent; to an image without
-- layers only the exact history ties anything.
WHERE (depth < layers OR strict) AND (depth > 0 OR agreement = 'exact')
QUALIFY rank() OVER (PARTITION BY image ORDER BY class, depth DESC, agreement <> 'exact', coalesce(steps, 0) DESC) = 1;

-- Names of images, best first.
CREATE OR REPLACE TEMP TABLE named AS
SELECT image, repository || ':' || tag AS name, repository LIKE 'docker.io/library/%' AS official,
       contains(repository || ':' || tag, '/library/') AS in_library, ended, first_seen
FROM tag_images WHERE image IS NOT NULL;

-- Equal candidates, ranked.
CREATE OR REPLACE TEMP TABLE recomputed AS
WITH machine AS (
    SELECT image, os, architecture, os_version, created, ordinal, reference,
        CASE WHEN variant IS NOT NULL AND NOT (architecture = 'amd64' AND variant = 'v1') THEN variant
             WHEN variant IS NULL AND architecture = 'arm64' THEN 'v8'
             WHEN variant IS NULL AND architecture = 'arm' THEN 'v7' END AS variant
    FROM images
),
first_names AS (
    SELECT image,
        arg_min(name, (NOT official, ended, NOT in_library, first_seen, strlen(name), name)) AS name,
        bool_or(in_library) AS in_library, min(first_seen) AS first_seen
    FROM named GROUP BY image
),
-- By a digest where the index knows it, else by name.
declares AS (
    SELECT DISTINCT d.image, coalesce(own.image, listed.image) AS candidate
    FROM declared d
    JOIN manifests m ON m.digest = d.digest AND m.kind <> 'unread'
    LEFT JOIN index_entries e ON e."index" = d.digest
    LEFT JOIN manifests listed ON listed.digest = e.manifest
    LEFT JOIN manifests own ON own.digest = d.digest
    UNION
    SELECT DISTINCT d.image, n.image
    FROM declared d JOIN named n ON n.name = d.reference
    WHERE d.digest IS NULL OR d.digest NOT IN (SELECT digest FROM manifests WHERE kind <> 'unread')
),
described AS (
    SELECT b.image, b.candidate, b.agreement,
        CASE WHEN q.os = p.os AND q.architecture = p.architecture AND q.variant IS NOT DISTINCT FROM p.variant
             THEN CASE WHEN q.os_version IS NOT DISTINCT FROM p.os_version THEN 0 ELSE 1 END ELSE 2 END AS platform,
        d.candidate IS NULL AS undeclared,
        NOT coalesce(n.name LIKE 'docker.io/library/%', false) AS unofficial,
        NOT coalesce(n.in_library, false) AS outside_library,
        CASE WHEN p.created >= TIMESTAMPTZ '2013-01-01 00:00:00Z' THEN p.created END AS created,
        n.first_seen, coalesce(n.name, p.reference) AS name, p.ordinal
    FROM best b
    JOIN machine q ON q.image = b.image
    JOIN machine p ON p.image = b.candidate
    LEFT JOIN first_names n ON n.image = b.candidate
    LEFT JOIN declares d ON d.image = b.image AND d.candidate = b.candidate
),
-- A placeholder comes neither before nor after: only who was built after the oldest is younger.
aged AS (
    SELECT *, CASE WHEN created > min(created) OVER (PARTITION BY image, platform, undeclared, unofficial, outside_library)
                   THEN created END AS younger
    FROM described
)
SELECT image, candidate AS parent, agreement, count(*) OVER (PARTITION BY image) AS equal
FROM aged
QUALIFY row_number() OVER (
    PARTITION BY image
    ORDER BY platform, undeclared, unofficial, outside_library, younger NULLS FIRST, first_seen NULLS LAST,
             strlen(name), name, ordinal
) = 1;
