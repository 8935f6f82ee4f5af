//! What killed writers leave behind, and what lies where a file is to be written.

use std::os::unix::fs::symlink;

use forebear_testkit::Server;
use forebear_tests::Data;

use crate::worlds;

/// Left by a process that was killed a moment ago, it is gone at the next start of
/// whatever has the data folder to itself.
#[test]
fn p461_half_written_files_are_cleared_at_the_next_start() {
    let (server, data) = (Server::start(worlds::first()), Data::new());
    let host = server.host();
    let arguments = ["run", "--registry", &host, "--name-as", "docker.io", "--quiet"];
    _ = data.crawl(&arguments).expect_code(0);
    let reports = std::fs::read_dir(data.path().join("reports")).expect("reports").next().expect("a job");
    let job = reports.expect("a folder").path();
    let left = [
        data.path().join("index/.new-AbCdEf"),
        data.path().join("state/.new-AbCdEf"),
        data.path().join(".new-AbCdEf"),
        job.join(".new-AbCdEf"),
        data.path().join("metrics.new"),
        data.path().join("state/job-x.new"),
    ];
    let own = data.path().join("notes.new");
    for command in [&arguments[..], &["publish"], &["failures"]] {
        left.iter().chain([&own]).for_each(|file| std::fs::write(file, "x").expect("a file"));
        _ = data.crawl(command).expect_code(0);
        let stays: Vec<_> = left.iter().filter(|file| file.exists()).collect();
        assert!(stays.is_empty() && own.exists(), "{command:?}: {stays:?}");
    }
}

/// A link that somebody put there is replaced, or refused, and never followed.
#[test]
fn p460_no_link_is_written_through() {
    let (server, data, elsewhere) = (Server::start(worlds::first()), Data::new(), Data::new());
    let host = server.host();
    let arguments = ["run", "--registry", &host, "--name-as", "docker.io"];
    _ = data.crawl(&arguments).expect_code(0);
    let job = format!("job-cli-{}", host.replace(':', "-"));
    let precious = elsewhere.path().join("precious");
    std::fs::write(&precious, "precious").expect("a file");
    for name in [
        "metrics.prom".to_owned(),
        "metrics.new".to_owned(),
        format!("state/{job}.json"),
        format!("state/{job}.new"),
        "state/failures.json".to_owned(),
        "state/failures.new".to_owned(),
    ] {
        let place = data.path().join(name);
        _ = std::fs::remove_file(&place);
        symlink(&precious, &place).expect("a link");
    }
    _ = data.crawl(&arguments).expect_code(0);
    let lock = data.path().join("state/lock");
    std::fs::remove_file(&lock).expect("a lock");
    symlink(&precious, &lock).expect("a link");
    let refused = data.crawl(&arguments).expect_code(2);
    assert!(
        refused.stderr.contains("it is a symbolic link, which no lock of ours is; remove it"),
        "{}",
        refused.stderr
    );
    assert_eq!(std::fs::read_to_string(&precious).expect("it is there"), "precious");
}
