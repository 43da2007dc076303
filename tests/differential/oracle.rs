//! Another engine, in a process of its own.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::verdict::Verdict;

/// The first Go whose verdicts are those Tagwarden speaks of: `\p{...}` and `(?<n>)` changed.
const GO_AT_LEAST: u32 = 25;

/// An engine that answers questions.
pub(crate) struct Oracle {
    /// What it says of itself.
    pub(crate) engine: String,
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Oracle {
    /// RE2, where it is installed.
    pub(crate) fn re2() -> Option<Self> {
        let venv = here().join("../target/venv");
        let python = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
        if !venv.join(python).exists() {
            let needed = std::env::var_os("TAGWARDEN_ORACLES").is_some_and(|value| value == "1");
            assert!(!needed, "no RE2 in {}: run scripts/setup test", venv.display());
            return None;
        }
        let mut command = Command::new(venv.join(python));
        command.args(["-I", "-B"]).arg(here().join("differential/oracle.py"));
        Some(Self::start(command))
    }

    /// Go's regexp, where there is a Go that is not too old.
    pub(crate) fn go() -> Option<Self> {
        let built = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let program = built.join(format!("oracle-go{}", std::env::consts::EXE_SUFFIX));
        let built = Command::new("go")
            .arg("build")
            .arg("-o")
            .arg(&program)
            .arg(here().join("differential/oracle.go"))
            // Nothing is fetched, and nothing is left outside the build directory.
            .envs([("GOPROXY", "off"), ("GOTOOLCHAIN", "local"), ("GO111MODULE", "off"), ("GOFLAGS", "")])
            .env("GOCACHE", built.join("go-cache"))
            .env("GOPATH", built.join("go-path"))
            .status();
        // Without a Go there is nothing to build with; with one it has to work.
        let status = built.ok()?;
        assert!(status.success(), "oracle.go does not build: {status}");
        let oracle = Self::start(Command::new(program));
        (minor(&oracle.engine)? >= GO_AT_LEAST).then_some(oracle)
    }

    fn start(mut command: Command) -> Self {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the oracle starts");
        let questions = child.stdin.take().expect("its input");
        let answers = BufReader::new(child.stdout.take().expect("its output"));
        let mut oracle = Self { engine: String::new(), child, questions, answers };
        oracle.engine = oracle.line().as_str().expect("a name").to_owned();
        oracle
    }

    /// Asks what these patterns make of these names. Every question needs its [`Oracle::answer`].
    pub(crate) fn ask(&mut self, names: &[String], patterns: &[String]) {
        let question = json!({ "names": names, "patterns": patterns });
        writeln!(self.questions, "{question}").and_then(|()| self.questions.flush()).expect("it listens");
    }

    /// The answer to the last question, one verdict a pattern.
    pub(crate) fn answer(&mut self) -> Vec<Verdict> {
        let line = self.line();
        let verdicts = line.as_array().expect("a list").iter();
        verdicts.map(|verdict| Verdict::read(verdict.as_str().expect("a text"))).collect()
    }

    fn line(&mut self) -> Value {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("it answers");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("the oracle said {line:?}: {error}"))
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        // It holds nothing that would have to be finished.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// `26` of `go1.26.8`.
fn minor(version: &str) -> Option<u32> {
    let rest = version.strip_prefix("go1.")?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest.get(..end)?.parse().ok()
}
