-- Which base images are used most, by kind?
--
-- Asked by: Lin, Nadi, Khazaei, "A Large-scale Data Set and an Empirical Study of Docker
--   Images Hosted on Docker Hub", ICSME 2020 (base images by category); Schermann, Zumberi,
--   Cito, "Structured Information on State and Evolution of Dockerfiles on GitHub", MSR 2018.
-- Read it: the ten most used bases of each kind. `images` counts images that a tag leads to
--   now, a platform at a time; `repositories` those that have such an image, which no
--   repository with a thousand tags can outweigh; `within` images of the base's own repository.
-- Bias: a base is the nearest image that was crawled. Where the real base was not, an older
--   ancestor takes its place. Kinds are those of official images (tables.sql), all others are
--   "community".
WITH used AS (
    SELECT coalesce(kinds.kind, if(base.repository IS NULL, 'without a name', 'community')) AS kind,
           base.repository AS base, image.repositories, parents.same_repository
    FROM current_images image
    JOIN parents ON parents.image = image.image
    JOIN images base ON base.image = parents.parent
    LEFT JOIN kinds ON kinds.repository = base.repository
),
bases AS (
    SELECT kind, base,
           count(*) AS images,
           count_repositories(repositories) AS repositories,
           count(*) FILTER (same_repository) AS within,
           round(100 * count(*) / sum(count(*)) OVER (), 1) AS percent
    FROM used GROUP BY kind, base
)
FROM bases
QUALIFY row_number() OVER (PARTITION BY kind ORDER BY images DESC, base) <= 10
ORDER BY sum(images) OVER (PARTITION BY kind) DESC, kind, images DESC, base;
