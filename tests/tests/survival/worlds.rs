//! A registry of some hundred images on two nights: indexes, aliases, copies
//! in other repositories, and a night on which tags move, go and come.

use forebear_testkit::{Image, ImageBuilder, World};

const BASES: usize = 8;
const TEAMS: usize = 6;
const APPS: usize = 4;
const BUILDS: usize = 9;
/// More tags than the frontier takes at once.
const MANY: usize = 2_500;

fn base(number: usize, platform: &str) -> Image {
    let builder = ImageBuilder::scratch(platform).absent_layers();
    builder.add_rootfs(&format!("base {number} {platform}")).cmd(&["sh"]).build()
}

fn app(team: usize, app: usize, build: usize, platform: &str) -> Image {
    let below = base((team * 5 + app * 3 + build / 3) % BASES, platform);
    let builder = ImageBuilder::from(&below).absent_layers().run(&format!("install {team}"));
    builder.copy(&format!("app {team} {app} {build}"), "/app/").env("BUILD", &build.to_string()).build()
}

/// Pushes a build as its version, as `latest`, and every third one for two
/// platforms; every fifth is in a mirror too.
fn push(world: &mut World, team: usize, number: usize, build: usize) {
    let name = format!("team{team}/app{number}");
    let amd = app(team, number, build, "linux/amd64");
    let arm = app(team, number, build, "linux/arm64");
    for tag in [format!("1.{build}"), format!("1.{build}.0"), "latest".to_owned()] {
        if build.is_multiple_of(3) {
            _ = world.push_platforms(&format!("{name}:{tag}"), &[&amd, &arm]);
        } else {
            _ = world.push(&format!("{name}:{tag}"), &amd);
        }
    }
    if build.is_multiple_of(5) {
        _ = world.push(&format!("mirror/team{team}:app{number}-{build}"), &amd);
    }
}

/// The first night.
pub(crate) fn first() -> World {
    let mut world = World::new();
    for number in 0..BASES {
        let (amd, arm) = (base(number, "linux/amd64"), base(number, "linux/arm64"));
        for tag in ["1", "1.0", "latest"] {
            _ = world.push_platforms(&format!("library/base{number}:{tag}"), &[&amd, &arm]);
        }
    }
    let digest = world.push("library/many:latest", &base(0, "linux/amd64"));
    (0..MANY).for_each(|number| world.tag(&format!("library/many:{number}"), digest));
    for team in 0..TEAMS {
        for number in 0..APPS {
            (0..BUILDS).for_each(|build| push(&mut world, team, number, build));
        }
    }
    world
}

/// The second: new builds take `latest`, old ones go, a repository goes,
/// another comes.
pub(crate) fn second() -> World {
    let mut world = first();
    for team in 0..TEAMS {
        for number in 0..APPS {
            push(&mut world, team, number, BUILDS + team % 2);
            _ = world.untag(&format!("team{team}/app{number}:1.{}", number % 3));
        }
    }
    world.delete_repository("mirror/team3");
    (0..MANY).step_by(3).for_each(|number| _ = world.untag(&format!("library/many:{number}")));
    push(&mut world, TEAMS, 0, 1);
    world
}
