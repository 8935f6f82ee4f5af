//! Step text to Dockerfile, case by case: table C3 of the case list (T1–T31)
//! and H5, which real users of such tools met.

use forebear_image::config;
use forebear_image::dockerfile::{Context, Fidelity, From, reconstruct, render};
use forebear_image::history::{HistoryEntry, LayerLink, Step};
use serde_json::{Value, json};

/// Steps on top of a parent, and what the configs say.
#[derive(Default)]
struct Input<'a> {
    /// `created_by`; behind it, after a NUL, a comment, and after another an
    /// author.
    steps: &'a [&'a str],
    /// The parent's `config` object; null when there is no parent.
    parent: Value,
    /// The image's `config` object; null when it is not known.
    image: Value,
}

/// Keyword, text and fidelity of each line; its note; all of it rendered.
type Output = (Vec<(String, String, Fidelity)>, Vec<Option<String>>, String);

fn run(input: &Input<'_>) -> Output {
    let runtime = |value: &Value| {
        let bytes = json!({ "config": value }).to_string();
        (!value.is_null()).then(|| config::parse(bytes.as_bytes()).unwrap_or_else(|e| panic!("{e}")).runtime)
    };
    let (parent, image) = (runtime(&input.parent), runtime(&input.image));
    // On a parent the steps do not begin the history.
    let offset = usize::from(parent.is_some());
    let steps: Vec<Step> = input.steps.iter().enumerate().map(|(at, text)| step(at + offset, text)).collect();
    let lines = reconstruct(&steps, Context { parent: parent.as_ref(), image: image.as_ref() });
    let text = render(&From::Scratch, &lines);
    let notes = lines.iter().map(|line| line.note.clone()).collect();
    (lines.into_iter().map(|l| (l.instruction, l.dockerfile, l.fidelity)).collect(), notes, text)
}

fn step(position: usize, text: &str) -> Step {
    let mut parts = text.split('\0').map(str::to_owned);
    let entry = HistoryEntry {
        created_by: parts.next().unwrap_or_default(),
        comment: parts.next().filter(|c| !c.is_empty()),
        author: parts.next(),
        ..HistoryEntry::default()
    };
    Step { position: Some(position), entry, link: LayerLink::Empty }
}

#[track_caller]
fn check(input: &Input<'_>, expected: &[(&str, Fidelity)]) {
    let (got, ..) = run(input);
    let got: Vec<(&str, Fidelity)> = got.iter().map(|(_, text, fidelity)| (text.as_str(), *fidelity)).collect();
    assert_eq!(got, expected, "{:?}", input.steps);
}

/// One step, nothing else known.
#[track_caller]
fn check_one(step: &str, expected: &str, fidelity: Fidelity) {
    check(&Input { steps: &[step], ..Input::default() }, &[(expected, fidelity)]);
}

#[track_caller]
fn check_note(step: &str, part: &str) {
    let (_, notes, _) = run(&Input { steps: &[step], ..Input::default() });
    let note = notes.first().cloned().flatten().unwrap_or_default();
    assert!(note.contains(part), "{note:?} does not say {part:?}");
}

use Fidelity::{Exact, Partial, Recovered, Unknown};

