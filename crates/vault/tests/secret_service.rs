//! The real keychain of a Linux desktop: gnome-keyring on a session bus of its own.
//!
//! Each test starts this program again inside a fresh `dbus-run-session` with directories of its
//! own; the inner run does the asking. When `dbus-run-session` ends, so does the bus; the daemon is
//! ended by its id before that. Where the Debian packages `dbus` (or `dbus-x11`), `gnome-keyring`
//! and `libsecret-tools` are missing, the tests say so and pass, unless
//! `TAGWARDEN_REAL_KEYRING=1` demands them.
#![cfg(target_os = "linux")]
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)] // Tests fail loudly, helpers too.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

use tagwarden_vault::{ExposeSecret, Keep, Keychain, KeychainState, SecretString, Vault, VaultError};

const INNER: &str = "TAGWARDEN_INNER_TEST";
const CANARY: &str = "glpat-canary-of-the-real-keyring";

fn vault() -> Vault {
    Vault::with_time_limit(Arc::new(Keychain::system()), Duration::from_secs(20))
}

fn inside() -> bool {
    std::env::var_os(INNER).is_some()
}

fn tools_are_there() -> bool {
    let there = ["dbus-run-session", "gnome-keyring-daemon", "secret-tool"].iter().all(|tool| {
        let paths = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&paths).any(|directory| directory.join(tool).exists())
    });
    let demanded = std::env::var_os("TAGWARDEN_REAL_KEYRING").is_some_and(|value| value == "1");
    assert!(there || !demanded, "gnome-keyring, dbus-x11 and libsecret-tools are needed");
    if !there {
        println!("skipped: gnome-keyring, dbus-x11 and libsecret-tools are not installed");
    }
    there
}

