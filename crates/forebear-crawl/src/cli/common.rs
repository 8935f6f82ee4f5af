//! What all commands share: arguments, the data folder, lines out.

use std::borrow::Cow;
use std::io::Write as _;
use std::path::PathBuf;

use clap::ValueEnum;
use forebear_crawl::operate::RunError;
use forebear_crawl::operate::jobs::Job;
use forebear_crawl::operate::state::StateError;
use forebear_image::chain::chain;
use forebear_image::escape::for_terminal;
use forebear_index::location::DataFolder;
use forebear_print::OutputError;
use forebear_registry::RegistryError;
use forebear_store::LocalStore;
use forebear_store::StoreError;

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
pub(super) struct Common {
    /// The folder of the store and the index [default: ~/.local/share/forebear]
    #[arg(long, global = true, env = "FOREBEAR_DATA", hide_env_values = true, value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// How to print the result
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub format: Format,

    /// Print JSON, as --format json
    #[arg(long, global = true, conflicts_with = "format")]
    json: bool,

    /// Print errors only
    #[arg(short, long, global = true)]
    pub quiet: bool,

    /// Log more to stderr: -v what is done, -vv every request [env: RUST_LOG]
    #[arg(short, long, global = true, action = clap::ArgAction::Count, conflicts_with = "quiet")]
    pub verbose: u8,

    /// Memory for the store's cache, in MiB
    #[arg(long, global = true, default_value_t = 256, value_name = "MIB")]
    pub cache: u64,
}

impl Common {
    /// As they are meant.
    pub(super) fn settled(mut self) -> Self {
        if self.json {
            self.format = Format::Json;
        }
        self
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// An error in one line, with what to do about it in another.
pub(super) fn complain(error: &anyhow::Error) {
    let mut stderr = std::io::stderr().lock();
    for line in chain(error.as_ref()).lines() {
        _ = writeln!(stderr, "error: {}", for_terminal(line, false));
    }
    if let Some(hint) = hint(error) {
        _ = writeln!(stderr, "hint: {hint}");
    }
}

fn hint(error: &anyhow::Error) -> Option<Cow<'_, str>> {
    let of_run = error.downcast_ref::<RunError>().and_then(RunError::hint);
    let of_state = || error.downcast_ref::<StateError>().and_then(StateError::hint).map(Cow::Borrowed);
    let of_store = || error.downcast_ref::<StoreError>().and_then(StoreError::hint).map(Cow::Borrowed);
    let of_registry = || error.downcast_ref::<RegistryError>().and_then(RegistryError::hint).map(Cow::Borrowed);
    of_run.or_else(of_state).or_else(of_store).or_else(of_registry)
}

/// The data folder that the arguments mean.
pub(super) fn data(common: &Common) -> anyhow::Result<DataFolder> {
    let found = DataFolder::locate(common.data.as_deref());
    found.ok_or_else(|| anyhow::anyhow!("there is no home folder to keep data in; say where with --data DIR"))
}

/// The data folder that the arguments mean, which a crawl has made. Who only reads
/// makes none: a typo would be a folder for ever.
pub(super) fn data_with_store(common: &Common) -> anyhow::Result<DataFolder> {
    let data = data(common)?;
    if !data.path().is_dir() {
        anyhow::bail!("no such folder: {}", data.path().display());
    }
    if !data.store().exists() {
        anyhow::bail!("there is no store in {}; 'forebear-crawl run' makes one", data.path().display());
    }
    Ok(data)
}

/// Opens the store, for reading and writing.
pub(super) fn open_store(common: &Common) -> anyhow::Result<LocalStore> {
    let store = LocalStore::open(&data(common)?.store(), common.cache << 20)?;
    store.notes().iter().for_each(|note| say(&format!("note: {note}")));
    Ok(store)
}

/// Says lines on stderr.
pub(super) fn say_all(lines: &str) {
    _ = write!(std::io::stderr().lock(), "{}", for_terminal(lines, true));
}

/// Says a line on stderr.
pub(super) fn say(line: &str) {
    _ = writeln!(std::io::stderr().lock(), "{}", for_terminal(line, false));
}

/// Says what of a job may not be what was meant.
pub(super) fn remark(job: &Job, remark: &str) {
    let file = job.file.as_deref().map_or_else(|| job.name.to_string(), |file| file.display().to_string());
    say(&format!("note: {file}, {remark}"));
}

/// Prints data to stdout, its foreign text escaped. A reader that went away is no
/// error.
pub(super) fn print(text: &str) -> Result<(), OutputError> {
    forebear_print::print(&for_terminal(text, true)).map(drop)
}

/// Lines of data, printed at once.
#[derive(Debug, Default)]
pub(super) struct Lines(String);

impl Lines {
    /// One more.
    pub(super) fn add(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    /// All of them.
    pub(super) fn into_text(self) -> String {
        self.0
    }

    /// Prints them, as [`print`] does.
    pub(super) fn print(&self) -> Result<(), OutputError> {
        print(&self.0)
    }
}
