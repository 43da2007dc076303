//! The Harbor demo, without a window: read, judged, changed.

use tagwarden_ipc::Commands as _;
use tagwarden_ipc::connections::RegistryKind;
use tagwarden_ipc::jobs::JobResult;
use tagwarden_ipc::projects::ProjectsQuery;
use tagwarden_rules::finding::What;

use crate::support::{Desk, projects};

#[tokio::test]
async fn the_harbor_demo_is_read_and_its_broken_rules_are_told() {
    let desk = Desk::new().await;
    let job = desk.console.demo_open(RegistryKind::Harbor).await.unwrap();
    let (_, result) = desk.finish(job).await;
    assert!(matches!(result, JobResult::DemoReady { .. }), "{result:?}");
    let connections = desk.console.connections(()).await.unwrap();
    let connection = connections.iter().find(|one| one.id == "demo-harbor").unwrap();
    assert_eq!((connection.kind, connection.projects), (RegistryKind::Harbor, 12));
    let mut codes = Vec::new();
    let page = desk.console.projects_page(ProjectsQuery { limit: 500, ..projects("") }).await.unwrap();
    for project in page.rows {
        let view = desk.console.project_open(project.id).await.unwrap();
        assert!(view.capabilities.excluding && view.capabilities.switch, "{}", project.name);
        codes.extend(view.findings.into_iter().map(|finding| finding.what));
    }
    let told = |is: fn(&What) -> bool| codes.iter().any(is);
    assert!(told(|what| matches!(what, What::SwitchesOffLaterRules { tags, .. } if *tags > 0)));
    assert!(told(|what| matches!(what, What::BareComma)));
    assert!(told(|what| matches!(what, What::UnsupportedSelector)));
    assert!(told(|what| matches!(what, What::DuplicatePattern { .. } | What::SameTags { .. })));
    assert!(told(|what| matches!(what, What::HiddenByProduct { used: 17, shown: 15 })));
    assert!(told(|what| matches!(what, What::ProjectInRepositories { .. })));
    assert!(!told(|what| matches!(what, What::ServerDisagrees { .. })), "rules and server agree");
}
