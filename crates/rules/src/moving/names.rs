//! What a name alone tells.

use super::MovingReason;

/// Words for whatever is newest in a channel.
const CHANNELS: [&str; 36] = [
    "stable",
    "unstable",
    "edge",
    "nightly",
    "weekly",
    "daily",
    "canary",
    "beta",
    "alpha",
    "rc",
    "next",
    "current",
    "rolling",
    "testing",
    "test",
    "preview",
    "snapshot",
    "experimental",
    "insider",
    "insiders",
    "mainline",
    "lts",
    "production",
    "prod",
    "staging",
    "stage",
    "qa",
    "uat",
    "demo",
    "sandbox",
    "release",
    "candidate",
    "newest",
    "recent",
    "live",
    "integration",
];

/// Branches that most repositories have.
const BRANCHES: [&str; 10] =
    ["main", "master", "develop", "development", "devel", "dev", "trunk", "head", "tip", "default"];

/// What the name of a branch with a topic starts with.
const TOPICS: [&str; 19] = [
    "feature",
    "feat",
    "bugfix",
    "hotfix",
    "fix",
    "chore",
    "refactor",
    "docs",
    "topic",
    "task",
    "renovate",
    "dependabot",
    "branch",
    "users",
    "user",
    "wip",
    "experiment",
    "spike",
    "epic",
];

/// What stands before the number of a merge request.
const REQUESTS: [&str; 6] = ["pr", "mr", "pull", "merge", "pull-request", "merge-request"];

/// Machines that images are built for. Their digits make no name unique.
const MACHINES: [&str; 18] = [
    "amd64", "arm64", "arm", "armv6", "armv7", "arm32v5", "arm32v6", "arm32v7", "arm64v8", "aarch64", "x86",
    "x64", "i386", "386", "s390x", "ppc64le", "riscv64", "v8",
];

/// Words after a version that make it the newest build of that version.
const BUILDS: [&str; 6] = ["snapshot", "nightly", "dev", "latest", "edge", "canary"];

/// The reason, if any.
pub(super) fn reason(name: &str) -> Option<MovingReason> {
    if is_attachment(name) {
        return Some(MovingReason::Attachment);
    }
    let lower = name.to_ascii_lowercase();
    let parts: Vec<&str> = lower.split(['-', '_', '.']).filter(|part| !part.is_empty()).collect();
    let (first, last) = (parts.first()?, parts.last()?);
    let unique = parts.iter().any(|part| is_date(part) || is_hash(part));
    if is_cache(&parts) {
        return Some(MovingReason::Cache);
    }
    if unique {
        return None;
    }
    if parts.contains(&"latest") {
        return Some(MovingReason::Latest);
    }
    if is_request(&lower) {
        return Some(MovingReason::Branch);
    }
    if parts.len() > 1 && TOPICS.contains(first) {
        return Some(MovingReason::Branch);
    }
    // `1.x`, `v2.3.x`, `1.2.*`: a line of versions.
    if parts.len() > 1 && *last == "x" && is_number(first.trim_start_matches('v')) {
        return Some(MovingReason::Series);
    }
    let version = is_number(first.trim_start_matches('v'));
    if version && parts.len() > 1 {
        let numbers = parts.iter().take_while(|part| is_number(part.trim_start_matches('v'))).count();
        let rest = parts.get(numbers..).unwrap_or_default();
        let build = rest.first().is_some_and(|word| {
            BUILDS.contains(word) || (numbers < 3 && ["rc", "beta", "alpha"].contains(word))
        });
        return (build && rest.iter().skip(1).all(|part| is_plain(part))).then_some(MovingReason::Channel);
    }
    // A number of a build or a version makes a name of its own.
    let (head, rest) = (first, parts.get(1..).unwrap_or_default());
    if !rest.iter().all(|part| is_plain(part)) {
        return None;
    }
    if BRANCHES.contains(head) {
        return Some(MovingReason::Branch);
    }
    let is_channel = CHANNELS.contains(head)
        // `alpine-stable`; but `first-release` is a name like any other.
        || (parts.len() > 1 && CHANNELS.iter().take(11).any(|word| word == last));
    is_channel.then_some(MovingReason::Channel)
}

