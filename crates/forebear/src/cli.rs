//! The command line. Its doc comments are the help texts.

#![cfg_attr(doc, allow(rustdoc::broken_intra_doc_links, reason = "help texts hold brackets"))]

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{CommandFactory as _, Parser, Subcommand};

use forebear_ask::check::{Limits, MaxAge};
use forebear_ask::{ChildrenRequest, Form, OutdatedRequest, ReferenceGlobs, RepositoriesRequest, StatsRequest};
use forebear_print::{manual, print};

use crate::exit::Exit;
use crate::session::Session;
use crate::{commands, examples, export, output, sbom, shell};

/// Says what a container image is built on and what was added on top, from a
/// published index of the registries you crawled.
#[derive(Debug, Parser)]
#[command(name = "forebear", version, max_term_width = 100, long_about = long_about(), after_help = examples::ALL)]
struct Arguments {
    #[command(subcommand)]
    command: Command,

    #[command(flatten)]
    session: Session,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show what an image is built on, and the steps added on top
    #[command(after_help = examples::PARENT)]
    Parent {
        /// The images; - reads references from standard input
        #[arg(required = true, value_name = "IMAGE")]
        images: Vec<String>,
    },
    /// Show the parent, its parent, and so on
    #[command(after_help = examples::LINEAGE)]
    Lineage {
        /// The images; - reads references from standard input
        #[arg(required = true, value_name = "IMAGE")]
        images: Vec<String>,
    },
    /// Show each layer with its step and the ancestor it came from
    #[command(after_help = examples::LAYERS)]
    Layers {
        /// The images; - reads references from standard input
        #[arg(required = true, value_name = "IMAGE")]
        images: Vec<String>,
        /// Also list what each layer adds, modifies and removes (for docker://
        /// and local forms, which hold the layers)
        #[arg(long)]
        files: bool,
    },
    /// Print the steps added on top of the parent as a Dockerfile
    #[command(after_help = examples::DOCKERFILE)]
    Dockerfile {
        /// The images; - reads references from standard input
        #[arg(required = true, value_name = "IMAGE")]
        images: Vec<String>,
        /// Also say which files each COPY and ADD brought (for docker:// and
        /// local forms, which hold the layers)
        #[arg(long)]
        files: bool,
    },
    /// List the images that are built on this one
    #[command(after_help = examples::CHILDREN)]
    Children {
        /// The images; - reads references from standard input
        #[arg(required = true, value_name = "IMAGE")]
        images: Vec<String>,
        /// Also those built on its children, and so on
        #[arg(long)]
        all: bool,
        /// Those built on any build that the name has led to, and how far behind each is
        #[arg(long)]
        any_build: bool,
        /// Show at most N; the total counts all
        #[arg(long, value_name = "N")]
        limit: Option<usize>,
        /// Skip the first N, in the order of repository, tag and platform
        #[arg(long, value_name = "N", default_value_t = 0)]
        offset: usize,
    },
    /// Compare two images: what they share, and what only one of them has
    #[command(after_help = examples::DIFF)]
    Diff {
        /// One image
        #[arg(value_name = "IMAGE")]
        a: String,
        /// The other image
        #[arg(value_name = "OTHER")]
        b: String,
    },
    /// List images whose base has been rebuilt since, the worst first
    #[command(after_help = examples::OUTDATED)]
    Outdated {
        /// Only images with such a name: alpine, acme/*, ghcr.io/**
        #[arg(value_name = "GLOB")]
        globs: Vec<String>,
        /// Also images that no tag leads to any more
        #[arg(long)]
        all: bool,
        /// Show at most N; the total counts all
        #[arg(long, value_name = "N")]
        limit: Option<usize>,
        /// Skip the first N
        #[arg(long, value_name = "N", default_value_t = 0)]
        offset: usize,
    },
    /// Check that images are built on approved, up-to-date bases
    #[command(after_help = examples::CHECK)]
    Check {
        /// The images; - reads references from standard input
        #[arg(required = true, value_name = "IMAGE")]
        images: Vec<String>,
        /// Approved bases, one a line: globs (docker.io/library/alpine:3.*) or
        /// digests; - is standard input
        #[arg(long, value_name = "FILE")]
        approved: PathBuf,
        /// Builds that a base may be behind; one that is further behind is outdated
        #[arg(long, value_name = "N")]
        max_behind: Option<u32>,
        /// Do not judge by an index whose last run is longer ago: 7d, 12h, 90m, 2w
        #[arg(long, value_name = "AGE")]
        max_index_age: Option<MaxAge>,
        /// Read the layers of docker:// images where equal blobs do not prove
        /// the base (those of local forms are read anyway)
        #[arg(long)]
        verify: bool,
    },
    /// Say what a digest names, and list the images it occurs in
    ///
    /// The digest may be of a layer's blob or tar, a config, a manifest or an
    /// index.
    #[command(after_help = examples::FIND)]
    Find {
        /// Digests, or enough of the beginning of each to be the only one
        #[arg(required = true, value_name = "DIGEST")]
        digests: Vec<String>,
        /// Show at most N images of each; the totals count all
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: usize,
    },
    /// Hash an image's whole tree: manifest, config and every layer
    ///
    /// Takes docker:// and local forms. Each layer is compared by its blob and
    /// by what it unpacks to.
    #[command(after_help = examples::VERIFY)]
    Verify {
        /// The images; - reads references from standard input
        #[arg(required = true, value_name = "IMAGE")]
        images: Vec<String>,
    },
    /// List the repositories in the index
    #[command(after_help = examples::LS)]
    Ls {
        /// A name, the end of one, or a glob [default: all]
        glob: Option<String>,
    },
    /// List the tags of a repository, and what each leads to
    #[command(after_help = examples::TAGS)]
    Tags {
        /// Repositories; with :GLOB only the tags that match
        #[arg(required = true, value_name = "REPOSITORY")]
        repositories: Vec<String>,
    },
    /// Show what a tag led to, and when
    #[command(after_help = examples::HISTORY)]
    History {
        /// Repositories (all tags), with :TAG or :GLOB
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
    },
    /// Say what the index holds: what was crawled, when, and what is missing
    #[command(after_help = examples::STATS)]
    Stats {
        /// Also of each repository
        #[arg(long)]
        repositories: bool,
        /// Also the parts of the index file (JSON always has them)
        #[arg(long)]
        sections: bool,
    },
    /// Write all that the index knows as tables, as pages to look at, or as a graph
    ///
    /// As tables (the default), for DuckDB, pandas and their like: a folder of twelve
    /// (repositories, tags, tag_images, manifests, index_entries, images, layers,
    /// steps, parents, ancestors, declared, coverage) with DICTIONARY.md, which says
    /// what each column means, README.md, which says what was crawled and what is
    /// missing, croissant.json and MANIFEST.json.
    ///
    /// With --format html: a folder of pages, to be opened from disk (index.html) or
    /// served as it is. With --format graphml or dot: one file, the graph of all images
    /// and their parents.
    ///
    /// An earlier export there is replaced as a whole. The same index gives the same
    /// bytes. --platform, given as often as you like, chooses images.
    #[command(after_help = examples::EXPORT)]
    Export {
        /// The folder: new, empty, or an earlier export; of a graph, the file
        dir: PathBuf,
        /// Only these tables
        #[arg(long = "table", value_name = "T")]
        tables: Vec<String>,
        /// Only images with such a name, and their ancestors: alpine, acme/*
        #[arg(long = "repo", value_name = "GLOB")]
        repositories: Vec<String>,
        /// A folder for each registry
        #[arg(long, value_enum, value_name = "KEY")]
        partition_by: Option<Partition>,
        /// Of CSV: put an apostrophe before what a spreadsheet would take for a
        /// formula; without it no cell is altered
        #[arg(long)]
        csv_safe: bool,
        /// What 'forebear-crawl run --format json' printed, so that the card (README.md)
        /// can say how politely was crawled
        #[arg(long = "report", value_name = "FILE")]
        reports: Vec<PathBuf>,
    },
    /// Say what an image is built on as an SBOM, or add that to one
    ///
    /// Writes CycloneDX 1.6 (the default) or SPDX 2.3: the image, each of its bases
    /// with the evidence for it, and how they depend on each other. With --enrich
    /// the same is added to what Syft or Trivy found in the image, and the rest of
    /// their SBOM stays as it is.
    #[command(after_help = examples::SBOM)]
    Sbom {
        /// The image
        image: String,
        /// Add the bases to this SBOM of the image (CycloneDX or SPDX 2 in JSON); - is
        /// standard input
        #[arg(long, value_name = "FILE")]
        enrich: Option<PathBuf>,
    },
    /// Check the index file itself
    #[command(after_help = examples::INDEX)]
    Index {
        #[command(subcommand)]
        command: IndexCommand,
    },
    /// Print a completion script for a shell
    #[command(after_help = examples::COMPLETIONS)]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print a manual page, or write all of them
    #[command(after_help = examples::MAN)]
    Man {
        /// The command that the page is about [default: forebear itself]
        #[arg(value_name = "COMMAND", conflicts_with = "dir")]
        command: Option<String>,
        /// Write all pages into this folder, which is made where it is missing
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
    /// Print the version
    #[command(hide = true)]
    Version,
    /// Print names of the index that begin with a word, for completion scripts
    #[command(hide = true)]
    Complete {
        /// What was typed
        #[arg(default_value = "")]
        word: String,
    },
}

impl Command {
    /// Its name, where it asks nothing that another time would answer in another way.
    fn timeless(&self) -> Option<&'static str> {
        match self {
            Self::Verify { .. } => Some("verify"),
            Self::Index { .. } => Some("index verify"),
            Self::Completions { .. } => Some("completions"),
            Self::Man { .. } => Some("man"),
            Self::Version => Some("version"),
            _ => None,
        }
    }
}

