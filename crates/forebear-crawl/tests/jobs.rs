//! Job files: what they mean, and where they are wrong.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use forebear_crawl::OnLimit;
use forebear_crawl::operate::jobs::Job;
use forebear_crawl::selection::Source;
use forebear_registry::AuthSource;

/// Reads `text` as the job file `job.toml` of a folder of its own, with a list
/// of names beside it.
fn read(name: &str, text: &str) -> Result<Job, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("jobs").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("names.txt"), "library/alpine\n# one more\n  acme/app  # ours\n").unwrap();
    std::fs::write(folder.join("bad.txt"), "library/alpine\nacme/App\n\n  a b\n").unwrap();
    std::fs::write(folder.join("empty.txt"), "# nothing\n").unwrap();
    std::fs::write(folder.join("job.toml"), text).unwrap();
    let shown = format!("{}/", folder.display());
    Job::read(&folder.join("job.toml")).map_err(|error| error.to_string().replace(&shown, ""))
}

const REGISTRY: &str = "name = \"j\"\n[registry]\nhost = \"r.example\"\n";

#[test]
fn the_contract_s_example_is_understood() {
    let text = r#"
name = "official-nightly"
schedule = "0 3 * * *"                 # cron, five fields
timezone = "UTC"

[registry]
host = "docker.io"                     # or "127.0.0.1:5000", "ghcr.io", …
rate = "5/s"                           # requests of every kind
concurrency = 4
quota_reserve = 10                     # stop while this many pulls are left
on_limit = "park"                      # park: exit 4, resumable; wait: sleep until the hold ends
auth = "anonymous"                     # anonymous | docker-config | env
name_as = "mirror.example"             # store under this registry's name

[select]
source = "list"                        # catalog | list | file | namespace
repositories = ["library/*"]           # globs; for list, names
tags = { include = ["*"], exclude = ["*-rc*"], newest = 50 }
platforms = ["linux/amd64", "linux/arm64"]   # empty: all

[limits]
max_duration = "2h"

[publish]
index = false
"#;
    let job = read("contract", text).unwrap();
    assert_eq!(job.name.as_str(), "official-nightly");
    assert_eq!(job.schedule.unwrap().to_string(), "0 3 * * * UTC");
    let registry = &job.registry;
    assert_eq!(registry.options().quota_reserve, 10);
    assert_eq!((registry.host.as_str(), registry.concurrency, registry.quota_reserve), ("docker.io", 4, 10));
    assert_eq!(registry.rate.unwrap().to_string(), "5/s");
    assert_eq!((registry.on_limit, registry.auth), (OnLimit::Park, AuthSource::Anonymous));
    assert_eq!(registry.name_as.as_ref().unwrap().as_str(), "mirror.example");
    // A glob in a list: Docker Hub lists the namespace, and that is said.
    assert_eq!(
        (job.select.source, job.select.repositories.as_slice()),
        (Source::Namespace, &["library/*".to_owned()][..])
    );
    assert!(job.remarks[0].contains("line 17: 'library/*' in a list is a glob"), "{:?}", job.remarks);
    let tags = &job.select.tags;
    assert_eq!(
        (&*tags.include, &*tags.exclude, tags.newest),
        (&["*".to_owned()][..], &["*-rc*".to_owned()][..], Some(50))
    );
    let platforms: Vec<String> = job.select.platforms.iter().map(ToString::to_string).collect();
    assert_eq!(platforms, ["linux/amd64", "linux/arm64"]);
    assert_eq!((job.max_duration, job.publish), (Some(Duration::from_secs(7200)), false));
}

#[test]
fn what_is_left_out_has_a_default() {
    let job = read("least", REGISTRY).unwrap();
    assert!(job.schedule.is_none() && job.publish && job.max_duration.is_none() && job.remarks.is_empty());
    assert_eq!((job.select.source, job.registry.concurrency, job.registry.rate), (Source::Auto, 8, None));
    let options = job.registry.options();
    assert_eq!((options.quota_reserve, options.plain_http), (0, false));
}