/// `sha256-` and the digest of the image that it is attached to, as signing tools name their tags, and
/// registries without referrers the list of what is attached.
fn is_attachment(name: &str) -> bool {
    let hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase());
    let (digest, kind) = name.split_once('.').unwrap_or((name, "sig"));
    let kind_fits = !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let digest_fits = |algorithm: &str, least: usize, most: usize| {
        digest.strip_prefix(algorithm).is_some_and(|rest| (least..=most).contains(&rest.len()) && hex(rest))
    };
    // The tag grammar cuts a longer digest off.
    kind_fits && (digest_fits("sha256-", 64, 64) || digest_fits("sha512-", 64, 128))
}

fn is_cache(parts: &[&str]) -> bool {
    parts.iter().any(|part| matches!(*part, "cache" | "buildcache" | "buildkitcache" | "dockercache"))
}

/// `pr-12`, `mr12`, `merge-request-3`; with what was built for it behind.
fn is_request(name: &str) -> bool {
    REQUESTS.iter().any(|word| {
        let Some(rest) = name.strip_prefix(word) else { return false };
        let rest = rest.trim_start_matches(['-', '_', '.']);
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let after = rest.get(digits..).unwrap_or_default();
        digits > 0 && after.split(['-', '_', '.']).all(|part| part.is_empty() || is_plain(part))
    })
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Words and machines: nothing that counts builds.
fn is_plain(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_alphabetic()) || MACHINES.contains(&part) || part == "64"
}

/// `20261119`, `202611191530`.
fn is_date(part: &str) -> bool {
    matches!(part.len(), 8 | 10 | 12 | 14)
        && is_number(part)
        && (part.starts_with("20") || part.starts_with("19"))
}

/// At least seven hexadecimal digits, letters and digits among them.
fn is_hash(part: &str) -> bool {
    let part = part.strip_prefix('g').unwrap_or(part);
    part.len() >= 7
        && part.bytes().all(|byte| byte.is_ascii_hexdigit())
        && part.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(reason_wanted: Option<MovingReason>, names: &[&str]) {
        for name in names {
            assert_eq!(reason(name), reason_wanted, "{name}");
        }
    }

    #[test]
    fn what_is_newest_by_name_moves() {
        check(
            Some(MovingReason::Latest),
            &[
                "latest",
                "Latest",
                "latest-alpine",
                "alpine-latest",
                "dev-latest",
                "latest-arm64v8",
                "1.2-latest",
            ],
        );
        check(
            Some(MovingReason::Channel),
            &[
                "stable",
                "stable-perl",
                "nightly",
                "nightly-amd64",
                "edge",
                "alpine-edge",
                "1.2.3-SNAPSHOT",
                "2.0-dev",
                "3.13-rc",
                "3.13-rc-slim",
                "v2-nightly",
                "STAGING",
                "lts",
            ],
        );
    }

    #[test]
    fn branches_and_merge_requests_move() {
        check(
            Some(MovingReason::Branch),
            &[
                "main",
                "master",
                "develop",
                "dev-amd64",
                "feature-login",
                "feat_x_2",
                "hotfix-123",
                "pr-4417",
                "mr12",
                "PR-9",
                "merge-request-3",
                "pr-12-arm64",
                "renovate-node-20.x",
                "HEAD",
                "trunk",
            ],
        );
        check(Some(MovingReason::Series), &["1.x", "v2.3.x"]);
    }

    #[test]
    fn what_tools_write_moves() {
        let hex = "0123456789abcdef".repeat(4);
        for end in ["", ".sig", ".att", ".sbom", ".cosign", ".cosign-bundle"] {
            check(Some(MovingReason::Attachment), &[&format!("sha256-{hex}{end}")]);
        }
        check(Some(MovingReason::Attachment), &[&format!("sha512-{}", "ab".repeat(60))]);
        check(
            Some(MovingReason::Cache),
            &["buildcache", "cache", "cache-main", "buildcache-amd64", "main-cache", "cache-1a2b3c4d"],
        );
    }

    #[test]
    fn builds_versions_and_hashes_do_not_move() {
        check(
            None,
            &[
                "v1.2.3",
                "1.2.3-rc.1",
                "1.2.3-rc1",
                "1.2.3-beta",
                "nightly-20261119",
                "main-77d1c0e9",
                "sha-77d1c0e9",
                "dev-123",
                "latest-20261119",
                "2026.11.19",
                "20261119",
                "release-1.10",
                "jammy",
                "alpine3.18",
                "77d1c0e",
                "sha256-abc",
                "first-release",
                "maintenance",
                "latestish",
                "prefix",
                "testament",
                "v1.2.3-alpine",
                "main-1.2",
                "cachet",
                "attest",
            ],
        );
    }
}
