-- How many images does one image carry directly?
--
-- Asked by: Opdebeeck et al., SCAM 2023 (fan-out: few parents have most of the children).
-- Read it: images by how many current images have them as their parent. `percent_of_all` is the
--   share of all children that the images of a row have; a few rows at the end have most.
-- Bias: only crawled children count, so the numbers say more of the crawl than of the world.
WITH fan AS (
    SELECT base.image, base.reference, count(child.image) AS children
    FROM images base
    LEFT JOIN parents ON parents.parent = base.image
    LEFT JOIN current_images child ON child.image = parents.image
    GROUP BY ALL
)
SELECT CASE WHEN children = 0 THEN '0' WHEN children = 1 THEN '1' WHEN children < 4 THEN '2-3'
            WHEN children < 10 THEN '4-9' WHEN children < 32 THEN '10-31' WHEN children < 100 THEN '32-99'
            ELSE '100 and more' END AS children,
       count(*) AS images,
       round(100 * count(*) / sum(count(*)) OVER (), 1) AS percent,
       sum(fan.children)::BIGINT AS children_in_all,
       round(100 * sum(fan.children) / nullif(sum(sum(fan.children)) OVER (), 0), 1) AS percent_of_all,
       arg_max(reference, (fan.children, reference)) AS largest
FROM fan
GROUP BY 1
ORDER BY min(fan.children);
