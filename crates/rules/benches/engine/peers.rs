//! Other programs on the same names: Node, ripgrep, and our own as a whole process.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::ROUNDS;
use crate::times::median;

/// Milliseconds that Node takes for each pattern over an array of the names; `None` without Node.
pub(crate) fn node(names: &Path, patterns: &[&str]) -> Option<Vec<f64>> {
    let script = r"
        const names = require('fs').readFileSync(process.argv[1], 'latin1').trimEnd().split('\n');
        const rounds = Number(process.argv[2]);
        const median = (all) => all.sort((a, b) => a - b)[all.length >> 1];
        console.log(JSON.stringify(process.argv.slice(3).map((pattern) => {
          const insensitive = pattern.startsWith('(?i)');
          const times = [];
          for (let round = 0; round < rounds; round++) {
            const start = process.hrtime.bigint();
            const regex = new RegExp(insensitive ? pattern.slice(4) : pattern, insensitive ? 'i' : '');
            let count = 0;
            for (const name of names) if (regex.test(name)) count++;
            times.push(Number(process.hrtime.bigint() - start) / 1e6);
          }
          return median(times);
        })));";
    let output = Command::new("node")
        .args(["-e", script])
        .arg(names)
        .arg(ROUNDS.to_string())
        .args(patterns)
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    serde_json::from_slice(&output.stdout).ok()
}

/// Milliseconds of a whole process, and what it printed; `None` when it cannot be started.
pub(crate) fn process(program: &Path, arguments: &[&str]) -> Option<(f64, String)> {
    let mut times = Vec::new();
    let mut printed = String::new();
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let output =
            Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
        times.push(started.elapsed().as_secs_f64() * 1000.0);
        printed = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    }
    Some((median(times), printed))
}

/// The program of the verbs, beside this one.
pub(crate) fn tagwarden() -> PathBuf {
    let bench = std::env::current_exe().unwrap();
    bench.parent().and_then(Path::parent).unwrap().join("tagwarden")
}
