//! Which builder wrote a history entry, and what is left when its form is
//! taken off.
//!
//! | builder | RUN | anything else |
//! |---|---|---|
//! | Docker's legacy builder | `/bin/sh -c make`, `\|1 A=b /bin/sh -c make` | `/bin/sh -c #(nop)  ENV A=b` |
//! | BuildKit | `RUN /bin/sh -c make # buildkit`, `RUN \|1 A=b …` | `ENV A=b` |
//! | buildah | as legacy, `A=b /bin/sh -c make`; the text is the Dockerfile's | `/bin/sh -c #(nop) ENV A="b"` |
//! | kaniko | the Dockerfile's text | the Dockerfile's text |
//! | normalised | `RUN make` | `ENV A=b` |

use crate::history::{HistoryEntry, Step};
use crate::keywords;
use crate::time::Timestamp;

use super::arguments::{self, Split};
use super::context::Context;
use super::declared::Declared;
use super::{generators, shell};

/// How faithfully the text was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writer {
    /// Docker: values without their quotes, variables replaced.
    Docker,
    /// buildah and kaniko: the Dockerfile's own text.
    Source,
    /// Either.
    Unsure,
}

/// A history entry without its builder's form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape<'a> {
    /// Anything but RUN.
    Instruction { keyword: &'static str, body: &'a str, writer: Writer },
    /// RUN.
    Run { arguments: Arguments<'a>, command: Command<'a> },
    /// No Dockerfile: the generator's name and its text.
    Generator { name: &'static str, text: &'a str },
    /// Nothing to go by.
    Unknown { text: &'a str },
}

/// The build arguments that stood before a RUN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Arguments<'a> {
    /// `NAME=value`.
    pub(super) pairs: Vec<&'a str>,
    /// They could not be cut in another way.
    pub(super) certain: bool,
    /// By buildah, which lists only what has a value.
    pub(super) by_buildah: bool,
}

impl Arguments<'_> {
    const NONE: Self = Self { pairs: Vec::new(), certain: true, by_buildah: false };
}

