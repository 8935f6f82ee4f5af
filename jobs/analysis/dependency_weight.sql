-- Which images does most of the rest depend on?
--
-- Asked by: "Dr. Docker: A Large-Scale Security Measurement of Docker Image Ecosystem", WWW 2025
--   (an image's dependency weight is the number of images that descend from it; its importance
--   adds pulls).
-- Read it: repositories by `weight`, the current images that descend from any of their builds,
--   those of the repository itself left out; `direct` are the children among them. `downstream`
--   counts repositories. `pulls` are null where the registry did not tell.
-- Bias: an image is weighed by what was crawled. Platforms and tags of one project count each.
SELECT base.repository,
       count(DISTINCT descendant.image) AS weight,
       count(DISTINCT descendant.image) FILTER (ancestors.generation = 1) AS direct,
       count(DISTINCT descendant.repository) AS downstream,
       max(ancestors.generation) AS farthest,
       any_value(repositories.pull_count) AS pulls,
       dense_rank() OVER (ORDER BY any_value(repositories.pull_count) DESC NULLS LAST) AS rank_by_pulls
FROM ancestors
JOIN images base ON base.image = ancestors.ancestor
JOIN current_images descendant ON descendant.image = ancestors.image
LEFT JOIN repositories ON repositories.repository = base.repository
WHERE base.repository IS NOT NULL AND descendant.repository IS DISTINCT FROM base.repository
GROUP BY base.repository
ORDER BY weight DESC, base.repository
LIMIT 30;
