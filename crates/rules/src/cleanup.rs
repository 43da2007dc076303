//! Cleanup policies as plain data: what a registry keeps and deletes by itself. Read, never evaluated here.

use serde::{Deserialize, Serialize};

use crate::rule::Selector;

/// A project's cleanup policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct Cleanup {
    /// When it runs, as the server holds it (cron); `None`: it has no schedule.
    pub schedule: Option<String>,
    /// What becomes of images that no rule is about, in the repositories that a rule is about.
    pub otherwise: Fate,
    /// Its rules, in the server's order.
    pub rules: Vec<CleanupRule>,
    /// There is a policy, and its meaning is not certain: no rules are told.
    pub unreadable: bool,
    /// What is worth knowing and cannot be seen from the rules.
    pub notes: Vec<CleanupNote>,
}

/// What a policy would do now, as the registry itself says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct CleanupPreview {
    /// Images that it would act on, in the registry's order; at most [`CleanupPreview::SHOWN`].
    pub images: Vec<CleanupImage>,
    /// How many there are in all.
    pub total: u32,
    /// How many tags they have in all.
    pub tags: u32,
    /// How many images each rule decides, by its number.
    pub rules: Vec<(Option<u32>, u32)>,
}

impl CleanupPreview {
    /// Images listed at most.
    pub const SHOWN: usize = 500;

    /// Counts what the registry lists.
    pub fn of(mut images: Vec<CleanupImage>) -> Self {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let mut rules: std::collections::BTreeMap<Option<u32>, u32> = std::collections::BTreeMap::new();
        for image in &images {
            *rules.entry(image.rule).or_default() += 1;
        }
        let (total, tags) = (count(images.len()), count(images.iter().map(|image| image.tags.len()).sum()));
        images.truncate(Self::SHOWN);
        Self { images, total, tags, rules: rules.into_iter().collect() }
    }
}

/// One image that a policy would act on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct CleanupImage {
    /// Its digest.
    pub digest: Option<String>,
    /// Its tags; they share its fate.
    pub tags: Vec<String>,
    /// When it was pushed (unix seconds).
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub pushed_at: Option<i64>,
    /// What would become of it.
    pub fate: Fate,
    /// The number of the rule that decides.
    pub rule: Option<u32>,
}

/// What becomes of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It stays.
    Kept,
    /// It is deleted.
    Deleted,
    /// It is moved to an archive, from where it cannot be pulled.
    Archived,
}

/// One rule of a cleanup policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
pub struct CleanupRule {
    /// Its number, as the registry or its pages give it.
    pub number: u32,
    /// Whether it is in force.
    pub enabled: bool,
    /// What its author says of it.
    pub description: Option<String>,
    /// Which repositories it is about: all of these have to apply. Empty: all of the project's.
    pub repositories: Vec<Selector>,
    /// Which tags: an image needs one for each of these, not always the same. Empty: any.
    pub tags: Vec<Selector>,
    /// Whether images without a tag are meant, too, or alone.
    pub images: Images,
    /// Which of those images it acts on.
    pub condition: Condition,
    /// What becomes of them.
    pub fate: Fate,
}

/// Images by whether they have a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum Images {
    /// Those with tags that are chosen, and those without any tag.
    Any,
    /// Only those with tags that are chosen.
    Tagged,
    /// Only those without any tag.
    Untagged,
}

/// Which of the chosen images a rule acts on. Numbers count within one repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Condition {
    /// All.
    Always,
    /// Those pushed last.
    NewestPushed {
        /// How many.
        count: u32,
    },
    /// Those pulled last.
    NewestPulled {
        /// How many.
        count: u32,
    },
    /// Those pushed in the last days.
    PushedWithin {
        /// How many days.
        days: u32,
    },
    /// Those pulled in the last days.
    PulledWithin {
        /// How many days.
        days: u32,
    },
    /// Those pushed or pulled last.
    Active {
        /// How many.
        count: u32,
    },
    /// All but those pushed last.
    BeyondNewest {
        /// How many are left out.
        count: u32,
    },
    /// Those for which many days have gone by.
    OlderThan {
        /// How many days.
        days: u32,
        /// Since when.
        since: Since,
    },
    /// Something that is not known here.
    Unknown {
        /// As the server writes it.
        text: String,
    },
    /// None: the rule does nothing, and other rules are not affected.
    PassedOver,
    /// The server does not understand the rule, and a run that comes to it fails without deleting
    /// anything.
    Fails {
        /// What it does not understand.
        reason: CleanupFailure,
        /// As the server writes it; may be empty.
        text: String,
        /// Whether runs fail for the whole project; otherwise for the repositories that the rule is about.
        everywhere: bool,
    },
}

/// What a server does not understand of a rule when a run comes to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum CleanupFailure {
    /// The way in which rules are put together.
    Algorithm,
    /// What is to be done.
    Action,
    /// Which images the rule keeps.
    Template,
    /// The number that the template takes is missing.
    Number,
    /// How repositories or tags are selected.
    Selector,
    /// A pattern is malformed.
    Pattern,
}

/// What days are counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum Since {
    /// The push of the image.
    Pushed,
    /// The last pull.
    Pulled,
    /// The move to the archive.
    Archived,
}

/// A peculiarity of a registry's cleanup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export_to = "bindings.ts"))]
#[serde(rename_all = "snake_case")]
pub enum CleanupNote {
    /// All tags of an image share its fate: a rule that keeps it for one tag keeps them all.
    WholeImage,
    /// An image with an immutable tag is kept.
    ImmutableKept,
    /// Repositories that no rule is about are left alone.
    OtherRepositoriesKept,
    /// Immutable tags are deleted like all others.
    ImmutabilityIgnored,
    /// An image that a rule chooses by its tags is out of reach of later rules, also when it is kept.
    FirstRuleDecides,
    /// It runs by itself: what a rule is about goes within a day.
    WithinADay,
}
