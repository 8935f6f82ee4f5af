//! The script of the GitHub Action, run as GitHub runs it: inputs in the
//! environment, outputs in a file, and a `curl` of the test's own.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use forebear_tests::{Data, Ran, binary, run};

use crate::{project, published};

const SHOP: &str = "acme/shop-frontend:5\n  acme/squashed:1.0";

/// Runs the script with inputs, and programs in folders before the system's.
fn action(data: &Data, folders: &[&Path], inputs: &[(&str, &str)]) -> Ran {
    let mut command = Command::new("bash");
    let path: Vec<String> = folders.iter().map(|folder| format!("{}:", folder.display())).collect();
    command.arg(project("scripts/action.sh")).env_clear().env("PATH", format!("{}/usr/bin:/bin", path.concat()));
    command.env("GITHUB_OUTPUT", data.path().join("outputs")).env("INPUT_VERSION", "0.1.0");
    command.envs(inputs.iter().map(|(name, value)| (format!("INPUT_{name}"), value)));
    run(&mut command, "")
}

fn written(data: &Data, name: &str, text: &str) -> String {
    let file = data.path().join(name);
    std::fs::write(&file, text).expect("written");
    file.display().to_string()
}

#[test]
fn p714_annotations_sarif_and_the_exit_code() {
    let data = Data::of_demo();
    let programs = binary("forebear").parent().expect("a folder").to_owned();
    let (index, approved) = (published(&data).display().to_string(), written(&data, "approved", "nginx\n"));
    let sarif = data.path().join("forebear.sarif").display().to_string();
    let all = [("IMAGES", SHOP), ("APPROVED", &approved), ("INDEX", &index), ("SARIF", &sarif)];
    // One is approved, of the other nothing is known.
    let ran = action(&data, &[&programs], &all).expect_code(3);
    assert!(ran.stdout.contains("::warning title=base unknown::docker.io/acme/squashed:1.0"), "{}", ran.stdout);
    let report: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&sarif).expect("SARIF was written")).expect("SARIF is JSON");
    assert_eq!(report.pointer("/runs/0/results/0/ruleId"), Some(&"unknown".into()), "{report}");
    let lenient = [&all[..], &[("ALLOW_UNKNOWN", "true")]].concat();
    _ = action(&data, &[&programs], &lenient).expect_code(0);
    // What stands in an input is a word, never a command; nor an option.
    for images in ["$(touch /tmp/x)", "--help"] {
        let odd = [("IMAGES", images), ("APPROVED", &approved), ("INDEX", &index)];
        assert_ne!(action(&data, &[&programs], &odd).code, 0, "{images}");
    }
    let none = [("IMAGES", " \n"), ("APPROVED", approved.as_str()), ("INDEX", &index)];
    assert!(action(&data, &[&programs], &none).expect_code(2).stdout.starts_with("::error::no image to check"));
    let strict = [("IMAGES", "acme/shop-frontend:5"), ("APPROVED", &approved), ("INDEX", &index), ("MAX_BEHIND", "0")];
    let line = written(&data, "line", "nginx:alpine\n");
    let behind = [&strict[..], &[("APPROVED", line.as_str())]].concat();
    _ = action(&data, &[&programs], &behind).expect_code(1);
    let outputs = std::fs::read_to_string(data.path().join("outputs")).expect("outputs");
    assert!(outputs.starts_with("exit-code=3\nexit-code=3\n") && outputs.ends_with("exit-code=1\n"), "{outputs}");
}

/// Without the program, a release is fetched and compared with its checksums; so
/// is an index, from where it was published.
#[test]
fn p715_a_release_is_checked_before_it_runs() {
    let data = Data::of_demo();
    let site = data.path().join("site");
    let name = format!("forebear-0.1.0-{}-linux", std::env::consts::ARCH);
    std::fs::create_dir_all(site.join(&name)).expect("a folder");
    std::fs::copy(binary("forebear"), site.join(&name).join("forebear")).expect("copied");
    let archive =
        format!("cd {0} && tar -czf {name}.tar.gz {name} && sha256sum {name}.tar.gz >SHA256SUMS", site.display());
    _ = run(Command::new("sh").args(["-c", &archive]), "").expect_code(0);
    std::fs::copy(published(&data), site.join("published.index")).expect("copied");
    // Serves the last part of a URL from that folder.
    let tools = data.path().join("tools");
    std::fs::create_dir(&tools).expect("a folder");
    let curl = format!(
        "#!/bin/sh\nwhile [ $# -gt 1 ]; do [ \"$1\" != --output ] || to=$2; shift; done\ncp {}/\"${{1##*/}}\" \"$to\"\n",
        site.display()
    );
    std::fs::write(tools.join("curl"), curl).expect("written");
    std::fs::set_permissions(tools.join("curl"), std::fs::Permissions::from_mode(0o755)).expect("executable");
    let approved = written(&data, "approved", "nginx\n");
    let index = "https://example.com/published.index";
    let inputs = [("IMAGES", "acme/shop-frontend:5"), ("APPROVED", approved.as_str()), ("INDEX", index)];
    let ran = action(&data, &[&tools], &inputs).expect_code(0);
    assert!(ran.stdout.contains("1 of 1 on an approved base"), "{}", ran.stdout);
    std::fs::write(site.join(format!("{name}.tar.gz")), "something else").expect("written");
    let ran = action(&data, &[&tools], &inputs).expect_code(1);
    assert!(ran.stdout.contains("FAILED") || ran.stderr.contains("FAILED"), "{ran:?}");
}
