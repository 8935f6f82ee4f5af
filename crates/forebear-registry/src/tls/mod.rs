//! TLS as people have it: certificates beside the system's, by a file or by
//! `certs.d`, and one that a registry signed itself.

pub(crate) mod certificate;
mod folders;
pub(crate) mod handshake;
mod own;
mod trust;

pub(crate) use trust::Trust;
