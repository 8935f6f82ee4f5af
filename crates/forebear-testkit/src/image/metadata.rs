//! The Dockerfile instructions.

use serde_json::{Map, Value, json};

use crate::image::spelling::{go_quoted, go_quoted_list, with_protocol};
use crate::image::{Builder, ImageBuilder};

impl ImageBuilder {
    /// `ADD` of a root file system on scratch, such as `debian bookworm`. The
    /// layer follows from the name and the platform, not from the time.
    #[must_use]
    pub fn add_rootfs(mut self, name: &str) -> Self {
        let archive = format!("{}.tar.xz", name.replace(' ', "-"));
        let seed = format!("rootfs {name} {}", self.platform_seed());
        let text = self.builder.copy(&self.shell_words(), "ADD", &archive, "/", &seed);
        self.push(&text, Some(seed));
        self
    }

    /// `COPY sources to`; several sources are separated by spaces.
    #[must_use]
    pub fn copy(self, sources: &str, to: &str) -> Self {
        self.transfer("COPY", sources, to)
    }

    /// `ADD sources to`.
    #[must_use]
    pub fn add(self, sources: &str, to: &str) -> Self {
        self.transfer("ADD", sources, to)
    }

    fn transfer(mut self, instruction: &str, sources: &str, to: &str) -> Self {
        let seed = format!("{} {instruction} {sources} {to}", self.below());
        let text = self.builder.copy(&self.shell_words(), instruction, sources, to, &seed);
        self.push(&text, Some(seed));
        self
    }

    /// `RUN command`, in the shell.
    #[must_use]
    pub fn run(mut self, command: &str) -> Self {
        let text = self.builder.run(&self.shell_words(), &self.arguments, command);
        self.push_timed(&text);
        self
    }

    /// `RUN ["word", …]`, without a shell.
    #[must_use]
    pub fn run_exec(mut self, words: &[&str]) -> Self {
        let text = self.builder.run(&[], &self.arguments, &words.join(" "));
        self.push_timed(&text);
        self
    }

    /// `WORKDIR path`, for a folder that was not there: it makes a layer.
    #[must_use]
    pub fn workdir(mut self, path: &str) -> Self {
        let text = self.builder.workdir(&self.shell_words(), path);
        self.set("WorkingDir", json!(path));
        self.push_timed(&text);
        self
    }

    /// `CMD ["word", …]`.
    #[must_use]
    pub fn cmd(mut self, words: &[&str]) -> Self {
        self.set("Cmd", json!(words));
        self.cmd_is_own = true;
        self.metadata("CMD", &go_quoted_list(words))
    }

    /// `CMD command`, in the shell.
    #[must_use]
    pub fn cmd_shell(self, command: &str) -> Self {
        let mut words = self.shell_words();
        words.push(command.to_owned());
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        self.cmd(&words)
    }

    /// `ENTRYPOINT ["word", …]`; it drops a `CMD` that came from the parent.
    #[must_use]
    pub fn entrypoint(mut self, words: &[&str]) -> Self {
        self.set("Entrypoint", json!(words));
        if !self.cmd_is_own {
            self.runtime.shift_remove("Cmd");
        }
        self.metadata("ENTRYPOINT", &go_quoted_list(words))
    }

    /// `ENV name=value`.
    #[must_use]
    pub fn env(self, name: &str, value: &str) -> Self {
        self.envs(&[(name, value)])
    }

    /// `ENV name=value …`, several in one instruction.
    #[must_use]
    pub fn envs(mut self, pairs: &[(&str, &str)]) -> Self {
        let mut env: Vec<Value> = self.runtime.get("Env").and_then(Value::as_array).cloned().unwrap_or_default();
        for (name, value) in pairs {
            let line = json!(format!("{name}={value}"));
            let same = |old: &&mut Value| old.as_str().and_then(|o| o.split_once('=')).is_some_and(|(n, _)| n == *name);
            match env.iter_mut().find(same) {
                Some(old) => *old = line,
                None => env.push(line),
            }
        }
        self.set("Env", Value::Array(env));
        self.metadata("ENV", &joined(pairs))
    }

    /// `LABEL name=value`.
    #[must_use]
    pub fn label(self, name: &str, value: &str) -> Self {
        self.labels(&[(name, value)])
    }

    /// `LABEL name=value …`, several in one instruction.
    #[must_use]
    pub fn labels(mut self, pairs: &[(&str, &str)]) -> Self {
        for (name, value) in pairs {
            self.set_key("Labels", name, json!(value));
        }
        self.metadata("LABEL", &joined(pairs))
    }

