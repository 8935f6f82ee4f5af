//! Platforms: operating system, architecture, variant and Windows build.
//!
//! Source: image-spec `image-index.md#platform-object`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A platform an image runs on.
///
/// Compare with [`Platform::same`] or [`Platform::satisfies`], not by text:
/// `linux/arm64` and `linux/arm64/v8` are one platform.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Platform {
    /// Go's GOOS: `linux`, `windows`, …
    pub os: String,
    /// Go's GOARCH: `amd64`, `arm64`, …
    pub architecture: String,
    /// CPU variant: `v7`, `v8`, …
    pub variant: Option<String>,
    /// Windows build, such as `10.0.14393.2007`.
    pub os_version: Option<String>,
}

/// How near an offered platform is to the one asked for: the smaller, the
/// nearer. See [`Platform::fit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// One and the same ([`Platform::same`]).
    Same,
    /// Of a variant this many versions older; 0 where only a part was left
    /// out that `wanted` does not ask for.
    Older(u8),
}

/// Text that names no platform.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a platform: write os/architecture[/variant][:os.version], such as linux/arm64")]
pub struct PlatformError(String);

impl Platform {
    /// The platform that a document or a person names, in the words that Go uses:
    /// `Linux/x86_64` is linux/amd64. A variant stays as it is stated.
    ///
    /// Source: containerd `platforms/database.go`, `normalizeOS` and `normalizeArch`.
    #[must_use]
    pub fn named(os: &str, architecture: &str, variant: Option<&str>, os_version: Option<&str>) -> Self {
        let os = match os.to_ascii_lowercase() {
            os if os == "macos" => "darwin".to_owned(),
            os => os,
        };
        let variant = variant.map(str::to_ascii_lowercase);
        let (architecture, variant) = match (architecture.to_ascii_lowercase().as_str(), variant) {
            ("x86_64" | "x86-64", variant) => ("amd64".to_owned(), variant),
            ("aarch64", variant) => ("arm64".to_owned(), variant),
            ("i386", variant) => ("386".to_owned(), variant),
            ("armhf", variant) => ("arm".to_owned(), variant.or_else(|| Some("v7".to_owned()))),
            ("armel", variant) => ("arm".to_owned(), variant.or_else(|| Some("v6".to_owned()))),
            (other, variant) => (other.to_owned(), variant),
        };
        let is_bare = |variant: &String| variant.len() == 1 && variant.bytes().all(|b| b.is_ascii_digit());
        let variant = variant.map(|variant| if is_bare(&variant) { format!("v{variant}") } else { variant });
        Self { os, architecture, variant, os_version: os_version.map(str::to_owned) }
    }

    /// The platform of a document's fields; `None` where they name no operating
    /// system or no architecture.
    pub(crate) fn of_fields(
        os: Option<String>,
        architecture: Option<String>,
        variant: Option<String>,
        os_version: Option<String>,
    ) -> Option<Self> {
        let (os, architecture) = os.zip(architecture)?;
        Some(Self::named(&os, &architecture, variant.as_deref(), os_version.as_deref()))
    }

    /// The platform asked for when nobody says otherwise.
    #[must_use]
    pub fn default_wanted() -> Self {
        Self { os: "linux".into(), architecture: "amd64".into(), ..Self::default() }
    }

    /// The variant that an architecture means when it names none.
    fn effective_variant(&self) -> Option<&str> {
        match (self.architecture.as_str(), self.variant.as_deref()) {
            ("arm64", None) => Some("v8"),
            ("arm", None) => Some("v7"),
            ("amd64", Some("v1")) => None,
            (_, variant) => variant,
        }
    }

