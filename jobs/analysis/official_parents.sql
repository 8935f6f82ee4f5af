-- Are images built on official images or on the community's?
--
-- Asked by: Opdebeeck, Lesy, Zerouali, De Roover, "The Docker Hub Image Inheritance Network:
--   Construction and Empirical Insights", SCAM 2023.
-- Read it: for official images and all others, what kind of parent they have. `percent` is of
--   the images of one kind; `outdated` of those whose parent's line is known to move.
-- Bias: official means docker.io/library alone; other registries' own official images are the
--   community's here. "None known" is an image whose base was not crawled, one that was
--   squashed, and one that cannot be compared; parents.no_parent_because has the reason. "From
--   scratch" is mostly inferred from a root file system at the bottom: an image whose base was
--   not crawled may have that base's own.
WITH judged AS (
    SELECT image.image, image.repositories, image.official, parents.size_added, parents.freshness,
           CASE
               WHEN parents.no_parent_because IN ('scratch', 'scratch_inferred') THEN 'none: from scratch'
               WHEN parents.parent IS NULL THEN 'none known'
               WHEN base.official THEN 'official'
               WHEN base.repository IS NULL THEN 'without a name'
               WHEN (of_base.registry, of_base.namespace) IS NOT DISTINCT FROM (own.registry, own.namespace)
                   THEN 'community, own namespace'
               ELSE 'community, another namespace'
           END AS parent
    FROM current_images image
    JOIN parents ON parents.image = image.image
    LEFT JOIN images base ON base.image = parents.parent
    LEFT JOIN repositories own ON own.repository = image.repository
    LEFT JOIN repositories of_base ON of_base.repository = base.repository
)
SELECT if(official, 'official', 'community') AS image,
       parent,
       count(*) AS images,
       round(100 * count(*) / sum(count(*)) OVER (PARTITION BY official), 1) AS percent,
       count_repositories(repositories) AS repositories,
       round(100 * count(*) FILTER (freshness = 'outdated')
           / nullif(count(*) FILTER (freshness IN ('current', 'outdated', 'gone')), 0), 1) AS percent_outdated,
       round(median(size_added) / 1e6, 1) AS median_mb_added
FROM judged
GROUP BY official, parent
ORDER BY official DESC, images DESC, parent;
