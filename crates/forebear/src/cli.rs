//! The command line. Its doc comments are the help texts.

#![cfg_attr(doc, allow(rustdoc::broken_intra_doc_links, reason = "help texts hold brackets"))]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use forebear_ask::check::{Limits, MaxAge};
use forebear_ask::{ChildrenRequest, FindRequest, OutdatedRequest, ReferenceGlobs, StatsRequest};
use forebear_print::print;

use crate::exit::Exit;
use crate::session::Session;
use crate::{commands, many, output};

/// Says what a container image is built on and what was added on top, from a
/// published index of the registries you crawled.
///
/// IMAGE is a reference or digest in the index (alpine, ghcr.io/o/r:tag,
/// repo@sha256:…, sha256:…), docker://REF to ask the registry now, or a local
/// form: docker-archive:FILE[:REF], oci:DIR[:TAG], oci-archive:FILE[:TAG],
/// dir:DIR, inspect:FILE, manifest:FILE; - as FILE is standard input.
#[derive(Debug, Parser)]
#[command(name = "forebear", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,

    #[command(flatten)]
    session: Session,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// What an image is built on, and the steps added on top
    Parent {
        /// The image; - reads references from stdin and writes JSON Lines
        image: String,
    },
    /// The parent, its parent, and so on
    Lineage {
        /// The image
        image: String,
    },
    /// Each layer with its step and the ancestor it came from
    Layers {
        /// The image
        image: String,
        /// Also list what each layer adds, modifies and removes; for docker://
        /// and local forms, which hold the layers
        #[arg(long)]
        files: bool,
    },
    /// The steps added on top of the parent, as a Dockerfile
    Dockerfile {
        /// The image
        image: String,
        /// Also say which files each COPY and ADD brought; for docker:// and
        /// local forms, which hold the layers
        #[arg(long)]
        files: bool,
    },
    /// Images built on this one
    Children {
        /// The image
        image: String,
        /// Also those built on its children, and so on
        #[arg(long)]
        all: bool,
        /// Those built on any build that the name has led to, and how far behind each is
        #[arg(long)]
        any_build: bool,
        /// At most this many; the total counts all
        #[arg(long, value_name = "N")]
        limit: Option<usize>,
        /// Skip this many; they are listed by repository, tag and platform
        #[arg(long, value_name = "N", default_value_t = 0)]
        offset: usize,
    },
    /// What two images have in common and what only one has
    Diff {
        /// One image
        a: String,
        /// The other
        b: String,
    },
    /// Images whose base has been rebuilt since, the worst first
    ///
    /// Exit code 0: there is none; 1: there are some.
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
    ///
    /// The nearest approved ancestor decides. Exit code 0: all images are approved; 1: one is
    /// outdated or not approved; 2: one could not be looked at; 3: nothing is known to judge by,
    /// or the index is too old.
    Check {
        /// The images
        #[arg(required = true)]
        images: Vec<String>,
        /// Approved bases, one a line: globs (docker.io/library/alpine:3.*) or
        /// digests
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
    /// What a digest names, and the images it occurs in: of a layer's blob or
    /// tar, a config, a manifest or an index
    Find {
        /// The digest, or enough of its beginning to be the only one
        digest: String,
        /// List at most this many images of each; the totals count all
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: usize,
    },
    /// Hash the whole tree of an image (docker:// or a local form): manifest,
    /// config, each layer's blob and what it unpacks to
    Verify {
        /// The image
        image: String,
    },
    /// What the index holds: what was crawled, when, and what is missing
    Stats {
        /// Also of each repository
        #[arg(long)]
        repositories: bool,
        /// Also what each section of the index file takes (JSON always says)
        #[arg(long)]
        sections: bool,
    },
    /// The index file itself
    Index {
        #[command(subcommand)]
        command: IndexCommand,
    },
    /// Completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Manual page
    Man,
}

#[derive(Debug, Subcommand)]
enum IndexCommand {
    /// Read every byte and compare the checksums
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
    match &arguments.command {
        Command::Parent { image } if image == "-" => many::parents(session),
        Command::Parent { image } => commands::parent(session, image),
        Command::Lineage { image } => commands::lineage(session, image),
        Command::Layers { image, files: false } => commands::layers(session, image),
        Command::Layers { image, files: true } => commands::files(session, image),
        Command::Dockerfile { image, files: false } => commands::dockerfile(session, image),
        Command::Dockerfile { image, files: true } => commands::dockerfile_with_files(session, image),
        Command::Children { image, all, any_build, limit, offset } => {
            let (all, any_build, offset, limit) = (*all, *any_build, *offset, *limit);
            commands::children(session, image, ChildrenRequest { all, any_build, offset, limit })
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
        Command::Find { digest, limit } => {
            commands::find(session, &FindRequest { query: digest.clone(), limit: *limit })
        }
        Command::Verify { image } => commands::verify(session, image),
        Command::Stats { repositories, sections } => {
            commands::stats(session, StatsRequest { repositories: *repositories }, *sections)
        }
        Command::Index { command: IndexCommand::Verify } => commands::verify_index(session),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Arguments::command(), "forebear", &mut script);
            print(&String::from_utf8_lossy(&script))?;
            Ok(Exit::Found)
        }
        Command::Man => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Arguments::command()).render(&mut page)?;
            print(&String::from_utf8_lossy(&page))?;
            Ok(Exit::Found)
        }
    }
}
