//! Where the images of a registry are asked for, and as whom: at mirrors first, as registries.conf
//! (containers-registries.conf(5)) says; then at the registry, each part of it as whoever is logged in there
//! (containers-auth.json(5)). What they are called stays as it is.
//!
//! Lists are asked for where the registry itself is: a mirror may have a part of it, and what is not in a complete
//! list is taken to be gone.

mod conf;
mod file;
mod host;
mod route;
mod table;

pub(crate) use conf::RegistriesConf;
pub(crate) use host::Host;
pub(crate) use table::{Place, Table};
