//! Histories and configs of whoever means harm: text made of what means
//! something to a builder, to Docker's parser or to a shell.

use forebear_image::config::RuntimeConfig;
use forebear_image::dockerfile::{Context, From, Line, reconstruct, render};
use forebear_image::history::{HistoryEntry, LayerLink, Step};
use proptest::prelude::*;

/// Pieces that mean something to a builder, to the parser or to a shell.
const PIECES: &[&str] = &[
    "/bin/sh -c ",
    "#(nop) ",
    "#(nop)  ",
    " # buildkit",
    "RUN ",
    "COPY ",
    "ADD ",
    "ENV ",
    "LABEL ",
    "ARG ",
    "CMD ",
    "ENTRYPOINT ",
    "EXPOSE ",
    "VOLUME ",
    "HEALTHCHECK ",
    "SHELL ",
    "USER ",
    "WORKDIR ",
    "ONBUILD ",
    "STOPSIGNAL ",
    "MAINTAINER ",
    "FROM evil",
    "|1 ",
    "|2 ",
    "A=1",
    "B=x y",
    " in ",
    "file:ab",
    "dir:428b",
    "multi:0a",
    "--chown=1:1",
    "--mount=type=cache",
    "--from=a ",
    "--a ",
    "--b=à ",
    "<<EOF",
    "<<-'X'",
    "cat <<EOF it's\n",
    "cat <<EOF > ${A}\nb\nEOF",
    "EOF",
    "X",
    "\n",
    "\n",
    "\r",
    "\\",
    "\\\\",
    "\\\n",
    "\"",
    "'",
    "$",
    "${A",
    "$(",
    "[",
    "]",
    "[1]",
    "[\"a\" \"b\"]",
    "[\"a\", \"b\"]",
    "{",
    "}",
    "&{",
    "\"10s\" ",
    "'\\x03'",
    "map[80/tcp:{}]",
    "# escape=`",
    "# syntax=x",
    "#",
    "\u{1b}[31m",
    "\u{0}",
    "\u{85}",
    "\u{2028}",
    "\u{fffd}",
    "é",
    "😀",
    " ",
    "  ",
    "\u{3000}",
    "\t",
    "/a",
    "C:\\",
    "=",
    "|",
    "|inheritLabels=false",
    "a",
    "NONE",
    "cmd /S /C ",
    "powershell -Command ",
    "bazel build",
    "/bin/sh",
    "/dev/pipes/EOF",
    "#!/bin/sh",
    "word",
];

pub(crate) fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        12 => proptest::sample::select(PIECES).prop_map(str::to_owned),
        1 => ".{0,4}",
        1 => (proptest::sample::select(PIECES), 1_usize..30_000).prop_map(|(piece, times)| piece.repeat(times)),
    ];
    proptest::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

pub(crate) fn entry() -> impl Strategy<Value = HistoryEntry> {
    let comment = proptest::option::weighted(
        0.4,
        prop_oneof![Just("buildkit.dockerfile.v0".to_owned()), Just("FROM x".to_owned()), text(),],
    );
    let author = proptest::option::weighted(0.3, prop_oneof![Just("kaniko".to_owned()), text()]);
    (text(), comment, author, any::<bool>()).prop_map(|(created_by, comment, author, empty)| HistoryEntry {
        created: None,
        created_by,
        author,
        comment,
        empty,
    })
}

pub(crate) fn runtime() -> impl Strategy<Value = RuntimeConfig> {
    let list = || proptest::collection::vec(text(), 0..3);
    let one = || proptest::option::of(text());
    let map = proptest::collection::btree_map(text(), text(), 0..3);
    let set = || proptest::collection::btree_set(text(), 0..3);
    (list(), map, set(), set(), (one(), one(), one()), (list(), list(), list(), list())).prop_map(
        |(
            env,
            labels,
            exposed_ports,
            volumes,
            (user, working_dir, stop_signal),
            (cmd, entrypoint, shell, on_build),
        )| {
            RuntimeConfig {
                env,
                labels,
                exposed_ports,
                volumes,
                user,
                working_dir,
                stop_signal,
                cmd: Some(cmd),
                entrypoint: Some(entrypoint),
                shell: Some(shell),
                on_build,
                ..RuntimeConfig::default()
            }
        },
    )
}

/// Entries, the configs around them, and what to say of the parent.
pub(crate) type Input = (Vec<HistoryEntry>, Option<RuntimeConfig>, Option<RuntimeConfig>, String);

pub(crate) fn input() -> impl Strategy<Value = Input> {
    let config = || proptest::option::of(runtime());
    (proptest::collection::vec(entry(), 0..4), config(), config(), text())
}

/// The lines, and all of them as a Dockerfile.
pub(crate) fn dockerfile((entries, parent, image, reason): Input) -> (Vec<Line>, String) {
    let step = |(at, entry)| Step { position: Some(at), entry, link: LayerLink::Empty };
    let steps: Vec<Step> = entries.into_iter().enumerate().map(step).collect();
    let lines = reconstruct(&steps, Context { parent: parent.as_ref(), image: image.as_ref() });
    assert!(lines.len() >= steps.len());
    let text = render(&From::Unknown { reason }, &lines);
    (lines, text)
}

/// The lines that are instructions.
pub(crate) fn written(lines: &[Line]) -> impl Iterator<Item = &Line> {
    lines.iter().filter(|line| !line.by_parent && !line.dockerfile.starts_with('#'))
}

/// The instructions that the lines say, in order.
pub(crate) fn expected(lines: &[Line]) -> Vec<&str> {
    ["FROM"].into_iter().chain(written(lines).map(|line| line.instruction.as_str())).collect()
}
