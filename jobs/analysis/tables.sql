-- The tables of an export as views, and what several analyses need. Read it first:
--
--   cd EXPORT && duckdb -init .../jobs/analysis/tables.sql < .../jobs/analysis/popular_bases.sql
--
-- An export elsewhere: SET VARIABLE export = 'DIR' before. One that was written with
-- --partition-by has a folder for each table: `make analysis` reads both.
SET TimeZone = 'UTC';
SET VARIABLE files = coalesce(getvariable('files'), coalesce(getvariable('export'), '.') || '/{table}.parquet');

CREATE OR REPLACE TEMP VIEW repositories AS FROM read_parquet(replace(getvariable('files'), '{table}', 'repositories'));
CREATE OR REPLACE TEMP VIEW tags AS FROM read_parquet(replace(getvariable('files'), '{table}', 'tags'));
CREATE OR REPLACE TEMP VIEW tag_images AS FROM read_parquet(replace(getvariable('files'), '{table}', 'tag_images'));
CREATE OR REPLACE TEMP VIEW manifests AS FROM read_parquet(replace(getvariable('files'), '{table}', 'manifests'));
CREATE OR REPLACE TEMP VIEW index_entries AS FROM read_parquet(replace(getvariable('files'), '{table}', 'index_entries'));
CREATE OR REPLACE TEMP VIEW images AS FROM read_parquet(replace(getvariable('files'), '{table}', 'images'));
CREATE OR REPLACE TEMP VIEW layers AS FROM read_parquet(replace(getvariable('files'), '{table}', 'layers'));
CREATE OR REPLACE TEMP VIEW steps AS FROM read_parquet(replace(getvariable('files'), '{table}', 'steps'));
CREATE OR REPLACE TEMP VIEW parents AS FROM read_parquet(replace(getvariable('files'), '{table}', 'parents'));
CREATE OR REPLACE TEMP VIEW ancestors AS FROM read_parquet(replace(getvariable('files'), '{table}', 'ancestors'));
CREATE OR REPLACE TEMP VIEW declared AS FROM read_parquet(replace(getvariable('files'), '{table}', 'declared'));
CREATE OR REPLACE TEMP VIEW coverage AS FROM read_parquet(replace(getvariable('files'), '{table}', 'coverage'));

-- Where images are: all repositories of which a tag led to an image, and those of which one does now.
-- images.repository is one of them, for showing: what a mirror has as well is in two.
CREATE OR REPLACE TEMP VIEW places AS
SELECT image,
       list(DISTINCT repository ORDER BY repository) AS ever,
       coalesce(list(DISTINCT repository ORDER BY repository) FILTER (NOT ended), []) AS now
FROM tag_images WHERE image IS NOT NULL GROUP BY image;

-- How many repositories are in some lists: an aggregate, as count(DISTINCT repository) would be.
CREATE OR REPLACE TEMP MACRO count_repositories(lists) AS
    coalesce(len(list_distinct(flatten(list(DISTINCT lists)))), 0);

-- What most studies sample: images that some tag leads to now, with the repositories where one does.
-- Builds that tags have left are in the export too, and would weigh an image by how often it is rebuilt.
CREATE OR REPLACE TEMP VIEW current_images AS
SELECT i.*, places.now AS repositories
FROM images i JOIN places USING (image)
WHERE i.selected AND len(places.now) > 0;

-- Docker's official images by kind, after the categories of Docker Hub; an image that stands
-- under several is put where most people look for it. Deprecated ones are listed as well:
-- old exports have them.
CREATE OR REPLACE TEMP VIEW kinds AS
SELECT 'docker.io/library/' || unnest(string_split(names, ' ')) AS repository, kind
FROM (VALUES
    ('operating system', 'almalinux alpine alt amazonlinux archlinux busybox centos cirros clearlinux clefos crux debian fedora mageia neurodebian opensuse oraclelinux photon rockylinux scientific sl sourcemage ubuntu ubuntu-debootstrap ubuntu-upstart'),
    ('language', 'amazoncorretto buildpack-deps clojure dart eclipse-temurin elixir erlang gcc gcc-toolchain golang groovy haskell haxe hylang ibmjava ibm-semeru-runtimes iojs java jruby julia mono node openjdk perl php pypy python r-base rakudo-star rapidoid ruby rust sapmachine swift'),
    ('database', 'aerospike arangodb cassandra clickhouse couchbase couchdb crate elasticsearch influxdb mariadb memcached mongo mysql neo4j orientdb percona postgres redis rethinkdb solr unit valkey'),
    ('web server', 'caddy geronimo glassfish haproxy httpd jetty nginx open-liberty php-zendserver tomcat tomee traefik varnish websphere-liberty'),
    ('application', 'adminer api-firewall backdrop bonita celery chronograf composer convertigo couchpotato django docker drupal eclipse-mosquitto eggdrop emqx fluentd flink friendica gazebo ghost gradle hello-seattle hello-world hipache hitch hola-mundo irssi jobber joomla kaazing-gateway kapacitor kibana known kong krakend lightstreamer liquibase logstash matomo maven mediawiki mongo-express monica nats nats-streaming nextcloud notary nuxeo odoo owncloud phpmyadmin piwik plone postfixadmin rabbitmq rails redmine registry rocket.chat ros satosa sentry silverpeas sonarqube spark spiped storm swarm teamspeak telegraf thrift vault wordpress xwiki yourls znc zookeeper bash')
) AS listed (kind, names);
