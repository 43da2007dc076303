//! Runs a registry in a box until interrupted.

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use tagwarden_simulator::harbor::{
    HARBOR_ADMIN, HARBOR_ADMIN_PASSWORD, HARBOR_DEVELOPER, HARBOR_GUEST, HARBOR_LIMITED_GUEST,
    HARBOR_MAINTAINER, HARBOR_OUTSIDER, HARBOR_OWNER, HARBOR_PASSWORD, HARBOR_ROBOT, HARBOR_ROBOT_SECRET,
    HarborBox, HarborConfig, HarborScenario,
};
use tagwarden_simulator::{
    ADMIN_TOKEN, Config, DEMO_EXPIRED_TOKEN, DEMO_READ_TOKEN, DEMO_TOKEN, DEVELOPER_TOKEN, GUEST_TOKEN,
    MAINTAINER_TOKEN, OUTSIDER_TOKEN, REPORTER_TOKEN, Scenario, Simulator, StartError, Version, ecr,
};

/// Which registry runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Kind {
    #[default]
    Gitlab,
    Harbor,
    Ecr,
}

/// A registry in a box on 127.0.0.1.
#[derive(Debug, Parser)]
#[command(name = "tagwarden-simulator", version)]
struct Arguments {
    /// Which registry runs.
    #[arg(long, value_enum, default_value_t)]
    kind: Kind,
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
    /// What the server is filled with; a Harbor knows "demo" and "empty".
    #[arg(long, value_enum)]
    scenario: Option<Scenario>,
    /// The GitLab version to imitate, like 18.10.1 or 17.8.
    #[arg(long, default_value_t = Version::default())]
    gitlab: Version,
    /// Serve without an Ultimate licence.
    #[arg(long)]
    unlicensed: bool,
    /// The Harbor version to imitate, like 2.15.2 or 2.8.
    #[arg(long, default_value_t = HarborConfig::default().version)]
    harbor: Version,
    /// Let Harbor refuse all writing.
    #[arg(long)]
    read_only: bool,
}

impl Arguments {
    fn gitlab_config(&self) -> Config {
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

    fn harbor_config(&self) -> HarborConfig {
        let empty = self.scenario == Some(Scenario::Empty);
        HarborConfig {
            port: self.port,
            scenario: if empty { HarborScenario::Empty } else { HarborScenario::Demo },
            seed: self.seed,
            version: self.harbor,
            read_only: self.read_only,
            ..HarborConfig::default()
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let arguments = Arguments::parse();
    let ran = match arguments.kind {
        Kind::Gitlab => run_gitlab(&arguments).await,
        Kind::Harbor => run_harbor(&arguments).await,
        Kind::Ecr => run_ecr(arguments.port).await,
    };
    match ran {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the simulator did not start");
            ExitCode::FAILURE
        }
    }
}

async fn run_gitlab(arguments: &Arguments) -> Result<(), StartError> {
    let running = Simulator::start(arguments.gitlab_config()).await?;
    announce(
        running.base_url(),
        &[
            ("owner (demo)", DEMO_TOKEN, ""),
            ("read_api", DEMO_READ_TOKEN, ""),
            ("expired", DEMO_EXPIRED_TOKEN, ""),
            ("guest", GUEST_TOKEN, ""),
            ("reporter", REPORTER_TOKEN, ""),
            ("developer", DEVELOPER_TOKEN, ""),
            ("maintainer", MAINTAINER_TOKEN, ""),
            ("admin", ADMIN_TOKEN, ""),
            ("member of nothing", OUTSIDER_TOKEN, ""),
        ],
    );
    interrupted().await;
    running.stop().await;
    Ok(())
}

async fn run_harbor(arguments: &Arguments) -> Result<(), StartError> {
    let running = HarborBox::start(arguments.harbor_config()).await?;
    announce(
        running.base_url(),
        &[
            ("admin", HARBOR_ADMIN, HARBOR_ADMIN_PASSWORD),
            ("project admin", HARBOR_OWNER, HARBOR_PASSWORD),
            ("maintainer", HARBOR_MAINTAINER, HARBOR_PASSWORD),
            ("developer", HARBOR_DEVELOPER, HARBOR_PASSWORD),
            ("guest", HARBOR_GUEST, HARBOR_PASSWORD),
            ("limited guest", HARBOR_LIMITED_GUEST, HARBOR_PASSWORD),
            ("member of nothing", HARBOR_OUTSIDER, HARBOR_PASSWORD),
            ("robot", HARBOR_ROBOT, HARBOR_ROBOT_SECRET),
        ],
    );
    interrupted().await;
    running.stop().await;
    Ok(())
}

async fn run_ecr(port: u16) -> Result<(), StartError> {
    let running = ecr::start(ecr::Config { port, ..ecr::Config::default() }).await?;
    announce(
        running.base_url(),
        &[
            ("access key", ecr::ACCESS_KEY, ecr::SECRET_KEY),
            ("read only", ecr::READ_ONLY_KEY, ecr::SECRET_KEY),
        ],
    );
    interrupted().await;
    Ok(())
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// The address and who may sign in.
fn announce(base_url: &str, people: &[(&str, &str, &str)]) {
    let mut out = std::io::stdout().lock();
    let lines = people.iter().map(|(who, name, secret)| format!("  {who:<18} {name} {secret}"));
    let text: Vec<String> = std::iter::once(base_url.to_owned()).chain(lines).collect();
    let written = text.iter().try_for_each(|line| writeln!(out, "{}", line.trim_end()));
    if written.and_then(|()| out.flush()).is_err() {
        // Nobody reads the address; the server is still useful to whoever gave it its port.
        tracing::warn!("cannot write to standard output");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(more: &[&str]) -> Arguments {
        let program = ["tagwarden-simulator"];
        Arguments::parse_from(program.iter().chain(more))
    }

    #[test]
    fn arguments_make_a_configuration() {
        let gitlab = |more: &[&str]| parse(more).gitlab_config();
        assert_eq!(gitlab(&[]).scenario, Scenario::Demo);
        assert_eq!(gitlab(&["--projects", "500", "--tags", "1000000"]).scenario, Scenario::Large);
        assert_eq!(gitlab(&["--gitlab", "17.8"]).version, Version::new(17, 8, 0));
    }

    #[test]
    fn a_harbor_is_asked_for_by_its_kind() {
        let arguments = parse(&["--kind", "harbor", "--harbor", "2.8", "--scenario", "empty"]);
        assert_eq!(arguments.kind, Kind::Harbor);
        let config = arguments.harbor_config();
        assert_eq!(config.version, Version::new(2, 8, 0));
        assert_eq!(config.scenario, HarborScenario::Empty);
        assert_eq!(parse(&[]).kind, Kind::Gitlab);
        assert_eq!(parse(&[]).harbor_config().version, Version::new(2, 15, 2));
    }
}
