//! Credential helpers: `docker-credential-NAME get`, the host on stdin, JSON
//! on stdout (docker/docker-credential-helpers).

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;

use super::credentials::Credentials;
use crate::error::Unusable;
use crate::quoted::quoted;

/// How long a helper may take. It may ask a person to unlock something.
const PATIENCE: Duration = Duration::from_secs(30);
/// The most bytes a helper may say.
const CAP: u64 = 64 * 1024;

/// A program that knows credentials.
#[derive(Debug)]
pub(super) struct Helper {
    program: PathBuf,
    patience: Duration,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    #[serde(default)]
    username: String,
    secret: SecretString,
}

impl Helper {
    /// The helper that a configuration names; it is looked for in `PATH`.
    pub(super) fn named(name: &str) -> Result<Self, Unusable> {
        // What a configuration names is run, so it must be a name and no path.
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.is_empty() || !name.chars().all(plain) {
            return Err(format!("'{}' can't be the name of a credential helper", quoted(name)).into());
        }
        Ok(Self { program: PathBuf::from(format!("docker-credential-{name}")), patience: PATIENCE })
    }

    #[cfg(test)]
    pub(super) fn program(program: PathBuf, patience: Duration) -> Self {
        Self { program, patience }
    }

    /// The program, as people call it.
    pub(super) fn name(&self) -> String {
        self.program.display().to_string()
    }

    /// Asks for a registry's credentials; `None` when it knows none.
    pub(super) async fn get(&self, host: &str) -> Result<Option<Credentials>, Unusable> {
        let name = self.program.display();
        let Ok(ran) = tokio::time::timeout(self.patience, self.run(host)).await else {
            return Err(format!("{name} took longer than {} s and was ended", self.patience.as_secs()).into());
        };
        let ran = ran.map_err(|error| Unusable::because(name.to_string(), error))?;
        let Some((success, output)) = ran else {
            return Err(format!("{name} said more than {CAP} bytes, and was ended").into());
        };
        if !success {
            let output = output.expose_secret();
            if output.contains("credentials not found") {
                return Ok(None);
            }
            // It may be the answer all the same, whole or in part.
            return Err(match output.contains('{') || output.to_ascii_lowercase().contains("secret") {
                true => format!("{name} failed, and what it said may hold a secret, so that it is not shown").into(),
                false => format!("{name} failed: {}", quoted(output)).into(),
            });
        }
        // serde's own message may quote a secret.
        let answer: Answer = serde_json::from_str(output.expose_secret())
            .map_err(|_| format!("{name} answered something else than JSON"))?;
        let known = !answer.secret.expose_secret().is_empty();
        Ok(known.then(|| Credentials::of_account(&answer.username, answer.secret.expose_secret())))
    }

    /// Whether it succeeded, and what it said; `None` where that has no end.
    async fn run(&self, host: &str) -> std::io::Result<Option<(bool, SecretString)>> {
        let mut child = Command::new(&self.program)
            .arg("get")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // Also when this future is dropped at the end of its time.
            .kill_on_drop(true)
            .spawn()?;
        if let Some(mut input) = child.stdin.take() {
            // A helper that does not read has its own way of knowing.
            let _ = input.write_all(format!("{host}\n").as_bytes()).await;
        }
        let mut text = String::new();
        if let Some(output) = child.stdout.take() {
            output.take(CAP + 1).read_to_string(&mut text).await?;
        }
        let text = SecretString::from(text);
        if text.expose_secret().len() as u64 > CAP {
            return Ok(None);
        }
        Ok(Some((child.wait().await?.success(), text)))
    }
}
