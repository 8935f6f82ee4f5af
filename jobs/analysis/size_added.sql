-- How much do images add to their base?
--
-- Asked by: Opdebeeck et al., SCAM 2023 (child beside parent size); Lin et al., ICSME 2020
--   (sizes of images).
-- Read it: by base, what images of other repositories add: megabytes (1e6 bytes, compressed),
--   and as a share of the whole image. Ten bases that have most children; the first row is all.
-- Bias: an image that changes a base's files stores them again, so what is added is more than
--   what is new. Squashed images have no parent and are not here.
WITH added AS (
    SELECT base.repository AS base, image.repositories, parents.size_added, parents.distance_layers,
           parents.size_added / nullif(image.size, 0) AS share
    FROM current_images image
    JOIN parents ON parents.image = image.image
    JOIN images base ON base.image = parents.parent
    WHERE parents.size_added IS NOT NULL AND NOT coalesce(parents.same_repository, false)
)
SELECT if(grouping(base) = 1, '(all)', base) AS base,
       count(*) AS images,
       count_repositories(repositories) AS repositories,
       median(distance_layers) AS median_layers,
       round(quantile_cont(size_added, 0.25) / 1e6, 1) AS quarter_mb,
       round(median(size_added) / 1e6, 1) AS median_mb,
       round(quantile_cont(size_added, 0.75) / 1e6, 1) AS three_quarters_mb,
       round(100 * median(share), 1) AS median_percent,
       count(*) FILTER (size_added = 0) AS nothing_added
FROM added
GROUP BY GROUPING SETS ((base), ())
HAVING count(*) > 0
ORDER BY grouping(added.base) DESC, images DESC, base
LIMIT 11;
