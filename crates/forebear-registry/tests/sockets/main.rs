//! The registry client against a server that does what it is told, on a real
//! socket: the R cases of the registry's behaviour, and servers that misbehave.

#[cfg(test)]
mod blobs;
#[cfg(test)]
mod configs;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod manifests;
#[cfg(test)]
mod ping;
#[cfg(test)]
mod retries;
#[cfg(test)]
mod server;
#[cfg(test)]
mod tls;