/// What a RUN ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command<'a> {
    /// By the shell in force. Only BuildKit reads heredocs.
    Shell { text: &'a str, buildkit: bool },
    /// By another shell, so written as a list of arguments.
    OtherShell { shell: &'a str, text: &'a str },
    /// Without a shell, so written as a list of arguments.
    Exec(&'a str),
    /// The Dockerfile's own text, flags and all.
    Source(&'a str),
}

/// The comment BuildKit's Dockerfile frontend leaves on its entries.
const BUILDKIT: &str = "buildkit.dockerfile.v0";

/// What the entries so far and the image as a whole say about the next.
pub(super) struct Scene {
    /// The shell in force, as its words joined.
    shell: String,
    /// The image was built by buildah, which writes `/bin/sh -c` whatever the
    /// shell in force.
    buildah: bool,
    /// Some entry has the legacy builder's form.
    legacy: bool,
    /// Build arguments declared so far.
    declared: Declared,
    /// Where the image begins with an ostree commit: when that was exported.
    ostree: Option<Option<Timestamp>>,
}

impl Scene {
    pub(super) fn new(steps: &[Step], context: Context<'_>, shell: &[String]) -> Self {
        let any = |test: &dyn Fn(&HistoryEntry) -> bool| steps.iter().any(|step| test(&step.entry));
        let stamp = |config: Option<&crate::config::RuntimeConfig>| {
            config.and_then(|c| c.labels.get("io.buildah.version").cloned())
        };
        let stamped = stamp(context.image).is_some() && stamp(context.image) != stamp(context.parent);
        let two_spaces = any(&|e| e.created_by.contains("#(nop)  "));
        let from = any(&|e| e.comment.as_deref().is_some_and(|c| c.starts_with("FROM ")));
        Self {
            shell: shell.join(" "),
            buildah: (stamped || from) && !two_spaces,
            legacy: any(&|e| e.created_by.contains("#(nop)") || e.created_by.starts_with("/bin/sh -c ")),
            declared: Declared::default(),
            ostree: generators::ostree_export(steps, context.image),
        }
    }

    /// Takes the form off one entry.
    pub(super) fn recognise<'a>(&mut self, entry: &'a HistoryEntry) -> Shape<'a> {
        let shape = self.shape(entry);
        match &shape {
            Shape::Instruction { keyword: "SHELL", body, .. } => {
                let body = body.trim();
                self.shell = match super::go::list(body) {
                    Some(list) => list.join(" "),
                    None => body.trim_start_matches('[').trim_end_matches(']').to_owned(),
                };
            }
            Shape::Instruction { keyword: "ARG", body, .. } => {
                self.declared.declare(body);
            }
            Shape::Run { arguments, .. } if arguments.certain => {
                self.declared.record(&arguments.pairs);
            }
            _ => {}
        }
        shape
    }

    fn shape<'a>(&self, entry: &'a HistoryEntry) -> Shape<'a> {
        let text = entry.created_by.as_str();
        // Of another builder's entry, such an end is the command's own comment.
        let kaniko = entry.author.as_deref() == Some("kaniko");
        let marked = text.trim_end().strip_suffix("# buildkit").and_then(|t| t.strip_suffix(' '));
        let marked = marked.filter(|text| keyword(text, false).is_some() && !kaniko);
        let buildkit = marked.is_some() || entry.comment.as_deref() == Some(BUILDKIT);
        let text = marked.unwrap_or(text);
        if let Some(after) = self.after_nop(text) {
            return self.metadata(after);
        }
        if let Some(name) = generators::by_entry(entry, text) {
            return Shape::Generator { name, text };
        }
        let writer = if buildkit {
            Writer::Docker
        } else if kaniko {
            Writer::Source
        } else {
            Writer::Unsure
        };
        if let Some((keyword, body)) = keyword(text, kaniko) {
            return match keyword {
                "RUN" => self.run(body, writer),
                keyword => Shape::Instruction { keyword, body, writer },
            };
        }
        if self.is_ostree(entry, text) {
            return Shape::Generator { name: "ostree", text };
        }
        if let Some(Split { arguments: pairs, command, certain }) = arguments::split(text, &self.shell, &self.declared)
        {
            let command = if self.buildah { without_suffix(command) } else { command };
            let arguments = Arguments { pairs, certain, by_buildah: self.buildah };
            return Shape::Run { arguments, command: self.command(command, false) };
        }
        if let Some(name) = generators::by_text(text) {
            return Shape::Generator { name, text };
        }
        if shell::strip(text, &self.shell).is_some() || shell::split(text).is_some() {
            let command = self.command(without_suffix(text), false);
            return Shape::Run { arguments: Arguments::NONE, command };
        }
        // The legacy builder writes an exec-form RUN as its words, and
        // `docker commit` the command of the container: only among the
        // former's own entries is it the likelier reading.
        if self.legacy && entry.comment.is_none() && looks_like_command(text) {
            return Shape::Run { arguments: Arguments::NONE, command: Command::Exec(text) };
        }
        Shape::Unknown { text }
    }

    /// Whether a text is of an ostree export: the names of packages, which read
    /// like a command's words.
    fn is_ostree(&self, entry: &HistoryEntry, text: &str) -> bool {
        self.ostree.is_some_and(|exported| exported == entry.created)
            && entry.comment.is_none()
            && shell::strip(text, &self.shell).is_none()
            && shell::split(text).is_none()
    }

    /// What follows `#(nop)`, if a shell stands before it and not a command
    /// that mentions it.
    fn after_nop<'a>(&self, text: &'a str) -> Option<&'a str> {
        let (before, after) = text.split_once("#(nop)")?;
        let before = before.trim_end();
        let own_shell = || {
            let (word, body) = keyword(after.trim_start(), true)?;
            (word == "SHELL" && body.trim().trim_start_matches('[').trim_end_matches(']') == before).then_some(())
        };
        let is_shell = before.is_empty() || before == self.shell || shell::is_shell(before) || own_shell().is_some();
        is_shell.then_some(after)
    }

    fn metadata<'a>(&self, after: &'a str) -> Shape<'a> {
        let text = after.trim_start_matches(' ');
        let spaces = after.len() - text.len();
        let Some((keyword, body)) = keyword(text, true) else {
            return Shape::Unknown { text: after.trim() };
        };
        // Docker has joined `#(nop) ` and the instruction by another space
        // since 1.10, except for ADD, COPY and WORKDIR. buildah never does.
        let writer = match (spaces, keyword) {
            (2.., _) => Writer::Docker,
            _ if self.buildah => Writer::Source,
            (_, "ADD" | "COPY" | "WORKDIR") => Writer::Docker,
            _ => Writer::Unsure,
        };
        let body = if spaces >= 2 { body } else { without_suffix(body) };
        match keyword {
            "RUN" => Shape::Run { arguments: Arguments::NONE, command: Command::Source(body) },
            keyword => Shape::Instruction { keyword, body, writer },
        }
    }

    /// The body of an entry that says RUN.
    fn run<'a>(&self, body: &'a str, writer: Writer) -> Shape<'a> {
        if body.starts_with('|')
            && writer != Writer::Source
            && let Some(Split { arguments: pairs, command, certain }) =
                arguments::split(body, &self.shell, &self.declared)
        {
            let arguments = Arguments { pairs, certain, by_buildah: self.buildah };
            return Shape::Run { arguments, command: self.command(command, true) };
        }
        if let Some(name) = generators::windows_base(body) {
            return Shape::Generator { name, text: body };
        }
        let command = match writer {
            Writer::Docker => self.command(body, true),
            Writer::Source => Command::Source(body),
            // BuildKit's form without its mark, or the Dockerfile's own text,
            // where a shell's command would be quoted.
            Writer::Unsure => match shell::strip(body, &self.shell) {
                Some(rest) if !rest.starts_with(['"', '\'']) => Command::Shell { text: rest, buildkit: true },
                _ => Command::Source(body),
            },
        };
        Shape::Run { arguments: Arguments::NONE, command }
    }

    fn command<'a>(&self, text: &'a str, buildkit: bool) -> Command<'a> {
        if let Some(rest) = shell::strip(text, &self.shell) {
            return if self.buildah { Command::Source(rest) } else { Command::Shell { text: rest, buildkit } };
        }
        match shell::split(text) {
            Some((_, rest)) if self.buildah => Command::Source(rest),
            Some((shell, text)) => Command::OtherShell { shell, text },
            None => Command::Exec(text),
        }
    }
}

/// Splits a known keyword from what follows it, after one space.
fn keyword(text: &str, any_case: bool) -> Option<(&'static str, &str)> {
    let (word, body) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    let same = |known: &&&str| if any_case { known.eq_ignore_ascii_case(word) } else { **known == word };
    keywords::ALL.iter().find(same).map(|keyword| (*keyword, body))
}

/// buildah notes options of the build at the end of its entries (trivy#8952).
fn without_suffix(text: &str) -> &str {
    const NAMES: &[&str] =
        &["inheritLabels", "inheritAnnotations", "unsetAnnotation", "unsetAnnotations", "unsetLabel", "unsetLabels"];
    let mut text = text;
    while let Some((before, suffix)) = text.rsplit_once('|') {
        let Some((name, value)) = suffix.trim_end().split_once('=') else { break };
        if !NAMES.contains(&name) || value.contains(char::is_whitespace) {
            break;
        }
        text = before;
    }
    text
}

/// A first word that could name a program.
fn looks_like_command(text: &str) -> bool {
    let word = text.split_whitespace().next().unwrap_or_default();
    !word.is_empty()
        && word.contains(|c: char| c.is_ascii_lowercase())
        && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "/._-+".contains(c))
}
