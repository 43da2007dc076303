//! Times as servers write them.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// An RFC 3339 time, in unix seconds.
pub(crate) fn unix(stamp: &str) -> Option<i64> {
    OffsetDateTime::parse(stamp, &Rfc3339).ok().map(OffsetDateTime::unix_timestamp)
}
