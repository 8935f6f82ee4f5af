//! From what a job file says to a job that can be run.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use forebear_image::chain::chain;
use forebear_image::{Platform, RegistryName, RepositoryName};
use forebear_registry::{AuthSource, NamePrefix, PrefixError, Quirks, Rate};
use globset::GlobBuilder;
use toml::Spanned;

use crate::on_limit::OnLimit;
use crate::selection::{SelectionError, SelectionSpec, Source, TagFilter, known_platform};

use super::address::RegistryAddress;
use super::cron::{Schedule, check_zone};
use super::error::{JobError, Problem};
use super::file::{AuthKey, JobFile, OnLimitKey, RegistryTable, SelectTable, SourceKey};
use super::job::{Job, JobRegistry};
use super::list::{self, NoName};
use super::name::JobName;

/// Reads a job from a file's text.
pub(super) fn job(path: &Path, text: &str) -> Result<Job, JobError> {
    let file: JobFile = toml::from_str(text).map_err(|error| {
        let message = error.message().lines().collect::<Vec<_>>().join("; ");
        JobError::new(path, vec![Problem::at(text, error.span().as_ref(), message)])
    })?;
    let mut checked = Checker { text, problems: Vec::new(), remarks: Vec::new() };
    let job = checked.job(path, &file);
    match (job, checked.problems) {
        (Ok(Some(mut job)), problems) if problems.is_empty() => {
            job.remarks = checked.remarks;
            // What only the registry client knows: that a rate of none is for
            // loopback, that a host is one.
            job.try_registry().map_err(|error| {
                JobError::new(path, vec![Problem::at(text, Some(&file.registry.host.span()), chain(&error))])
            })?;
            Ok(job)
        }
        (Err(error), problems) if problems.is_empty() => Err(error),
        (_, problems) => Err(JobError::new(path, problems)),
    }
}

/// Collects what is wrong.
struct Checker<'a> {
    text: &'a str,
    problems: Vec<Problem>,
    remarks: Vec<String>,
}