#[test]
fn sources() {
    #[track_caller]
    fn check(name: &str, host: &str, select: &str, expected: (Source, &[&str])) {
        let job = read(name, &format!("name = \"j\"\n[registry]\nhost = \"{host}\"\n[select]\n{select}")).unwrap();
        assert_eq!(
            (job.select.source, job.select.repositories),
            (expected.0, expected.1.iter().map(|s| (*s).to_owned()).collect())
        );
    }
    let names = &["library/alpine", "acme/app"];
    check("s1", "r.example", "source = \"catalog\"", (Source::Catalog, &[]));
    check("s2", "r.example", "source = \"list\"\nrepositories = [\"a/b\"]", (Source::List, &["a/b"]));
    check("s3", "r.example", "source = \"file\"\nfile = \"names.txt\"", (Source::List, names));
    check("s4", "docker.io", "source = \"namespace\"\nrepositories = [\"acme/*\"]", (Source::Namespace, &["acme/*"]));
    // A mirror does not list namespaces.
    check(
        "s5",
        "127.0.0.1:5000",
        "source = \"list\"\nrepositories = [\"library/*\"]",
        (Source::Catalog, &["library/*"]),
    );
    check("s6", "docker.io", "source = \"list\"\nrepositories = [\"*/x\"]", (Source::Catalog, &["*/x"]));
}

/// Fails unless the file is refused with exactly these lines.
#[track_caller]
fn check(name: &str, text: &str, expected: &[&str]) {
    let error = read(name, text).unwrap_err();
    assert_eq!(error.lines().collect::<Vec<_>>(), expected, "{error}");
}

#[test]
fn mistakes_have_a_line_and_a_column() {
    check("m1", "name = \n", &["job.toml:1:8: string values must be quoted, expected literal string"]);
    check("m2", "[registry]\nhost = \"r.example\"\n", &["job.toml:1:1: missing field `name`"]);
    let unknown = "job.toml:4:1: unknown field `ratte`, expected one of `host`, `rate`, `concurrency`, `quota_reserve`, `on_limit`, `auth`, `name_as`, `strip_prefix`, `namespace_api`, `ca_file`, `plain_http`, `insecure`";
    check("m3", &format!("{REGISTRY}ratte = \"5/s\"\n"), &[unknown]);
    check(
        "m4",
        &format!("{REGISTRY}concurrency = \"8\"\n"),
        &["job.toml:4:15: invalid type: string \"8\", expected i64"],
    );
    check(
        "m5",
        &format!("{REGISTRY}auth = \"mine\"\n"),
        &[
            "job.toml:4:8: unknown variant `mine`, expected one of `default`, `anonymous`, `none`, `docker-config`, `env`",
        ],
    );
    let not_a_name =
        "job.toml:1:8: 'a b' is no name for a job: 1 to 64 letters, digits, '.', '_' or '-', a letter or digit first";
    check("m6", "name = \"a b\"\n[registry]\nhost = \"r.example\"\n", &[not_a_name]);
    check(
        "m7",
        "name = \"j\"\nschedule = \"0 3 * *\"\ntimezone = \"Mars\"\n[registry]\nhost = \"ftp://x\"\nrate = \"fast\"\n[limits]\nmax_duration = \"0s\"\n",
        &[
            "job.toml:2:12: '0 3 * *' has 4 fields; a schedule has five: minute hour day-of-month month day-of-week",
            "job.toml:3:12: 'Mars' is no time zone; write UTC or an IANA name such as Europe/Berlin",
            "job.toml:5:8: 'ftp://x' is not a registry: give its host alone, such as ghcr.io or 127.0.0.1:5000",
            "job.toml:6:8: 'fast' is not a rate: it does not say in what time (write 20/s, 100/m, 500/h, 200/6h or none)",
            "job.toml:8:16: '0s' is shorter than a second; a run would end before it began",
        ],
    );
    // Columns count characters, not bytes.
    check(
        "m8",
        &format!("{REGISTRY}[select]\ntags = {{ include = [\"ü\", \"[\"] }}\n"),
        &["job.toml:5:26: '[' is not a glob: unclosed character class; missing ']'"],
    );
    check(
        "m9",
        &format!("{REGISTRY}rate = \"none\"\n"),
        &["job.toml:3:8: rate none is for loopback registries only, and r.example is not one"],
    );
    check(
        "m10",
        &format!("{REGISTRY}concurrency = 0\nquota_reserve = -1\n"),
        &[
            "job.toml:4:15: concurrency is 0; it goes from 1 to 256",
            "job.toml:5:17: quota_reserve is -1; it goes from 0 to 1000000000",
        ],
    );
    check(
        "m11",
        "name = \"j\"\ntimezone = \"UTC\"\n[registry]\nhost = \"r.example\"\n",
        &["job.toml:2:12: a time zone without a schedule"],
    );
}

