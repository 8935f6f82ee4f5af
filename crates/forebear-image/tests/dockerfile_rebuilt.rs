//! Claims that did not hold when the Dockerfile was built again, one case for
//! each; the builders themselves are asked by `make roundtrip`.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use forebear_image::config;
use forebear_image::dockerfile::{Context, Fidelity, Line, reconstruct};
use forebear_image::history::{HistoryEntry, LayerLink, Step};
use serde_json::{Value, json};

use Fidelity::{Exact, Partial, Recovered};

const BUILDKIT: &str = "buildkit.dockerfile.v0";
const BUILDAH: &str = "FROM base";

fn lines(steps: &[&str], comment: &str, image: Value) -> Vec<Line> {
    let entry = |text: &&str| HistoryEntry {
        created_by: (*text).to_owned(),
        comment: Some(comment.to_owned()).filter(|comment| !comment.is_empty()),
        ..HistoryEntry::default()
    };
    let step = |(at, text): (usize, &&str)| Step { position: Some(at), entry: entry(text), link: LayerLink::Empty };
    let steps: Vec<Step> = steps.iter().enumerate().map(step).collect();
    let image = config::parse(json!({ "config": image }).to_string().as_bytes()).unwrap().runtime;
    reconstruct(&steps, Context { parent: None, image: Some(&image) })
}

#[track_caller]
fn check(steps: &[&str], comment: &str, image: Value, expected: &[(&str, Fidelity)]) {
    let lines = lines(steps, comment, image);
    let got: Vec<(&str, Fidelity)> = lines.iter().map(|line| (line.dockerfile.as_str(), line.fidelity)).collect();
    assert_eq!(got, expected);
}

#[track_caller]
fn check_note(steps: &[&str], comment: &str, expected: &str) {
    let lines = lines(steps, comment, json!({}));
    assert_eq!(lines.last().unwrap().note.as_deref(), Some(expected));
}

#[test]
fn a_comment_of_the_command_is_not_buildkit_s_mark() {
    let text = "/bin/sh -c echo '# buildkit' # buildkit";
    check(&[text], "", json!({}), &[("RUN echo '# buildkit' # buildkit", Exact)]);
}

#[test]
fn lines_that_no_heredoc_ends_came_from_a_list() {
    // A heredoc would add a line break, and the legacy builder reads none.
    let list = r#"RUN ["/bin/sh", "-c", "a=1\ntest $a = 1"]"#;
    check(&["RUN /bin/sh -c a=1\ntest $a = 1 # buildkit"], BUILDKIT, json!({}), &[(list, Exact)]);
    check(&["/bin/sh -c a=1\ntest $a = 1"], "", json!({}), &[(list, Exact)]);
    let list = r#"RUN ["/bin/sh", "-c", "cat <<EOF\na\nEOF"]"#;
    check(&["/bin/sh -c cat <<EOF\na\nEOF"], "", json!({}), &[(list, Exact)]);
}

#[test]
fn given_build_arguments_can_be_pasted() {
    let steps = &["ARG A=x", "ARG B", "RUN |2 A=y z B=it's /bin/sh -c make # buildkit"];
    check_note(steps, BUILDKIT, r"built with --build-arg 'A=y z' --build-arg 'B=it'\''s'");
}

#[test]
fn declared_again_an_argument_keeps_its_default() {
    let steps = &["ARG A=x", "ARG A", "RUN |2 A=x A=x /bin/sh -c make # buildkit"];
    assert_eq!(lines(steps, BUILDKIT, json!({})).last().unwrap().note, None);
}

#[test]
fn known_values_tell_arguments_from_the_command() {
    let steps = &[
        "ARG A=a b",
        "ARG B",
        "RUN |2 A=a b B=given c /bin/sh -c make # buildkit",
        "ARG C=looks like=name D=1",
        "RUN |3 A=a b B=given c C=looks like=name D=1 /bin/echo exec # buildkit",
        "RUN |3 A=a b B=given c C=looks like=name D=1 /bin/sh -c make # buildkit",
    ];
    check(
        steps,
        BUILDKIT,
        json!({}),
        &[
            ("ARG A=\"a b\"", Recovered),
            ("ARG B", Exact),
            ("RUN make", Exact),
            ("ARG C=\"looks like=name D=1\"", Recovered),
            (r#"RUN ["/bin/echo", "exec"]"#, Partial),
            ("RUN make", Exact),
        ],
    );
    check_note(steps, BUILDKIT, "built with --build-arg 'B=given c'");
    // Unknown values that look like names leave a doubt.
    let steps = &["ARG A", "ARG B", "RUN |2 A=x y=1 B=2 z=3 /bin/sh -c make # buildkit"];
    assert_eq!(lines(steps, BUILDKIT, json!({})).last().unwrap().fidelity, Exact);
    let steps = &["ARG A", "RUN |2 A=x y=1 B=2 z=3 /bin/sh -c make # buildkit"];
    assert_eq!(lines(steps, BUILDKIT, json!({})).last().unwrap().fidelity, Partial);
}

#[test]
fn a_key_agent_is_a_mount_that_was_not_recorded() {
    let text = "RUN /bin/sh -c git clone git@example.com:a/b # buildkit";
    check(&[text], BUILDKIT, json!({}), &[("RUN git clone git@example.com:a/b", Partial)]);
}

#[test]
fn buildah_records_no_flags_and_the_destination_as_written() {
    let step = "/bin/sh -c #(nop) COPY file:ab12 in ${DEST}/x ";
    check(&[step], BUILDAH, json!({}), &[("COPY file:ab12 ${DEST}/x", Partial)]);
    check_note(&[step], BUILDAH, "the source is known by its hash only; its flags were not recorded");
}

#[test]
fn buildah_records_no_defaults_of_arguments() {
    let steps = &[
        "/bin/sh -c #(nop) ARG A",
        "/bin/sh -c #(nop) ARG A",
        "/bin/sh -c #(nop) ARG A B",
        // A name declared twice is counted twice and listed once.
        "|3 A=x B= /bin/sh -c make",
        "/bin/sh -c #(nop) LABEL a=$A",
        "/bin/sh -c #(nop) STOPSIGNAL $A",
    ];
    check(
        steps,
        BUILDAH,
        json!({ "Labels": { "a": "x" }, "StopSignal": "9" }),
        &[
            ("ARG A", Partial),
            ("ARG A", Partial),
            ("ARG A B", Partial),
            ("RUN make", Exact),
            ("LABEL a=x", Recovered),
            ("STOPSIGNAL 9", Recovered),
        ],
    );
    check_note(&steps[..4], BUILDAH, "built with --build-arg A=x --build-arg B=");
}

#[test]
fn buildah_keeps_a_command_as_it_was_written() {
    let text = "/bin/sh -c   echo   a  ";
    check(&[text], BUILDAH, json!({}), &[("RUN   echo   a  ", Exact)]);
    let text = "/bin/sh -c echo 'a <<b'";
    check(&[text], BUILDAH, json!({}), &[("RUN echo 'a <<b'", Exact)]);
}

#[test]
fn modifiers_of_variables_are_settled_by_the_config() {
    check(
        &["/bin/sh -c #(nop) ENV A=${NOPE:-fallback} B=\"${C:+x}\""],
        BUILDAH,
        json!({ "Env": ["A=fallback", "B="] }),
        &[("ENV A=fallback B=", Recovered)],
    );
}