/// The beginning of the help: what the program is, and what an IMAGE may be.
fn long_about() -> String {
    let local: Vec<String> = Form::all().map(|form| form.to_string()).collect();
    format!(
        "Says what a container image is built on and what was added on top, from a published index of the registries \
         you crawled.\n\nIMAGE is a reference or digest in the index (alpine, ghcr.io/o/r:tag, repo@sha256:…, the first \
         twelve digits of a digest), docker://REF to ask the registry now, or a local form: {}; - as FILE is standard \
         input. Where a command takes several images, - in their place reads references from standard input, a line \
         each, and writes JSON Lines.",
        local.join(", ")
    )
}

/// What an export is divided by.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Partition {
    /// A folder for each registry
    Registry,
}

#[derive(Debug, Subcommand)]
enum IndexCommand {
    /// Read every byte and compare the checksums
    #[command(after_help = examples::INDEX)]
    Verify,
}

/// Parses the command line, answers, and exits by the contract.
pub(crate) fn main() -> ExitCode {
    let exit = match Arguments::try_parse() {
        Ok(arguments) => answer(&arguments),
        Err(usage) => output::usage(&usage).map_err(Into::into),
    };
    match exit {
        Ok(exit) => exit.into(),
        Err(error) => {
            output::error(&error);
            Exit::Error.into()
        }
    }
}

