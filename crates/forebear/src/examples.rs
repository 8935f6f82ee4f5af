//! Examples of every command's help. A test parses each line that begins with
//! `$ forebear`.

pub(crate) const ALL: &str = "\
Examples:
  $ forebear parent python:3.12-slim
  $ forebear parent docker://ghcr.io/acme/shop:5
  $ docker save acme/shop | forebear parent docker-archive:-
  $ forebear ls 'library/*'

'forebear COMMAND --help' has examples of each command, 'forebear man COMMAND' its manual page.";

pub(crate) const PARENT: &str = "\
Examples:
  $ forebear parent python:3.12-slim
  $ forebear parent f6d8b38a065e                       a digest, as other answers print it
  $ forebear parent docker://ghcr.io/acme/shop:5       asks the registry now
  $ forebear parent docker-archive:image.tar --json
  $ forebear parent - < images                         JSON Lines; '#' begins a comment
  $ forebear parent acme/shop:5 --format labels        for docker build --label

Exit code: 0 a parent is known, 1 none is, 2 error.";

pub(crate) const LINEAGE: &str = "\
Examples:
  $ forebear lineage acme/shop:5
  $ forebear lineage acme/shop:5 acme/api:1.0 --json
  $ forebear lineage acme/shop:5 --format svg > lineage.svg
  $ forebear lineage - --format dot < images | dot -Tpdf -o estate.pdf

Exit code: 0 a parent is known, 1 none is, 2 error.";

pub(crate) const SBOM: &str = "\
Examples:
  $ forebear sbom acme/shop:5 > bases.cdx.json
  $ forebear sbom acme/shop:5 --format spdx
  $ forebear sbom acme/shop:5 --enrich sbom.cdx.json
  $ syft acme/shop:5 -o cyclonedx-json | forebear sbom acme/shop:5 --enrich -
  $ trivy image acme/shop:5 --format spdx-json | forebear sbom acme/shop:5 --enrich -

Exit code: 0 a parent is known, 1 none is, 2 error.";

pub(crate) const LAYERS: &str = "\
Examples:
  $ forebear layers acme/shop:5
  $ forebear layers docker-archive:image.tar --files
  $ forebear layers acme/shop:5 --no-trunc

Exit code: 0 answered, 2 error.";

pub(crate) const DOCKERFILE: &str = "\
Examples:
  $ forebear dockerfile acme/shop:5 > Dockerfile
  $ forebear dockerfile docker://ghcr.io/acme/shop:5 --files

Exit code: 0 the parent is known, 1 it is not, 2 error.";

pub(crate) const CHILDREN: &str = "\
Examples:
  $ forebear children debian:12.8
  $ forebear children debian:12.8 --all --limit 20
  $ forebear children nginx:alpine --any-build         also those on earlier builds of it
  $ forebear children f6d8b38a065e --json

Exit code: 0 there are some, 1 there are none, 2 error.";

pub(crate) const OUTDATED: &str = "\
Examples:
  $ forebear outdated
  $ forebear outdated 'acme/*' --json
  $ forebear outdated 'ghcr.io/**' --limit 20

Exit code: 0 nothing is outdated, 1 something is, 2 error.";

pub(crate) const DIFF: &str = "\
Examples:
  $ forebear diff acme/shop:4 acme/shop:5
  $ forebear diff acme/shop:5 docker://ghcr.io/acme/shop:5

Exit code: 0 the same image or the same build, 1 another, 2 error.";

pub(crate) const CHECK: &str = "\
Examples:
  $ forebear check acme/shop:5 --approved approved.txt
  $ forebear check docker://ghcr.io/acme/shop:5 --approved approved.txt --max-behind 1
  $ forebear check acme/shop:5 --approved approved.txt --max-index-age 7d
  $ forebear check - --approved approved.txt < images            JSON Lines, one for each

The nearest approved ancestor decides.

Exit code: 0 all are approved, 1 one is outdated or not approved, 2 error, 3 nothing is known to
judge by, or the index is too old.";

pub(crate) const FIND: &str = "\
Examples:
  $ forebear find f6d8b38a065e
  $ forebear find sha256:ebcefb2ee4eb --limit 20

Exit code: 0 found, 1 nothing has it, 2 error.";

pub(crate) const VERIFY: &str = "\
Examples:
  $ forebear verify docker://ghcr.io/acme/shop:5
  $ forebear verify oci:layout oci-archive:image.tar

Exit code: 0 intact, 1 not intact, 2 error.";

pub(crate) const STATS: &str = "\
Examples:
  $ forebear stats
  $ forebear stats --repositories      what is missing of each, and why
  $ forebear stats --json

Exit code: 0 answered, 2 error.";

pub(crate) const INDEX: &str = "\
Examples:
  $ forebear index verify
  $ forebear index verify --index copied.index

Exit code: 0 intact, 1 not intact, 2 error.";

pub(crate) const LS: &str = "\
Examples:
  $ forebear ls
  $ forebear ls nginx                 every repository that ends in it, or lies below it
  $ forebear ls 'docker.io/library/*'

Exit code: 0 there are some, 1 there are none, 2 error.";

pub(crate) const TAGS: &str = "\
Examples:
  $ forebear tags python
  $ forebear tags 'python:3.12*'
  $ forebear tags docker.io/library/python --json

Exit code: 0 there are some, 1 there are none, 2 error.";

pub(crate) const HISTORY: &str = "\
Examples:
  $ forebear history nginx:alpine
  $ forebear history 'nginx:1.27*' --json
  $ forebear history nginx --format renovate > nginx.json    a custom datasource of Renovate

Exit code: 0 something was observed, 1 nothing was, 2 error.";

pub(crate) const COMPLETIONS: &str = "\
Examples:
  $ forebear completions bash > ~/.local/share/bash-completion/completions/forebear
  $ forebear completions zsh > ~/.zfunc/_forebear
  $ forebear completions fish > ~/.config/fish/completions/forebear.fish

Names of images are completed from the index.";

pub(crate) const MAN: &str = "\
Examples:
  $ forebear man parent | man -l -
  $ forebear man --dir ~/.local/share/man/man1";

pub(crate) const EXPORT: &str = "\
Examples:
  $ forebear export dataset --format parquet
  $ forebear export acme --format csv --repo 'acme/*' --csv-safe
  $ forebear export march --format jsonl --as-of 2026-03-01 --table parents --table images
  $ forebear export arm --format parquet --platform linux/arm64 --platform linux/arm/v7
  $ forebear export dataset --format parquet --partition-by registry --report last-run.json
  $ forebear export site --format html                 then open site/index.html
  $ forebear export estate.graphml --format graphml --repo 'acme/*'

Then, in DuckDB:
  SELECT base.repository, count(*) FROM 'dataset/parents.parquet'
  JOIN 'dataset/images.parquet' base ON base.image = parent GROUP BY 1 ORDER BY 2 DESC;

Exit code: 0 written, 2 error.";
