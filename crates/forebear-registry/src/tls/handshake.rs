//! What a server says when it ends a TLS handshake, in words.

use rustls::AlertDescription;

/// That it hung up, and said nothing.
pub(crate) const HUNG_UP: &str = "the server hung up during the TLS handshake";

/// What an alert (RFC 8446, section 6.2) means for whoever asks.
pub(crate) fn told(alert: AlertDescription) -> String {
    let why = match alert {
        AlertDescription::ProtocolVersion => "it speaks no TLS 1.2 or 1.3",
        AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity => {
            "it has no cipher in common with this client"
        }
        AlertDescription::CertificateRequired | AlertDescription::NoCertificate => {
            "it asks for a client's certificate, which can be put into certs.d/HOST:PORT/client.cert"
        }
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateRevoked
        | AlertDescription::CertificateExpired
        | AlertDescription::CertificateUnknown
        | AlertDescription::UnknownCA
        | AlertDescription::AccessDenied => "it does not accept the client's certificate",
        AlertDescription::UnrecognisedName => "it serves no host of this name",
        other => return format!("the server ended the TLS handshake (alert {})", u8::from(other)),
    };
    format!("the server ended the TLS handshake: {why}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p739_alerts_are_told() {
        let told = |alert| told(alert).replace("the server ended the TLS handshake", "");
        assert_eq!(told(AlertDescription::UnrecognisedName), ": it serves no host of this name");
        assert_eq!(told(AlertDescription::ProtocolVersion), ": it speaks no TLS 1.2 or 1.3");
        assert_eq!(told(AlertDescription::InternalError), " (alert 80)");
    }
}
