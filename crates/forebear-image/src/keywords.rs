//! The keywords of a Dockerfile's instructions, but for FROM, which leaves no
//! step. Source: buildkit `frontend/dockerfile/command/command.go`.

/// All of them.
pub(crate) const ALL: &[&str] = &[
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// Those that are there to change files. WORKDIR may make a directory.
const FOR_FILES: &[&str] = &["ADD", "COPY", "RUN"];

/// Whether this word, as builders write it, is an instruction that changes
/// the config and no files.
pub(crate) fn is_for_config(word: &str) -> bool {
    ALL.contains(&word) && !FOR_FILES.contains(&word)
}

/// Whether this word, in either case, may follow ONBUILD.
pub(crate) fn is_trigger(word: &str) -> bool {
    let same = |known: &&str| known.eq_ignore_ascii_case(word);
    ALL.iter().any(same) && !["MAINTAINER", "ONBUILD"].iter().any(same)
}
