//! The counting name, against what people who know these repositories would say: written by
//! hand, from the tags that maintainers publish, before the rule was.
//!
//! "Library" is github.com/docker-library/official-images, `library/NAME`, whose `Tags:` lines
//! list what leads to one build; the others name their page.

use forebear_index::names::{Line, Tagged, counting, shown_tag};

/// A case: where it is from, the tags of one build, and the answer.
///
/// `*` after a tag: it was seen leading to several builds; `!`: it is gone; `@` before it: the
/// image declares it; in brackets: the list of approved bases does not mean it. The answer is the
/// counting name, with `moves` where nothing spells it out and it was seen moving, `unproven`
/// where nothing tells, and the pin that was declared.
type Case = (&'static str, &'static str, &'static str);

const CASES: &[Case] = &[
    // Languages: a pin, a line, wider lines, each with and without the distribution.
    (
        "library/python",
        "3.14.0-slim-trixie 3.14-slim-trixie 3-slim-trixie slim-trixie 3.14.0-slim 3.14-slim 3-slim slim",
        "3.14-slim-trixie",
    ),
    ("library/python, shared", "3.14.0-trixie 3.14-trixie 3-trixie trixie 3.14.0 3.14 3 latest", "3.14-trixie"),
    ("library/python, an older minor", "3.12.12-slim-bookworm 3.12-slim-bookworm", "3.12-slim-bookworm"),
    (
        "library/python, two numbers",
        "3.14.0-alpine3.22 3.14-alpine3.22 3-alpine3.22 alpine3.22 3.14.0-alpine 3.14-alpine 3-alpine alpine",
        "3.14-alpine3.22",
    ),
    (
        "library/python, the older alpine",
        "3.14.0-alpine3.21 3.14-alpine3.21 3-alpine3.21 alpine3.21",
        "3.14-alpine3.21",
    ),
    (
        "library/python, a release candidate, once seen",
        "3.15.0a2-slim-trixie 3.15-rc-slim-trixie 3.15.0a2-slim 3.15-rc-slim",
        "3.15-rc-slim-trixie unproven",
    ),
    (
        "library/python, a release candidate, two builds",
        "3.15.0a2-slim-trixie 3.15-rc-slim-trixie* 3.15.0a2-slim 3.15-rc-slim*",
        "3.15-rc-slim-trixie moves",
    ),
    (
        "library/python, Windows",
        "3.14.0-windowsservercore-ltsc2025 3.14-windowsservercore-ltsc2025 3-windowsservercore-ltsc2025 windowsservercore-ltsc2025",
        "3.14-windowsservercore-ltsc2025",
    ),
    ("library/python, the pin rebuilt in place", "3.12.7-slim* 3.12-slim* slim*", "3.12-slim"),
    ("library/python, the line moved on", "3.12.7-slim 3.12-slim* 3-slim* slim*", "3.12-slim"),
    ("library/node", "8.11.4-jessie 8.11-jessie 8-jessie carbon-jessie 8.11.4 8.11 8 carbon", "8.11-jessie"),
    ("library/node, one distribution", "8.11.4-alpine 8.11-alpine 8-alpine carbon-alpine", "8.11-alpine"),
    ("library/node, the version last", "chakracore-10.6.0 chakracore-10.6 chakracore-10 chakracore", "chakracore-10.6"),
    ("library/golang, 2018", "1 1-stretch 1.9 1.9-stretch 1.9.2 1.9.2-stretch latest stretch", "1.9-stretch"),
    (
        "library/golang, 2018, two numbers",
        "1-alpine 1-alpine3.6 1.9-alpine 1.9-alpine3.6 1.9.2-alpine 1.9.2-alpine3.6 alpine alpine3.6",
        "1.9-alpine3.6",
    ),
    ("library/golang, 2018, beta", "1.10-rc 1.10-rc-stretch 1.10beta1 1.10beta1-stretch rc rc-stretch", "rc-stretch"),
    (
        "library/ruby, 2018",
        "2-slim 2-slim-stretch 2.5-slim 2.5-slim-stretch 2.5.0-slim 2.5.0-slim-stretch slim slim-stretch",
        "2.5-slim-stretch",
    ),
    (
        "library/php",
        "7.2.3-apache-stretch 7.2-apache-stretch 7-apache-stretch 7.2.3-apache 7.2-apache 7-apache apache",
        "7.2-apache-stretch",
    ),
    // Java: updates, builds after an underscore, JDK and JRE.
    ("library/eclipse-temurin, 8", "8u412-b08-jdk-alpine 8-jdk-alpine 8-alpine", "8-jdk-alpine"),
    (
        "library/eclipse-temurin, 8, shared",
        "8u412-b08-jdk-jammy 8-jdk-jammy 8-jammy 8u412-b08-jdk 8-jdk 8",
        "8-jdk-jammy",
    ),
    (
        "library/eclipse-temurin, 21",
        "21.0.4_7-jdk-noble 21-jdk-noble 21-noble 21.0.4_7-jdk 21-jdk 21 latest",
        "21-jdk-noble",
    ),
    (
        "library/eclipse-temurin, UBI",
        "17.0.11_9-jdk-ubi9-minimal 17-jdk-ubi9-minimal 17-ubi9-minimal",
        "17-jdk-ubi9-minimal",
    ),
    (
        "library/openjdk, early access",
        "24-ea-22-jdk-oraclelinux9 24-ea-jdk-oraclelinux9 24-ea-oraclelinux9",
        "24-ea-jdk-oraclelinux9",
    ),
    (
        "library/jetty",
        "12.1.13-jdk21 12.1-jdk21 12-jdk21 12.1.13-jdk21-eclipse-temurin 12.1-jdk21-eclipse-temurin 12-jdk21-eclipse-temurin jdk21",
        "12.1-jdk21-eclipse-temurin",
    ),
    (
        "library/jetty, a number in a word",
        "12.1.13-jdk21-amazoncorretto 12.1.13-jdk21-al2023-amazoncorretto 12.1-jdk21-amazoncorretto 12.1-jdk21-al2023-amazoncorretto 12-jdk21-amazoncorretto",
        "12.1-jdk21-al2023-amazoncorretto",
    ),
    // Distributions: releases, code names, dates.
    ("library/debian", "bookworm bookworm-20260202 12.13 12", "12"),
    ("library/debian, the latest", "trixie trixie-20260202 13.3 13 latest", "13"),
    ("library/debian, slim", "bookworm-slim bookworm-20260202-slim 12.13-slim 12-slim", "12-slim"),
    ("library/debian, a suite by its role", "stable-slim stable-20260202-slim", "stable-slim"),
    ("library/debian, two words", "rc-buggy rc-buggy-20260202", "rc-buggy"),
    ("library/debian, no date", "trixie-backports", "trixie-backports unproven"),
    ("library/debian, no date, moved", "trixie-backports*", "trixie-backports moves"),
    ("library/debian, 2018", "9 9.3 latest stretch stretch-20171210", "9"),
    ("library/ubuntu, 2016", "14.04.4 14.04 trusty-20160317 trusty latest", "14.04"),
    ("library/ubuntu, 2016, no point release", "16.04 xenial-20160317 xenial", "xenial"),
    ("library/ubuntu, a date with a count", "jammy 22.04 jammy-20240911.1", "jammy"),
    ("library/ubuntu, all moved", "24.04* noble* latest* noble-20241011", "noble"),
    ("library/alpine", "3.16.2 3.16 3 latest", "3.16"),
    ("library/alpine, an older branch", "3.13.12 3.13", "3.13"),
    ("library/alpine, edge", "20220715 edge*", "edge moves"),
    ("library/alpine, edge, once seen", "20220715 edge", "edge unproven"),
    ("library/amazonlinux", "2016.09.1.20161221 2016.09 latest", "2016.09"),
    (
        "library/amazonlinux, words first and last",
        "2016.09.1.20161221-with-sources 2016.09-with-sources with-sources",
        "2016.09-with-sources",
    ),
    ("library/rockylinux", "9.0.20220712 9 9.0", "9.0"),
    ("library/rockylinux, minimal", "9.0.20220712-minimal 9-minimal 9.0-minimal", "9.0-minimal"),
    ("library/archlinux", "latest base base-20250420.0.338771", "base"),
    ("library/archlinux, two words", "base-devel base-devel-20250420.0.338771", "base-devel"),
    ("library/busybox", "1.32.0-glibc 1.32-glibc 1-glibc glibc", "1.32-glibc"),
    ("library/busybox, shared", "1.32.0 1.32 1 latest", "1.32"),
    // Servers: roles beside versions.
    ("library/nginx, mainline", "1.21.1 mainline 1 1.21 latest", "1.21"),
    ("library/nginx, mainline moved with it", "1.21.1 mainline* 1* 1.21* latest*", "1.21"),
    ("library/nginx, stable", "1.20.1-alpine stable-alpine 1.20-alpine", "1.20-alpine"),
    (
        "library/nginx, two words",
        "1.21.1-alpine-perl mainline-alpine-perl 1-alpine-perl 1.21-alpine-perl alpine-perl",
        "1.21-alpine-perl",
    ),
    ("library/postgres", "9.6.15-alpine 9.6-alpine 9-alpine", "9.6-alpine"),
    ("library/postgres, beta", "12-beta3-alpine 12-alpine", "12-alpine"),
    ("library/postgres, two parts", "11.5 11 latest", "11"),
    // Elsewhere.
    (
        "mcr.microsoft.com/dotnet/aspnet, README",
        "8.0.11-bookworm-slim 8.0-bookworm-slim 8.0.11 8.0",
        "8.0-bookworm-slim",
    ),
    (
        "mcr.microsoft.com/dotnet/aspnet, README, by machine",
        "8.0.11-alpine3.20-amd64 8.0-alpine3.20-amd64 8.0-alpine-amd64",
        "8.0-alpine3.20-amd64",
    ),
    ("gcr.io/distroless/static-debian12, README", "latest* nonroot-amd64", "latest moves"),
    ("gcr.io/distroless/static-debian12, README, once seen", "debug-nonroot", "debug-nonroot unproven"),
    ("docker.io/bitnami/postgresql, README", "17 17-debian-12 17.2.0 17.2.0-debian-12-r1", "17-debian-12"),
    ("docker.io/rust, nightly of rust-lang, Hub page", "nightly nightly-2024-11-12", "nightly"),
    ("ghcr.io/home-assistant/home-assistant, releases", "2024.11 2024.11.3 stable latest", "2024.11"),
    ("docker.io/traefik, Hub page", "v3.2.1 v3.2 v3 3.2.1 3.2 3 latest", "3.2"),
    ("docker/metadata-action, README, branches", "main* main-1a2b3c4 sha-1a2b3c4", "main moves"),
    ("docker/metadata-action, README, semver", "1.2.3 1.2 1 latest", "1.2"),
    ("a version alone", "5.2.37", "5.2.37 unproven"),
    ("a version alone, rebuilt in place", "5.2.37*", "5.2.37 moves"),
    ("a digest alone has none", "", ""),
    // What the image declares.
    (
        "FROM a line that is not the widest",
        "3.14.0-slim-trixie 3.14-slim-trixie 3.14.0-slim @3.14-slim 3-slim",
        "3.14-slim",
    ),
    ("FROM a wide line", "3.14.0-slim 3.14-slim @3-slim slim", "3-slim"),
    ("FROM a pin", "@3.12.7-slim 3.12-slim slim", "3.12-slim (pinned 3.12.7-slim)"),
    ("FROM a pin that was rebuilt in place", "@3.12.7-slim* 3.12-slim* slim*", "3.12-slim (pinned 3.12.7-slim)"),
    ("FROM a dated pin", "bookworm @bookworm-20260202 12.13 12", "12 (pinned bookworm-20260202)"),
    ("FROM latest, seen moving", "3.20.3 3.20* 3* @latest*", "latest moves"),
    ("FROM latest, not seen moving", "3.20.3 3.20 3 @latest", "3.20"),
    ("FROM a pin that stands alone", "@5.2.37", "5.2.37 unproven"),
    // Lines that are gone.
    ("a line was deleted, another goes on", "22.11.0-slim 22.11-slim! 22-slim", "22-slim"),
    ("all lines were deleted", "22.11.0-slim 22.11-slim! 22-slim!", "22.11-slim"),
    // What a list of approved bases means.
    ("approved alpine:3.20", "(3.20.3) 3.20 (3) (latest)", "3.20"),
    ("approved alpine:3.20.*", "3.20.3 (3.20*) (3*) (latest*)", "3.20.3 unproven"),
    ("approved nginx:alpine", "(1.27-alpine*) (1-alpine*) alpine*", "alpine"),
    ("approved latest", "(3.20.3) (3.20*) latest*", "latest moves"),
    ("approved nothing of it", "(3.20.3) (3.20)", ""),
];

/// Names of a case: text, whether it moved, whether it is declared, and as the rule takes it.
fn names(text: &'static str) -> (Vec<Tagged<'static>>, Vec<bool>, Option<usize>) {
    let (mut names, mut moved, mut declared) = (Vec::new(), Vec::new(), None);
    for (at, word) in text.split_whitespace().enumerate() {
        let bare = word.trim_start_matches('(').trim_end_matches(')');
        let tag = bare.trim_start_matches('@').trim_end_matches(['*', '!']);
        moved.push(bare.ends_with('*'));
        declared = declared.or(bare.starts_with('@').then_some(at));
        names.push(Tagged { tag, gone: bare.ends_with('!'), admitted: !word.starts_with('(') });
    }
    (names, moved, declared)
}

fn told(text: &'static str) -> String {
    let (names, moved, declared) = names(text);
    let Some(found) = counting(&names, declared, |at| moved[at]) else { return String::new() };
    let mut told = names[found.name].tag.to_owned();
    match found.line {
        Line::SpelledOutBy(_) => {}
        Line::SeenToMove => told.push_str(" moves"),
        Line::Unproven => told.push_str(" unproven"),
    }
    if let Some(pinned) = found.pinned {
        told.push_str(&format!(" (pinned {})", names[pinned].tag));
    }
    told
}

#[test]
fn p501_the_counting_name() {
    assert!(CASES.len() > 60);
    let wrong: Vec<String> = CASES
        .iter()
        .filter(|(_, tags, expected)| told(tags) != *expected)
        .map(|(source, tags, expected)| format!("{source}: of {tags}: '{}', not '{expected}'", told(tags)))
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), CASES.len(), wrong.join("\n"));
}

