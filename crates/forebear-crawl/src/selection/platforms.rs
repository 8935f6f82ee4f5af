//! Platforms that a selection may name: those that there are.

use forebear_image::Platform;

/// Operating systems: Go's `GOOS`, by which the image specification names them, and
/// what WebAssembly's images use.
const SYSTEMS: [&str; 16] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "illumos",
    "ios",
    "js",
    "linux",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasi",
    "wasip1",
    "windows",
];

/// Architectures: Go's `GOARCH`, those it knows and does not build for too.
const ARCHITECTURES: [&str; 24] = [
    "386",
    "amd64",
    "arm",
    "arm64",
    "armbe",
    "arm64be",
    "loong64",
    "mips",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "mipsle",
    "ppc",
    "ppc64",
    "ppc64le",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
    "wasm32",
];

/// Reads a platform, if there is one of that name.
///
/// # Errors
/// A sentence, with the name that was meant, perhaps.
pub fn known_platform(text: &str) -> Result<Platform, String> {
    let platform = text.parse::<Platform>().map_err(|error| error.to_string())?;
    let parts = [(platform.os.as_str(), &SYSTEMS[..]), (platform.architecture.as_str(), &ARCHITECTURES[..])];
    for (part, known) in parts {
        // An image that says what it is not for is said to be for `unknown`.
        if part != "unknown" && !known.contains(&part) {
            let near = known.iter().min_by_key(|name| strsim::osa_distance(name, part));
            let near = near.filter(|name| strsim::osa_distance(name, part) <= 2);
            let meant =
                near.map_or_else(String::new, |near| format!("; did you mean {}?", text.replacen(part, near, 1)));
            return Err(format!("'{text}' is not a known platform: there is no '{part}'{meant}"));
        }
    }
    Ok(platform)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p578_a_platform_that_is_none_is_told() {
        #[track_caller]
        fn check(text: &str, expected: Result<&str, &str>) {
            let got = known_platform(text).map(|platform| platform.to_string());
            assert_eq!(got.as_deref().map_err(String::as_str), expected);
        }
        check("linux/amd64", Ok("linux/amd64"));
        check("linux/arm/v7", Ok("linux/arm/v7"));
        check("windows/amd64:10.0.17763", Ok("windows/amd64:10.0.17763"));
        let amd46 = "'linux/amd46' is not a known platform: there is no 'amd46'; did you mean linux/amd64?";
        check("linux/amd46", Err(amd46));
        check(
            "linus/amd64",
            Err("'linus/amd64' is not a known platform: there is no 'linus'; did you mean linux/amd64?"),
        );
        check("linux/quantum", Err("'linux/quantum' is not a known platform: there is no 'quantum'"));
    }
}
