//! What is wrong with a certificate, in words.

use rustls::CertificateError;

use crate::quoted::quoted;

/// How every sentence about a certificate begins.
pub(crate) const ITS: &str = "its certificate";

/// Whether a certificate was refused since it is an authority's that a server uses
/// as its own: what `openssl req -x509` makes.
pub(super) fn is_an_authoritys_own(error: &CertificateError) -> bool {
    // webpki's own error, of a crate that is not ours to name.
    matches!(error, CertificateError::Other(_)) && format!("{error:?}").contains("CaUsedAsEndEntity")
}

/// What is wrong with a certificate.
pub(crate) fn told(error: &CertificateError) -> String {
    match error {
        CertificateError::UnknownIssuer => "its certificate is by an authority that is not trusted here".to_owned(),
        CertificateError::Expired => "its certificate has expired".to_owned(),
        CertificateError::ExpiredContext { not_after, .. } => {
            let until = jiff::Timestamp::from_second(i64::try_from(not_after.as_secs()).unwrap_or(i64::MAX));
            let until = until.map_or_else(|_| String::new(), |until| format!(" on {until}"));
            format!("its certificate has expired{until}")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet".to_owned()
        }
        CertificateError::NotValidForName => "its certificate is for another name".to_owned(),
        CertificateError::NotValidForNameContext { presented, .. } => {
            let names: Vec<String> = presented.iter().take(5).map(|name| quoted(name)).collect();
            format!("its certificate is for another name: {}", names.join(", "))
        }
        error if is_an_authoritys_own(error) => {
            "its certificate is self-signed, a CA's used as a server's, and not trusted here".to_owned()
        }
        other => format!("its certificate is refused: {}", quoted(&other.to_string())),
    }
}
