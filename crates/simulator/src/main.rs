//! Runs a registry in a box until interrupted.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use tagwarden_simulator::{
    ADMIN_TOKEN, Config, DEMO_EXPIRED_TOKEN, DEMO_READ_TOKEN, DEMO_TOKEN, DEVELOPER_TOKEN, GUEST_TOKEN,
    MAINTAINER_TOKEN, OUTSIDER_TOKEN, REPORTER_TOKEN, Running, Scenario, Simulator, Version, ecr,
};

/// GitLab in a box on 127.0.0.1.
#[derive(Debug, Parser)]
#[command(name = "tagwarden-simulator", version)]
struct Arguments {
    /// Port; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// How many projects. More than 280 or 70,000 tags make the scenario "large" unless one is given.
    #[arg(long, default_value_t = 280)]
    projects: usize,
    /// How many tags in all.
    #[arg(long, default_value_t = 70_000)]
    tags: usize,
    /// Same seed, same names.
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// What the server is filled with.
    #[arg(long, value_enum)]
    scenario: Option<Scenario>,
    /// The GitLab version to imitate, like 18.10.1 or 17.8.
    #[arg(long, default_value_t = Version::default())]
    gitlab: Version,
    /// Serve without an Ultimate licence.
    #[arg(long)]
    unlicensed: bool,
    /// Run an AWS ECR instead.
    #[arg(long)]
    ecr: bool,
}

impl Arguments {
    fn config(&self) -> Config {
        let large = self.projects > 280 || self.tags > 70_000;
        let fallback = if large { Scenario::Large } else { Scenario::Demo };
        Config {
            port: self.port,
            scenario: self.scenario.unwrap_or(fallback),
            projects: self.projects,
            tags: self.tags,
            seed: self.seed,
            version: self.gitlab,
            licensed: !self.unlicensed,
            ..Config::default()
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let arguments = Arguments::parse();
    if arguments.ecr {
        return run_ecr(arguments.port).await;
    }
    let running = match Simulator::start(arguments.config()).await {
        Ok(running) => running,
        Err(error) => {
            tracing::error!(%error, "the simulator did not start");
            return ExitCode::FAILURE;
        }
    };
    if announce(&running).is_err() {
        // Nobody reads the address; the server is still useful to whoever gave it its port.
        tracing::warn!("cannot write to standard output");
    }
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
    running.stop().await;
    ExitCode::SUCCESS
}

async fn run_ecr(port: u16) -> ExitCode {
    let running = match ecr::start(ecr::Config { port, ..ecr::Config::default() }).await {
        Ok(running) => running,
        Err(error) => {
            tracing::error!(%error, "the simulator did not start");
            return ExitCode::FAILURE;
        }
    };
    let said = format!(
        "{}\n  access key  {}\n  read only   {}\n  secret key  {}\n",
        running.base_url(),
        ecr::ACCESS_KEY,
        ecr::READ_ONLY_KEY,
        ecr::SECRET_KEY
    );
    if std::io::stdout().write_all(said.as_bytes()).is_err() {
        tracing::warn!("cannot write to standard output");
    }
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
    ExitCode::SUCCESS
}

fn announce(running: &Running) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", running.base_url())?;
    let tokens = [
        ("owner (demo)", DEMO_TOKEN),
        ("read_api", DEMO_READ_TOKEN),
        ("expired", DEMO_EXPIRED_TOKEN),
        ("guest", GUEST_TOKEN),
        ("reporter", REPORTER_TOKEN),
        ("developer", DEVELOPER_TOKEN),
        ("maintainer", MAINTAINER_TOKEN),
        ("admin", ADMIN_TOKEN),
        ("member of nothing", OUTSIDER_TOKEN),
    ];
    for (who, token) in tokens {
        writeln!(out, "  {who:<18} {token}")?;
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_make_a_configuration() {
        let parse = |more: &[&str]| {
            let program = ["tagwarden-simulator"];
            Arguments::parse_from(program.iter().chain(more)).config()
        };
        assert_eq!(parse(&[]).scenario, Scenario::Demo);
        assert_eq!(parse(&["--projects", "500", "--tags", "1000000"]).scenario, Scenario::Large);
        assert_eq!(parse(&["--gitlab", "17.8"]).version, Version::new(17, 8, 0));
    }
}