    /// `EXPOSE port …`, as `80` or `53/udp`.
    #[must_use]
    pub fn expose(mut self, ports: &[&str]) -> Self {
        for port in ports {
            self.set_key("ExposedPorts", &with_protocol(port), json!({}));
        }
        let rest = self.builder.ports(ports);
        self.metadata("EXPOSE", &rest)
    }

    /// `VOLUME ["path", …]`.
    #[must_use]
    pub fn volume(mut self, paths: &[&str]) -> Self {
        for path in paths {
            self.set_key("Volumes", path, json!({}));
        }
        self.metadata("VOLUME", &format!("[{}]", paths.join(" ")))
    }

    /// `USER name`.
    #[must_use]
    pub fn user(mut self, name: &str) -> Self {
        self.set("User", json!(name));
        self.metadata("USER", name)
    }

    /// `MAINTAINER name`; the legacy builder signs all later steps with it.
    #[must_use]
    pub fn maintainer(mut self, name: &str) -> Self {
        self.author = Some(name.to_owned());
        self.metadata("MAINTAINER", name)
    }

    /// `STOPSIGNAL signal`.
    #[must_use]
    pub fn stop_signal(mut self, signal: &str) -> Self {
        self.set("StopSignal", json!(signal));
        self.metadata("STOPSIGNAL", signal)
    }

    /// `SHELL ["word", …]`.
    #[must_use]
    pub fn shell(mut self, words: &[&str]) -> Self {
        self.set("Shell", json!(words));
        self.metadata("SHELL", &format!("[{}]", words.join(" ")))
    }

    /// `HEALTHCHECK --interval=… --timeout=… CMD command`, times in seconds.
    #[must_use]
    pub fn healthcheck(mut self, command: &str, interval: u64, timeout: u64) -> Self {
        let second = 1_000_000_000;
        let check = json!({"Test": ["CMD-SHELL", command], "Interval": interval * second, "Timeout": timeout * second});
        self.set("Healthcheck", check);
        let test = go_quoted("CMD-SHELL");
        let command = go_quoted(command);
        self.metadata("HEALTHCHECK", &format!("&{{[{test} {command}] \"{interval}s\" \"{timeout}s\" \"0s\" '\\x00'}}"))
    }

    /// `ARG name=value`; later `RUN` steps record it.
    #[must_use]
    pub fn arg(mut self, name: &str, value: &str) -> Self {
        self.arguments.push((name.to_owned(), value.to_owned()));
        self.metadata("ARG", &format!("{name}={value}"))
    }

    /// `ONBUILD trigger`. BuildKit keeps it in the config and says nothing of
    /// it in the history.
    #[must_use]
    pub fn onbuild(mut self, trigger: &str) -> Self {
        let mut triggers = self.runtime.get("OnBuild").and_then(Value::as_array).cloned().unwrap_or_default();
        triggers.push(json!(trigger));
        self.set("OnBuild", Value::Array(triggers));
        match self.builder {
            Builder::Legacy => self.metadata("ONBUILD", trigger),
            Builder::BuildKit => self,
        }
    }

    fn metadata(mut self, instruction: &str, rest: &str) -> Self {
        let text = self.builder.metadata(&self.shell_words(), instruction, rest);
        self.push(&text, None);
        self
    }

    fn push(&mut self, text: &str, seed: Option<String>) {
        let time = self.tick(text);
        self.push_entry(&time, text, seed, self.builder.comment());
    }

    /// A layer that another run at another time would make otherwise.
    fn push_timed(&mut self, text: &str) {
        let time = self.tick(text);
        let seed = format!("{} {text} {time}", self.below());
        self.push_entry(&time, text, Some(seed), self.builder.comment());
    }

    fn set(&mut self, key: &str, value: Value) {
        self.runtime.insert(key.to_owned(), value);
    }

    fn set_key(&mut self, map: &str, key: &str, value: Value) {
        let entry = self.runtime.entry(map).or_insert_with(|| Value::Object(Map::new()));
        if let Some(fields) = entry.as_object_mut() {
            fields.insert(key.to_owned(), value);
        }
    }

    fn shell_words(&self) -> Vec<String> {
        let own = self.runtime.get("Shell").and_then(Value::as_array);
        let words = |list: &Vec<Value>| list.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        own.map_or_else(|| vec!["/bin/sh".to_owned(), "-c".to_owned()], words)
    }
}

fn joined(pairs: &[(&str, &str)]) -> String {
    let words: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    words.join(" ")
}
