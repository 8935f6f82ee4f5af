//! Official applications.

use crate::demo::shelf::Shelf;
use crate::image::ImageBuilder;

/// Repository, tags, base, version, port and command.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

const APPLICATIONS: &[Row] = &[
    ("redis", "7.4 7 latest", "debian:bookworm-slim", "7.4.1", "6379", "redis-server"),
    ("redis", "7.4-alpine alpine", "alpine:3.20", "7.4.1", "6379", "redis-server"),
    ("redis", "7.2", "debian:bookworm-slim", "7.2.6", "6379", "redis-server"),
    ("postgres", "17 latest", "debian:bookworm-slim", "17.2", "5432", "postgres"),
    ("postgres", "17-alpine alpine", "alpine:3.20", "17.2", "5432", "postgres"),
    ("postgres", "16", "debian:bookworm-slim", "16.6", "5432", "postgres"),
    ("httpd", "2.4 latest", "debian:bookworm-slim", "2.4.62", "80", "httpd-foreground"),
    ("httpd", "2.4-alpine alpine", "alpine:3.20", "2.4.62", "80", "httpd-foreground"),
    ("memcached", "1.6 latest", "debian:bookworm-slim", "1.6.32", "11211", "memcached"),
    ("memcached", "1.6-alpine", "alpine:3.20", "1.6.32", "11211", "memcached"),
    ("mysql", "8.4 lts", "oraclelinux:9-slim", "8.4.3", "3306", "mysqld"),
    ("mysql", "9.1 latest", "oraclelinux:9-slim", "9.1.0", "3306", "mysqld"),
    ("mariadb", "11.4 lts", "ubuntu:noble", "11.4.4", "3306", "mariadbd"),
    ("mariadb", "10.11", "ubuntu:jammy", "10.11.10", "3306", "mariadbd"),
    ("haproxy", "3.0 latest", "debian:bookworm-slim", "3.0.6", "8080", "haproxy"),
    ("haproxy", "3.0-alpine", "alpine:3.20", "3.0.6", "8080", "haproxy"),
    ("mongo", "8.0 latest", "ubuntu:noble", "8.0.3", "27017", "mongod"),
    ("mongo", "7.0", "ubuntu:jammy", "7.0.15", "27017", "mongod"),
    ("rabbitmq", "4.0 latest", "ubuntu:noble", "4.0.3", "5672", "rabbitmq-server"),
    ("rabbitmq", "4.0-management management", "rabbitmq:4.0", "4.0.3", "15672", "rabbitmq-server"),
    ("ghost", "5 latest", "node:20-slim", "5.101.0", "2368", "node"),
    ("ghost", "5-alpine", "node:20-alpine", "5.101.0", "2368", "node"),
    ("wordpress", "6.7 latest", "php:8.3-apache", "6.7.0", "80", "apache2-foreground"),
    ("wordpress", "6.7-fpm fpm", "php:8.3-fpm", "6.7.0", "9000", "php-fpm"),
    ("drupal", "11 latest", "php:8.3-apache", "11.0.9", "80", "apache2-foreground"),
    ("joomla", "5.2 latest", "php:8.3-apache", "5.2.1", "80", "apache2-foreground"),
    ("nextcloud", "30 latest", "php:8.3-apache", "30.0.2", "80", "apache2-foreground"),
    ("nextcloud", "30-fpm-alpine", "php:8.3-fpm-alpine", "30.0.2", "9000", "php-fpm"),
    ("matomo", "5 latest", "php:8.3-apache", "5.1.2", "80", "apache2-foreground"),
    ("phpmyadmin", "5 latest", "php:8.3-apache", "5.2.1", "80", "apache2-foreground"),
    ("adminer", "4 latest", "php:8.3-alpine", "4.8.4", "8080", "php"),
    ("composer", "2 latest", "php:8.3-alpine", "2.8.2", "80", "composer"),
    ("redmine", "5 latest", "ruby:3.3-slim", "5.1.4", "3000", "rails"),
    ("tomcat", "11.0 latest", "eclipse-temurin:21-jdk-jammy", "11.0.1", "8080", "catalina.sh"),
    ("maven", "3.9 latest", "eclipse-temurin:21-jdk-jammy", "3.9.9", "80", "mvn"),
    ("gradle", "8 latest", "eclipse-temurin:21-jdk-jammy", "8.11", "80", "gradle"),
    ("zookeeper", "3.9 latest", "eclipse-temurin:17-jre", "3.9.3", "2181", "zkServer.sh"),
    ("solr", "9 latest", "eclipse-temurin:17-jre", "9.7.0", "8983", "solr-foreground"),
    ("cassandra", "5.0 latest", "eclipse-temurin:17-jre", "5.0.2", "9042", "cassandra"),
    ("flink", "1.20 latest", "eclipse-temurin:17-jre", "1.20.0", "8081", "help"),
    ("neo4j", "5 latest", "debian:bullseye-slim", "5.25.1", "7474", "neo4j"),
    ("couchdb", "3 latest", "debian:bookworm-slim", "3.4.2", "5984", "couchdb"),
    ("influxdb", "2 latest", "buildpack-deps:bookworm-curl", "2.7.10", "8086", "influxd"),
    ("telegraf", "1.32 latest", "buildpack-deps:bookworm-curl", "1.32.3", "8125", "telegraf"),
    ("mongo-express", "1 latest", "node:20-alpine", "1.0.2", "8081", "mongo-express"),
    ("eclipse-mosquitto", "2 latest", "alpine:3.20", "2.0.20", "1883", "mosquitto"),
    ("traefik", "3.2 latest", "alpine:3.20", "3.2.1", "80", "traefik"),
    ("caddy", "2.8 latest", "alpine:3.20", "2.8.4", "80", "caddy"),
    ("registry", "2 latest", "alpine:3.18", "2.8.3", "5000", "registry"),
    ("docker", "27-cli cli", "alpine:3.20", "27.3.1", "2375", "sh"),
    ("docker", "27 27-dind dind latest", "docker:27-cli", "27.3.1", "2376", "dockerd"),
    ("vault", "1.13", "alpine:3.17", "1.13.3", "8200", "vault"),
    ("kong", "3 latest", "ubuntu:jammy", "3.8.0", "8000", "kong"),
    ("odoo", "18 latest", "ubuntu:jammy", "18.0", "8069", "odoo"),
    ("sonarqube", "lts", "eclipse-temurin:17-jre", "9.9.7", "9000", "sonar"),
];

