//! Starts that do not find everything as it should be.

use std::path::PathBuf;

use crate::app::Home;
use crate::page::{any, button, by, has};

fn database(home: &Home) -> PathBuf {
    home.folder().join("data/dev.tagwarden.console/tagwarden.db")
}

#[tokio::test]
async fn a_second_window_on_the_same_folder_says_who_is_first_and_does_nothing() {
    let mut home = Home::new().await;
    let first = home.open().await;
    first.see(button("Open demo")).await;
    let second = home.open().await;
    second.see(by("heading", "Tagwarden is already running")).await;
    second.text("has had it open since").await;
    second.text(&database(&home).display().to_string()).await;
    assert_eq!(second.count(any("navigation")).await, 0);
    assert_eq!(second.accessibility().await, Vec::<String>::new());
    second.picture("locked-out").await;
    second.close().await;
    // The first one never noticed.
    first.see(button("Open demo")).await;
    first.close().await;
    let third = home.open().await;
    third.see(button("Open demo")).await;
    third.close().await;
}

#[tokio::test]
async fn a_damaged_database_is_set_aside_and_the_window_says_where_it_is() {
    let mut home = Home::new().await;
    let path = database(&home);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, "no database at all, ".repeat(400)).unwrap();
    let app = home.open().await;
    app.text("The database was damaged").await;
    app.text("tagwarden.damaged-").await;
    assert_eq!(app.accessibility().await, Vec::<String>::new());
    app.picture("database-set-aside").await;
    app.close().await;
    let app = home.open().await;
    app.see(button("Open demo")).await;
    app.gone(has("status", "The database was damaged")).await;
    app.close().await;
}
