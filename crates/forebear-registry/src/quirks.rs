//! How registries differ, as data. The code that reads it knows no registry
//! by name. What no source tells is left untold, and then the registry is
//! asked.

use forebear_image::RegistryName;

/// Whether a registry lists its repositories at `/v2/_catalog`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CatalogOffer {
    /// It does.
    Offered,
    /// It does not, with or without an account: it is not even asked.
    Refused,
    /// To be found out.
    Untold,
}

/// What is known of one registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quirks {
    /// The host as references name it; `*.` at its start stands for any
    /// subdomain. Empty: every other registry.
    pub host: &'static str,
    /// Whether it lists its repositories.
    pub catalog: CatalogOffer,
    /// The most names it gives on one page, if that is known; a larger wish is
    /// refused or cut.
    pub page_size: Option<u32>,
    /// Where its own API lists the repositories of a namespace, page by page
    /// ([`crate::Registry::namespace_page`]).
    pub namespaces: Option<&'static str>,
    /// Whether a HEAD of a manifest counts as a pull, where it tells quotas.
    pub head_is_a_pull: Option<bool>,
    /// Where that is from.
    pub sources: &'static [&'static str],
}

/// A registry of which nothing is known.
const OTHER: Quirks = Quirks {
    host: "",
    catalog: CatalogOffer::Untold,
    page_size: None,
    namespaces: None,
    head_is_a_pull: None,
    sources: &[],
};

const TABLE: &[Quirks] = &[
    Quirks {
        host: "docker.io",
        catalog: CatalogOffer::Refused,
        namespaces: Some("https://hub.docker.com/"),
        head_is_a_pull: Some(false),
        sources: &[
            "https://github.com/docker/hub-feedback/issues/2094",
            "https://github.com/regclient/regclient/issues/539",
            "https://docs.docker.com/docker-hub/usage/pulls/",
            "https://docs.docker.com/reference/api/hub/latest/",
        ],
        ..OTHER
    },
    Quirks {
        host: "ghcr.io",
        catalog: CatalogOffer::Refused,
        sources: &["https://github.com/oras-project/oras-go/issues/621"],
        ..OTHER
    },
    Quirks {
        host: "quay.io",
        page_size: Some(100),
        sources: &["https://github.com/fluxcd/image-reflector-controller/issues/585"],
        ..OTHER
    },
    // Its tokens are for the scope `aws`, whatever is read.
    Quirks { host: "public.ecr.aws", sources: &["https://github.com/dependabot/dependabot-core/issues/4212"], ..OTHER },
    Quirks {
        host: "*.amazonaws.com",
        page_size: Some(1000),
        catalog: CatalogOffer::Offered,
        sources: &[
            "https://github.com/google/go-containerregistry/issues/1091",
            "https://github.com/Quiq/registry-ui/pull/48",
            "https://github.com/gardener/cc-utils/pull/1722",
        ],
        ..OTHER
    },
    Quirks {
        host: "*.azurecr.io",
        catalog: CatalogOffer::Offered,
        sources: &["https://github.com/gardener/cc-utils/pull/1722"],
        ..OTHER
    },
    Quirks {
        host: "mcr.microsoft.com",
        catalog: CatalogOffer::Offered,
        sources: &["https://github.com/microsoft/containerregistry/pull/48"],
        ..OTHER
    },
    // Cuts pages to 50 without saying so.
    Quirks {
        host: "registry.redhat.io",
        page_size: Some(50),
        sources: &["https://github.com/renovatebot/renovate/discussions/23481"],
        ..OTHER
    },
    Quirks {
        host: "registry.access.redhat.com",
        page_size: Some(50),
        sources: &["https://github.com/renovatebot/renovate/discussions/23481"],
        ..OTHER
    },
];

impl Quirks {
    /// What is known of a registry.
    #[must_use]
    pub fn of(registry: &RegistryName) -> &'static Self {
        let host = registry.as_str();
        let fits = |quirks: &&Self| match quirks.host.strip_prefix('*') {
            Some(domain) => host.to_ascii_lowercase().ends_with(domain),
            None => host.eq_ignore_ascii_case(quirks.host),
        };
        TABLE.iter().find(fits).unwrap_or(&OTHER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registries_are_found() {
        #[track_caller]
        fn check(host: &str, expected: &str) {
            assert_eq!(Quirks::of(&host.parse().unwrap()).host, expected);
        }
        check("docker.io", "docker.io");
        check("GHCR.io", "ghcr.io");
        check("1234.dkr.ecr.eu-west-1.amazonaws.com", "*.amazonaws.com");
        check("amazonaws.com.evil.example", "");
        check("xdocker.io", "");
        check("127.0.0.1:5000", "");
    }

    #[test]
    fn every_line_has_a_source_and_a_page() {
        for quirks in TABLE {
            assert!(quirks.sources.iter().all(|source| source.starts_with("https://")), "{}", quirks.host);
            assert!(!quirks.sources.is_empty() && quirks.page_size != Some(0), "{}", quirks.host);
        }
    }
}
