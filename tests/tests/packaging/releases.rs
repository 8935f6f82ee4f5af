//! One version, in every place that names it; the oldest Rust, as the dependencies
//! have it.

use std::process::Command;

use forebear_tests::run;
use forebear_tests::workspace::metadata;

use crate::project;

fn text(path: &str) -> String {
    std::fs::read_to_string(project(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// P710: what a release changes by hand is one version.
#[test]
fn p710_every_place_names_one_version() {
    let version = env!("CARGO_PKG_VERSION");
    assert!(text("jobs/cronjob.yaml").contains(&format!("/forebear:{version} ")), "jobs/cronjob.yaml");
    assert!(text("action.yml").contains(&format!("default: {version}\n")), "action.yml");
    let checking = text("docs/checking.md");
    for place in ["uses: forebear/forebear@v", "rev: v"] {
        assert!(checking.contains(&format!("{place}{version}\n")), "docs/checking.md: {place}");
    }
    let changelog = text("CHANGELOG.md");
    let headings: Vec<&str> = changelog.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(headings.first(), Some(&"Unreleased"), "what is new stands under 'Unreleased'");
    if let Some(released) = headings.get(1) {
        let (number, date) = released.split_once(' ').expect("'## 1.2.3 (2026-01-31)'");
        assert_eq!(number, version, "the newest release in CHANGELOG.md");
        assert!(date.starts_with("(20") && date.ends_with(')') && date.len() == 12, "{released}");
    }
}

/// The script that a release takes its notes from refuses what does not agree.
#[test]
fn p711_a_tag_that_is_not_the_version_is_no_release() {
    let ran = run(Command::new("sh").arg(project("scripts/released.sh")).arg("v99.0.0"), "").expect_code(1);
    assert!(ran.stderr.contains("the tag is v99.0.0, the version in Cargo.toml is"), "{}", ran.stderr);
    assert_eq!(ran.stdout, "");
    // In a copy where there is such a release, its part alone.
    let copy = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(copy.path().join("scripts")).expect("a folder");
    std::fs::copy(project("scripts/released.sh"), copy.path().join("scripts/released.sh")).expect("copied");
    std::fs::write(copy.path().join("Cargo.toml"), "[workspace.package]\nversion = \"2.0.0\"\n").expect("written");
    let changelog =
        "# Changelog\n\n## Unreleased\n\n## 2.0.0 (2026-01-31)\n\n- New.\n\n## 1.0.0 (2025-01-31)\n\n- Old.\n";
    std::fs::write(copy.path().join("CHANGELOG.md"), changelog).expect("written");
    let ran = run(Command::new("sh").arg(copy.path().join("scripts/released.sh")).arg("v2.0.0"), "").expect_code(0);
    assert_eq!(ran.stdout, "## 2.0.0 (2026-01-31)\n\n- New.\n");
}

/// No dependency of what is shipped asks for a Rust that is newer than the one
/// that `rust-version` promises; what the workflows and the Dockerfile build with is
/// one release, and no older. `rust-toolchain.toml` names no release: rustup would
/// want to download it on a machine that has another.
#[test]
fn p712_the_oldest_rust_is_what_the_dependencies_have() {
    let metadata = metadata();
    let promised = metadata.workspace_packages().first().and_then(|p| p.rust_version.clone()).expect("a rust-version");
    let too_new: Vec<String> = metadata
        .packages
        .iter()
        .filter_map(|package| Some((package, package.rust_version.as_ref()?)))
        .filter(|(_, needs)| **needs > promised)
        .map(|(package, needs)| format!("{} {} needs {needs}", package.name, package.version))
        .collect();
    assert!(too_new.is_empty(), "rust-version is {promised}, but: {}", too_new.join(", "));
    assert!(text("rust-toolchain.toml").contains("channel = \"stable\"\n"), "rust-toolchain.toml");
    let dockerfile = text("Dockerfile");
    let built_with = dockerfile.split("/rust:").nth(1).and_then(|rest| rest.split('-').next()).expect("rust:1.2.3-…");
    let minor = built_with.split('.').nth(1).and_then(|n| n.parse::<u64>().ok());
    assert!(minor >= Some(promised.minor), "{built_with} is older than {promised}");
    for workflow in ["ci.yml", "release.yml"] {
        let pinned = format!("\n  RUSTUP_TOOLCHAIN: {built_with}\n");
        assert!(
            text(&format!(".github/workflows/{workflow}")).contains(&pinned),
            "{workflow} builds with another Rust"
        );
    }
}
