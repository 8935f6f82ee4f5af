-- Which images does most of the rest depend on?
--
-- Asked by: "Dr. Docker: A Large-Scale Security Measurement of Docker Image Ecosystem", WWW 2025
--   (an image's dependency weight is the number of images that descend from it; its importance
--   adds pulls).
-- Read it: repositories by `weight`, the current images that descend from any of their builds, at
--   whatever distance, but for those that the repository has itself; `direct` are the children
--   among them, `farthest` the most generations. `downstream` counts the repositories that have
--   such an image, mirrors too. `pulls` and `rank_by_pulls` are null where the registry did not tell.
-- Bias: an image is weighed by what was crawled, under the name that is shown for it. Platforms and tags of one project count each.
SELECT base.repository,
       count(DISTINCT descendant.image) AS weight,
       count(DISTINCT descendant.image) FILTER (ancestors.generation = 1) AS direct,
       count_repositories(descendant.repositories) AS downstream,
       max(ancestors.generation) AS farthest,
       any_value(repositories.pull_count) AS pulls,
       if(any_value(repositories.pull_count) IS NOT NULL,
          dense_rank() OVER (ORDER BY any_value(repositories.pull_count) DESC NULLS LAST), NULL) AS rank_by_pulls
FROM ancestors
JOIN images base ON base.image = ancestors.ancestor
JOIN current_images descendant ON descendant.image = ancestors.image
LEFT JOIN repositories ON repositories.repository = base.repository
WHERE base.repository IS NOT NULL AND NOT list_contains(descendant.repositories, base.repository)
GROUP BY base.repository
ORDER BY weight DESC, base.repository
LIMIT 30;
