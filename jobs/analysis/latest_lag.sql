-- Does `latest` lead to the newest version?
--
-- Asked by: Lin et al., ICSME 2020 (lag of `latest`); Cito et al., "An Empirical Analysis of the
--   Docker Container Ecosystem on GitHub", MSR 2017 (share of `latest`).
-- Read it: repositories that have a `latest`, by where it leads beside their tags that are a
--   version and nothing else (`1.27`, `v2.0.1`; not `1.27-alpine`). "older" ones are named, with
--   the version of `latest` and the newest.
-- Bias: "newest" is the greatest version number, which a release of an old line is not and a
--   pre-release without a suffix may be. A project may mean `latest` to be its long-term release.
WITH versions AS (
    SELECT repository, tag, digest,
           list_transform(string_split(ltrim(tag, 'v'), '.'), lambda part: part::BIGINT) AS numbers
    FROM tags
    -- A number with more digits is a date or a build.
    WHERE NOT ended AND regexp_full_match(tag, 'v?\d{1,5}(\.\d{1,5}){0,3}')
),
newest AS (
    SELECT repository, max(numbers) AS numbers, arg_max(tag, numbers) AS tag, count(*) AS versions
    FROM versions GROUP BY repository
),
latest AS (
    SELECT tags.repository, tags.digest, newest.numbers AS newest, newest.tag AS newest_tag,
           newest.versions, max(versions.numbers) AS own, arg_max(versions.tag, versions.numbers) AS own_tag
    FROM tags
    LEFT JOIN newest USING (repository)
    LEFT JOIN versions ON versions.repository = tags.repository AND versions.digest = tags.digest
    WHERE tags.tag = 'latest' AND NOT tags.ended
    GROUP BY ALL
),
judged AS (
    SELECT repository, own, own_tag, newest, newest_tag,
           CASE WHEN versions IS NULL THEN 'no tag is a plain version'
                WHEN own IS NULL THEN 'to what has no plain version'
                WHEN own = newest THEN 'to the newest'
                ELSE 'to an older version' END AS latest_leads
    FROM latest
)
SELECT latest_leads,
       count(*) AS repositories,
       round(100 * count(*) / sum(count(*)) OVER (), 1) AS percent,
       array_to_string(list(split_part(repository, '/', -1)
           || coalesce(': ' || own_tag, '') || if(own < newest, ' < ' || newest_tag, '')
           ORDER BY repository)[:3], ', ') AS examples
FROM judged
GROUP BY latest_leads
ORDER BY repositories DESC, latest_leads;
