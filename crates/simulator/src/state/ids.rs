//! Numbers that must not be mistaken for one another.

use serde::Serialize;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// A project's number.
    ProjectId
);
id!(
    /// A group's number.
    GroupId
);
id!(
    /// A repository's number.
    RepositoryId
);
id!(
    /// A rule's number; tag rules and repository rules count separately.
    RuleId
);
id!(
    /// A user's number.
    UserId
);
