//! Registries in a box: the servers' own HTTP dialects with real enforcement.
