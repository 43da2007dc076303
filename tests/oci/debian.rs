//! Debian's docker-registry or Distribution 3, started for one test or measurement and ended with it, and
//! images for it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// The user and password of a registry that asks for them.
pub(crate) const USER: &str = "olga";
pub(crate) const PASSWORD: &str = "CaNaRy-5b21c0de-pw";
/// Both as `htpasswd -B` writes them.
const HTPASSWD: &str = "olga:$2b$04$FggYM9SugpYT8eb4b54olebYTQZuzj7NHP2reHHRkuH/MSK64SZCK\n";

/// When every image says that it was made, and the same in unix seconds.
const MADE: &str = "2026-05-17T08:30:00Z";
pub(crate) const MADE_AT: i64 = 1_779_006_600;

/// A registry that nobody here wrote, on a port of its own.
pub(crate) struct Debian {
    process: Child,
    pub(crate) host: String,
    password: bool,
    folder: TempDir,
}

impl Drop for Debian {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Debian {
    pub(crate) fn open() -> Self {
        Self::start(false)
    }

    /// Only [`USER`] with [`PASSWORD`] may enter.
    pub(crate) fn with_password() -> Self {
        Self::start(true)
    }

    /// Distribution 3 with limits for its lists; `None`: `scripts/setup test` has not built it, which it does
    /// where there is a Go.
    pub(crate) fn distribution(limit: u32) -> Option<Self> {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/distribution/registry");
        if !program.exists() {
            return None;
        }
        let limits = format!("tags: {{maxtags: {limit}}}\ncatalog: {{maxentries: {limit}}}\n");
        Some(Self::start_program(&program, &limits, false))
    }

    fn start(password: bool) -> Self {
        Self::start_program(Path::new("docker-registry"), "", password)
    }

    fn start_program(program: &Path, more: &str, password: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store");
        let mut config = format!(
            "version: 0.1\nlog: {{level: info, formatter: json}}\nstorage:\n  filesystem: {{rootdirectory: {}}}\n  \
             delete: {{enabled: true}}\nhttp: {{addr: '127.0.0.1:0'}}\n{more}",
            store.display()
        );
        if password {
            let file = folder.path().join("htpasswd");
            std::fs::write(&file, HTPASSWD).unwrap();
            config += &format!("auth:\n  htpasswd: {{realm: test, path: {}}}\n", file.display());
        }
        let file = folder.path().join("config.yml");
        std::fs::write(&file, config).unwrap();
        let mut process = Command::new(program)
            .arg("serve")
            .arg(&file)
            .env("OTEL_TRACES_EXPORTER", "none")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("docker-registry is installed by scripts/setup test");
        let mut log = BufReader::new(process.stderr.take().unwrap()).lines();
        let host = log
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| {
                let (_, after) = line.split_once("listening on ")?;
                Some(after.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ':')).collect())
            })
            .expect("the registry says where it listens");
        // A pipe that nobody empties would stop it.
        std::thread::spawn(move || log.for_each(drop));
        Self { process, host, password, folder }
    }

    pub(crate) fn address(&self) -> String {
        format!("http://{}", self.host)
    }

    /// Puts an image whose one layer holds `content` at `repository:tag`, and gives its digest.
    pub(crate) fn push(&self, repository: &str, tag: &str, content: &str) -> String {
        let image = image(self.folder.path(), content);
        let mut skopeo = Command::new("skopeo");
        skopeo.args([
            "--insecure-policy",
            "copy",
            "--quiet",
            "--dest-tls-verify=false",
            "--preserve-digests",
        ]);
        if self.password {
            skopeo.arg(format!("--dest-creds={USER}:{PASSWORD}"));
        }
        skopeo
            .arg(format!("dir:{}", image.display()))
            .arg(format!("docker://{}/{repository}:{tag}", self.host));
        let done = skopeo.output().expect("skopeo is installed by scripts/setup test");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let manifest = std::fs::read(image.join("manifest.json")).unwrap();
        format!("sha256:{}", sha256(&manifest))
    }

    /// Deletes the image that a tag points at, and with it all its tags.
    pub(crate) fn delete(&self, repository: &str, tag: &str) {
        let mut skopeo = Command::new("skopeo");
        skopeo.args(["--insecure-policy", "delete", "--tls-verify=false"]);
        let done = skopeo.arg(format!("docker://{}/{repository}:{tag}", self.host)).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
}

/// An image in the form that skopeo calls `dir`.
fn image(folder: &Path, content: &str) -> PathBuf {
    let image = folder.join(format!("image-{}", sha256(content.as_bytes())));
    std::fs::create_dir_all(&image).unwrap();
    let layer = content.as_bytes();
    let config = format!(
        r#"{{"created":"{MADE}","architecture":"amd64","os":"linux","config":{{}},"rootfs":{{"type":"layers","diff_ids":["sha256:{}"]}}}}"#,
        sha256(layer)
    );
    let blob = |bytes: &[u8]| {
        let digest = sha256(bytes);
        std::fs::write(image.join(&digest), bytes).unwrap();
        format!(r#""size":{},"digest":"sha256:{digest}""#, bytes.len())
    };
    let manifest = format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{{"mediaType":"application/vnd.oci.image.config.v1+json",{}}},"layers":[{{"mediaType":"application/vnd.oci.image.layer.v1.tar",{}}}]}}"#,
        blob(config.as_bytes()),
        blob(layer)
    );
    std::fs::write(image.join("manifest.json"), manifest).unwrap();
    std::fs::write(image.join("version"), "Directory Transport Version: 1.1\n").unwrap();
    image
}

fn sha256(bytes: &[u8]) -> String {
    let mut process = Command::new("sha256sum").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    process.stdin.take().unwrap().write_all(bytes).unwrap();
    let output = process.wait_with_output().unwrap();
    String::from_utf8(output.stdout).unwrap().split_whitespace().next().unwrap().to_owned()
}
