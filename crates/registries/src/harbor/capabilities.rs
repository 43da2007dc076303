//! What Harbor's immutability rules can do.

use tagwarden_rules::capabilities::{Capabilities, KindCapability, Unavailable};
use tagwarden_rules::decision::Actor;
use tagwarden_rules::rule::{Blocks, Role, RuleKind};

use super::{Harbor, PRODUCT};
use crate::error::RegistryError;

/// Rules that Harbor's own page lists; it evaluates all there are.
const SHOWN: u32 = 15;

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
