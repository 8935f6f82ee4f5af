//! Failures as rows.

use forebear_image::Timestamp;
use serde::Deserialize;

use super::codec::{decode_version, encode_version};
use crate::error::StoreError;
use crate::failure::Failure;
use crate::failure_kind::FailureKind;
use crate::subject::Subject;

/// Version of the row. Version 1 ended after `tries`.
const VERSION: u8 = 2;
const WHAT: &str = "failure";

/// A row as version 1 wrote it.
#[derive(Deserialize)]
struct Version1 {
    subject: Subject,
    registry: String,
    kind: FailureKind,
    message: String,
    at: Timestamp,
    tries: u32,
}

pub(crate) fn encode(failure: &Failure) -> Result<Vec<u8>, StoreError> {
    encode_version(WHAT, VERSION, failure)
}

pub(crate) fn decode(bytes: &[u8]) -> Result<Failure, StoreError> {
    if bytes.first() != Some(&1) {
        return decode_version(WHAT, VERSION, bytes);
    }
    let Version1 { subject, registry, kind, message, at, tries } = decode_version(WHAT, 1, bytes)?;
    Ok(Failure { subject, registry, kind, message, at, tries, run: 0, next_try: Some(at), parked: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp { seconds, nanos: 0 }
    }

    #[test]
    fn rows_of_both_versions_are_read() {
        let subject = Subject::from("docker.io/library/x:1".to_owned());
        let new = Failure::new(subject, "r", (FailureKind::Timeout, "m"), (3, at(1_000)));
        let failure = new.after(None);
        assert_eq!(decode(&encode(&failure).unwrap()).unwrap(), failure);
        let row = encode_version(WHAT, 1, &("docker.io/library/x:1", "r", "timeout", "m", at(1_000), 4_u32)).unwrap();
        assert_eq!(decode(&row).unwrap(), Failure { tries: 4, run: 0, ..failure });
        assert!(decode(&[9, 1]).is_err() && decode(&[]).is_err());
    }

    /// The row's bytes are those of texts.
    #[test]
    fn subjects_and_kinds_lie_there_as_text() {
        let subject = Subject::from("docker.io/library/x:1".to_owned());
        let failure = Failure::new(subject, "r", (FailureKind::Timeout, "m"), (3, at(1_000)));
        let texts =
            ("docker.io/library/x:1", "r", "timeout", "m", at(1_000), 1_u32, 3_u64, Some(at(1_000)), None::<String>);
        assert_eq!(encode(&failure).unwrap(), encode_version(WHAT, VERSION, &texts).unwrap());
    }
}
