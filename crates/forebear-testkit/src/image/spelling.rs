//! How builders spell an instruction in the history.
//!
//! Seen in configs that Docker Engine 20.10 wrote, legacy builder and
//! BuildKit both, for the same Dockerfiles.

use forebear_image::Digest;

/// The builder whose spelling a history entry follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Builder {
    /// The legacy builder of Docker Engine: `/bin/sh -c #(nop)  CMD ["sh"]`.
    Legacy,
    /// BuildKit: `CMD ["sh"]`, with its comment.
    #[default]
    BuildKit,
}

impl Builder {
    /// The comment this builder puts on its entries.
    #[must_use]
    pub fn comment(self) -> Option<&'static str> {
        match self {
            Self::Legacy => None,
            Self::BuildKit => Some("buildkit.dockerfile.v0"),
        }
    }

    /// A metadata instruction: `CMD`, `ENV`, `LABEL`, …
    pub(crate) fn metadata(self, shell: &[String], instruction: &str, rest: &str) -> String {
        match self {
            Self::Legacy => format!("{} #(nop)  {instruction} {rest}", shell.join(" ")),
            Self::BuildKit => format!("{instruction} {rest}"),
        }
    }

    /// `WORKDIR`, which makes a layer and has one space fewer.
    pub(crate) fn workdir(self, shell: &[String], path: &str) -> String {
        match self {
            Self::Legacy => format!("{} #(nop) WORKDIR {path}", shell.join(" ")),
            Self::BuildKit => format!("WORKDIR {path}"),
        }
    }

    /// `COPY` or `ADD`. The legacy builder records a hash of the source.
    pub(crate) fn copy(self, shell: &[String], instruction: &str, sources: &str, to: &str, hash: &str) -> String {
        match self {
            Self::Legacy => {
                let kind = match sources {
                    many if many.contains(' ') => "multi",
                    dir if dir.ends_with('/') || dir.ends_with('.') => "dir",
                    _ => "file",
                };
                let hash = Digest::sha256(hash.as_bytes()).hex();
                format!("{} #(nop) {instruction} {kind}:{hash} in {to} ", shell.join(" "))
            }
            Self::BuildKit => format!("{instruction} {sources} {to} # buildkit"),
        }
    }

    /// `RUN`, with the build arguments it saw.
    pub(crate) fn run(self, shell: &[String], arguments: &[(String, String)], command: &str) -> String {
        let mut words = String::new();
        if !arguments.is_empty() {
            words.push_str(&format!("|{} ", arguments.len()));
            for (name, value) in arguments {
                words.push_str(&format!("{name}={value} "));
            }
        }
        words.push_str(&shell.join(" "));
        if !shell.is_empty() {
            words.push(' ');
        }
        match self {
            Self::Legacy => format!("{words}{command}"),
            Self::BuildKit => format!("RUN {words}{command} # buildkit"),
        }
    }

    /// `EXPOSE`: a list for one, the print of a Go map for the other.
    pub(crate) fn ports(self, ports: &[&str]) -> String {
        let mut sorted: Vec<&str> = ports.to_vec();
        sorted.sort_unstable();
        match self {
            Self::Legacy => sorted.join(" "),
            Self::BuildKit => {
                let entries: Vec<String> = sorted.iter().map(|port| format!("{}:{{}}", with_protocol(port))).collect();
                format!("map[{}]", entries.join(" "))
            }
        }
    }
}

/// `80` → `80/tcp`.
pub(crate) fn with_protocol(port: &str) -> String {
    if port.contains('/') { port.to_owned() } else { format!("{port}/tcp") }
}

/// A list as Go's `%q` prints it: `["nginx" "-g" "daemon off;"]`.
pub(crate) fn go_quoted_list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| go_quoted(word)).collect();
    format!("[{}]", quoted.join(" "))
}

/// A text as Go's `%q` prints it.
pub(crate) fn go_quoted(word: &str) -> String {
    let mut quoted = String::from("\"");
    for character in word.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
