-- How many images stand on an outdated parent, when they were built and now, and by how much?
--
-- Asked by: Opdebeeck et al., SCAM 2023 (outdated at build: about half; now: up to 70 %, by more
--   than five months in the median); Zerouali, Mens, Decan, Gonzalez-Barahona, Robles, "A
--   multi-dimensional analysis of technical lag in Debian-based Docker images", EMSE 2021 (time
--   lag and version lag).
-- Read it: `judged` are images whose parent's line was observed; `outdated` those that a later
--   build of that line had followed. Lags are of the outdated ones: builds that were seen since,
--   and days since the first of them.
-- Bias: a build that came and went between two crawls was never seen, so builds are a lower
--   bound; days count from the crawl that saw the next build, not from its push. "At build" is
--   known only of images built after their parent's tag was first observed. Where nothing tells to
--   this day whether a name ever moves (freshness "unproven"), an image is left out at either
--   moment: its zero builds prove nothing. `unproven` counts them.
WITH lags AS (
    SELECT 'at build' AS moment, parents.parent, builds_behind_at_build AS builds, days_behind_at_build AS days,
           freshness = 'unproven' AS unproven
    FROM current_images JOIN parents USING (image)
    UNION ALL
    SELECT 'now', parents.parent, builds_behind, days_behind, freshness = 'unproven'
    FROM current_images JOIN parents USING (image)
)
SELECT moment,
       if(base.official, 'official', 'community') AS parent,
       count(*) FILTER (NOT unproven) AS judged,
       count(*) FILTER (builds > 0) AS outdated,
       round(100 * count(*) FILTER (builds > 0) / nullif(count(*) FILTER (NOT unproven), 0), 1) AS percent,
       median(builds) FILTER (builds > 0) AS median_builds,
       median(days) FILTER (builds > 0) AS median_days,
       quantile_disc(days, 0.9) FILTER (builds > 0) AS days_of_the_worst_tenth,
       count(*) FILTER (unproven) AS unproven
FROM lags JOIN images base ON base.image = lags.parent
WHERE builds IS NOT NULL
GROUP BY ALL
ORDER BY moment, parent DESC;
