//! Examples of every command's help. A test parses each line that begins with
//! `$ forebear-crawl`.

pub(super) const ALL: &str = "\
Examples:
  $ forebear-crawl run --registry 127.0.0.1:5000
  $ forebear-crawl run jobs/docker-hub-official.toml
  $ forebear-crawl status --watch

Environment:
  FOREBEAR_DATA        the data folder, as --data
  HTTPS_PROXY          the proxy for registries that are not on this machine; also
                       HTTP_PROXY, ALL_PROXY and, for those without, NO_PROXY
  REGISTRY_AUTH_FILE   logins, before those of podman and Docker

'forebear-crawl COMMAND --help' has examples of each command, 'forebear-crawl man COMMAND' its
manual page.";

pub(super) const RUN: &str = "\
Examples:
  $ forebear-crawl run --registry 127.0.0.1:5000 --name-as docker.io
  $ forebear-crawl run --registry docker.io --repo 'library/*' --rate 1/s
  $ forebear-crawl run --registry ghcr.io --repo my-org/base --dry-run
  $ forebear-crawl run jobs/quay.toml jobs/ghcr-list.toml --rate 2/s

Exit code: 0 all done, 2 nothing could be done, 3 finished, but some items failed or nothing was
matched, 4 stopped on a limit or the registry is gone: run it again to go on, 130 interrupted: run
it again to go on.";

pub(super) const SCHEDULE: &str = "\
Examples:
  $ forebear-crawl schedule jobs
  $ forebear-crawl schedule /etc/forebear/jobs --data /var/lib/forebear";

pub(super) const VALIDATE: &str = "\
Examples:
  $ forebear-crawl validate jobs/quay.toml
  $ forebear-crawl validate jobs/*.toml

Exit code: 0 all are valid, 2 one is not.";

pub(super) const STATUS: &str = "\
Examples:
  $ forebear-crawl status --watch
  $ forebear-crawl status official-nightly
  $ forebear-crawl status forget cli-127.0.0.1-5000";

pub(super) const PUBLISH: &str = "\
Examples:
  $ forebear-crawl publish
  $ forebear-crawl publish --data restored

Exit code: 0 published, 2 not: the index in force stays.";

pub(super) const FAILURES: &str = "\
Examples:
  $ forebear-crawl failures
  $ forebear-crawl failures --json

'forebear-crawl run --retry-failed' tries them at once.";

pub(super) const STORE: &str = "\
Examples:
  $ forebear-crawl store check
  $ forebear-crawl store compact --data /var/lib/forebear

Nobody may crawl there meanwhile.
Exit code: 0 nothing is lost, 2 something is, or error.";

pub(super) const COMPLETIONS: &str = "\
Examples:
  $ forebear-crawl completions bash > ~/.local/share/bash-completion/completions/forebear-crawl
  $ forebear-crawl completions zsh > ~/.zfunc/_forebear-crawl";

pub(super) const MAN: &str = "\
Examples:
  $ forebear-crawl man | man -l -
  $ forebear-crawl man run > forebear-crawl-run.1";
