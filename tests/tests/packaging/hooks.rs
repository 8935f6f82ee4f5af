//! The pre-commit hook that checks what Dockerfiles are built FROM.

use std::process::Command;

use forebear_tests::{Data, Ran, binary, run};

use crate::project;

fn hook(data: &Data, approved: &str, dockerfiles: &[&str]) -> Ran {
    let list = data.path().join("approved");
    std::fs::write(&list, approved).expect("written");
    let mut command = Command::new("sh");
    command.arg(project("scripts/hooks/check-bases.sh")).arg(format!("--approved={}", list.display()));
    for (nr, text) in dockerfiles.iter().enumerate() {
        // A name with a space in it, as people have them.
        let file = data.path().join(format!("Dockerfile {nr}"));
        std::fs::write(&file, text).expect("written");
        command.arg(file);
    }
    let programs = binary("forebear").parent().expect("a folder").to_owned();
    command.env("FOREBEAR_DATA", data.path()).env("PATH", format!("{}:/usr/bin:/bin", programs.display()));
    run(&mut command, "")
}

#[test]
fn p713_bases_of_dockerfiles_are_checked() {
    let data = Data::of_demo();
    let two = "FROM --platform=linux/amd64 nginx:alpine AS web\nRUN true\nfrom web\nFROM scratch\nFROM ${OTHER}\n";
    let ran = hook(&data, "nginx\n", &[two]).expect_code(0);
    // The stage, scratch and what only a build knows are no images.
    assert!(ran.stdout.contains("nginx:alpine") && !ran.stdout.contains("web"), "{}", ran.stdout);
    _ = hook(&data, "nginx\n", &[two, "FROM alpine:3.20\n"]).expect_code(1);
    _ = hook(&data, "nginx\n", &["FROM scratch\n"]).expect_code(0);
}
