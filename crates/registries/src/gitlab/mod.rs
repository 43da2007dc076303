//! GitLab: protected and immutable tag rules.
