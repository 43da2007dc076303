//! One trait, one module a registry, and the HTTP client they share.
