-- How are tags named, and which of them move?
--
-- Asked by: Lin et al., ICSME 2020 (tagging practice); Opdebeeck et al., SCAM 2023 (an image is
--   outdated when its parent's tag moved).
-- Read it: tags by what kind of text they are: `semver` three numbers, `date`, `hash`, `rolling`
--   words or a shorter version, `latest` by itself. `moved` are those that were seen leading to
--   more than one digest, `gone` those that the last complete listing no longer had.
-- Bias: kinds are read off the text alone. A tag that moved and moved back, or between two
--   crawls, counts less; with one crawl nothing has moved.
WITH each AS (
    SELECT repository, tag, if(tag = 'latest', 'latest', any_value(tag_kind)) AS kind,
           count(DISTINCT digest) AS digests, bool_and(ended) AS gone
    FROM tags GROUP BY repository, tag
)
SELECT kind,
       count(*) AS tags,
       round(100 * count(*) / sum(count(*)) OVER (), 1) AS percent,
       count(DISTINCT repository) AS repositories,
       count(*) FILTER (digests = 1 AND NOT gone) AS stayed,
       count(*) FILTER (digests > 1) AS moved,
       round(100 * count(*) FILTER (digests > 1) / count(*), 1) AS percent_moved,
       max(digests) AS most_digests,
       count(*) FILTER (gone) AS gone
FROM each
GROUP BY kind
ORDER BY tags DESC, kind;
