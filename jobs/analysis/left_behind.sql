-- What did a tag that moved leave behind?
--
-- Asked by: Opdebeeck et al., SCAM 2023 (children of builds that their tag has left); every
--   "notify me when the base changes" since watchtower.
-- Read it: tags that lead elsewhere now, with the images that still stand, at whatever distance,
--   on a build they led to before. `repositories` counts those that have these images; `on_the_next`
--   the images that stand on what the tag leads to now, so that it grows as `images` shrinks.
-- Bias: an image may have been rebuilt and not crawled since. A build that several tags led to
--   is in the row of each.
WITH now AS (SELECT repository, tag, platform, image FROM tag_images WHERE NOT ended AND image IS NOT NULL),
before AS (
    SELECT old.repository, old.tag, old.platform, old.image, old.first_seen, old.last_seen, now.image AS next
    FROM tag_images old JOIN now USING (repository, tag, platform)
    WHERE old.ended AND old.image <> now.image
),
left_behind AS (
    SELECT before.repository, before.tag, descendant.image, descendant.repositories AS theirs, before.last_seen
    FROM before
    JOIN ancestors ON ancestors.ancestor = before.image
    JOIN current_images descendant ON descendant.image = ancestors.image
),
on_next AS (
    SELECT before.repository, before.tag, descendant.image
    FROM (SELECT DISTINCT repository, tag, next FROM before) before
    JOIN ancestors ON ancestors.ancestor = before.next
    JOIN current_images descendant ON descendant.image = ancestors.image
)
SELECT l.repository,
       l.tag,
       count(DISTINCT l.image) AS images,
       count_repositories(l.theirs) AS repositories,
       (SELECT count(DISTINCT r.image) FROM on_next r
        WHERE r.repository = l.repository AND r.tag = l.tag) AS on_the_next,
       max(l.last_seen) AS last_seen_there
FROM left_behind l
GROUP BY l.repository, l.tag
ORDER BY images DESC, l.repository, l.tag;