/// The answer hangs on the names, not on their order.
#[test]
fn p501_in_any_order() {
    for (source, text, expected) in CASES {
        let mut words: Vec<&str> = text.split_whitespace().collect();
        words.reverse();
        let reversed: &'static str = words.join(" ").leak();
        assert_eq!(told(reversed), *expected, "{source}, reversed");
    }
}

#[test]
fn p502_what_counts_beside_it_and_what_does_not() {
    #[track_caller]
    fn check(text: &'static str, exact: &[&str], others: &[&str]) {
        let (names, moved, declared) = names(text);
        let found = counting(&names, declared, |at| moved[at]).unwrap();
        let tags = |places: &[usize]| places.iter().map(|at| names[*at].tag).collect::<Vec<_>>();
        assert_eq!((tags(&found.exact).as_slice(), tags(&found.other_lines).as_slice()), (exact, others), "{text}");
    }
    check("3.16.2 3.16 3 latest", &["3.16.2"], &["3"]);
    check("3.16.2 3.16 3 latest*", &["3.16.2"], &["3", "latest"]);
    check("3.12.7-slim* 3.12-slim* 3-slim slim", &["3.12.7-slim"], &["3-slim", "slim"]);
    check("12.13 12 bookworm bookworm-20260202", &["12.13"], &["bookworm"]);
    check("3.12.7-slim 3.12.7-slim-bookworm @3.12-slim 3.12-slim-bookworm", &["3.12.7-slim"], &["3.12-slim-bookworm"]);
    check("(3.16.2) 3.16 (3)", &[], &["3"]);
    check("5.2.37", &[], &[]);
}

/// Which tag is shown: the most specific, else the shortest.
#[test]
fn p503_the_shown_tag() {
    #[track_caller]
    fn check(text: &'static str, expected: &str) {
        let tags: Vec<&str> = text.split_whitespace().collect();
        assert_eq!(shown_tag(&tags).map(|at| tags[at]), Some(expected), "{text}");
    }
    check("3.12-slim 3.12-slim-bookworm slim", "3.12-slim-bookworm");
    check("1.27-alpine 1-alpine alpine", "1.27-alpine");
    check("3.20 3.20.3 3 latest", "3.20.3");
    check("bookworm-slim 12-slim stable-slim", "12-slim");
    check("bookworm bookworm-20260202 12.13 12", "12.13");
    check("7.2-apache apache 7-apache", "7.2-apache");
    check("3.14.0-alpine3.22 3.14-alpine 3-alpine alpine", "3.14.0-alpine3.22");
    check("latest stable", "latest");
    check("stable lts", "lts");
    check("b a", "a");
    check("only", "only");
    assert_eq!(shown_tag(&[]), None);
}
