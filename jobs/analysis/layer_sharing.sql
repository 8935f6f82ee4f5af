-- How often is a layer referenced, and what does sharing save?
--
-- Asked by: Zhao, Tarasov, Albahar et al., "Large-Scale Analysis of the Docker Hub Dataset",
--   CLUSTER 2019, and "Large-Scale Analysis of Docker Images and Performance Implications for
--   Container Storage Systems", TPDS 2021 (90 % of the layers are referenced by one image; the
--   empty layer by most).
-- Read it: layers, as blobs, by the number of images that have them, whatever their tags.
--   `stored` is what a registry keeps, `pulled` what it would keep without sharing.
-- Bias: sizes are compressed and of those blobs whose size a manifest tells. One content that
--   two builds compressed differently is two blobs. Of an image with several manifests (copies
--   compressed anew) the blobs of one are counted.
WITH blobs AS (
    SELECT coalesce(layers.digest, layers.diff_id) AS blob,
           count(DISTINCT layers.image) AS images,
           count(*) AS times,
           any_value(layers.size) AS size
    FROM layers JOIN images image USING (image)
    WHERE image.selected AND coalesce(layers.digest, layers.diff_id) IS NOT NULL
    GROUP BY 1
)
SELECT CASE WHEN images = 1 THEN '1' WHEN images = 2 THEN '2' WHEN images < 10 THEN '3-9'
            WHEN images < 32 THEN '10-31' WHEN images < 100 THEN '32-99' ELSE '100 and more' END AS images,
       count(*) AS layers,
       round(100 * count(*) / sum(count(*)) OVER (), 1) AS percent,
       sum(times)::BIGINT AS references_in_all,
       round(sum(size) / 1e6, 1) AS stored_mb,
       round(sum(size * times) / 1e6, 1) AS pulled_mb,
       round(100 * (1 - sum(size) / nullif(sum(size * times), 0)), 1) AS percent_saved
FROM blobs
GROUP BY 1
ORDER BY min(blobs.images);