    /// One and the same platform, `os.version` included.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        self.same_machine(other) && self.os_version == other.os_version
    }

    /// The same operating system, architecture and variant.
    #[must_use]
    pub fn same_machine(&self, other: &Self) -> bool {
        self.os == other.os
            && self.architecture == other.architecture
            && self.effective_variant() == other.effective_variant()
    }

    /// Whether this platform is what `wanted` asks for: parts that `wanted`
    /// leaves out (a Windows build) match anything.
    #[must_use]
    pub fn satisfies(&self, wanted: &Self) -> bool {
        self.same_machine(wanted)
            && match (&wanted.os_version, &self.os_version) {
                (None, _) => true,
                (Some(want), Some(have)) => {
                    have == want || have.strip_prefix(want.as_str()).is_some_and(|rest| rest.starts_with('.'))
                }
                (Some(_), None) => false,
            }
    }

    /// How well this platform serves whoever asks for `wanted`; `None` when not
    /// at all. A machine runs what was made for its older variants, never the
    /// other way: `linux/arm/v7` takes v6, then v5, `linux/amd64/v3` takes v2,
    /// then v1. Parts that `wanted` leaves out (a Windows build) match anything.
    ///
    /// Source: containerd `platforms/compare.go`, within one architecture.
    #[must_use]
    pub fn fit(&self, wanted: &Self) -> Option<Fit> {
        if self.same(wanted) {
            return Some(Fit::Same);
        }
        if self.satisfies(wanted) {
            return Some(Fit::Older(0));
        }
        let behind = wanted.version()?.checked_sub(self.version()?)?;
        let as_wanted = Self { variant: wanted.variant.clone(), ..self.clone() };
        as_wanted.satisfies(wanted).then_some(Fit::Older(behind))
    }

    /// How well this platform, as an index states it, may turn out to serve
    /// whoever asks for `wanted`, and whether that hangs on what it leaves out
    /// (a variant, a Windows build) and only the config tells.
    #[must_use]
    pub(crate) fn may_fit(&self, wanted: &Self) -> Option<(Fit, bool)> {
        // Of these two it is known what is meant where none is named.
        let means_one = matches!(self.architecture.as_str(), "amd64" | "arm64");
        let may_be = (wanted.variant.as_deref()).or(wanted.effective_variant()).filter(|_| !means_one);
        let variant = self.variant.clone().or_else(|| may_be.map(str::to_owned));
        let os_version = self.os_version.clone().or_else(|| wanted.os_version.clone());
        let full = Self { variant, os_version, ..self.clone() };
        full.fit(wanted).map(|fit| (fit, full != *self))
    }

    /// Whether this platform, as an index states it, may turn out to be what
    /// `wanted` asks for.
    #[must_use]
    pub fn may_satisfy(&self, wanted: &Self) -> bool {
        self.satisfies(wanted) || self.may_fit(wanted).is_some_and(|(fit, unsure)| unsure && fit <= Fit::Older(0))
    }

    /// The platform of an image: what an index states, and what it leaves out
    /// by the image's own config. Where they disagree the index counts: builders
    /// on other machines leave their own architecture in configs.
    #[must_use]
    pub fn of_image(stated: Option<&Self>, own: Option<&Self>) -> Option<Self> {
        let (stated, own) = match (stated.filter(|stated| !stated.is_unknown()), own) {
            (Some(stated), Some(own)) => (stated, own),
            (stated, own) => return stated.or(own).cloned(),
        };
        let mut platform = stated.clone();
        if stated.os == own.os && stated.architecture == own.architecture {
            platform.variant = platform.variant.or_else(|| own.variant.clone());
            platform.os_version = platform.os_version.or_else(|| own.os_version.clone());
        }
        Some(platform)
    }

    /// The number of a variant whose successors run what was made for it.
    fn version(&self) -> Option<u8> {
        let oldest = match self.architecture.as_str() {
            "amd64" => 1,
            "arm" => 5,
            "arm64" => 8,
            _ => return None,
        };
        let own = match self.effective_variant() {
            None => oldest,
            Some(variant) => variant.strip_prefix('v')?.parse().ok()?,
        };
        (own >= oldest).then_some(own)
    }

    /// `unknown/unknown`: how BuildKit marks attestations inside an index.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.os == "unknown" && self.architecture == "unknown"
    }
}

impl FromStr for Platform {
    type Err = PlatformError;

    fn from_str(text: &str) -> Result<Self, PlatformError> {
        let fail = || PlatformError(text.chars().take(80).collect());
        let (machine, os_version) = match text.split_once(':') {
            Some((machine, version)) => (machine, Some(version)),
            None => (text, None),
        };
        let mut parts = machine.split('/');
        let (os, architecture) = (parts.next(), parts.next());
        let variant = parts.next();
        let well_formed =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
        let all = [os, architecture].into_iter().chain([variant, os_version].map(|p| p.or(Some("-"))));
        if parts.next().is_some() || !all.into_iter().all(|p| p.is_some_and(well_formed)) {
            return Err(fail());
        }
        Ok(Self::named(os.unwrap_or_default(), architecture.unwrap_or_default(), variant, os_version))
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        if let Some(variant) = &self.variant {
            write!(f, "/{variant}")?;
        }
        if let Some(version) = &self.os_version {
            write!(f, ":{version}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn platform(text: &str) -> Platform {
        text.parse().unwrap_or_else(|e| panic!("{e}"))
    }

    #[test]
    fn text_form_comes_back() {
        for text in ["linux/amd64", "linux/arm/v7", "windows/amd64:10.0.14393.2007"] {
            assert_eq!(platform(text).to_string(), text);
        }
        for text in ["", "linux", "linux/", "a/b/c/d", "linux/amd64:", "lin ux/amd64", "linux/amd64/"] {
            assert!(text.parse::<Platform>().is_err(), "{text}");
        }
    }

    #[test]
    fn p351_named_in_the_words_of_others() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(platform(text).to_string(), expected);
        }
        check("linux/aarch64", "linux/arm64");
        check("Linux/AMD64", "linux/amd64");
        check("linux/x86_64", "linux/amd64");
        check("linux/x86-64/V3", "linux/amd64/v3");
        check("linux/i386", "linux/386");
        check("linux/armhf", "linux/arm/v7");
        check("linux/armel", "linux/arm/v6");
        check("linux/arm/6", "linux/arm/v6");
        check("linux/arm64/8", "linux/arm64/v8");
        check("macOS/arm64", "darwin/arm64");
        check("linux/ppc64le/power8", "linux/ppc64le/power8");
    }

