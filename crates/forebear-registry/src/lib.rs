//! The registry client: the only code of forebear that opens a socket to a
//! registry.
//!
//! Bytes and facts of the wire come out of here: pages of names, the digest a
//! tag has now, manifests and configs checked against their digests. What they
//! mean is `forebear-image`'s business; where they are kept is the store's,
//! which this crate never sees. It prints nothing and writes no file.
//!
//! What holds everywhere in it:
//!
//! - Everything sent to a registry goes through one [`HostState`]: permit,
//!   pace, hold, statistics. There is no second way out.
//! - A wait the server asked for is an absolute deadline that only moves
//!   forward. It is never shortened: one longer than
//!   [`RegistryOptions::max_hold`] comes back as an error that carries it.
//! - Every body has a cap, and bytes with a digest are checked before anything
//!   looks into them.
//! - Every error says what was asked, where, after how many tries and how
//!   long, and, where there is something to do about it, what
//!   ([`RegistryError::hint`]).
//! - Secrets do not print: URLs in errors carry no user name, password or
//!   signed query, credentials are of types without a text, and what was sent is
//!   taken out of whatever a registry says (`sent.rs`). How a registry
//!   is told who asks, and whom else, is in `auth/mod.rs`.
//!
//! Specification: OCI distribution-spec v1.1, and distribution's
//! `docs/content/spec/api.md` for what came before it.

#![forbid(unsafe_code)]

mod address;
mod answer;
mod attempts;
mod auth;
mod base;
mod blobs;
mod body;
mod call;
mod catalog;
mod client;
mod configs;
mod encoding;
mod error;
mod error_body;
mod exchange;
mod failure;
mod host;
mod items;
mod limits;
mod link;
mod manifests;
mod namespace;
mod namespace_api;
mod options;
mod pace;
mod page;
mod perform;
mod ping;
mod places;
mod pool;
mod prefix;
mod probe;
mod proxy;
mod quirks;
mod quoted;
mod rate;
mod redirect;
mod resolver;
mod retry;
mod room;
mod sent;
mod shared;
mod shown_url;
mod stats;
mod tag_target;
mod tags;
mod tls;
mod transport;
mod verify;

pub use auth::{Account, AuthSource, Challenge, Credentials, Login, LoginSource, UnknownAuthSource};
pub use blobs::BlobStream;
pub use client::Registry;
pub use configs::CONFIG_CAP;
pub use error::{ErrorKind, RegistryError, Shown};
pub use host::HostState;
pub use items::MAX_ITEMS;
pub use limits::{DOUBTED_ABOVE, HoldKeeper, KeptHold, LimitKind, Quota};
pub use manifests::{FetchedManifest, MANIFEST_CAP, ManifestHead, ManifestName};
pub use namespace::{NamespacePage, ToldOf};
pub use options::{RegistryOptions, Timeouts};
pub use page::{PAGE_CAP, Page, PageCursor};
pub use ping::Ping;
pub use pool::RegistryPool;
pub use prefix::{NamePrefix, PrefixError};
pub use quirks::{CatalogOffer, Quirks};
pub use rate::{Rate, RateError};
pub use stats::{RequestKind, Statistics};
pub use tag_target::TagTarget;
