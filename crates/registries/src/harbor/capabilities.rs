//! What Harbor's immutability rules can do.

use tagwarden_rules::capabilities::{Capabilities, KindCapability, Unavailable};
use tagwarden_rules::decision::Actor;
use tagwarden_rules::rule::{Blocks, Role, RuleKind};

use super::{Harbor, PRODUCT};
use crate::error::RegistryError;

/// Rules that Harbor's own page lists; it evaluates all there are.
const SHOWN: u32 = 15;

/// Harbor keeps a rule as one text in a column with a unique index (`UNIQUE(project_id, tag_filter)` in
/// `make/migrations/postgresql/0015_1.10.0_schema.up.sql`), and PostgreSQL refuses rows of an index over
/// 2,704 bytes: 16 for headers, some 280 for everything but the patterns. Texts that repeat themselves are
/// compressed and may be longer, so that more than this may be refused and is not always.
const RULE_BYTES: u32 = 2_400;

impl Harbor {
    pub(super) async fn capabilities(&self) -> Result<Capabilities, RegistryError> {
        let system = self.system().await?;
        let dialect = self.dialect().await?;
        let read_only = system.read_only == Some(true);
        Ok(Capabilities {
            product: PRODUCT.to_owned(),
            version: system.version().map(|version| version.trim_start_matches('v').to_owned()),
            kinds: vec![KindCapability {
                kind: RuleKind::Immutable,
                blocks: Some(Blocks::OverwriteAndDelete),
                editable: true,
                minimum_role: Role::Maintainer,
                unavailable: read_only.then_some(Unavailable::ReadOnlyServer),
            }],
            repository_dialect: Some(dialect),
            excluding: true,
            switch: true,
            rules_shown: Some(SHOWN),
            unique_rules: true,
            rule_bytes: Some(RULE_BYTES),
            cleanup: true,
            actors: vec![
                Actor::Guest,
                Actor::Reporter,
                Actor::Developer,
                Actor::Maintainer,
                Actor::Owner,
                Actor::Admin,
            ],
            ..Capabilities::of_dialect(dialect)
        })
    }
}
