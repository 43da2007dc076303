//! Redirects: followed at home only, so that no token travels.

use reqwest::Method;
use url::Url;

use super::Answer;
use crate::address::{origin, same_origin};

/// Where an answer points.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// Nowhere: it is the answer.
    Here,
    /// To another path of the same scheme, host and port.
    Follow(Url),
    /// To another server, or in a way that would change the request. Scheme, host and port.
    Elsewhere(String),
}

pub(super) fn direction(answer: &Answer, method: &Method, from: &Url) -> Direction {
    // 301, 302 and 303 turn other methods into GET in practice: not what was asked for.
    let follows = match answer.status {
        301..=303 => matches!(*method, Method::GET | Method::HEAD),
        307 | 308 => true,
        _ => return Direction::Here,
    };
    let Some(target) = answer.header("location").and_then(|location| from.join(location).ok()) else {
        return Direction::Here;
    };
    if follows && same_origin(from, &target) {
        Direction::Follow(target)
    } else {
        Direction::Elsewhere(origin(&target))
    }
}
