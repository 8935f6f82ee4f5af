-- How many images lie one on another?
--
-- Asked by: Opdebeeck et al., SCAM 2023 (depth of the inheritance network); Zhao et al.,
--   "Large-Scale Analysis of the Docker Hub Dataset", CLUSTER 2019 (layers of an image).
-- Read it: `ancestors` 0 is an image without a known parent. Layers and steps are medians.
-- Bias: ancestors that were not crawled are not counted: depths are a lower bound.
WITH depths AS (
    SELECT image.image, image.repositories, image.layers, image.steps, image.reference,
           coalesce(max(ancestors.generation), 0) AS ancestors
    FROM current_images image LEFT JOIN ancestors USING (image)
    GROUP BY ALL
)
SELECT ancestors,
       count(*) AS images,
       round(100 * count(*) / sum(count(*)) OVER (), 1) AS percent,
       count_repositories(repositories) AS repositories,
       median(layers) AS median_layers,
       median(steps) AS median_steps,
       min(reference) AS example
FROM depths
GROUP BY ancestors
ORDER BY ancestors;
