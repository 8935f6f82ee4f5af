-- Which programs do RUN steps start?
--
-- Asked by: Schermann, Zumberi, Cito, MSR 2018 (df_run: executables); Henkel et al., "Learning
--   from, Understanding, and Supporting DevOps Artifacts for Docker", ICSE 2020; Liu et al.,
--   "Understanding the Security Risks of Docker Hub", ESORICS 2020.
-- Read it: programs by the number of repositories whose own steps, not those of their parents,
--   start them. `steps` counts a step once in a repository, whatever the number of images and
--   platforms that have it by the same text, and of mirrors that have it too.
-- Bias: histories have a RUN as it was written: programs inside scripts are not seen, and words
--   that a quoted argument holds are not programs. A heredoc's body was never recorded.
WITH started AS (
    SELECT image.repository, places.ever, step.created_by, unnest(step.executables) AS executable, image.image
    FROM steps step JOIN images image USING (image) LEFT JOIN places USING (image)
    WHERE image.selected AND step.instruction = 'RUN' AND NOT step.inherited
),
everybody AS (SELECT count_repositories(ever) AS repositories FROM started)
SELECT executable,
       count_repositories(ever) AS repositories,
       round(100 * count_repositories(ever) / any_value(everybody.repositories), 1) AS percent,
       count(DISTINCT (started.repository, created_by)) AS steps,
       count(DISTINCT image) AS images
FROM started, everybody
GROUP BY executable
ORDER BY 2 DESC, steps DESC, executable
LIMIT 30;
