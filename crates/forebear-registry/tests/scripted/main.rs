//! The registry client against the testkit's scripted registry: who asks, and
//! what limits do. Each case of the R table is a test that begins with its id.

#[cfg(test)]
mod auth;
#[cfg(test)]
mod heads;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod odd_scopes;
#[cfg(test)]
mod packed;
#[cfg(test)]
mod pool;
#[cfg(test)]
mod prefix;
#[cfg(test)]
mod setup;
#[cfg(test)]
mod signs;
#[cfg(test)]
mod token_server;
