//! Languages, each on Debian and, mostly, on Alpine.

use crate::demo::shelf::Shelf;
use crate::image::ImageBuilder;

/// A language: repository, version, and what its variable and command are.
struct Language {
    name: &'static str,
    version: &'static str,
    variable: &'static str,
    command: &'static str,
    at: &'static str,
    /// Tags and the base under them.
    variants: &'static [(&'static str, &'static str)],
}

const LANGUAGES: &[Language] = &[
    Language {
        name: "python",
        version: "3.12.7",
        variable: "PYTHON_VERSION",
        command: "python3",
        at: "2024-11-13T01:00:00Z",
        variants: &[
            ("3.12 3.12-bookworm 3 latest", "buildpack-deps:bookworm"),
            ("3.12-slim 3.12-slim-bookworm slim", "debian:bookworm-slim"),
            ("3.12-alpine 3.12-alpine3.20 alpine", "alpine:3.20"),
            ("3.12-alpine3.19", "alpine:3.19"),
        ],
    },
    Language {
        name: "python",
        version: "3.11.10",
        variable: "PYTHON_VERSION",
        command: "python3",
        at: "2024-11-13T01:10:00Z",
        variants: &[
            ("3.11 3.11-bookworm", "buildpack-deps:bookworm"),
            ("3.11-slim", "debian:bookworm-slim"),
            ("3.11-bullseye", "buildpack-deps:bullseye"),
        ],
    },
    Language {
        name: "node",
        version: "22.11.0",
        variable: "NODE_VERSION",
        command: "node",
        at: "2024-11-13T02:00:00Z",
        variants: &[
            ("22 22-bookworm latest", "buildpack-deps:bookworm"),
            ("22-slim", "debian:bookworm-slim"),
            ("22-alpine alpine", "alpine:3.20"),
        ],
    },
    Language {
        name: "node",
        version: "20.18.0",
        variable: "NODE_VERSION",
        command: "node",
        at: "2024-11-13T02:10:00Z",
        variants: &[
            ("20 20-bookworm", "buildpack-deps:bookworm"),
            ("20-slim 20-bookworm-slim", "debian:bookworm-slim"),
            ("20-alpine", "alpine:3.20"),
            ("20-alpine3.19", "alpine:3.19"),
        ],
    },
    Language {
        name: "golang",
        version: "1.23.3",
        variable: "GOLANG_VERSION",
        command: "bash",
        at: "2024-11-13T03:00:00Z",
        variants: &[
            ("1.23 1.23-bookworm latest", "buildpack-deps:bookworm-scm"),
            ("1.23-alpine alpine", "alpine:3.20"),
        ],
    },
    Language {
        name: "golang",
        version: "1.22.9",
        variable: "GOLANG_VERSION",
        command: "bash",
        at: "2024-11-13T03:10:00Z",
        variants: &[("1.22 1.22-bookworm", "buildpack-deps:bookworm-scm"), ("1.22-alpine", "alpine:3.20")],
    },
    Language {
        name: "ruby",
        version: "3.3.6",
        variable: "RUBY_VERSION",
        command: "irb",
        at: "2024-11-13T04:00:00Z",
        variants: &[
            ("3.3 3.3-bookworm latest", "buildpack-deps:bookworm"),
            ("3.3-slim", "debian:bookworm-slim"),
            ("3.3-alpine alpine", "alpine:3.20"),
        ],
    },
    Language {
        name: "php",
        version: "8.3.13",
        variable: "PHP_VERSION",
        command: "php",
        at: "2024-11-13T05:00:00Z",
        variants: &[
            ("8.3 8.3-cli latest", "debian:bookworm-slim"),
            ("8.3-apache apache", "debian:bookworm-slim"),
            ("8.3-fpm fpm", "debian:bookworm-slim"),
            ("8.3-alpine alpine", "alpine:3.20"),
            ("8.3-fpm-alpine", "alpine:3.20"),
        ],
    },
    Language {
        name: "openjdk",
        version: "24-ea+22",
        variable: "JAVA_VERSION",
        command: "jshell",
        at: "2024-11-13T06:00:00Z",
        variants: &[("24 24-oraclelinux9", "oraclelinux:9-slim"), ("24-slim", "debian:bookworm-slim")],
    },
    Language {
        name: "eclipse-temurin",
        version: "21.0.5+11",
        variable: "JAVA_VERSION",
        command: "jshell",
        at: "2024-11-13T06:10:00Z",
        variants: &[
            ("21 21-jdk 21-jdk-noble latest", "ubuntu:noble"),
            ("21-jdk-jammy", "ubuntu:jammy"),
            ("21-jre 21-jre-noble", "ubuntu:noble"),
            ("21-jdk-alpine", "alpine:3.20"),
        ],
    },
    Language {
        name: "eclipse-temurin",
        version: "17.0.13+11",
        variable: "JAVA_VERSION",
        command: "jshell",
        at: "2024-11-13T06:20:00Z",
        variants: &[("17 17-jdk 17-jdk-jammy", "ubuntu:jammy"), ("17-jre 17-jre-jammy", "ubuntu:jammy")],
    },
    Language {
        name: "rust",
        version: "1.82.0",
        variable: "RUST_VERSION",
        command: "bash",
        at: "2024-11-13T07:00:00Z",
        variants: &[
            ("1.82 1.82-bookworm latest", "buildpack-deps:bookworm"),
            ("1.82-slim slim", "debian:bookworm-slim"),
            ("1.82-alpine alpine", "alpine:3.20"),
        ],
    },
    Language {
        name: "perl",
        version: "5.40.0",
        variable: "PERL_VERSION",
        command: "perl",
        at: "2024-11-13T08:00:00Z",
        variants: &[("5.40 latest", "buildpack-deps:bookworm"), ("5.40-slim", "debian:bookworm-slim")],
    },
    Language {
        name: "gcc",
        version: "14.2.0",
        variable: "GCC_VERSION",
        command: "bash",
        at: "2024-11-13T08:10:00Z",
        variants: &[("14 14.2 latest", "buildpack-deps:bookworm")],
    },
    Language {
        name: "erlang",
        version: "27.1.2",
        variable: "OTP_VERSION",
        command: "erl",
        at: "2024-11-13T08:20:00Z",
        variants: &[
            ("27 latest", "buildpack-deps:bookworm"),
            ("27-slim", "debian:bookworm-slim"),
            ("27-alpine", "alpine:3.20"),
        ],
    },
    Language {
        name: "elixir",
        version: "1.17.3",
        variable: "ELIXIR_VERSION",
        command: "iex",
        at: "2024-11-13T08:30:00Z",
        variants: &[("1.17 latest", "erlang:27"), ("1.17-slim", "erlang:27-slim"), ("1.17-alpine", "erlang:27-alpine")],
    },
    Language {
        name: "julia",
        version: "1.11.1",
        variable: "JULIA_VERSION",
        command: "julia",
        at: "2024-11-13T08:40:00Z",
        variants: &[("1.11 latest", "debian:bookworm-slim")],
    },
    Language {
        name: "haskell",
        version: "9.10.1",
        variable: "GHC",
        command: "ghci",
        at: "2024-11-13T08:50:00Z",
        variants: &[("9.10 latest", "debian:bookworm-slim")],
    },
];

