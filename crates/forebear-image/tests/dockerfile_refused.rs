//! Text that Docker's parser would refuse, or read as another instruction or
//! other arguments than were meant. Each case was written so, once.

use forebear_image::config;
use forebear_image::dockerfile::{Context, Fidelity, reconstruct};
use forebear_image::history::{HistoryEntry, LayerLink, Step};
use serde_json::{Value, json};

/// The line of one step.
#[track_caller]
fn check(created_by: &str, author: Option<&str>, expected: &str, fidelity: Fidelity) {
    let entry = HistoryEntry {
        created_by: created_by.to_owned(),
        author: author.map(str::to_owned),
        ..HistoryEntry::default()
    };
    let steps = [Step { position: Some(0), entry, link: LayerLink::Empty }];
    let lines = reconstruct(&steps, Context::default());
    let got: Vec<_> = lines.iter().map(|line| (line.dockerfile.as_str(), line.fidelity)).collect();
    assert_eq!(got, [(expected, fidelity)], "{created_by:?}");
}

/// The line for what only the image's config says, on an empty parent.
#[track_caller]
fn check_config(config: &Value, expected: &str, fidelity: Fidelity) {
    let runtime = |config: &Value| {
        config::parse(json!({ "config": config }).to_string().as_bytes()).unwrap_or_else(|e| panic!("{e}")).runtime
    };
    let (parent, image) = (runtime(&json!({})), runtime(config));
    let lines = reconstruct(&[], Context { parent: Some(&parent), image: Some(&image) });
    let got: Vec<_> = lines.iter().map(|line| (line.dockerfile.as_str(), line.fidelity)).collect();
    assert_eq!(got, [(expected, fidelity)], "{config}");
}

const KANIKO: Option<&str> = Some("kaniko");

use Fidelity::{Exact, Partial, Recovered, Unknown};

#[test]
fn names_and_values_when_the_text_was_changed() {
    // A line separator parts two words; its escape does not.
    let image = json!({ "OnBuild": ["LABEL a\u{2028}b"] });
    check_config(&image, r"# unknown: ONBUILD LABEL a\u{2028}b", Unknown);
    // Without the backslashes at the end there is no second word.
    check(r"/bin/sh -c #(nop) LABEL a \\", None, "# unknown: LABEL a", Unknown);
    check(r"LABEL a \\", KANIKO, "# unknown: LABEL a", Unknown);
    // Of spaces, only ASCII's part a name from its value.
    check("LABEL a\u{3000}b", KANIKO, "# unknown: LABEL a\u{3000}b", Unknown);
    let image = json!({ "OnBuild": ["ENV a\u{a0}b"] });
    check_config(&image, "# unknown: ONBUILD ENV a\u{a0}b", Unknown);
}

#[test]
fn heredocs_of_lines_that_cannot_be_read_to_the_end() {
    // Docker's lexer looks for heredocs and finds an open quote or a variable
    // it does not know instead; the body would be instructions of the file.
    for line in ["cat <<EOF it's", "cat <<EOF \"x", "cat <<EOF ${A", "cat <<EOF ${A%}", "cat <<EOF ${}"] {
        let step = format!("RUN /bin/sh -c {line}\nRUN evil\nEOF # buildkit");
        let list = json!([format!("{line}\nRUN evil\nEOF")]).to_string();
        let list = format!("RUN [\"/bin/sh\", \"-c\", {}", list.trim_start_matches('['));
        check(&step, None, &list, Exact);
        let own = format!("COPY {line}\nRUN evil\nEOF");
        let shown = own.replace('\n', r"\n");
        check(&own, KANIKO, &format!("# unknown: {shown}"), Unknown);
    }
    let step = "RUN /bin/sh -c cat <<EOF > ${A}\nbody\nEOF # buildkit";
    check(step, None, "RUN cat <<EOF > ${A}\nbody\nEOF", Exact);
}

#[test]
fn arguments_that_look_like_flags() {
    check("USER --a b", None, r"USER \--a b", Exact);
    check("WORKDIR --a # buildkit", None, r"WORKDIR \--a", Exact);
    check("LABEL --a=b # buildkit", None, r#"LABEL "--a"=b"#, Exact);
    check(r#"CMD ["/bin/sh" "-c" "--a"]"#, None, r#"CMD ["/bin/sh", "-c", "--a"]"#, Exact);
    check("MAINTAINER --a b", None, "# unknown: MAINTAINER --a b", Unknown);
    check("USER --a b", KANIKO, "# unknown: USER --a b", Unknown);
    check_config(&json!({ "User": "--a" }), r"USER \--a", Recovered);
}

#[test]
fn flags_that_would_be_cut() {
    // `à` is 0xc3 0xa0, and the second byte alone is a space to Docker; `é`
    // has no such byte.
    let copy = "COPY --chown=à a b";
    check(copy, None, &format!("# unknown: {copy}"), Unknown);
    check("COPY --chown=é a b", None, "COPY --chown=é a b", Partial);
    check("COPY à b", None, "COPY à b", Partial);
    let run = "RUN --mount=type=secret,id=à make";
    check(run, KANIKO, &format!("# unknown: {run}"), Unknown);
    check("HEALTHCHECK --interval=𲅱 CMD a", KANIKO, "# unknown: HEALTHCHECK --interval=𲅱 CMD a", Unknown);
    // The first word is looked at in the same way.
    check("HEALTHCHECK CMD\u{a0}a", KANIKO, "# unknown: HEALTHCHECK CMD\u{a0}a", Unknown);
}

#[test]
fn lists_of_something_else_than_text() {
    check("RUN /bin/sh -c [{}] # buildkit", None, r#"RUN ["/bin/sh", "-c", "[{}]"]"#, Exact);
    check("RUN [1]", KANIKO, r#"RUN ["/bin/sh", "-c", "[1]"]"#, Partial);
    // Docker did not always look at what stands behind the list.
    check("RUN /bin/sh -c [1]a # buildkit", None, r#"RUN ["/bin/sh", "-c", "[1]a"]"#, Exact);
    let step = r#"RUN /bin/sh -c ["a"] && b # buildkit"#;
    check(step, None, r#"RUN ["/bin/sh", "-c", "[\"a\"] && b"]"#, Exact);
    check(
        "RUN /bin/sh -c [\"a\"] <<EOF\nUSER evil\nEOF # buildkit",
        None,
        r#"RUN ["/bin/sh", "-c", "[\"a\"] <<EOF\nUSER evil\nEOF"]"#,
        Exact,
    );
    check("COPY [1]", KANIKO, "# unknown: COPY [1]", Unknown);
    let image = json!({ "OnBuild": ["CMD [null]"] });
    check_config(&image, "# unknown: ONBUILD CMD [null]", Unknown);
}
