//! Options that every command takes, and what they lead to: an index, a
//! runtime where one is needed, and how answers are printed.

#![cfg_attr(doc, allow(rustdoc::broken_intra_doc_links, reason = "help texts hold brackets"))]

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::bail;
use clap::ArgAction;
use forebear_ask::{AskError, AskOptions, Asker, Knowledge, Located, Note, Target};
use forebear_image::{Platform, Timestamp};
use forebear_index::format::VERSION;
use forebear_index::location::DataFolder;
use forebear_index::{Index, IndexError};
use forebear_print::{ColourChoice, Paint, print};
use forebear_registry::{AuthSource, RegistryOptions, RegistryPool};
use tokio::runtime::Runtime;

use crate::bars::Bars;
use crate::exit::{Exit, Outcome};
use crate::format::Format;
use crate::output;
use crate::render::{self, Render};
use crate::view::View;

/// Options of every command.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Session {
    /// The folder that forebear-crawl published in [default:
    /// ~/.local/share/forebear] [env: FOREBEAR_DATA]
    // Read from the environment by hand: clap would call it required in every
    // usage error then.
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,

    /// One index file instead of a data folder
    #[arg(long, global = true, value_name = "FILE")]
    index: Option<PathBuf>,

    /// How to print the answer [default: text]
    #[arg(short = 'o', long, global = true, value_enum)]
    format: Option<Format>,

    /// Print JSON, as --format json
    #[arg(long, global = true, conflicts_with = "format")]
    json: bool,

    /// Which platform, where an index offers several: os/arch[/variant]
    /// [default: linux/amd64]
    #[arg(long = "platform", global = true, value_name = "PLATFORM")]
    platforms: Vec<Platform>,

    /// Answer from what had been observed by then: 2026-03-01 (to the end of
    /// the day, UTC) or 2026-03-01T12:00:00Z
    #[arg(long, global = true, value_name = "DATE", value_parser = as_of)]
    as_of: Option<Timestamp>,

    /// Print lines whole, however wide they are
    #[arg(long, global = true)]
    no_trunc: bool,

    /// When to use colour; auto: on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_enum, default_value_t = When::Auto, value_name = "WHEN", hide_possible_values = true)]
    color: When,

    /// Log more to stderr: -v what is done, -vv every request [env: RUST_LOG]
    #[arg(short, long, global = true, action = ArgAction::Count)]
    verbose: u8,

    /// Print no notes and no progress, only answers and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,

    /// Whom docker:// asks as: default, as 'docker login', 'podman login' or
    /// 'skopeo login' left it for that registry, else anonymously; none,
    /// anonymously; docker-config, as 'docker login' left it, or not at all; env,
    /// FOREBEAR_USERNAME and FOREBEAR_PASSWORD, or FOREBEAR_TOKEN
    #[arg(long, global = true, default_value_t = AuthSource::Default, value_name = "SOURCE", help_heading = REGISTRIES)]
    auth: AuthSource,

    /// PEM file of certificates that are trusted beside the system's: of an
    /// authority, or a registry's own. What is in certs.d is trusted anyway
    #[arg(long, global = true, value_name = "FILE", help_heading = REGISTRIES)]
    ca_file: Option<PathBuf>,

    /// Do not check the certificates of registries: anyone on the way can then read
    /// and change what is sent
    #[arg(long, global = true, help_heading = REGISTRIES)]
    insecure: bool,

    /// Speak plain HTTP to registries that are not on loopback
    #[arg(long, global = true, help_heading = REGISTRIES)]
    plain_http: bool,
}

/// Columns that a terminal is taken to have at least.
const NARROWEST: usize = 20;
/// Where help lists options of `docker://`.
const REGISTRIES: &str = "Options of docker://";

/// When output is coloured, as it is written on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum When {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl From<When> for ColourChoice {
    fn from(when: When) -> Self {
        match when {
            When::Auto => Self::Auto,
            When::Always => Self::Always,
            When::Never => Self::Never,
        }
    }
}

/// A time, or a day to its end.
fn as_of(text: &str) -> Result<Timestamp, String> {
    let day = format!("{text}T23:59:59Z");
    let time = if text.contains('T') { text } else { day.as_str() };
    Timestamp::parse(time).map_err(|_| "that is not a date; write 2026-03-01 or 2026-03-01T12:00:00Z".to_owned())
}

impl Session {
    /// Asks the index that the options lead to.
    ///
    /// # Errors
    /// When there is none, saying how to get one.
    pub(crate) fn asker(&self) -> anyhow::Result<Asker> {
        self.asker_about(&[])
    }

    /// Asks the index that the options lead to; or none, where nobody named one
    /// and none was published, for questions about images that are at hand.
    ///
    /// # Errors
    /// When there is none and one is needed or was named.
    pub(crate) fn asker_about(&self, targets: &[&Target]) -> anyhow::Result<Asker> {
        let at_hand = |target: &&Target| target.is_live() || target.is_local();
        if let Some(file) = self.index.as_ref().filter(|file| !file.exists()) {
            bail!("no such file: {}", file.display());
        }
        let named = self.data().is_some() || self.index.is_some();
        let optional = !named && !targets.is_empty() && targets.iter().all(at_hand);
        let knowledge = match self.index() {
            Ok(Some(index)) => Knowledge::of(self.as_of.map_or_else(|| index.view(), |time| index.view_as_of(time))),
            Ok(None) | Err(IndexError::Missing(_)) if optional => Knowledge::none()?,
            Ok(None) => {
                bail!("there is no home folder to look for an index in; say where with --data DIR or --index FILE")
            }
            Err(error) => return Err(AskError::Index(error).into()),
        };
        Ok(Asker::new(knowledge, self.options()))
    }