#[test]
fn t1_cmd_is_an_array_with_commas() {
    check_one(r#"/bin/sh -c #(nop)  CMD ["nginx" "-g" "daemon off;"]"#, r#"CMD ["nginx", "-g", "daemon off;"]"#, Exact);
    check_one(
        r#"/bin/sh -c #(nop)  ENTRYPOINT &{["/ros_entrypoint.sh"]}"#,
        r#"ENTRYPOINT ["/ros_entrypoint.sh"]"#,
        Exact,
    );
    check_one(r#"CMD ["python3"]"#, r#"CMD ["python3"]"#, Exact);
}

#[test]
fn t2_cmd_by_the_shell() {
    check_one(r#"CMD ["/bin/sh" "-c" "echo \"hi\" && x"] # buildkit"#, r#"CMD echo "hi" && x"#, Exact);
    // What a shell form would change stays an array.
    check_one(r#"CMD ["/bin/sh" "-c" " x"]"#, r#"CMD ["/bin/sh", "-c", " x"]"#, Exact);
    check_one(r#"CMD ["/bin/sh" "-c" "[\"x\"]"]"#, r#"CMD ["/bin/sh", "-c", "[\"x\"]"]"#, Exact);
    check_one(r#"CMD ["/bin/sh" "-c" "a\nb"]"#, r#"CMD ["/bin/sh", "-c", "a\nb"]"#, Exact);
}

#[test]
fn t3_only_the_separator_is_removed() {
    check_one("/bin/sh -c #(nop) COPY file:abc in /usr/local/bin/ ", "COPY file:abc /usr/local/bin/", Partial);
    check_one("/bin/sh -c #(nop) ADD file:abc in /a in b ", r#"ADD ["file:abc", "/a in b"]"#, Partial);
    check_one("ADD file:92ab in / ", "ADD file:92ab /", Partial);
    check_one(
        "/bin/sh -c #(nop) COPY --chown=1000:1000dir:428b in /dir ",
        "COPY --chown=1000:1000 dir:428b /dir",
        Partial,
    );
}

#[test]
fn t4_several_sources() {
    check_one("/bin/sh -c #(nop) COPY multi:abc in /x/ ", "COPY multi:abc /x/", Partial);
    check_note("/bin/sh -c #(nop) COPY multi:abc in /x/ ", "several sources");
}

#[test]
fn t5_copy_may_be_from_a_stage() {
    check_one("COPY /out/app /app # buildkit", "COPY /out/app /app", Partial);
    check_note("COPY /out/app /app # buildkit", "may be --from=<stage>");
}

#[test]
fn t6_heredoc_body_of_a_copy() {
    check_one("COPY <<EOF /etc/x # buildkit", "COPY <<EOF /etc/x\nEOF", Partial);
    check_note("COPY <<EOF /etc/x # buildkit", "heredoc body not recorded");
}

#[test]
fn t7_run() {
    let text = "RUN /bin/sh -c apt-get update && apt-get install -y a # buildkit";
    check_one(text, "RUN apt-get update && apt-get install -y a", Exact);
    check_one(r#"/bin/sh -c echo "a && b""#, r#"RUN echo "a && b""#, Exact);
    check_one("RUN set -ex; \t\tapk add x", "RUN set -ex; \t\tapk add x", Exact);
}

#[test]
fn t8_build_arguments_with_spaces() {
    check_one("RUN |2 A=1 B=x y /bin/sh -c make # buildkit", "RUN make", Partial);
    check_note("RUN |2 A=1 B=x y /bin/sh -c make # buildkit", "A=1, B=x y");
    let steps = &["ARG A=1", "ARG B=x y", "RUN |2 A=1 B=x y /bin/sh -c make # buildkit"];
    check(
        &Input { steps, ..Input::default() },
        &[("ARG A=1", Exact), ("ARG B=\"x y\"", Recovered), ("RUN make", Exact)],
    );
}

#[test]
fn t9_empty_argument() {
    check_one("|1 NAME= /bin/sh -c echo", "RUN echo", Partial);
    let steps = &["/bin/sh -c #(nop)  ARG NAME", "|1 NAME= /bin/sh -c echo"];
    check(&Input { steps, ..Input::default() }, &[("ARG NAME", Exact), ("RUN echo", Exact)]);
}

#[test]
fn t10_no_arguments() {
    check_one("|0 /bin/sh -c true", "RUN true", Exact);
}

#[test]
fn t11_buildah_arguments() {
    check_one("user=0 user2=3 /bin/sh -c id", "RUN id", Partial);
    check_note("user=0 user2=3 /bin/sh -c id", "user=0, user2=3");
}

#[test]
fn t12_buildah_suffix() {
    check_one("/bin/sh -c #(nop) ADD file:24d3 in readme |inheritLabels=false", "ADD file:24d3 readme", Partial);
    check_one("/bin/sh -c #(nop) USER app|inheritLabels=false", "USER app", Exact);
}

#[test]
fn t13_a_pipe_in_the_command() {
    check_one("RUN /bin/sh -c echo a|x=1 # buildkit", "RUN echo a|x=1", Exact);
    check_one("/bin/sh -c echo a|x=1", "RUN echo a|x=1", Exact);
}

#[test]
fn t14_another_shell() {
    check(
        &Input {
            steps: &[
                "SHELL [/bin/bash -o pipefail -c]",
                "/bin/bash -o pipefail -c set -e; foo",
                "RUN /bin/bash -o pipefail -c bar # buildkit",
                r#"CMD ["/bin/bash" "-o" "pipefail" "-c" "baz"]"#,
            ],
            ..Input::default()
        },
        &[
            (r#"SHELL ["/bin/bash", "-o", "pipefail", "-c"]"#, Exact),
            ("RUN set -e; foo", Exact),
            ("RUN bar", Exact),
            ("CMD baz", Exact),
        ],
    );
    // The shell of the parent.
    let shell = json!({ "Shell": ["/bin/bash", "-c"] });
    let steps = &["RUN /bin/bash -c foo # buildkit", "RUN /bin/sh -c x # buildkit"];
    check(
        &Input { steps, parent: shell.clone(), image: shell },
        &[("RUN foo", Exact), (r#"RUN ["/bin/sh", "-c", "x"]"#, Exact)],
    );
    check_one("RUN /bin/bash -c a b # buildkit", r#"RUN ["/bin/bash", "-c", "a b"]"#, Partial);
}

#[test]
fn t15_metadata_in_another_shell() {
    check_one(r#"/bin/bash -o pipefail -c #(nop)  CMD ["a"]"#, r#"CMD ["a"]"#, Exact);
    check_one("/bin/sh -c echo '#(nop) CMD x'", "RUN echo '#(nop) CMD x'", Exact);
}

#[test]
fn t16_windows() {
    check_one("cmd /S /C #(nop)  ENV A=b", "ENV A=b", Exact);
    check_one("cmd /S /C powershell -Command x y", "RUN powershell -Command x y", Exact);
    check_one("cmd /S /C dir C:\\", r#"RUN ["cmd", "/S", "/C", "dir C:\\"]"#, Exact);
    check_one("powershell -Command $x", r#"RUN ["powershell", "-Command", "$x"]"#, Exact);
    check_one("Apply image 10.0.20348.643", "# windows base: Apply image 10.0.20348.643", Unknown);
    check_one("Install update 10.0.20348.887", "# windows base: Install update 10.0.20348.887", Unknown);
    let shell = "powershell -Command $ErrorActionPreference = 'Stop';";
    let steps = &[
        &*format!("{shell} #(nop)  SHELL [{shell}]"),
        &*format!("{shell} Write-Host \"a  b\""),
        &*format!("{shell} #(nop)  ENV A=C:\\x"),
        "cmd /S /C #(nop) COPY file:ab in C:\\app ",
    ];
    let list = json!(["powershell", "-Command", "$ErrorActionPreference = 'Stop';"]);
    check(
        &Input { steps, image: json!({ "Shell": list, "Env": ["A=C:\\x"] }), ..Input::default() },
        &[
            (r#"SHELL ["powershell", "-Command", "$ErrorActionPreference = 'Stop';"]"#, Recovered),
            ("RUN Write-Host \"a  b\"", Exact),
            (r#"ENV A="C:\\x""#, Exact),
            (r"COPY file:ab C:\\app", Partial),
        ],
    );
}

#[test]
fn t17_healthcheck() {
    let expected = "HEALTHCHECK --interval=10s --timeout=3s --retries=3 CMD curl -f http://localhost/";
    let quoted = r#"["CMD-SHELL" "curl -f http://localhost/"]"#;
    check_one(&format!(r#"HEALTHCHECK &{{{quoted} "10s" "3s" "0s" "0s" '\x03'}}"#), expected, Exact);
    check_one(&format!(r#"/bin/sh -c #(nop)  HEALTHCHECK &{{{quoted} "10s" "3s" "0s" '\x03'}}"#), expected, Exact);
    check_one(
        "HEALTHCHECK {Test:[CMD-SHELL curl -f http://localhost/] Interval:10s Timeout:3s StartPeriod:0s Retries:3}",
        expected,
        Exact,
    );
    check_one(r#"HEALTHCHECK &{["NONE"] "0s" "0s" "0s" '\x00'}"#, "HEALTHCHECK NONE", Exact);
    check_one(r#"HEALTHCHECK &{["CMD" "a" "b c"] "0s" "0s" "0s" '\x00'}"#, r#"HEALTHCHECK CMD ["a", "b c"]"#, Exact);
    let healthcheck = json!({ "Test": ["CMD", "a b", "c"], "Retries": 100 });
    check(
        &Input {
            steps: &["HEALTHCHECK &{[CMD a b c] 0s 0s 0s 100}"],
            image: json!({ "Healthcheck": healthcheck }),
            ..Input::default()
        },
        &[(r#"HEALTHCHECK --retries=100 CMD ["a b", "c"]"#, Recovered)],
    );
}

#[test]
fn t18_expose() {
    check_one("EXPOSE map[443/tcp:{} 80/tcp:{}]", "EXPOSE 443/tcp 80/tcp", Exact);
    check_one("EXPOSE [443/tcp 80/tcp]", "EXPOSE 443/tcp 80/tcp", Exact);
    check_one("/bin/sh -c #(nop)  EXPOSE 80/tcp", "EXPOSE 80/tcp", Exact);
    check_one("/bin/sh -c #(nop)  EXPOSE 8000-8003", "EXPOSE 8000-8003", Exact);
}

#[test]
fn t19_volume() {
    let two = json!({ "Volumes": { "/data": {}, "/x": {} } });
    let steps = &["VOLUME [/data /x]"];
    check(&Input { steps, image: two, ..Input::default() }, &[(r#"VOLUME ["/data", "/x"]"#, Recovered)]);
    let space = json!({ "Volumes": { "/data /x": {} } });
    check(&Input { steps, image: space, ..Input::default() }, &[(r#"VOLUME ["/data /x"]"#, Recovered)]);
    check_one("VOLUME [/data /x]", r#"VOLUME ["/data", "/x"]"#, Partial);
    check_one("VOLUME [/data]", r#"VOLUME ["/data"]"#, Exact);
}

#[test]
fn t20_env() {
    let steps = &["ENV A=1 B=2"];
    let image = json!({ "Env": ["A=1", "B=2"] });
    check(&Input { steps, image, ..Input::default() }, &[("ENV A=1 B=2", Recovered)]);
    let image = json!({ "Env": ["A=1 B=2"] });
    check(&Input { steps, image, ..Input::default() }, &[("ENV A=\"1 B=2\"", Recovered)]);
    check_one("ENV A=1 B=2", "ENV A=1 B=2", Partial);
    check_one("/bin/sh -c #(nop)  ENV A=hello world", "ENV A=\"hello world\"", Exact);
    // The variable was replaced when the step ran, or is text.
    check_one("/bin/sh -c #(nop)  ENV PATH=$PATH:/x", "ENV PATH=\"\\$PATH:/x\"", Exact);
    // The last writer of a key is the one that the config settles.
    check(
        &Input { steps: &["ENV A=1 B=2", "ENV A=3"], image: json!({ "Env": ["A=3", "B=2"] }), ..Input::default() },
        &[("ENV A=1 B=2", Recovered), ("ENV A=3", Exact)],
    );
    check(
        &Input { steps: &["ENV A=1 B=2", "ENV A=3 B=4"], image: json!({ "Env": ["A=3", "B=4"] }), ..Input::default() },
        &[("ENV A=1 B=2", Partial), ("ENV A=3 B=4", Recovered)],
    );
    // buildah keeps the Dockerfile's own text, which only the config tells
    // from old Docker's.
    let steps = &[r#"/bin/sh -c #(nop) ENV A="x y" B=$A"#];
    // A variable stands for its value before the instruction.
    let (parent, image) = (json!({ "Env": ["A=0"] }), json!({ "Env": ["A=x y", "B=0"] }));
    check(&Input { steps, parent, image }, &[(r#"ENV A="x y" B=$A"#, Recovered)]);
    let image = json!({ "Env": ["A=\"x y\"", "B=$A"] });
    check(&Input { steps, image, ..Input::default() }, &[(r#"ENV A="\"x y\"" B="\$A""#, Recovered)]);
}

#[test]
fn t21_label() {
    let steps = &["LABEL a=b c=d e"];
    let image = json!({ "Labels": { "a": "b", "c": "d e" } });
    check(&Input { steps, image, ..Input::default() }, &[("LABEL a=b c=\"d e\"", Recovered)]);
    let image = json!({ "Labels": { "a": "b c=d e" } });
    check(&Input { steps, image, ..Input::default() }, &[("LABEL a=\"b c=d e\"", Recovered)]);
    let image = json!({ "Labels": { "a": "b", "x y": "" } });
    let steps = &["LABEL a=b x y="];
    check(&Input { steps, image, ..Input::default() }, &[("LABEL a=b \"x y\"=", Recovered)]);
}

#[test]
fn t22_workdir() {
    check_one("/bin/sh -c #(nop) WORKDIR /a", "WORKDIR /a", Exact);
    check_one("WORKDIR /a # buildkit", "WORKDIR /a", Exact);
    check(
        &Input { steps: &["WORKDIR /a", "WORKDIR b"], image: json!({ "WorkingDir": "/a/b" }), ..Input::default() },
        &[("WORKDIR /a", Exact), ("WORKDIR b", Exact)],
    );
}

#[test]
fn t23_onbuild_from_the_config() {
    let image = json!({ "OnBuild": ["COPY . /usr/src/app", "RUN make"] });
    check(
        &Input { image: image.clone(), ..Input::default() },
        &[("ONBUILD COPY . /usr/src/app", Recovered), ("ONBUILD RUN make", Recovered)],
    );
    // With history, once.
    let steps = &["/bin/sh -c #(nop)  ONBUILD COPY . /usr/src/app", "/bin/sh -c #(nop)  ONBUILD RUN make"];
    check(
        &Input { steps, image, ..Input::default() },
        &[("ONBUILD COPY . /usr/src/app", Exact), ("ONBUILD RUN make", Exact)],
    );
    // The parent's own triggers ran: a rebuild repeats them by itself.
    let parent = json!({ "OnBuild": ["RUN make"] });
    let steps = &["RUN /bin/sh -c make # buildkit", "RUN /bin/sh -c x # buildkit"];
    let (_, notes, text) = run(&Input { steps, parent, image: json!({}) });
    assert!(notes.first().unwrap().as_ref().unwrap().contains("run by ONBUILD"));
    assert!(text.contains("\n# RUN make\nRUN x\n"), "{text}");
}

#[test]
fn t24_heredocs() {
    check_one("RUN /bin/sh -c echo a\necho b\n # buildkit", "RUN <<EOF\necho a\necho b\nEOF", Exact);
    check_one("RUN /bin/sh -c cat <<EOF > /f\nbody\nEOF # buildkit", "RUN cat <<EOF > /f\nbody\nEOF", Exact);
    check_one("RUN /bin/sh -c a\nEOF\nb\n # buildkit", "RUN <<EOF1\na\nEOF\nb\nEOF1", Exact);
    check_one("/bin/sh -c <<EOF\necho a\necho b\0FROM alpine", "RUN <<EOF\necho a\necho b\nEOF", Exact);
    // kaniko keeps the Dockerfile's text, body and all.
    check_one("COPY <<EOF /x\nbody\nEOF\n\0\0kaniko", "COPY <<EOF /x\nbody\nEOF", Exact);
    check_one("RUN <<EOF sh\nbody\nEOF\n\0\0kaniko", "RUN <<EOF sh\nbody\nEOF", Exact);
    let text = "RUN /bin/sh -c /dev/pipes/EOF # buildkit";
    check_one(text, "RUN <<EOF\n# the script was not recorded\nEOF", Partial);
    check_note(text, "script was not recorded");
    // What only looks like a heredoc would swallow the rest of the file.
    check_one("RUN /bin/sh -c echo $((1 <<2)) # buildkit", r#"RUN ["/bin/sh", "-c", "echo $((1 <<2))"]"#, Exact);
}

#[test]
fn t25_spaces_are_kept() {
    check_one("/bin/sh -c echo \"a  b\" \t c", "RUN echo \"a  b\" \t c", Exact);
    check_one("ENV A=a  b", "ENV A=\"a  b\"", Exact);
}

#[test]
fn t26_only_the_final_marker() {
    check_one(r##"RUN /bin/sh -c echo "# buildkit" # buildkit"##, r##"RUN echo "# buildkit""##, Exact);
}

#[test]
fn t27_no_space_no_panic() {
    check_one(r#"/bin/sh -c #(nop)CMD ["a"]"#, r#"CMD ["a"]"#, Exact);
    check_one("/bin/sh -c #(nop) USER [www-data]", "USER www-data", Exact);
    check_one("/bin/sh -c #(nop) ", "# unknown: a layer without a recorded step", Unknown);
    check_one("#(nop)", "# unknown: a layer without a recorded step", Unknown);
    check_one("/bin/sh -c ", r#"RUN ["/bin/sh", "-c", ""]"#, Exact);
}

#[test]
fn t28_generators_are_named() {
    #[track_caller]
    fn named(step: &str, name: &str) {
        let (lines, ..) = run(&Input { steps: &[step], ..Input::default() });
        let (instruction, text, fidelity) = lines.first().unwrap();
        assert_eq!((instruction.as_str(), *fidelity), (name, Unknown), "{step}");
        assert!(text.starts_with(&format!("# {name}")), "{text}");
    }
    named("bazel build //x:y", "bazel");
    named("ko build ko://example.com/x", "ko");
    named("jib-gradle-plugin:3.1", "jib");
    named("kaniko", "kaniko");
    named("apko", "apko");
    named("\0store paths: ['/nix/store/x']", "nix");
    named("Buildpacks Launcher Config", "buildpacks");
    named("ostree export of commit 13a0b0", "ostree");
    named("rpmostree-unpackaged-content", "ostree");
    named("melange build", "melange");
    named("KIWI 9.25.12", "kiwi");
    named("history missing", "bazel");
    named("nix2container", "nix");
    named("\0Created by mkosi 24", "mkosi");
    named("\0This is an apko single-layer image", "apko");
    named("stacker build of x", "stacker");
}

/// Layers of an ostree export have names of packages for a text, which read
/// like commands; a child's steps are its own.
#[test]
fn p12_packages_of_an_ostree_export_are_no_commands() {
    let steps = &[
        "bash",
        "ostree export of commit 13a0b0",
        "linux-firmware-20240219-143.el9.noarch",
        "kernel-core-5.14.0 and kernel-modules-core-5.14.0",
        "8 components",
        "/bin/sh -c dnf -y install vim",
        "RUN /bin/sh -c make # buildkit",
        "COPY a /b # buildkit",
    ];
    let (lines, ..) = run(&Input { steps, ..Input::default() });
    let words: Vec<&str> = lines.iter().map(|(instruction, ..)| instruction.as_str()).collect();
    assert_eq!(words, ["ostree", "ostree", "ostree", "ostree", "ostree", "RUN", "RUN", "COPY"]);
    // A commit with a subject has that for a text; the label tells it.
    let steps = &["41.20241109.3.0", "bash", "RUN /bin/sh -c make # buildkit"];
    let image = json!({ "Labels": { "ostree.final-diffid": "sha256:0", "ostree.commit": "13a0b0" } });
    let (lines, ..) = run(&Input { steps, image, ..Input::default() });
    let words: Vec<&str> = lines.iter().take(3).map(|(instruction, ..)| instruction.as_str()).collect();
    assert_eq!(words, ["ostree", "ostree", "RUN"]);
}

#[test]
fn t29_hostile_text() {
    let (lines, _, text) = run(&Input {
        steps: &["RUN /bin/sh -c echo \u{1b}[31mred # buildkit", "ENV A=\u{1b}x", "x\u{7}\ny"],
        ..Input::default()
    });
    assert_eq!(lines.first().unwrap().1, r#"RUN ["/bin/sh", "-c", "echo \u001b[31mred"]"#);
    assert!(lines.iter().all(|line| line.2 >= Partial));
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
    // Docker reads lines of up to 64 KiB.
    let long = format!("RUN /bin/sh -c echo {}", "word ".repeat(20_000));
    let (lines, ..) = run(&Input { steps: &[long.trim()], ..Input::default() });
    let (_, text, fidelity) = lines.first().unwrap();
    assert_eq!(*fidelity, Exact);
    assert!(text.lines().all(|line| line.len() < 65_536));
    assert_eq!(text.replace("\\\n", ""), long.trim().replacen("RUN /bin/sh -c", "RUN", 1));
}

#[test]
fn t30_docker_commit() {
    check_one("/bin/sh", "# docker commit: /bin/sh", Unknown);
    check_one("/bin/bash", "# docker commit: /bin/bash", Unknown);
}

#[test]
fn t31_entrypoint_resets_cmd() {
    let parent = json!({ "Cmd": ["bash"] });
    let steps = &[r#"ENTRYPOINT ["/run"]"#];
    let expected = (r#"ENTRYPOINT ["/run"]"#, Exact);
    let image = json!({ "Entrypoint": ["/run"] });
    check(&Input { steps, parent: parent.clone(), image }, &[expected]);
    // Kept all the same, by a builder that does not reset it.
    let image = json!({ "Entrypoint": ["/run"], "Cmd": ["bash"] });
    check(&Input { steps, parent: parent.clone(), image: image.clone() }, &[expected, (r#"CMD ["bash"]"#, Recovered)]);
    // Neither recorded.
    check(
        &Input { steps: &[], parent: parent.clone(), image },
        &[(r#"ENTRYPOINT ["/run"]"#, Recovered), (r#"CMD ["bash"]"#, Recovered)],
    );
    // Reset across the stages of one Dockerfile.
    let steps = &[r#"CMD ["a"]"#, r#"ENTRYPOINT ["/run"]"#];
    let image = json!({ "Entrypoint": ["/run"] });
    check(&Input { steps, parent, image }, &[(r#"CMD ["a"]"#, Exact), expected, ("CMD []", Recovered)]);
}

#[test]
fn h5_kaniko_without_empty_entries() {
    let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    check(
        &Input {
            steps: &[
                "RUN --mount=type=cache,target=/c make\0\0kaniko",
                "COPY --from=b /x /y\0\0kaniko",
                "COPY a /b\0\0kaniko",
            ],
            parent: json!({ "Env": [path], "Cmd": ["/bin/sh"] }),
            image: json!({
                "Env": [path, "A=x y"], "User": "app", "WorkingDir": "/w", "Cmd": ["/bin/sh", "-c", "run it"],
                "ExposedPorts": { "80/tcp": {} }, "Labels": { "l": "m" },
            }),
        },
        &[
            ("RUN --mount=type=cache,target=/c make", Exact),
            ("COPY --from=b /x /y", Partial),
            ("COPY a /b", Exact),
            ("LABEL l=m", Recovered),
            ("ENV A=\"x y\"", Recovered),
            ("EXPOSE 80/tcp", Recovered),
            ("USER app", Recovered),
            ("WORKDIR /w", Recovered),
            ("CMD run it", Recovered),
        ],
    );
    // A parent whose config is not at hand: what it set is not this image's.
    let steps = vec![step(3, "RUN make\0\0kaniko")];
    let image = config::parse(br#"{"config":{"Env":["A=b"]}}"#).unwrap().runtime;
    assert_eq!(reconstruct(&steps, Context { parent: None, image: Some(&image) }).len(), 1);
}
