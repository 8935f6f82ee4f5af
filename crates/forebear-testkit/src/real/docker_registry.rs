//! Debian's `docker-registry` as a child process.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::real::{have, skipped};
use crate::sure::Sure as _;

const PROGRAM: &str = "docker-registry";
const PATIENCE: Duration = Duration::from_secs(10);

/// How the registry is set up.
#[derive(Clone, Debug, Default)]
pub struct RegistryOptions {
    /// Manifests and blobs may be deleted.
    pub delete: bool,
    /// Schema 1 may be pushed, and is converted to for clients that want it.
    pub schema1: bool,
    /// Whom it lets in, each with the password as bcrypt hashes it, as `htpasswd -B`
    /// writes them. Empty: everybody.
    pub htpasswd: String,
    /// Its certificate and key in PEM, where it speaks TLS.
    pub tls: Option<(String, String)>,
}

/// A running `docker-registry`, stopped when dropped.
#[derive(Debug)]
pub struct DockerRegistry {
    port: u16,
    options: RegistryOptions,
    folder: TempDir,
    served: u32,
    child: Child,
}

impl DockerRegistry {
    /// Serves a storage: a folder, which is served in place, or a
    /// `.tar.zst` of one, which is unpacked first. `None`, after saying so,
    /// where the program is not installed.
    ///
    /// # Panics
    /// When the storage cannot be read, when the registry does not answer
    /// within ten seconds, and without the program when `FOREBEAR_TESTS=all`.
    #[must_use]
    pub fn start(storage: &Path) -> Option<Self> {
        Self::start_with(storage, RegistryOptions::default())
    }

    /// Serves an empty storage, to be pushed to.
    ///
    /// # Panics
    /// As [`DockerRegistry::start`].
    #[must_use]
    pub fn start_empty(options: RegistryOptions) -> Option<Self> {
        Self::launch(None, options)
    }

    /// Serves a storage with options.
    ///
    /// # Panics
    /// As [`DockerRegistry::start`].
    #[must_use]
    pub fn start_with(storage: &Path, options: RegistryOptions) -> Option<Self> {
        Self::launch(Some(storage), options)
    }

    fn launch(storage: Option<&Path>, options: RegistryOptions) -> Option<Self> {
        if !have(PROGRAM) {
            skipped("docker-registry is not installed");
            return None;
        }
        let folder = TempDir::new().sure("making a folder");
        let root = match storage {
            Some(storage) => unpacked(storage, folder.path(), 0),
            None => folder.path().join("storage-0"),
        };
        let mut failures = String::new();
        // Another process may take the port between looking and listening.
        for _ in 0..5 {
            let port = free_port();
            match spawn(folder.path(), &root, port, &options) {
                Ok(child) => return Some(Self { port, options, folder, served: 1, child }),
                Err(failure) => failures.push_str(&failure),
            }
        }
        panic!("docker-registry does not start: {failures}");
    }

    /// The folder of the registry's own storage, for
    /// [`DockerRegistry::serve_instead`] to come back to.
    #[must_use]
    pub fn first_storage(&self) -> PathBuf {
        self.folder.path().join("storage-0")
    }

    /// Stops, and serves another storage under the same host and port.
    ///
    /// # Panics
    /// As [`DockerRegistry::start`].
    pub fn serve_instead(&mut self, storage: &Path) {
        self.stop();
        let root = unpacked(storage, self.folder.path(), self.served);
        self.served += 1;
        self.child = spawn(self.folder.path(), &root, self.port, &self.options).sure("starting docker-registry again");
    }

    /// Stops it; the port answers no more. [`DockerRegistry::serve_instead`]
    /// starts it again.
    pub fn stop(&mut self) {
        // Both fail only if it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    /// `127.0.0.1:PORT`.
    #[must_use]
    pub fn host(&self) -> String {
        self.addr().to_string()
    }
}

impl Drop for DockerRegistry {
    fn drop(&mut self) {
        self.stop();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).sure("looking for a free port");
    listener.local_addr().sure("reading the port").port()
}

/// The folder to serve, unpacked below `folder` if need be.
fn unpacked(storage: &Path, folder: &Path, number: u32) -> PathBuf {
    if storage.is_dir() {
        return storage.to_owned();
    }
    let doing = format!("unpacking {}", storage.display());
    let into = folder.join(format!("storage-{number}"));
    let file = File::open(storage).sure(&doing);
    tar::Archive::new(zstd::Decoder::new(file).sure(&doing)).unpack(&into).sure(&doing);
    into
}

fn spawn(folder: &Path, root: &Path, port: u16, options: &RegistryOptions) -> Result<Child, String> {
    // A JSON string is a YAML string, whatever the path holds.
    let root = serde_json::to_string(&root.display().to_string()).sure("quoting a path");
    let RegistryOptions { delete, schema1, .. } = options;
    let (auth, tls) = (auth(folder, options), tls(folder, options));
    let config = format!(
        "version: 0.1\n\
         log:\n  level: error\n  accesslog:\n    disabled: true\n\
         storage:\n  filesystem:\n    rootdirectory: {root}\n  delete:\n    enabled: {delete}\n\
         \x20 maintenance:\n    uploadpurging:\n      enabled: false\n\
         http:\n  addr: 127.0.0.1:{port}\n{tls}{auth}\
         compatibility:\n  schema1:\n    enabled: {schema1}\n"
    );
    let (file, log) = (folder.join("config.yml"), folder.join("registry.log"));
    fs::write(&file, config).sure("writing the registry's configuration");
    let output = File::create(&log).sure("making the registry's log");
    let errors = output.try_clone().sure("making the registry's log");
    let mut child = Command::new(PROGRAM)
        .arg("serve")
        .arg(&file)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors)
        .spawn()
        .map_err(|error| error.to_string())?;
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if answers(port) {
            return Ok(child);
        }
        if child.try_wait().is_ok_and(|status| status.is_some()) {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(child.kill());
    drop(child.wait());
    Err(fs::read_to_string(&log).unwrap_or_default())
}

/// Who is let in, as its configuration says it.
fn auth(folder: &Path, options: &RegistryOptions) -> String {
    if options.htpasswd.is_empty() {
        return String::new();
    }
    let file = written(folder, "htpasswd", &options.htpasswd);
    format!("auth:\n  htpasswd:\n    realm: registry\n    path: {file}\n")
}

/// Its certificate, as its configuration says it.
fn tls(folder: &Path, options: &RegistryOptions) -> String {
    let Some((certificate, key)) = &options.tls else { return String::new() };
    let (certificate, key) = (written(folder, "registry.crt", certificate), written(folder, "registry.key", key));
    format!("  tls:\n    certificate: {certificate}\n    key: {key}\n")
}

/// Writes a file; its path as YAML has it.
fn written(folder: &Path, name: &str, text: &str) -> String {
    let file = folder.join(name);
    fs::write(&file, text).sure("writing a file for the registry");
    serde_json::to_string(&file.display().to_string()).sure("quoting a path")
}

/// Whether a registry answers `/v2/` on this port, if only that it wants to know who
/// asks, or that it speaks TLS.
fn answers(port: u16) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(b"GET /v2/ HTTP/1.0\r\n\r\n")?;
        let mut head = [0; 12];
        stream.read_exact(&mut head)?;
        Ok([&b"200"[..], b"401", b"400"].iter().any(|status| head.ends_with(status)))
    };
    ask().unwrap_or(false)
}
