//! The local database: inventories, drafts, settings and the journal of changes.
