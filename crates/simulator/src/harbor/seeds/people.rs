//! The people of every scenario, one for each role, and a robot.

use std::collections::BTreeMap;

use crate::harbor::state::{Robot, RobotGrant, Role, State, User};
use crate::state::UserId;

/// The system administrator.
pub const HARBOR_ADMIN: &str = "admin";
/// The system administrator's password.
pub const HARBOR_ADMIN_PASSWORD: &str = "Harbor12345";
/// Everybody else's password.
pub const HARBOR_PASSWORD: &str = "Demo-Harbor-1";
/// Project administrator in every project.
pub const HARBOR_OWNER: &str = "pia";
/// Maintainer in every project.
pub const HARBOR_MAINTAINER: &str = "mara";
/// Developer in every project.
pub const HARBOR_DEVELOPER: &str = "dilan";
/// Guest in every project.
pub const HARBOR_GUEST: &str = "greta";
/// Limited guest in every project.
pub const HARBOR_LIMITED_GUEST: &str = "lian";
/// Member of nothing.
pub const HARBOR_OUTSIDER: &str = "nina";
/// A system robot with what a console needs, in all projects.
pub const HARBOR_ROBOT: &str = "robot$tagwarden";
/// The robot's secret.
pub const HARBOR_ROBOT_SECRET: &str = "demo-robot-secret";

/// What a console's robot may do.
const CONSOLE: &[&str] = &[
    "immutable-tag:*",
    "tag-retention:*",
    "repository:list",
    "repository:read",
    "artifact:list",
    "artifact:read",
    "tag:list",
    "tag:delete",
    "project:read",
    "metadata:read",
];

const PEOPLE: [(u64, &str, &str, Option<Role>); 6] = [
    (2, HARBOR_OWNER, "Pia Projectadmin", Some(Role::ProjectAdmin)),
    (3, HARBOR_MAINTAINER, "Mara Maintainer", Some(Role::Maintainer)),
    (4, HARBOR_DEVELOPER, "Dilan Developer", Some(Role::Developer)),
    (5, HARBOR_GUEST, "Greta Guest", Some(Role::Guest)),
    (6, HARBOR_LIMITED_GUEST, "Lian Limited", Some(Role::LimitedGuest)),
    (7, HARBOR_OUTSIDER, "Nina Nobody", None),
];

/// Adds the people and the robot.
pub(super) fn add(state: &mut State) {
    state.add_user(User {
        id: UserId(1),
        username: HARBOR_ADMIN.to_owned(),
        realname: "system admin".to_owned(),
        password: HARBOR_ADMIN_PASSWORD.to_owned(),
        sysadmin: true,
    });
    for (id, username, realname, _) in PEOPLE {
        state.add_user(User {
            id: UserId(id),
            username: username.to_owned(),
            realname: realname.to_owned(),
            password: HARBOR_PASSWORD.to_owned(),
            sysadmin: false,
        });
    }
    state.add_robot(Robot {
        name: HARBOR_ROBOT.to_owned(),
        secret: HARBOR_ROBOT_SECRET.to_owned(),
        disabled: false,
        expires_at: None,
        grants: vec![RobotGrant::new("*", CONSOLE)],
    });
}

/// Who is member of a new project.
pub(crate) fn default_members() -> BTreeMap<UserId, Role> {
    PEOPLE.iter().filter_map(|(id, .., role)| role.map(|role| (UserId(*id), role))).collect()
}
