//! What a registry can and cannot do with tag rules, as data. The editor is drawn from it.

use serde::{Deserialize, Serialize};

use crate::enforcement::Enforcement;
use crate::pattern::Dialect;
use crate::rule::{Blocks, Role, RoleNames, RuleKind};

/// What one project's registry can do, as far as its version, licence and the user's role tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct Capabilities {
    /// The registry's name in sentences, e.g. "GitLab".
    pub product: String,
    /// Its version, when it says so, e.g. "18.10.1-ee".
    pub version: Option<String>,
    /// How rules are enforced.
    #[serde(default)]
    pub enforcement: Enforcement,
    /// What its rules look like to whoever sets them.
    #[serde(default)]
    pub form: RuleForm,
    /// The kinds of rule it knows, in the order to offer them.
    pub kinds: Vec<KindCapability>,
    /// The language of tag patterns.
    pub dialect: Dialect,
    /// Whether a rule can name repositories; `None`: always all of the project's.
    pub repository_dialect: Option<Dialect>,
    /// Whether a project is one repository.
    #[serde(default)]
    pub single_repository: bool,
    /// Whether a selector can exclude.
    pub excluding: bool,
    /// Whether a rule can be switched off.
    pub switch: bool,
    /// Rules a project may have, all kinds together.
    pub rule_limit: Option<u32>,
    /// Rules that the product's own pages show; it enforces the others just as well.
    #[serde(default)]
    pub rules_shown: Option<u32>,
    /// Longest pattern, in characters.
    pub pattern_characters: Option<u32>,
    /// Longest pattern that the enforcing part accepts, in bytes.
    pub pattern_bytes: Option<u32>,
    /// Whether one pattern may appear once only in a project.
    pub unique_patterns: bool,
    /// Whether a new rule is refused that selects the same as one that is there, switched on or off.
    #[serde(default)]
    pub unique_rules: bool,
    /// From how many bytes of patterns on a rule may be too long for the server to keep.
    #[serde(default)]
    pub rule_bytes: Option<u32>,
    /// What its roles are called.
    #[serde(default)]
    pub role_names: RoleNames,
    /// Roles that a protected rule may name, lowest first.
    pub protect_roles: Vec<Role>,
    /// Everybody the simulator can ask about, lowest first.
    pub actors: Vec<crate::decision::Actor>,
    /// How long an applied change may take to be enforced, in seconds (lowest, highest).
    pub propagation_seconds: Option<(u32, u32)>,
    /// Whether it has cleanup policies that can be read.
    #[serde(default)]
    pub cleanup: bool,
    /// Whether it can tell by itself what such a policy would do now.
    #[serde(default)]
    pub cleanup_preview: bool,
    /// Whether the dates and sizes of images cost requests of their own, so that they are read only for
    /// tags in sight.
    #[serde(default)]
    pub images_on_request: bool,
    /// What is worth knowing of its rules and cannot be seen from the fields above.
    #[serde(default)]
    pub notes: Vec<CapabilityNote>,
}

impl Capabilities {
    /// Whether the server takes no changes at present.
    pub fn is_read_only(&self) -> bool {
        self.kinds.iter().any(|kind| kind.unavailable == Some(Unavailable::ReadOnlyServer))
    }

    /// What is certain of every registry whose patterns are of this dialect: enough to judge one
    /// pattern by itself.
    pub fn of_dialect(dialect: Dialect) -> Self {
        let (product, enforcement) = match dialect {
            Dialect::Gitlab | Dialect::GitlabCleanup => ("GitLab", Enforcement::Gitlab),
            Dialect::Ecr | Dialect::EcrFilters | Dialect::Prefix => ("AWS ECR", Enforcement::Ecr),
            Dialect::Harbor | Dialect::Harbor11 => ("Harbor", Enforcement::Harbor),
        };
        let limits = dialect.limits();
        Self {
            product: product.to_owned(),
            version: None,
            enforcement,
            form: RuleForm::List,
            kinds: Vec::new(),
            dialect,
            repository_dialect: None,
            single_repository: false,
            excluding: false,
            switch: false,
            rule_limit: None,
            rules_shown: None,
            pattern_characters: limits.characters,
            pattern_bytes: limits.bytes,
            unique_patterns: false,
            unique_rules: false,
            rule_bytes: None,
            role_names: enforcement.role_names(),
            protect_roles: Vec::new(),
            actors: Vec::new(),
            propagation_seconds: None,
            cleanup: false,
            cleanup_preview: false,
            images_on_request: false,
            notes: Vec::new(),
        }
    }
}

/// What the rules of a project look like to whoever sets them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "form", rename_all = "snake_case")]
pub enum RuleForm {
    /// A list of rules, each with a pattern of its own.
    #[default]
    List,
    /// One setting, see [`Mutability`](crate::mutability::Mutability).
    Mutability {
        /// Most exclusions.
        exclusions: u32,
        /// Most `*` in one of them.
        wildcards: u32,
        /// Longest of them, in characters.
        characters: u32,
    },
}

/// One kind of rule, and what may be done with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct KindCapability {
    /// Which kind.
    pub kind: RuleKind,
    /// What it blocks, for immutable rules.
    pub blocks: Option<Blocks>,
    /// Whether an existing rule of this kind can be changed (otherwise: deleted and created anew).
    pub editable: bool,
    /// Lowest role that may create, change or delete a rule of this kind.
    pub minimum_role: Role,
    /// Why it cannot be used, when it cannot.
    pub unavailable: Option<Unavailable>,
}

/// A peculiarity of a registry's rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum CapabilityNote {
    /// That a pattern has to match the whole name is documented by examples only.
    WholeNameByExample,
    /// An immutable tag cannot be pushed again with the very same image either.
    SameImageRefused,
    /// An immutable tag can be deleted all the same by whoever has that permission, and its name pushed
    /// again.
    DeleteStaysPossible,
}

/// Why a kind of rule cannot be used here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum Unavailable {
    /// The server has no licence for it.
    Licence,
    /// The server is too old.
    Version,
    /// The registry behind it lacks the metadata database.
    RegistryApi,
    /// The token may only read.
    ReadOnlyToken,
    /// The server takes no changes at present.
    ReadOnlyServer,
}
