-- Which images inherit from X, and how far away are they?
--
-- Asked by: Opdebeeck et al., SCAM 2023, and whoever reads that X has a hole (blast radius).
-- Read it: X is a repository or a reference, canonical: SET VARIABLE base = 'docker.io/library/debian',
--   or BASE=... with make. Unset, it is the repository with most descendants. All builds of X
--   that were ever seen count, the current images that stand on them are listed; `through` is
--   the image's own parent.
-- Bias: images that were not crawled inherit unseen. An image that is squashed inherits files
--   and shows nothing of it.
WITH weighed AS (
    SELECT base.repository, count(DISTINCT descendant.image) AS weight
    FROM ancestors JOIN images base ON base.image = ancestors.ancestor
    JOIN current_images descendant ON descendant.image = ancestors.image
    WHERE base.repository IS NOT NULL
    GROUP BY 1 ORDER BY weight DESC, base.repository LIMIT 1
),
x AS (SELECT coalesce(getvariable('base'), (SELECT repository FROM weighed)) AS name),
builds AS (
    SELECT DISTINCT image FROM tag_images, x
    WHERE image IS NOT NULL AND x.name IN (repository, repository || ':' || tag)
)
SELECT x.name AS inherits_from,
       min(ancestors.generation) AS generations,
       image.reference,
       image.platform,
       parents.parent_reference AS through,
       min(image.layers - base.layers) AS layers_above
FROM builds
CROSS JOIN x
JOIN ancestors ON ancestors.ancestor = builds.image
JOIN images base ON base.image = builds.image
JOIN current_images image ON image.image = ancestors.image
JOIN parents ON parents.image = image.image
WHERE image.image NOT IN (SELECT image FROM builds)
GROUP BY ALL
ORDER BY generations, image.reference, image.platform;
