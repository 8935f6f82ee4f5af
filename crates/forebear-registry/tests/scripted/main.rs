//! The registry client against the testkit's scripted registry: who asks, and
//! what limits do. Each case of the R table is a test that begins with its id.

#[cfg(test)]
mod auth;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod pool;
#[cfg(test)]
mod setup;
#[cfg(test)]
mod token_server;