pub(crate) fn stock(shelf: &mut Shelf) {
    for row in APPLICATIONS {
        let (name, tags, base, ..) = row;
        shelf.official(name, tags, base, "2024-11-14T04:00:00Z", |build| steps(build, row));
    }
    nginx(shelf, "2024-11-14T05:00:00Z");
    bash(shelf);
    hello_world(shelf);
}

fn steps(build: ImageBuilder, row: &Row) -> ImageBuilder {
    let (name, tags, _, version, port, command) = row;
    let variant = tags.split(' ').next().unwrap_or_default();
    let variable = format!("{}_VERSION", name.to_uppercase().replace('-', "_"));
    build
        .run(&format!("set -eux; groupadd -r {name} && useradd -r -g {name} {name}"))
        .env(&variable, version)
        .run(&format!("set -eux; install {name}={version} # {variant}"))
        .volume(&[&format!("/var/lib/{name}")])
        .copy("docker-entrypoint.sh", "/usr/local/bin/")
        .entrypoint(&["docker-entrypoint.sh"])
        .expose(&[port])
        .cmd(&[command])
}

/// Alpine's nginx comes in three storeys: slim, full, otel (case M30).
pub(crate) fn nginx(shelf: &mut Shelf, at: &str) {
    nginx_debian(shelf, at);
    nginx_alpine(shelf, at);
}

pub(crate) fn nginx_debian(shelf: &mut Shelf, at: &str) {
    shelf.official("nginx", "1.27 1 latest", "debian:bookworm-slim", at, nginx_steps);
}

pub(crate) fn nginx_alpine(shelf: &mut Shelf, at: &str) {
    shelf.official("nginx", "1.27-alpine-slim alpine-slim", "alpine:3.20", at, nginx_steps);
    shelf.official("nginx", "1.27-alpine 1-alpine alpine", "nginx:1.27-alpine-slim", at, |build| {
        build
            .env("NJS_VERSION", "0.8.7")
            .env("NJS_RELEASE", "1")
            .run("set -x && apk add --no-cache nginx-module-xslt nginx-module-njs")
    });
    shelf.official("nginx", "1.27-alpine-otel alpine-otel", "nginx:1.27-alpine", at, |build| {
        build.env("OTEL_VERSION", "0.1.0").run("set -x && apk add --no-cache nginx-module-otel")
    });
}

fn nginx_steps(build: ImageBuilder) -> ImageBuilder {
    build
        .label("maintainer", "NGINX Docker Maintainers <docker-maint@nginx.com>")
        .env("NGINX_VERSION", "1.27.2")
        .env("PKG_RELEASE", "1")
        .run("set -x && addgroup --system --gid 101 nginx && install nginx=${NGINX_VERSION}-${PKG_RELEASE}")
        .copy("docker-entrypoint.sh", "/")
        .copy("10-listen-on-ipv6-by-default.sh", "/docker-entrypoint.d")
        .copy("20-envsubst-on-templates.sh", "/docker-entrypoint.d")
        .entrypoint(&["/docker-entrypoint.sh"])
        .expose(&["80"])
        .stop_signal("SIGQUIT")
        .cmd(&["nginx", "-g", "daemon off;"])
}

/// Two builds that share more layers than their parent has, because the build
/// cache served the second from the first; their histories tell them apart.
fn bash(shelf: &mut Shelf) {
    let compile = "set -eux; apk add --no-cache --virtual .build-deps bison gcc make; ./configure; make install";
    shelf.official("bash", "5.2.32", "alpine:3.20", "2024-09-10T00:00:00Z", |build| {
        build.env("_BASH_VERSION", "5.2.32").run(compile).copy("docker-entrypoint.sh", "/usr/local/bin/").cmd(&["bash"])
    });
    let older = shelf.set("bash:5.2.32").to_vec();
    shelf.official("bash", "5.2.37 5.2 5 latest", "alpine:3.20", "2024-10-02T00:00:00Z", |build| {
        let platform = build.top().map(|below| below.diff_id);
        let cache: Vec<_> = older
            .iter()
            .find(|image| image.layers.first().map(|layer| layer.diff_id) == platform)
            .map_or_else(Vec::new, |image| image.layers.iter().skip(1).cloned().collect());
        let [compiled, copied] = cache.as_slice() else { return build };
        build
            .env("_BASH_VERSION", "5.2.37")
            .cached(compiled)
            .run(compile)
            .cached(copied)
            .copy("docker-entrypoint.sh", "/usr/local/bin/")
            .run("ln -s /usr/local/bin/bash /bin/bash")
            .entrypoint(&["docker-entrypoint.sh"])
            .cmd(&["bash"])
    });
}

/// One layer, one file, and an annotation that says so.
fn hello_world(shelf: &mut Shelf) {
    shelf.rootfs("hello-world", "linux latest", "2024-05-02T00:00:00Z", |build| {
        build.copy("hello", "/").cmd(&["/hello"]).annotation("org.opencontainers.image.base.name", "scratch")
    });
}
