//! Users, their roles, and robots.

use std::collections::BTreeSet;

use time::OffsetDateTime;

use super::State;
use crate::state::UserId;

/// What a member may do in a project, from much to little.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// `projectAdmin`
    ProjectAdmin,
    /// `maintainer`
    Maintainer,
    /// `developer`
    Developer,
    /// `guest`
    Guest,
    /// `limitedGuest`
    LimitedGuest,
}

impl Role {
    /// The number that the API tells.
    #[must_use]
    pub fn id(self) -> u8 {
        match self {
            Self::ProjectAdmin => 1,
            Self::Developer => 2,
            Self::Guest => 3,
            Self::Maintainer => 4,
            Self::LimitedGuest => 5,
        }
    }
}

/// A person.
#[derive(Clone, Debug)]
pub struct User {
    /// The number.
    pub id: UserId,
    /// The name to sign in with.
    pub username: String,
    /// The name to show.
    pub realname: String,
    /// The password.
    pub password: String,
    /// Whether this is a system administrator.
    pub sysadmin: bool,
}

/// What a robot may do.
#[derive(Clone, Debug)]
pub struct RobotGrant {
    /// The project's name; `*` for all.
    pub namespace: String,
    /// Pairs of resource and action, like `("immutable-tag", "list")`; the action `*` is any.
    pub access: BTreeSet<(String, String)>,
}

impl RobotGrant {
    /// A grant for one project, or for `*`, from texts like `immutable-tag:list`.
    #[must_use]
    pub fn new(namespace: &str, access: &[&str]) -> Self {
        let pair = |text: &&str| {
            text.split_once(':').map(|(resource, action)| (resource.to_owned(), action.to_owned()))
        };
        Self { namespace: namespace.to_owned(), access: access.iter().filter_map(pair).collect() }
    }
}

/// A robot account.
#[derive(Clone, Debug)]
pub struct Robot {
    /// The whole name to sign in with, like `robot$shop+ci`.
    pub name: String,
    /// The secret.
    pub secret: String,
    /// Whether it may not sign in.
    pub disabled: bool,
    /// When it ends, if it does.
    pub expires_at: Option<OffsetDateTime>,
    /// What it may do, and where.
    pub grants: Vec<RobotGrant>,
}

/// Which robot it is, by its place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RobotId(pub(crate) usize);

impl State {
    /// Adds a user, or replaces the one of the same number.
    pub fn add_user(&mut self, user: User) {
        self.users.insert(user.id, user);
    }

    /// The user of that number.
    #[must_use]
    pub fn user(&self, id: UserId) -> Option<&User> {
        self.users.get(&id)
    }

    /// The user who signs in with that name.
    #[must_use]
    pub fn user_named(&self, username: &str) -> Option<&User> {
        self.users.values().find(|user| user.username == username)
    }

    /// The user who signs in with that name, to be changed.
    pub fn user_named_mut(&mut self, username: &str) -> Option<&mut User> {
        self.users.values_mut().find(|user| user.username == username)
    }

    /// Adds a robot.
    pub fn add_robot(&mut self, robot: Robot) {
        self.robots.push(robot);
    }

    /// The robot of that whole name, to be changed.
    pub fn robot_named_mut(&mut self, name: &str) -> Option<&mut Robot> {
        self.robots.iter_mut().find(|robot| robot.name == name)
    }

    pub(crate) fn robot(&self, id: RobotId) -> Option<&Robot> {
        self.robots.get(id.0)
    }

    pub(crate) fn robot_named(&self, name: &str) -> Option<(RobotId, &Robot)> {
        let at = self.robots.iter().position(|robot| robot.name == name)?;
        Some((RobotId(at), self.robots.get(at)?))
    }
}