    /// As [`Session::asker_about`], from what was written. What is no image is
    /// told when its turn comes.
    ///
    /// # Errors
    /// As [`Session::asker_about`].
    pub(crate) fn asker_for(&self, images: &[String]) -> anyhow::Result<Asker> {
        let targets: Vec<Target> = images.iter().filter_map(|image| Target::parse(image).ok()).collect();
        self.asker_about(&targets.iter().collect::<Vec<_>>())
    }

    /// Asks no index.
    ///
    /// # Errors
    /// As [`Knowledge::none`].
    pub(crate) fn asker_without_index(&self) -> anyhow::Result<Asker> {
        Ok(Asker::new(Knowledge::none()?, self.options()))
    }

    fn options(&self) -> AskOptions {
        if self.insecure {
            output::warning(
                "the certificates of registries are not checked (--insecure): anyone on the way can read and change what is sent",
            );
        }
        let (plain_http, insecure, extra_ca) = (self.plain_http, self.insecure, self.ca_file.clone());
        let registries = RegistryPool::new(self.auth, move |host| RegistryOptions {
            plain_http,
            insecure,
            extra_ca: extra_ca.clone(),
            ..RegistryOptions::new(host)
        })
        .with_registries_conf();
        AskOptions { platform: self.platforms.first().cloned(), registries: Arc::new(registries) }
    }

    /// The index that the options lead to; `None` without any place to look in.
    fn index(&self) -> Result<Option<Index>, IndexError> {
        let index = match (&self.index, DataFolder::locate(self.data().as_deref())) {
            (Some(file), _) => Index::open(file)?,
            (None, Some(data)) => forebear_index::publish::open_current(&data.index())?,
            (None, None) => return Ok(None),
        };
        if index.version() < VERSION {
            let (file, format) = (index.file().to_owned(), index.version());
            self.tell(&[Note::OlderIndex { file, format, newest: VERSION }]);
        }
        tracing::info!(file = %index.file().display(), bytes = index.bytes().len(), "answering from this index");
        Ok(Some(index))
    }

    /// The data folder that was named, on the command line or in the environment.
    fn data(&self) -> Option<PathBuf> {
        let variable = || std::env::var_os("FOREBEAR_DATA").filter(|value| !value.is_empty()).map(PathBuf::from);
        self.data.clone().or_else(variable)
    }

    /// Writes logs to stderr from now on, as many as are asked for.
    pub(crate) fn begin_logs(&self) {
        forebear_print::logs::begin(self.verbose, self.quiet);
    }

    /// How answers are printed.
    pub(crate) fn format(&self) -> Format {
        self.chosen_format().unwrap_or(Format::Text)
    }

    /// How answers are to be printed, where somebody chose.
    pub(crate) fn chosen_format(&self) -> Option<Format> {
        if self.json { Some(Format::Json) } else { self.format }
    }

    /// The platforms that were named.
    pub(crate) fn platforms(&self) -> &[Platform] {
        &self.platforms
    }

    /// Fails where several platforms were named and one image is asked about.
    ///
    /// # Errors
    /// As above.
    pub(crate) fn ensure_one_platform(&self) -> anyhow::Result<()> {
        if self.platforms.len() > 1 {
            bail!("--platform can be given several times to 'export' only; name the one that you mean");
        }
        Ok(())
    }

    /// Fails where a time was named and `what` is the same at any.
    ///
    /// # Errors
    /// As above.
    pub(crate) fn ensure_no_time(&self, what: &str) -> anyhow::Result<()> {
        if self.as_of.is_some() {
            bail!("--as-of asks what an index knew by then, which '{what}' does not ask; leave it out");
        }
        Ok(())
    }

    /// Whether only answers and errors are printed.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Bars for what is read at length.
    pub(crate) fn bars(&self) -> Arc<Bars> {
        Arc::new(Bars::new(self.quiet))
    }

    /// Says what there is to say about how an answer came about.
    pub(crate) fn tell(&self, notes: &[Note]) {
        if !self.quiet {
            notes.iter().for_each(output::note);
        }
    }

    /// Finds an image. A runtime is made for those in a registry only: it would
    /// take longer than most answers.
    ///
    /// # Errors
    /// As [`Asker::locate`].
    pub(crate) fn locate(&self, asker: &Asker, target: &Target) -> anyhow::Result<Located> {
        let located = match target.is_live() {
            true => runtime()?.block_on(asker.locate(target))?,
            false => asker.locate_known(target)?,
        };
        self.tell(&located.notes);
        Ok(located)
    }

    /// Prints what `ask` answers and returns what it means.
    ///
    /// # Errors
    /// Those of `ask`; before that, a format that the answer does not have.
    pub(crate) fn print<A: Render + Outcome>(&self, ask: impl FnOnce() -> anyhow::Result<A>) -> anyhow::Result<Exit> {
        render::ensure::<A>(self.format())?;
        let answer = ask()?;
        print(&answer.render(self.view())?)?;
        Ok(answer.exit())
    }

    /// How answers are shown: lines are as wide as the terminal, within reason.
    pub(crate) fn view(&self) -> View {
        let terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let width = if self.no_trunc { usize::MAX } else { terminal.unwrap_or(100).clamp(40, 140) };
        let paint = Paint::new(ColourChoice::from(self.color).is_coloured(&std::io::stdout()));
        // The width may be that of another stream's terminal.
        let wrap_at = terminal.filter(|_| !self.no_trunc && std::io::stdout().is_terminal());
        let wrap_at = wrap_at.map_or(usize::MAX, |columns| columns.max(NARROWEST));
        View { format: self.format(), width, wrap_at, json_lines: false, paint, sections: false }
    }
}

/// A runtime for questions that ask a registry or read layers. It has a thread
/// of its own, so that code that blocks can wait for what it does.
pub(crate) fn runtime() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()
}