fn answer(arguments: &Arguments) -> anyhow::Result<Exit> {
    let session = &arguments.session;
    session.begin_logs();
    if !matches!(arguments.command, Command::Export { .. }) {
        session.ensure_one_platform()?;
    }
    if let Some(command) = arguments.command.timeless() {
        session.ensure_no_time(command)?;
    }
    match &arguments.command {
        Command::Parent { images } => commands::parent(session, images),
        Command::Lineage { images } => commands::lineage(session, images),
        Command::Layers { images, files: false } => commands::layers(session, images),
        Command::Layers { images, files: true } => commands::files(session, images),
        Command::Dockerfile { images, files: false } => commands::dockerfile(session, images),
        Command::Dockerfile { images, files: true } => commands::dockerfile_with_files(session, images),
        Command::Children { images, all, any_build, limit, offset } => {
            let (all, any_build, offset, limit) = (*all, *any_build, *offset, *limit);
            commands::children(session, images, ChildrenRequest { all, any_build, offset, limit })
        }
        Command::Outdated { globs, all, limit, offset } => {
            let (globs, all, offset, limit) = (ReferenceGlobs::new(globs)?, *all, *offset, *limit);
            commands::outdated(session, &OutdatedRequest { globs, all, offset, limit })
        }
        Command::Diff { a, b } => commands::diff(session, a, b),
        Command::Check { images, approved, max_behind, max_index_age, verify } => {
            let limits = Limits { max_behind: *max_behind, max_index_age: *max_index_age };
            commands::check(session, images, approved, limits, *verify)
        }
        Command::Find { digests, limit } => commands::find(session, digests, *limit),
        Command::Verify { images } => commands::verify(session, images),
        Command::Ls { glob } => commands::repositories(session, &RepositoriesRequest { glob: glob.clone() }),
        Command::Tags { repositories } => commands::tags(session, repositories),
        Command::History { names } => commands::history(session, names),
        Command::Stats { repositories, sections } => {
            commands::stats(session, StatsRequest { repositories: *repositories }, *sections)
        }
        Command::Export { dir, tables, repositories, partition_by, csv_safe, reports } => {
            let (by_registry, csv_safe) = (partition_by.is_some(), *csv_safe);
            let what = export::Wanted { tables, repositories, by_registry, csv_safe, reports };
            export::export(session, dir, &what)
        }
        Command::Sbom { image, enrich } => sbom::sbom(session, image, enrich.as_deref()),
        Command::Index { command: IndexCommand::Verify } => commands::verify_index(session),
        Command::Completions { shell } => {
            print(&shell::script(*shell, &mut Arguments::command())?)?;
            Ok(Exit::Found)
        }
        Command::Man { command, dir } => {
            match dir {
                Some(dir) => {
                    let refused = || format!("the manual pages could not be written to {}", dir.display());
                    manual::write_all(Arguments::command(), dir).with_context(refused)?;
                }
                None => _ = print(&manual::page(Arguments::command(), command.as_slice())?)?,
            }
            Ok(Exit::Found)
        }
        Command::Version => {
            print(&Arguments::command().render_version())?;
            Ok(Exit::Found)
        }
        Command::Complete { word } => commands::complete(session, word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_can_be_parsed() {
        let parsed = forebear_testkit::command_line::examples(Arguments::command());
        assert!(parsed > 30, "{parsed}");
    }
}
