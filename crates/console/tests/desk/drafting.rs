//! Drafts, previews and the simulator.

use tagwarden_ipc::Commands as _;
use tagwarden_ipc::commands::DraftSave;
use tagwarden_ipc::error::ErrorCode;
use tagwarden_ipc::preview::{PreviewLine, PreviewRequest, TagOutcome};
use tagwarden_ipc::simulate::SimulateRequest;
use tagwarden_rules::decision::{Actor, Operation};
use tagwarden_rules::rule::{Role, Rule};
use tagwarden_rules::state::TagState;
use tagwarden_simulator::OWNER_TOKEN;

use crate::support::{Desk, code, immutable, protected, team, with_new};

pub(crate) fn preview(projects: Vec<String>, rule: &Rule) -> PreviewRequest {
    PreviewRequest {
        projects,
        generation: 1,
        session: 1,
        before: None,
        after: None,
        edited: rule.clone(),
        edited_before: None,
        edited_after: None,
        outcomes: vec![TagOutcome::NewlyCovered],
        collapsed: Vec::new(),
        offset: 0,
        limit: 50,
    }
}

#[tokio::test]
async fn a_draft_is_kept_over_a_restart_until_it_is_thrown_away() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let view = desk.view("team/a").await;
    let (key, draft) = (view.row.id.clone(), with_new(&view, immutable("(unfinished")));
    desk.console.draft_save(DraftSave { key: key.clone(), draft: draft.clone() }).await.unwrap();
    let desk = desk.restart().await;
    assert_eq!(desk.view("team/a").await.draft, Some(draft));
    desk.console.draft_discard(key).await.unwrap();
    assert_eq!(desk.view("team/a").await.draft, None);
}