impl Checker<'_> {
    fn wrong(&mut self, span: &Range<usize>, why: impl Into<String>) {
        self.problems.push(Problem::at(self.text, Some(span), why));
    }

    /// A value, or a problem where it stands.
    fn value<T, U>(&mut self, written: &Spanned<T>, read: impl FnOnce(&T) -> Result<U, String>) -> Option<U> {
        match read(written.get_ref()) {
            Ok(value) => Some(value),
            Err(why) => {
                self.wrong(&written.span(), why);
                None
            }
        }
    }

    /// A whole number within bounds.
    fn number<T: TryFrom<i64>>(&mut self, key: &str, written: &Spanned<i64>, from: i64, to: i64) -> Option<T> {
        self.value(written, |number| {
            let value = (from..=to).contains(number).then(|| T::try_from(*number).ok()).flatten();
            value.ok_or_else(|| format!("{key} is {number}; it goes from {from} to {to}"))
        })
    }

    /// The job; `None` where a problem was told instead. A list in a file of
    /// its own has an error of its own.
    fn job(&mut self, path: &Path, file: &JobFile) -> Result<Option<Job>, JobError> {
        let name = self.value(&file.name, |name| JobName::new(name));
        let schedule = self.schedule(file);
        let registry = self.registry(path, &file.registry);
        let max_duration = file.limits.max_duration.as_ref().and_then(|text| self.value(text, |text| duration(text)));
        let max_tags = file.limits.max_tags.as_ref();
        let max_tags = max_tags.and_then(|number| self.number("max_tags", number, 1, 10_000_000));
        let select = self.select(path, &file.registry, &file.select)?;
        let (Some(name), Some(registry), Some(mut select)) = (name, registry, select) else { return Ok(None) };
        select.max_tags = max_tags;
        let publish = file.publish.index;
        let file = Some(path.to_owned());
        Ok(Some(Job { name, file, schedule, registry, select, max_duration, publish, remarks: Vec::new() }))
    }

    fn schedule(&mut self, file: &JobFile) -> Option<Schedule> {
        let zone = match &file.timezone {
            None => Some("UTC"),
            Some(zone) => self.value(zone, |zone| check_zone(zone)).map(|()| zone.get_ref().as_str()),
        };
        match (&file.schedule, &file.timezone) {
            // A wrong zone has been told; the expression is still to be looked at.
            (Some(schedule), _) => self.value(schedule, |text| Schedule::parse(text, zone.unwrap_or("UTC"))),
            (None, Some(zone)) => {
                self.wrong(&zone.span(), "a time zone without a schedule");
                None
            }
            (None, None) => None,
        }
    }

    fn registry(&mut self, path: &Path, table: &RegistryTable) -> Option<JobRegistry> {
        let before = self.problems.len();
        let address = self.value(&table.host, |host| host.parse::<RegistryAddress>());
        // Another stands in, so that the rest is looked at too.
        let docker_hub = || RegistryAddress { host: RegistryName::docker_hub(), scheme: None };
        let mut registry = JobRegistry::at(address.unwrap_or_else(docker_hub));
        if let Some(rate) = &table.rate {
            registry.rate = self.value(rate, |rate| rate.parse::<Rate>().map_err(|error| error.to_string()));
        }
        if let Some(number) = &table.concurrency {
            registry.concurrency = self.number("concurrency", number, 1, 256).unwrap_or_default();
        }
        if let Some(number) = &table.quota_reserve {
            registry.quota_reserve = self.number("quota_reserve", number, 0, 1_000_000_000).unwrap_or_default();
        }
        if let Some(name) = &table.name_as {
            registry.name_as = self.value(name, |name| {
                name.parse().map_err(|_| format!("'{name}' names no registry; write it as docker.io"))
            });
        }
        if let Some(prefix) = &table.strip_prefix {
            registry.strip_prefix =
                self.value(prefix, |prefix| prefix.parse().map_err(|error: PrefixError| error.to_string()));
            if table.name_as.is_none() {
                self.wrong(
                    &prefix.span(),
                    "strip_prefix goes with name_as: the registry whose names these are without it",
                );
            }
        }
        registry.plain_http |= table.plain_http;
        registry.insecure = table.insecure;
        registry.namespace_api = table.namespace_api.as_ref().map(|url| url.get_ref().clone());
        if let Some(file) = &table.ca_file {
            registry.ca_file = self.value(file, |file| {
                let beside = beside(path, file);
                let read = std::fs::metadata(&beside).map(|_| beside.clone());
                read.map_err(|error| format!("{}: {error}", beside.display()))
            });
        }
        registry.on_limit = match table.on_limit {
            OnLimitKey::Park => OnLimit::Park,
            OnLimitKey::Wait => OnLimit::Wait,
        };
        registry.auth = match table.auth {
            AuthKey::Default => AuthSource::Default,
            AuthKey::Anonymous => AuthSource::Anonymous,
            AuthKey::DockerConfig => AuthSource::DockerConfig,
            AuthKey::Env => AuthSource::Env,
        };
        (self.problems.len() == before).then_some(registry)
    }

    fn select(
        &mut self,
        path: &Path,
        registry: &RegistryTable,
        table: &SelectTable,
    ) -> Result<Option<SelectionSpec>, JobError> {
        let before = self.problems.len();
        // One that is no name has been told.
        let stored_as = registry.name_as.as_ref().unwrap_or(&registry.host).get_ref().parse::<RegistryAddress>();
        let stored_as = stored_as.ok().map(|address| address.host);
        // It is the host that lists, whatever it is stored as.
        let address = registry.host.get_ref().parse::<RegistryAddress>();
        let host = address.as_ref().map_or_else(String::clone, |address| address.host.to_string());
        let known = address.as_ref().is_ok_and(|address| Quirks::of(&address.host).namespaces.is_some());
        let namespaces = known || registry.namespace_api.is_some();
        let key = table.source.as_ref().map(|source| *source.get_ref());
        if let (Some(file), true) = (&table.file, key != Some(SourceKey::File)) {
            self.wrong(&file.span(), "a file is read with source = \"file\" only");
        }
        if let (Some(names), Some(SourceKey::File)) = (&table.repositories, key) {
            self.wrong(&names.span(), "with source = \"file\" the repositories stand in that file");
        }
        // One that is none has been told.
        let prefix: Option<NamePrefix> =
            registry.strip_prefix.as_ref().and_then(|prefix| prefix.get_ref().parse().ok());
        for name in table.repositories.iter().flat_map(Spanned::get_ref) {
            self.glob(name);
            if key != Some(SourceKey::Namespace) && !is_glob(name.get_ref()) {
                self.value(name, |name| below(prefix.as_ref(), name));
            }
        }
        let written: Vec<String> = strings(table.repositories.iter().flat_map(Spanned::get_ref));
        let (source, repositories) = match (key, &table.source, &table.file) {
            (None, ..) => (Source::Auto, written),
            (Some(SourceKey::Catalog), ..) => (Source::Catalog, written),
            (Some(SourceKey::List), Some(source), _) => {
                if written.is_empty() {
                    self.wrong(&source.span(), "source = \"list\" needs repositories = [\"…\"] with their names");
                }
                (self.list(table, namespaces), written)
            }
            (Some(SourceKey::Namespace), Some(source), _) => {
                if !namespaces {
                    self.wrong(
                        &source.span(),
                        format!(
                            "{host} is not known to list namespaces, as docker.io does; use its catalog, or a list"
                        ),
                    );
                }
                if written.is_empty() {
                    self.wrong(&source.span(), "source = \"namespace\" needs repositories = [\"NAMESPACE/*\"]");
                }
                (Source::Namespace, written)
            }
            (Some(SourceKey::File), _, Some(file)) => {
                let is_named =
                    |name: &str| stored_as.as_ref().is_none_or(|registry| repository(registry, name).is_ok());
                let check = |name: &str| match (is_named(name), below(prefix.as_ref(), name)) {
                    (false, _) => Err(NoName::Grammar),
                    (true, Err(_)) => Err(NoName::NotBelow),
                    (true, Ok(())) => Ok(()),
                };
                (Source::List, list::read(&beside(path, file.get_ref()), check)?)
            }
            (Some(SourceKey::File), Some(source), None) => {
                self.wrong(&source.span(), "source = \"file\" needs file = \"…\": a list of repositories, one a line");
                (Source::List, Vec::new())
            }
            (Some(_), None, _) => (Source::Auto, written),
        };
        for tag in table.tags.include.iter().chain(&table.tags.exclude) {
            self.glob(tag);
        }
        let newest = table.tags.newest.as_ref().and_then(|number| self.number("newest", number, 1, 10_000_000));
        let mut platforms: Vec<Platform> = Vec::new();
        for platform in &table.platforms {
            platforms.extend(self.value(platform, |text| known_platform(text)));
        }
        let tags = TagFilter { include: strings(&table.tags.include), exclude: strings(&table.tags.exclude), newest };
        let spec =
            SelectionSpec { source, repositories, tags, platforms, provenance: table.provenance, max_tags: None };
        Ok((self.problems.len() == before).then_some(spec))
    }

    /// A list of names needs nothing to be listed. A glob among them does, so
    /// it is asked for, and said.
    fn list(&mut self, table: &SelectTable, lists_namespaces: bool) -> Source {
        let names = table.repositories.iter().flat_map(Spanned::get_ref);
        let globs: Vec<&Spanned<String>> = names.filter(|name| is_glob(name.get_ref())).collect();
        let Some(first) = globs.first() else { return Source::List };
        let in_namespaces = table.repositories.iter().flat_map(Spanned::get_ref).all(|name| {
            let namespace = name.get_ref().split_once('/').map(|(namespace, _)| namespace);
            namespace.is_some_and(|namespace| !is_glob(namespace))
        });
        let (line, _) = super::error::place(self.text, first.span().start);
        let (glob, how) =
            (first.get_ref(), if lists_namespaces && in_namespaces { "its namespace" } else { "the catalog" });
        self.remarks
            .push(format!("line {line}: '{glob}' in a list is a glob, so {how} is listed to find what it means"));
        if lists_namespaces && in_namespaces { Source::Namespace } else { Source::Catalog }
    }

    fn glob(&mut self, written: &Spanned<String>) {
        self.value(written, |text| {
            if text.is_empty() {
                return Err("an empty text selects nothing".to_owned());
            }
            let glob = GlobBuilder::new(text).literal_separator(false).build();
            glob.map(drop).map_err(|error| format!("'{text}' is not a glob: {}", error.kind()))
        });
    }
}

