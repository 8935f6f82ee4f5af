//! Asking whether a hold that is too long to be believed still stands.

use http::StatusCode;

use crate::attempts::Attempts;
use crate::call::Call;
use crate::client::Registry;
use crate::error::RegistryError;
use crate::ping::{CAP, something_else};
use crate::stats::RequestKind;

impl Registry {
    /// Asks `GET /v2/`, once and as nobody, where a hold above
    /// [`crate::DOUBTED_ABOVE`] was kept by an earlier process and has not been
    /// asked about within an hour. A registry's good answer (200, or 401 as to
    /// anybody) ends the hold; any other leaves it as it is.
    ///
    /// Returns whether it was ended. Without such a hold nothing is sent.
    ///
    /// # Errors
    /// Only that there is no such URL.
    pub async fn probe_hold(&self) -> Result<bool, RegistryError> {
        let host = &self.shared.host;
        let call = Call::get(RequestKind::Ping, self.shared.url("/v2/")?, CAP);
        if !host.take_probe() {
            return Ok(false);
        }
        let Some(pass) = host.admit_probe(call.kind).await else { return Ok(false) };
        let mut attempts = Attempts::at(&call, &self.shared.exchange.sent);
        let answer = match self.shared.exchange.attempt(host, pass, &call, None, &mut attempts).await {
            Ok(answer) => answer,
            Err(failure) => {
                tracing::info!(error = %attempts.error(failure), "a hold above a week stands: no answer");
                return Ok(false);
            }
        };
        let is_good = match answer.status {
            StatusCode::UNAUTHORIZED => true,
            status => status.is_success() && something_else(&answer).is_none(),
        };
        if is_good {
            host.end_hold();
        } else if let Some(failure) = answer.failure() {
            // A longer wait takes the place of the one before.
            self.shared.keep_wait(&answer.attempts.error(failure));
        }
        Ok(is_good)
    }
}
