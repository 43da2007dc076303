//! What a draft would do to the tags that exist.