fn strings<'a>(written: impl IntoIterator<Item = &'a Spanned<String>>) -> Vec<String> {
    written.into_iter().map(|text| text.get_ref().clone()).collect()
}

/// A file that a job names, from where the job lies.
fn beside(job: &Path, file: &str) -> PathBuf {
    job.parent().unwrap_or(Path::new("")).join(file)
}

fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

/// Whether a name is below the prefix that is taken off.
fn below(prefix: Option<&NamePrefix>, name: &str) -> Result<(), String> {
    match prefix {
        Some(prefix) if prefix.strip(name).is_none() => {
            Err(SelectionError::NotBelow { name: name.to_owned(), prefix: prefix.to_string() }.to_string())
        }
        _ => Ok(()),
    }
}

/// Whether a name is that of a repository.
fn repository(registry: &RegistryName, name: &str) -> Result<(), String> {
    match RepositoryName::new(registry, name) {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("'{name}' is no repository: {error}")),
    }
}

/// `2h`, `90m`, `1d 12h`: a length of time that is not zero.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("'{text}' is no length of time; write 2h, 90m or 1h 30m");
    let parsed: jiff::SignedDuration = text.parse().map_err(|_| wrong())?;
    let duration = Duration::try_from(parsed).map_err(|_| wrong())?;
    if duration < Duration::from_secs(1) {
        return Err(format!("'{text}' is shorter than a second; a run would end before it began"));
    }
    Ok(duration)
}
