//! Tokens that were handed out.

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Tokens handed out: their scopes, and until when they are good.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    issued: HashMap<String, (Vec<String>, Instant)>,
}

impl Tokens {
    /// Hands out a token.
    pub(crate) fn issue(&mut self, scopes: Vec<String>, lifetime: Duration) -> String {
        let token = format!("token-{}", self.issued.len());
        self.issued.insert(token.clone(), (scopes, Instant::now() + lifetime));
        token
    }

    /// Ends all tokens.
    pub(crate) fn expire(&mut self) {
        let now = Instant::now();
        self.issued.values_mut().for_each(|(_, until)| *until = now);
    }

    /// What a token that is still good is good for.
    pub(crate) fn scopes(&self, token: &str) -> Option<&[String]> {
        let (scopes, until) = self.issued.get(token)?;
        (Instant::now() < *until).then_some(scopes.as_slice())
    }
}
