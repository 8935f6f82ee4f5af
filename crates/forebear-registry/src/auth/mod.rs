//! Who asks, and how a registry is told.
//!
//! The flow is that of distribution's `spec/auth/token.md` and `oauth.md`: a
//! request is sent, the 401 names a realm, a service and a scope, the realm
//! gives out a token, the request is sent once more. Anonymous requests go the
//! same way: Docker Hub, ghcr.io and Quay answer nobody without a token.
//!
//! Promises, each kept where it is named:
//!
//! - A request is sent at most twice on account of 401, and asks for at most
//!   two tokens: one ahead and one for the challenge ([`crate::perform`]).
//! - A token that was refused is dropped for every scope it stood for, and the
//!   next is asked for with the scope that was let in before, whatever a
//!   challenge names ([`let_in`]). One that was just received and is refused too
//!   is the end of that request.
//! - One token a scope is asked for at a time; all who need it wait for that
//!   one ([`tokens`]).
//! - A registry has one token server, the first it named, and that is a place
//!   which its distance allows ([`realm`]). What is sent there has its own
//!   [`crate::HostState`], at the registry's pace, or the registry's own where
//!   they are one host ([`authority`]).
//! - Credentials go to the registry they are for and to its token server, never
//!   along with a redirect to another host, never over plain HTTP unless it
//!   stays on this machine ([`crate::Registry::new`], [`realm`]).
//! - Secrets do not print: the types that hold them have no text.

mod account;
mod ask;
mod authority;
mod challenge;
mod credentials;
mod docker_config;
mod environment;
mod helper;
mod kept;
mod let_in;
mod login;
mod offer;
mod places;
mod realm;
mod refusal;
mod scope;
mod source;
mod token;
mod token_server;
mod tokens;

pub use account::Account;
pub(crate) use authority::Authority;
pub use challenge::Challenge;
pub use credentials::Credentials;
pub use login::{Login, LoginSource};
pub(crate) use offer::Offer;
pub(crate) use refusal::Refusal;
pub(crate) use scope::Scope;
pub use source::{AuthSource, UnknownAuthSource};
