//! Which of several platforms is meant.

use forebear_image::descend::{Choice, DescendError, Descent, NotChosen, Otherwise};
use forebear_image::{ManifestDigest, Platform};

use crate::shelf::{Shelf, entry};

/// Platforms by their texts; `-` for an entry that names none.
fn platforms(texts: &[&str]) -> Vec<Option<Platform>> {
    texts.iter().map(|text| (*text != "-").then(|| text.parse().unwrap())).collect()
}

const NONE: Result<usize, &str> = Err("none fits");
const NO_DEFAULT: Result<usize, &str> = Err("no default");
const SEVERAL: Result<usize, &str> = Err("several");
const EMPTY: Result<usize, &str> = Err("empty");

fn outcome(chosen: Result<usize, NotChosen>) -> Result<usize, &'static str> {
    chosen.map_err(|error| match error {
        NotChosen::Empty | NotChosen::NoImages(_) => "empty",
        NotChosen::Several { .. } => "several",
        NotChosen::NoneFits { .. } => "none fits",
        NotChosen::NoDefault { .. } => "no default",
    })
}

#[test]
fn wanted_and_offered() {
    #[track_caller]
    fn check(wanted: &str, offered: &[&str], expected: Result<usize, &str>) {
        let (platform, offered) = (wanted.parse().unwrap(), platforms(offered));
        for otherwise in [Otherwise::Default, Otherwise::Nothing] {
            let choice = Choice { wanted: Some(&platform), otherwise };
            assert_eq!(outcome(choice.among(&offered, Option::as_ref)), expected, "{wanted}");
        }
    }
    // The same before one that is compatible, wherever it stands.
    check("linux/arm/v7", &["linux/arm/v5", "linux/arm/v6", "linux/arm/v7"], Ok(2));
    check("linux/arm/v7", &["linux/arm/v5", "linux/arm/v6", "linux/arm64"], Ok(1));
    check("linux/arm/v7", &["linux/arm/v5", "linux/amd64"], Ok(0));
    check("linux/arm/v7", &["linux/arm/v6", "linux/arm"], Ok(1));
    check("linux/arm/v6", &["linux/arm/v7", "linux/arm/v5"], Ok(1));
    check("linux/arm/v5", &["linux/arm/v7", "linux/arm/v6"], NONE);
    check("linux/amd64/v3", &["linux/amd64", "linux/amd64/v2", "linux/amd64/v4"], Ok(1));
    check("linux/amd64/v3", &["linux/amd64/v4", "linux/amd64"], Ok(1));
    check("linux/amd64/v2", &["linux/amd64/v3"], NONE);
    check("linux/amd64", &["linux/amd64/v2", "linux/amd64/v1"], Ok(1));
    check("linux/arm64", &["linux/arm/v7", "linux/arm64/v8"], Ok(1));
    check("linux/arm64/v8", &["linux/arm64"], Ok(0));
    check("linux/386", &["linux/amd64"], NONE);
    check("linux/amd64", &["linux/386"], NONE);
    // Of equals the first.
    check("linux/amd64", &["-", "linux/amd64", "linux/amd64"], Ok(1));
    check("windows/amd64", &["windows/amd64:10.0.17763.1", "windows/amd64:10.0.14393.1"], Ok(0));
    check("windows/amd64", &["windows/amd64:10.0.17763.1", "windows/amd64"], Ok(1));
    check("windows/amd64:10.0.14393", &["windows/amd64:10.0.17763.1", "windows/amd64:10.0.14393.1"], Ok(1));
    check("windows/amd64:10.0.20348", &["windows/amd64:10.0.17763.1", "windows/amd64"], NONE);
    // One that does not fit is not taken for being the only one.
    check("linux/amd64", &["linux/arm64"], NONE);
    check("linux/amd64", &["-"], NONE);
    check("linux/amd64", &[], EMPTY);
}

#[test]
fn nothing_wanted() {
    #[track_caller]
    fn check(offered: &[&str], of_tag: Result<usize, &str>, of_digest: Result<usize, &str>) {
        let offered = platforms(offered);
        for (otherwise, expected) in [(Otherwise::Default, of_tag), (Otherwise::Nothing, of_digest)] {
            let choice = Choice { wanted: None, otherwise };
            assert_eq!(outcome(choice.among(&offered, Option::as_ref)), expected, "{otherwise:?} {offered:?}");
        }
    }
    check(&["linux/s390x"], Ok(0), Ok(0));
    check(&["-"], Ok(0), Ok(0));
    check(&["linux/arm64", "linux/amd64"], Ok(1), SEVERAL);
    check(&["linux/amd64/v2", "linux/amd64/v1"], Ok(1), SEVERAL);
    check(&["linux/amd64", "linux/amd64"], Ok(0), SEVERAL);
    check(&["linux/arm64", "linux/amd64/v2"], NO_DEFAULT, SEVERAL);
    check(&["-", "-"], NO_DEFAULT, SEVERAL);
    check(&[], EMPTY, EMPTY);
}