    #[test]
    fn equal_and_satisfied() {
        #[track_caller]
        fn check(have: &str, want: &str, satisfies: bool, same: bool) {
            let (have, want) = (platform(have), platform(want));
            assert_eq!(have.satisfies(&want), satisfies, "{have} for {want}");
            assert_eq!(have.same(&want), same, "{have} and {want}");
        }
        check("linux/arm64", "linux/arm64/v8", true, true);
        check("linux/arm64/v8", "linux/arm64", true, true);
        check("linux/arm/v6", "linux/arm", false, false);
        check("linux/arm/v7", "linux/arm", true, true);
        check("linux/amd64/v1", "linux/amd64", true, true);
        check("linux/amd64/v3", "linux/amd64", false, false);
        check("windows/amd64:10.0.14393.2007", "windows/amd64", true, false);
        check("windows/amd64:10.0.14393.2007", "windows/amd64:10.0.14393", true, false);
        check("windows/amd64:10.0.143931", "windows/amd64:10.0.14393", false, false);
        check("windows/amd64", "windows/amd64:10.0.14393", false, false);
    }

    #[test]
    fn older_variants_fit_and_newer_do_not() {
        #[track_caller]
        fn check(have: &str, want: &str, expected: Option<Fit>) {
            assert_eq!(platform(have).fit(&platform(want)), expected, "{have} for {want}");
        }
        check("linux/arm/v7", "linux/arm/v7", Some(Fit::Same));
        check("linux/arm", "linux/arm/v7", Some(Fit::Same));
        check("linux/arm/v6", "linux/arm/v7", Some(Fit::Older(1)));
        check("linux/arm/v5", "linux/arm/v7", Some(Fit::Older(2)));
        check("linux/arm/v5", "linux/arm", Some(Fit::Older(2)));
        check("linux/arm/v7", "linux/arm/v6", None);
        check("linux/arm", "linux/arm/v6", None);
        check("linux/arm/v4", "linux/arm/v7", None);
        check("linux/arm/v8", "linux/arm/v7", None);
        check("linux/amd64", "linux/amd64/v3", Some(Fit::Older(2)));
        check("linux/amd64/v1", "linux/amd64/v3", Some(Fit::Older(2)));
        check("linux/amd64/v2", "linux/amd64/v3", Some(Fit::Older(1)));
        check("linux/amd64/v3", "linux/amd64/v2", None);
        check("linux/amd64/v2", "linux/amd64", None);
        check("linux/arm64", "linux/arm64/v8", Some(Fit::Same));
        check("linux/arm64/v8", "linux/arm64/v9", Some(Fit::Older(1)));
        check("linux/arm64/v9", "linux/arm64", None);
        check("linux/arm/v7", "linux/arm64", None);
        check("linux/386", "linux/amd64", None);
        check("linux/riscv64", "linux/riscv64", Some(Fit::Same));
        check("linux/ppc64le/power8", "linux/ppc64le/power9", None);
        check("linux/amd64/vast", "linux/amd64/v2", None);
        check("windows/amd64:10.0.17763.1", "windows/amd64", Some(Fit::Older(0)));
        check("windows/amd64:10.0.17763.1", "windows/amd64:10.0.17763", Some(Fit::Older(0)));
        check("windows/amd64", "windows/amd64:10.0.17763", None);
        check("windows/amd64:10.0.1", "windows/amd64/v2:10.0", Some(Fit::Older(1)));
        check("windows/amd64", "linux/amd64/v2", None);
    }
}