/// A prefix that is taken off goes with the registry whose names are left, and
/// what is named is below it.
#[test]
fn p305_mistakes_about_a_prefix() {
    let mirror = |more: &str| format!("{REGISTRY}name_as = \"docker.io\"\nstrip_prefix = {more}\n");
    let job = read("p1", &mirror("\"dockerhub/\"\n[select]\nrepositories = [\"dockerhub/library/*\"]")).unwrap();
    assert_eq!(job.registry.options().strip_prefix.map(|prefix| prefix.to_string()).as_deref(), Some("dockerhub/"));
    check(
        "p2",
        &format!("{REGISTRY}strip_prefix = \"dockerhub/\"\n"),
        &["job.toml:4:16: strip_prefix goes with name_as: the registry whose names these are without it"],
    );
    check(
        "p3",
        &mirror("\"/dockerhub\""),
        &["job.toml:5:16: '/dockerhub' is no prefix of repository names; write it as dockerhub/"],
    );
    check(
        "p4",
        &mirror("\"dockerhub\"\n[select]\nsource = \"list\"\nrepositories = [\"dockerhub/a/b\", \"library/alpine\"]"),
        &[
            "job.toml:8:34: 'library/alpine' is not below dockerhub/, which is taken off: write it as the registry does, dockerhub/library/alpine",
        ],
    );
    check(
        "p5",
        &format!("{REGISTRY}name_as = \"r.example\"\nstrip_prefix = \"dockerhub/\"\n"),
        &[
            "job.toml:3:8: without 'dockerhub/' its repositories are another registry's: say which by name_as (--name-as docker.io)",
        ],
    );
}

#[test]
fn mistakes_in_what_is_selected() {
    let select = |text: &str| format!("{REGISTRY}[select]\n{text}\n");
    check(
        "l1",
        &select("source = \"list\""),
        &["job.toml:5:10: source = \"list\" needs repositories = [\"…\"] with their names"],
    );
    check(
        "l2",
        &select("source = \"namespace\"\nrepositories = [\"a/*\"]"),
        &["job.toml:5:10: r.example is not known to list namespaces, as docker.io does; use its catalog, or a list"],
    );
    check(
        "l3",
        &select("source = \"file\""),
        &["job.toml:5:10: source = \"file\" needs file = \"…\": a list of repositories, one a line"],
    );
    check("l4", &select("file = \"names.txt\""), &["job.toml:5:8: a file is read with source = \"file\" only"]);
    check(
        "l5",
        &select("source = \"file\"\nfile = \"names.txt\"\nrepositories = [\"a\"]"),
        &["job.toml:7:16: with source = \"file\" the repositories stand in that file"],
    );
    check(
        "l6",
        &select("platforms = [\"linux\"]"),
        &[
            "job.toml:5:14: 'linux' is not a platform: write os/architecture[/variant][:os.version], such as linux/arm64",
        ],
    );
    // Mistakes in a list have their places in that file.
    let bad = read("l7", &select("source = \"file\"\nfile = \"bad.txt\"")).unwrap_err();
    let places: Vec<&str> = bad.lines().filter_map(|line| line.split(": ").next()).collect();
    assert_eq!(places, ["bad.txt:2:1", "bad.txt:4:3"], "{bad}");
    check(
        "l8",
        &select("source = \"file\"\nfile = \"empty.txt\""),
        &["empty.txt: it names no repository; write one a line"],
    );
    let gone = read("l9", &select("source = \"file\"\nfile = \"gone.txt\"")).unwrap_err();
    assert!(gone.starts_with("gone.txt: No such file"), "{gone}");
}

#[test]
fn the_examples_in_jobs_can_be_run() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../jobs");
    let (jobs, errors) = forebear_crawl::operate::schedule::read(&folder).unwrap();
    assert!(errors.is_empty(), "{errors:?}");
    assert!(jobs.len() >= 4 && jobs.iter().all(|job| job.schedule.is_some() && job.remarks.is_empty()), "{jobs:?}");
    for job in jobs {
        let (name, file) = (job.name.as_str(), job.file.as_deref().and_then(Path::file_stem).unwrap());
        assert_eq!(name, file, "a file is named like its job");
        // A sane citizen: nobody else's registry is asked without a limit.
        let loopback = job.registry.host.as_str().starts_with("127.");
        assert!(loopback || job.registry.rate.is_some(), "{name}");
        if job.registry.host.is_docker_hub() {
            assert!(job.registry.quota_reserve > 0 && job.max_duration.is_some() && job.select.tags.newest.is_some());
            assert_eq!(job.registry.on_limit, OnLimit::Park);
        }
    }
}
