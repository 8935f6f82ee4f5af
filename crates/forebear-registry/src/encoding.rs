//! Answers that come packed though nobody asked for that: this client asks for
//! bytes as they are, and some proxies pack JSON all the same
//! (<https://github.com/quay/quay/pull/1310>).
//!
//! gzip is unpacked, to no more than the body's own cap: a kilobyte could become
//! a gigabyte. What has a digest is compared with it afterwards, so that only
//! bytes that agree are believed.

use std::io::Read as _;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

use crate::error::ErrorKind;
use crate::failure::Failure;
use crate::quoted::quoted;

/// How a body is packed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// As `gzip`, which RFC 9110 (section 8.4.1.3) has `x-gzip` equal to.
    Gzip,
    /// In another way, as the header names it.
    Other(String),
}

impl Encoding {
    /// How the headers say that the body is packed; `None` for not at all.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let texts = headers.get_all(CONTENT_ENCODING).iter();
        let texts = texts.flat_map(|value| value.to_str().unwrap_or("nothing readable").split(','));
        let mut texts = texts.map(str::trim).filter(|text| !text.is_empty() && !text.eq_ignore_ascii_case("identity"));
        let first = texts.next()?;
        let is_gzip = first.eq_ignore_ascii_case("gzip") || first.eq_ignore_ascii_case("x-gzip");
        // Twice packed is nothing that a server does by mistake.
        if is_gzip && texts.next().is_none() { Some(Self::Gzip) } else { Some(Self::Other(first.to_owned())) }
    }

    /// Unpacks a body to at most `cap` bytes.
    pub(crate) fn unpack(&self, bytes: &[u8], cap: usize) -> Result<Bytes, Box<Failure>> {
        let Self::Gzip = self else { return Err(Box::new(self.refusal(""))) };
        let mut unpacked = Vec::new();
        let most = u64::try_from(cap).unwrap_or(u64::MAX).saturating_add(1);
        match MultiGzDecoder::new(bytes).take(most).read_to_end(&mut unpacked) {
            Ok(_) if unpacked.len() > cap => Err(Box::new(Failure::lasting(ErrorKind::TooLarge { limit: cap }))),
            Ok(_) => Ok(unpacked.into()),
            Err(error) => {
                let why = format!(", and cannot be unpacked: {}", quoted(&error.to_string()));
                Err(Box::new(self.refusal(&why)))
            }
        }
    }

    /// That an answer is not taken for how it is packed.
    pub(crate) fn refusal(&self, more: &str) -> Failure {
        let name = match self {
            Self::Gzip => "gzip",
            Self::Other(name) => name,
        };
        let message = format!("the answer is encoded as {}, which was not asked for{more}", quoted(name));
        Failure::lasting(ErrorKind::Protocol(message))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn how_a_body_is_packed() {
        #[track_caller]
        fn check(values: &[&'static str], expected: Option<&str>) {
            let headers = values.iter().map(|value| (CONTENT_ENCODING, value.parse().unwrap())).collect();
            let shown = Encoding::of(&headers).map(|encoding| match encoding {
                Encoding::Gzip => "gzip".to_owned(),
                Encoding::Other(name) => format!("other {name}"),
            });
            assert_eq!(shown.as_deref(), expected, "{values:?}");
        }
        check(&[], None);
        check(&["identity"], None);
        check(&[""], None);
        check(&["gzip"], Some("gzip"));
        check(&["X-GZIP"], Some("gzip"));
        check(&["identity, gzip"], Some("gzip"));
        check(&["br"], Some("other br"));
        check(&["gzip, gzip"], Some("other gzip"));
        check(&["gzip", "br"], Some("other gzip"));
    }

    #[test]
    fn p41_no_more_is_unpacked_than_the_cap() {
        #[track_caller]
        fn check(bytes: &[u8], cap: usize, expected: Result<&[u8], &str>) {
            let got = Encoding::Gzip.unpack(bytes, cap).map_err(|failure| failure.kind.code());
            assert_eq!(got.as_deref().map_err(|code| *code), expected);
        }
        check(&packed(b"{}"), 2, Ok(b"{}"));
        check(&packed(b"{}"), 1, Err("too_large"));
        check(&[packed(b"{"), packed(b"}")].concat(), 9, Ok(b"{}"));
        check(&packed(&vec![0; 50 << 20]), 1 << 20, Err("too_large"));
        check(b"{}", 9, Err("protocol"));
        check(&packed(b"{}")[..15], 9, Err("protocol"));
    }
}