/// A place that holds less than its index lists.
#[test]
fn the_only_one_that_is_there() {
    #[track_caller]
    fn check(wanted: Option<&str>, held: &[usize], offered: &[&str], expected: Result<usize, &str>) {
        let mut shelf = Shelf::default();
        let image = |(at, platform): (usize, &&str)| {
            let own = if *platform == "-" { "linux/s390x" } else { platform };
            shelf.image(own, u32::try_from(at).unwrap())
        };
        let images: Vec<_> = offered.iter().enumerate().map(image).collect();
        let named = |platform: &&str| (*platform != "-").then(|| (*platform).to_owned());
        let entries: Vec<_> =
            images.iter().zip(offered).map(|(image, platform)| entry(*image, named(platform).as_deref())).collect();
        let root = shelf.index(&entries);
        let holds = |digest: &ManifestDigest| {
            assert!(wanted.is_none(), "what is there does not matter where it is said what is wanted");
            held.iter().any(|at| images[*at] == digest.0)
        };
        let wanted: Option<Platform> = wanted.map(|text| text.parse().unwrap());
        let choice = Choice { wanted: wanted.as_ref(), otherwise: Otherwise::Default };
        let (descended, _) = shelf.walk(Descent::new(choice).holding(&holds), root);
        let chosen = descended.image.map_err(|error| match error {
            DescendError::NotChosen(error) => error,
            other => panic!("{other}"),
        });
        let place = chosen.map(|image| {
            images.iter().position(|digest| Some(ManifestDigest(*digest)) == image.manifest_digest).unwrap()
        });
        assert_eq!(outcome(place), expected, "{held:?} of {offered:?}");
    }
    let two = ["linux/amd64", "linux/arm64"];
    check(None, &[1], &two, Ok(1));
    check(None, &[0], &two, Ok(0));
    check(None, &[0, 1], &two, Ok(0));
    check(None, &[], &two, Ok(0));
    check(None, &[0], &["-", "-"], Ok(0));
    check(None, &[], &["linux/arm64", "linux/s390x"], NO_DEFAULT);
    check(None, &[0, 1], &["linux/arm64", "linux/s390x"], NO_DEFAULT);
    check(None, &[1, 2], &["linux/amd64", "linux/arm64", "linux/s390x"], Ok(0));
    check(Some("linux/arm64"), &[0], &two, Ok(1));
}

#[test]
fn a_choice_that_fails_lists_what_is_offered() {
    let few = platforms(&["linux/arm64", "-", "linux/s390x"]);
    let wanted: Platform = "linux/amd64/v2".parse().unwrap();
    #[track_caller]
    fn check(wanted: Option<&Platform>, otherwise: Otherwise, offered: &[Option<Platform>], expected: &str) {
        let error = Choice { wanted, otherwise }.among(offered, Option::as_ref).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert_eq!(error.offered().len(), offered.iter().flatten().count());
    }
    let (default, nothing) = (Otherwise::Default, Otherwise::Nothing);
    check(Some(&wanted), default, &few, "it has no image for linux/amd64/v2; it offers linux/arm64, linux/s390x");
    check(None, default, &few, "it has no image for linux/amd64; it offers linux/arm64, linux/s390x");
    check(None, nothing, &few, "it offers several platforms: linux/arm64, linux/s390x");
    check(None, nothing, &[], "it is an index without images");
    check(Some(&wanted), nothing, &platforms(&["-"]), "it has no image for linux/amd64/v2; it offers no platforms");
    let many = vec![few[0].clone(); 5_000];
    let error = Choice { wanted: None, otherwise: nothing }.among(&many, Option::as_ref).unwrap_err().to_string();
    assert!(error.ends_with("linux/arm64 and 4968 more") && error.len() < 1_000, "{error}");
}

/// The whole way down through an index, by tag and by digest.
#[test]
fn down_through_an_index() {
    let mut shelf = Shelf::default();
    let names = ["linux/arm/v6", "linux/amd64", "linux/arm/v5"];
    let images = names.map(|platform| shelf.image(platform, 1));
    let entries: Vec<_> = names.iter().zip(images).map(|(name, image)| entry(image, Some(name))).collect();
    let root = shelf.index(&entries);
    let check = |wanted: Option<&str>, otherwise, expected: Result<&str, &str>| {
        let platform = wanted.map(|text| text.parse::<Platform>().unwrap());
        let descent = Descent::new(Choice { wanted: platform.as_ref(), otherwise });
        let (descended, _) = shelf.walk(descent, root);
        let got = descended.image.map(|image| image.platform.unwrap().to_string()).map_err(|e| e.to_string());
        assert_eq!(got, expected.map(str::to_owned).map_err(str::to_owned), "{wanted:?}");
    };
    check(None, Otherwise::Default, Ok("linux/amd64"));
    check(None, Otherwise::Nothing, Err("it offers several platforms: linux/arm/v6, linux/amd64, linux/arm/v5"));
    // The platform shown is the image's own.
    check(Some("linux/arm/v7"), Otherwise::Nothing, Ok("linux/arm/v6"));
    check(Some("linux/arm/v5"), Otherwise::Default, Ok("linux/arm/v5"));
    check(
        Some("linux/s390x"),
        Otherwise::Default,
        Err("it has no image for linux/s390x; it offers linux/arm/v6, linux/amd64, linux/arm/v5"),
    );
}