/// Runs `script` with this test program as `$0` and the named test as `$1`.
fn bash(wrapper: &[&str], script: &str, test: &str, home: &Path) -> Output {
    let runtime = home.join("runtime");
    std::fs::create_dir_all(&runtime).unwrap();
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(&runtime, std::fs::Permissions::from_mode(0o700)).unwrap();
    let mut words = wrapper.to_vec();
    words.extend(["bash", "-c", script]);
    Command::new(words[0])
        .args(&words[1..])
        .arg(std::env::current_exe().unwrap())
        .arg(test)
        .env(INNER, "1")
        .env("HOME", home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env("XDG_RUNTIME_DIR", &runtime)
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .unwrap()
}

/// A bus that starts no service by itself, so that only what a test starts is there.
fn bus_without_activation(home: &Path) -> String {
    let path = home.join("bus.conf");
    let text = "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" \
        \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\
        <busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>\
        <policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>\
        <allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>";
    std::fs::write(&path, text).unwrap();
    format!("--config-file={}", path.display())
}

/// The inner run passed, and it was a run: a misspelt name would pass with no test at all.
fn check(output: &Output) {
    let ran = String::from_utf8_lossy(&output.stdout).contains("1 passed");
    assert!(
        output.status.success() && ran,
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// The daemon stays in the foreground, so that its id is known. It is ready once it owns its name.
const WITH_DAEMON: &str = r#"
    set -u
    test -p "$HOME/password" || mkfifo "$HOME/password"
    gnome-keyring-daemon --foreground --components=secrets $DAEMON_FLAGS \
        < "$HOME/password" > "$HOME/daemon.log" 2>&1 &
    daemon=$!
    printf %s "$DAEMON_PASSWORD" > "$HOME/password"
    owned() {
        dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus /org/freedesktop/DBus \
            org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets 2>&1 | grep -q true
    }
    until owned; do
        kill -0 $daemon 2>/dev/null || { cat "$HOME/daemon.log"; exit 90; }
    done
    "$0" --exact "$1" --nocapture
    result=$?
    kill $daemon
    wait $daemon
    exit $result
"#;

#[test]
fn an_unlocked_keyring_keeps_secrets_until_they_are_removed() {
    if inside() {
        return block_on(async {
            let vault = vault();
            assert_eq!(vault.state().await, KeychainState::Available);
            let name = "connection/real";
            vault.put(name, SecretString::from(CANARY), Keep::Keychain).await.unwrap();
            assert_eq!(secret_tool(name).as_deref(), Some(CANARY), "secret-tool sees it");
            // As after a restart: another vault, nothing in its memory.
            let other = self::vault();
            assert_eq!(other.get(name).await.unwrap().expose_secret(), CANARY);
            other.remove(name).await.unwrap();
            assert_eq!(secret_tool(name), None);
            let missing = vault.get(name).await.unwrap_err();
            assert_eq!(missing, VaultError::Missing { name: name.into() });
        });
    }
    with_daemon("an_unlocked_keyring_keeps_secrets_until_they_are_removed", "--unlock", "password");
}

#[test]
fn a_locked_keyring_is_told_as_locked_and_holds_nothing_up() {
    if inside() {
        return block_on(async {
            let limit = Duration::from_secs(2);
            let vault = Vault::with_time_limit(Arc::new(Keychain::system()), limit);
            assert_eq!(vault.state().await, KeychainState::Locked);
            let name = "connection/real";
            let error = vault.put(name, SecretString::from(CANARY), Keep::Keychain).await;
            let error = error.unwrap_err();
            assert_eq!(error.state(), Some(KeychainState::Locked), "{error:?}");
            vault.put(name, SecretString::from(CANARY), Keep::Session).await.unwrap();
            assert_eq!(vault.get(name).await.unwrap().expose_secret(), CANARY);
        });
    }
    with_daemon("a_locked_keyring_is_told_as_locked_and_holds_nothing_up", "", "");
}

#[test]
fn a_keyring_that_is_locked_after_a_restart_keeps_its_secret_to_itself() {
    const TEST: &str = "a_keyring_that_is_locked_after_a_restart_keeps_its_secret_to_itself";
    let name = "connection/real";
    if inside() {
        return block_on(async {
            let limit = Duration::from_secs(2);
            let vault = Vault::with_time_limit(Arc::new(Keychain::system()), limit);
            if vault.state().await == KeychainState::Available {
                // First time round: the daemon was started with the password.
                return vault.put(name, SecretString::from(CANARY), Keep::Keychain).await.unwrap();
            }
            assert_eq!(vault.state().await, KeychainState::Locked);
            let error = vault.get(name).await.unwrap_err();
            assert_eq!(error.state(), Some(KeychainState::Locked), "{error:?}");
            println!("seen locked: {error:?}");
        });
    }
    if !tools_are_there() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    run_with_daemon(home.path(), TEST, "--unlock", "password");
    let second = run_with_daemon(home.path(), TEST, "", "");
    assert!(second.contains("seen locked"), "the keyring was open: {second}");
}

#[test]
fn a_bus_without_a_keychain_is_told_as_no_service_until_there_is_one() {
    if inside() {
        return block_on(async {
            let vault = vault();
            assert_eq!(vault.state().await, KeychainState::NoService);
            let name = "connection/real";
            let refused = vault.put(name, SecretString::from(CANARY), Keep::Keychain).await;
            assert_eq!(refused, Err(VaultError::NoService));

            // The same vault works as soon as a keychain has appeared.
            let mut daemon = tokio::task::spawn_blocking(start_unlocked_daemon).await.unwrap();
            let state = vault.state().await;
            let kept = vault.put(name, SecretString::from(CANARY), Keep::Keychain).await;
            daemon.kill().unwrap();
            daemon.wait().unwrap();
            assert_eq!((state, kept), (KeychainState::Available, Ok(())));
            // And tells when it has gone again.
            assert_eq!(vault.get(name).await.unwrap_err(), VaultError::NoService);
        });
    }
    if !tools_are_there() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let bus = bus_without_activation(home.path());
    check(&bash(
        &["dbus-run-session", &bus, "--"],
        r#"exec "$0" --exact "$1" --nocapture"#,
        "a_bus_without_a_keychain_is_told_as_no_service_until_there_is_one",
        home.path(),
    ));
}

#[test]
fn no_session_bus_is_told_as_such_and_the_session_still_keeps_secrets() {
    if inside() {
        return block_on(async {
            let vault = vault();
            assert_eq!(vault.state().await, KeychainState::NoBus);
            let name = "connection/real";
            let refused = vault.put(name, SecretString::from(CANARY), Keep::Keychain).await;
            assert_eq!(refused, Err(VaultError::NoBus));
            vault.put(name, SecretString::from(CANARY), Keep::Session).await.unwrap();
            assert_eq!(vault.get(name).await.unwrap().expose_secret(), CANARY);
            vault.remove(name).await.unwrap();
        });
    }
    let home = tempfile::tempdir().unwrap();
    check(&bash(
        &["env"],
        r#"exec "$0" --exact "$1" --nocapture"#,
        "no_session_bus_is_told_as_such_and_the_session_still_keeps_secrets",
        home.path(),
    ));
}

fn with_daemon(test: &str, flags: &str, password: &str) {
    if !tools_are_there() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    run_with_daemon(home.path(), test, flags, password);
}

/// Answers what the inner run printed.
fn run_with_daemon(home: &Path, test: &str, flags: &str, password: &str) -> String {
    let bus = bus_without_activation(home);
    let script = format!("export DAEMON_FLAGS={flags:?} DAEMON_PASSWORD={password:?}\n{WITH_DAEMON}");
    let output = bash(&["dbus-run-session", &bus, "--"], &script, test, home);
    check(&output);
    assert_no_plain_text(home);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The secret is in no file, neither the keyring's nor one of ours.
fn assert_no_plain_text(directory: &Path) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            assert_no_plain_text(&entry.path());
        } else if kind.is_file() {
            let bytes = std::fs::read(entry.path()).unwrap();
            let found = bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes());
            assert!(!found, "the secret lies in {}", entry.path().display());
        }
    }
}

fn secret_tool(name: &str) -> Option<String> {
    let output = Command::new("secret-tool")
        .args(["lookup", "service", "tagwarden", "username", name])
        .output()
        .unwrap();
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
}

/// Returns once the daemon owns its name on the bus.
fn start_unlocked_daemon() -> std::process::Child {
    use std::io::Write;
    let mut daemon = Command::new("gnome-keyring-daemon")
        .args(["--foreground", "--components=secrets", "--unlock"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    daemon.stdin.take().unwrap().write_all(b"password").unwrap();
    let owned = || {
        let output = Command::new("dbus-send")
            .args(["--session", "--print-reply=literal", "--dest=org.freedesktop.DBus"])
            .args(["/org/freedesktop/DBus", "org.freedesktop.DBus.NameHasOwner"])
            .arg("string:org.freedesktop.secrets")
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).contains("true")
    };
    while !owned() {
        assert!(daemon.try_wait().unwrap().is_none(), "the daemon has ended");
    }
    daemon
}

fn block_on(future: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future);
}
