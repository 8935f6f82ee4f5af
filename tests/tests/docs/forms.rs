//! Every way to give an image is told where people read of it.

use std::process::Command;

use forebear_ask::Form;
use forebear_tests::binary;

use crate::pages::root;

const PAGE: &str = "docs/asking.md";

/// The forms that a page tells of in one of its sections: in backticks, as they are typed.
fn missing(section: &str) -> Vec<String> {
    let told: Vec<&str> = section.split('`').skip(1).step_by(2).collect();
    Form::all().map(|form| form.to_string()).filter(|form| !told.contains(&form.as_str())).collect()
}

/// The page under a heading, up to the next one.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let (_, from) =
        page.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("{PAGE} has no '{heading}'"));
    from.split("\n## ").next().unwrap_or(from)
}

#[test]
fn p821_every_local_form_is_told_of() {
    let page = std::fs::read_to_string(root().join(PAGE)).expect("the page is there");
    let missing = missing(section(&page, "How to name an image"));
    assert!(
        missing.is_empty(),
        "{PAGE} does not name {} under 'How to name an image': add it to the list of local forms there, in backticks, \
         with what writes such a file",
        missing.join(", ")
    );
    let help = Command::new(binary("forebear")).arg("--help").output().expect("the program runs");
    let help = String::from_utf8_lossy(&help.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
    for form in Form::all() {
        assert!(help.contains(&form.to_string()), "'forebear --help' does not name {form}: {help}");
    }
}

#[test]
fn p821_what_is_not_told_of_is_found() {
    let page = "# Asking\n\n## How to name an image\n\n`oci:DIR[:TAG]`, dir:DIR\n\n## Then\n\n`dir:DIR`\n";
    let missing = missing(section(page, "How to name an image"));
    assert!(missing.contains(&"dir:DIR".to_owned()) && !missing.contains(&"oci:DIR[:TAG]".to_owned()), "{missing:?}");
}