#[tokio::test]
async fn a_preview_spans_several_projects_and_pages_through_them() {
    let gitlab = team(&["a", "b"], &["v1", "v2", "latest"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let ids = vec![desk.project("team/a").await, desk.project("team/b").await];
    let request = preview(ids, &immutable("^v"));
    let answer = desk.console.preview(request.clone()).await.unwrap();
    assert_eq!((answer.projects, answer.repositories, answer.tags), (2, 2, 6));
    assert_eq!((answer.outcomes.newly, answer.after.immutable), (4, 4));
    assert_eq!(answer.lines.len(), answer.total_lines as usize);
    let mut pieces = Vec::new();
    for offset in 0..answer.total_lines {
        let page = PreviewRequest { offset, limit: 1, generation: offset + 2, ..request.clone() };
        pieces.extend(desk.console.preview(page).await.unwrap().lines);
    }
    assert_eq!(pieces, answer.lines);
    let digests = |line: &PreviewLine| matches!(line, PreviewLine::Tag { digest, .. } if digest.is_none());
    assert!(!answer.lines.iter().any(digests), "{:?}", answer.lines);
}

#[tokio::test]
async fn an_edit_is_shown_by_names_that_do_not_exist_yet() {
    let gitlab = team(&["a"], &["v1", "v1.0-rc1", "main"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let project = vec![desk.project("team/a").await];
    let (old, new) = (immutable("^v"), immutable(r"^v\d+$|^main"));
    let edit = |after: &Rule, edited_after: Option<u32>| PreviewRequest {
        before: Some(vec![old.clone()]),
        after: Some(edited_after.map(|_| after.clone()).into_iter().collect()),
        edited_before: Some(0),
        edited_after,
        ..preview(project.clone(), after)
    };
    let answer = desk.console.preview(edit(&new, Some(0))).await.unwrap();
    let names = |added: bool| -> Vec<&str> {
        answer.future.iter().filter(|one| one.added == added).map(|one| one.name.as_str()).collect()
    };
    assert_eq!(names(false), ["v2"]);
    assert!(names(true).len() == 2 && names(true).iter().all(|name| name.starts_with("main")), "{answer:?}");
    assert_eq!(answer.future_lost[0], "v1.0-rc2");
    // The same rule: nothing is added and nothing lost.
    let answer = desk.console.preview(edit(&old, Some(0))).await.unwrap();
    assert!(answer.future.iter().all(|one| !one.added) && answer.future_lost.is_empty(), "{answer:?}");
    // Deleted: all that it would have matched.
    let answer = desk.console.preview(edit(&old, None)).await.unwrap();
    assert!(answer.future.is_empty() && answer.future_lost.contains(&"v2".to_owned()), "{answer:?}");
    // New: no name is of an edit.
    let answer = desk.console.preview(preview(project.clone(), &new)).await.unwrap();
    assert!(!answer.future.is_empty() && answer.future.iter().all(|one| !one.added), "{answer:?}");
}

#[tokio::test]
async fn an_invalid_pattern_keeps_the_effect_of_the_other_rules() {
    let gitlab = team(&["a"], &["v1", "main"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let broken = protected("(", Role::Maintainer, Role::Owner);
    let after = vec![immutable("^v"), broken.clone()];
    let request = PreviewRequest {
        before: Some(Vec::new()),
        after: Some(after),
        edited_after: Some(1),
        ..preview(vec![desk.project("team/a").await], &broken)
    };
    let answer = desk.console.preview(request).await.unwrap();
    assert!(answer.pattern_error.is_some());
    assert_eq!((answer.after.immutable, answer.after.open, answer.after.unknown), (1, 1, 0));
}

#[tokio::test]
async fn an_older_keystroke_gives_way_to_a_newer_one() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let request = preview(vec![desk.project("team/a").await], &immutable("^v"));
    let newer = PreviewRequest { generation: 9, ..request.clone() };
    assert_eq!(desk.console.preview(newer).await.unwrap().generation, 9);
    let older = PreviewRequest { generation: 8, ..request.clone() };
    assert_eq!(code(desk.console.preview(older.clone()).await), ErrorCode::Cancelled);
    let another_editor = PreviewRequest { session: 2, ..older };
    assert!(desk.console.preview(another_editor).await.is_ok());
}

#[tokio::test]
async fn the_simulator_answers_for_the_draft_when_asked() {
    let gitlab = team(&["a"], &["v1"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let view = desk.view("team/a").await;
    let request = SimulateRequest {
        project: view.row.id.clone(),
        repository: view.repositories[0].id.clone(),
        tag: "v1".to_owned(),
        actor: Actor::Owner,
        operation: Operation::Push,
        exists: None,
        with_draft: false,
    };
    let with_draft = SimulateRequest { with_draft: true, ..request.clone() };
    let allowed = async |request: SimulateRequest| {
        desk.console.simulate(request).await.unwrap().decision.unwrap().outcome.allowed()
    };
    assert_eq!(allowed(with_draft.clone()).await, Some(true), "no draft yet");
    let mut draft = with_new(&view, immutable("^v"));
    draft.rules.extend(with_new(&view, immutable("(unfinished")).rules);
    desk.console.draft_save(DraftSave { key: view.row.id, draft }).await.unwrap();
    assert_eq!(allowed(request.clone()).await, Some(true));
    assert_eq!(allowed(with_draft).await, Some(false));
    let odd = SimulateRequest { tag: "<img src=x onerror=alert(1)>".to_owned(), ..request };
    let answer = desk.console.simulate(odd).await.unwrap();
    assert!(!answer.valid_name && answer.decision.is_none());
}

#[tokio::test]
async fn hostile_names_are_only_text() {
    let hostile = "<img src=x onerror=alert(1)>";
    let gitlab = team(&["a"], &["v1", hostile, "..", "%s%n"]).await;
    let desk = Desk::new().await;
    desk.connected(&gitlab, OWNER_TOKEN).await;
    let view = desk.view("team/a").await;
    let request = preview(vec![view.row.id], &immutable("^v"));
    let answer = desk.console.preview(request).await.unwrap();
    assert_eq!(answer.outcomes.newly, 1);
    let tag = answer.lines.iter().find_map(|line| match line {
        PreviewLine::Tag { name, to, .. } => Some((name.as_str(), *to)),
        PreviewLine::Repository { .. } => None,
    });
    assert_eq!(tag, Some(("v1", TagState::Immutable)));
}