pub(crate) fn stock(shelf: &mut Shelf) {
    for language in LANGUAGES {
        for (tags, base) in language.variants {
            shelf.official(language.name, tags, base, language.at, |build| steps(build, language, tags));
        }
    }
    onbuild(shelf);
}

fn steps(build: ImageBuilder, language: &Language, tags: &str) -> ImageBuilder {
    let Language { name, version, variable, command, .. } = language;
    // Variants on one base are different builds: their first tag tells.
    let variant = tags.split(' ').next().unwrap_or_default();
    build
        .env("PATH", "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin")
        .run(&format!("set -eux; install-dependencies --for {name} # {variant}"))
        .env(variable, version)
        .run(&format!("set -eux; \twget -O {name}.tar.xz \"https://example.org/{name}-{version}.tar.xz\"; \ttar -xf {name}.tar.xz; \trm {name}.tar.xz"))
        .workdir(&format!("/usr/src/{name}"))
        .cmd(&[command])
}

/// A base whose triggers run in its children (case M4: it stands on an image
/// of its own repository).
fn onbuild(shelf: &mut Shelf) {
    shelf.official("node", "20-onbuild", "node:20", "2024-11-13T02:20:00Z", |build| {
        build
            .run("mkdir -p /usr/src/app")
            .workdir("/usr/src/app")
            .onbuild("COPY package.json /usr/src/app/")
            .onbuild("RUN npm install && npm cache clean --force")
            .onbuild("COPY . /usr/src/app")
            .cmd(&["npm", "start"])
    });
}
