//! What is said before the first request: as whom the registry is asked, whose
//! pulls that spends, and what is not safe about it.

use forebear_registry::{Login, Quirks, Registry};

use crate::operate::jobs::Job;

/// The lines, the first always.
pub(super) fn lines(job: &Job, login: &Login, registry: &Registry) -> Vec<String> {
    let host = &job.registry.host;
    // Where a registry is known to tell pulls from other requests, it counts them.
    let counts_pulls = Quirks::of(host).head_is_a_pull.is_some();
    let pulls = match (counts_pulls, login.credentials.account()) {
        (false, _) => String::new(),
        (true, None) => "; pulls count for this machine's address".to_owned(),
        (true, Some(account)) => format!("; pulls count for {account}"),
    };
    let also: String = registry.asked_also().iter().map(|clause| format!("; {clause}")).collect();
    let mut lines = vec![format!("asking {host} {login}{pulls}{also}")];
    if job.registry.insecure {
        lines.push(format!(
            "warning: the certificate of {host} is not checked (insecure): anyone on the way can read and change what is sent"
        ));
    }
    lines
}
