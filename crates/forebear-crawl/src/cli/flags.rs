//! What the command line says of a crawl: all of it, or, beside job files, what a
//! run may do otherwise than they say.

use std::path::PathBuf;

use anyhow::bail;
use forebear_crawl::OnLimit;
use forebear_crawl::operate::jobs::{Job, JobName, JobRegistry, RegistryAddress};
use forebear_crawl::selection::{SelectionSpec, Source, TagFilter, known_platform};
use forebear_image::Platform;
use forebear_registry::{AuthSource, NamePrefix, Rate};

/// What to walk, and how.
#[derive(Debug, clap::Args)]
pub(super) struct JobFlags {
    /// Repositories to walk, by glob; several times for more [default: all]
    #[arg(long, value_name = "GLOB")]
    repo: Vec<String>,

    /// Tags to walk, by glob; several times for more [default: all]
    #[arg(long, value_name = "GLOB")]
    tag: Vec<String>,

    /// Platforms to walk, os/arch[/variant]; several times for more [default: all]
    #[arg(long, value_name = "PLATFORM", value_parser = known_platform)]
    platform: Vec<Platform>,

    /// Fetch BuildKit's provenance too, where an index lists it: what a build
    /// read. On Docker Hub that is one more pull for each image
    #[arg(long)]
    provenance: bool,

    /// Maximum request rate, such as 20/s or 200/6h; none on loopback only. Also
    /// beside a job file [default: none on loopback, else 5/s]
    #[arg(long, value_name = "RATE")]
    rate: Option<Rate>,

    /// Requests under way at once, also beside a job file [default: 8]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    concurrency: Option<u16>,

    /// Whom to ask as, also beside a job file: default, as 'docker login', 'podman
    /// login' or 'skopeo login' left it for this registry, else anonymously; none,
    /// anonymously; docker-config, as 'docker login' left it, or not at all; env,
    /// FOREBEAR_USERNAME and FOREBEAR_PASSWORD, or FOREBEAR_TOKEN [default: default]
    #[arg(long, value_name = "SOURCE")]
    auth: Option<AuthSource>,

    /// Store images under this registry's name: for a mirror of it
    #[arg(long, value_name = "HOST")]
    name_as: Option<String>,

    /// Take this off the names of repositories, for a mirror that has another
    /// registry's below a prefix, as a Harbor proxy project or an ECR pull-through
    /// cache does: with dockerhub/ and --name-as docker.io, dockerhub/library/alpine
    /// is docker.io/library/alpine. Repositories that are not below it are left out
    #[arg(long, value_name = "PREFIX/", requires = "name_as")]
    strip_prefix: Option<NamePrefix>,

    /// PEM file of certificates that are trusted beside the system's: of an
    /// authority, or the registry's own. Also beside a job file; what is in
    /// certs.d for the registry is trusted anyway
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,

    /// Do not check the registry's certificate, also beside a job file: anyone on the
    /// way can then read and change what is sent
    #[arg(long)]
    insecure: bool,

    /// Speak plain HTTP to a registry that is not on loopback, also beside a job file
    #[arg(long)]
    plain_http: bool,
}

impl JobFlags {
    /// The job that they describe.
    ///
    /// # Errors
    /// What is no registry or name.
    pub(super) fn job(&self, registry: &str) -> anyhow::Result<Job> {
        let address: RegistryAddress = registry.parse().map_err(anyhow::Error::msg)?;
        let name = JobName::of_host(address.host.as_str());
        let mut registry = JobRegistry {
            on_limit: OnLimit::Park,
            name_as: self.name_as.as_deref().map(str::parse).transpose()?,
            strip_prefix: self.strip_prefix.clone(),
            ..JobRegistry::at(address)
        };
        self.change(&mut registry);
        let select = SelectionSpec {
            source: Source::Auto,
            repositories: self.repo.clone(),
            tags: TagFilter { include: self.tag.clone(), exclude: Vec::new(), newest: None },
            platforms: self.platform.clone(),
            provenance: self.provenance,
            max_tags: None,
        };
        let (file, schedule, max_duration, publish, remarks) = (None, None, None, true, Vec::new());
        Ok(Job { name, file, schedule, registry, select, max_duration, publish, remarks })
    }

    /// A job of a file, run as they say.
    ///
    /// # Errors
    /// Flags that would make another job of it.
    pub(super) fn beside(&self, mut job: Job) -> anyhow::Result<Job> {
        let others = [
            (!self.repo.is_empty(), "--repo", "select.repositories"),
            (!self.tag.is_empty(), "--tag", "select.tags"),
            (!self.platform.is_empty(), "--platform", "select.platforms"),
            (self.provenance, "--provenance", "select.provenance"),
            (self.name_as.is_some(), "--name-as", "registry.name_as"),
            (self.strip_prefix.is_some(), "--strip-prefix", "registry.strip_prefix"),
        ];
        if let Some((_, flag, key)) = others.into_iter().find(|(given, ..)| *given) {
            let file = job.file.as_deref().map_or_else(|| job.name.to_string(), |file| file.display().to_string());
            bail!("{flag} cannot be used with a job file; set {key} in {file}");
        }
        self.change(&mut job.registry);
        Ok(job)
    }

    fn change(&self, registry: &mut JobRegistry) {
        registry.rate = self.rate.or(registry.rate);
        registry.concurrency = self.concurrency.unwrap_or(registry.concurrency);
        registry.auth = self.auth.unwrap_or(registry.auth);
        registry.ca_file = self.ca_file.clone().or_else(|| registry.ca_file.take());
        registry.insecure |= self.insecure;
        registry.plain_http |= self.plain_http;
    }
}
