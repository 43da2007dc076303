//! Lists of names: the catalog and the tags of a repository, which are asked for in the same way.
//!
//! Registries differ in how they page. Most give a `Link`; some take `n` and `last` and give none;
//! Debian's docker-registry ignores both for tags and gives all at once, in no order.

use std::collections::HashSet;

use futures::stream::{self, Stream};
use reqwest::Method;
use serde_json::Value;
use url::Url;

use super::Oci;
use crate::address::{origin, same_origin};
use crate::error::{RegistryError, Trouble};
use crate::http::{Answer, link};

/// Names asked for at once. Registries that have a limit of their own set it there or lower.
const PAGE: usize = 1000;
/// Names that no registry's grammar allows are left out; this is twice the longest that one does.
const LONGEST: usize = 512;

/// Which list.
#[derive(Clone)]
pub(super) struct List {
    pub(super) url: Url,
    /// The field that holds the names.
    pub(super) field: &'static str,
    pub(super) scope: String,
}

/// Where reading stands.
enum Cursor {
    First,
    Linked(Url),
    /// A full page came without a link: whether more follow is asked with its last name.
    After {
        last: String,
        before: HashSet<String>,
    },
    End,
}

/// A list that is being read.
struct Reading {
    list: List,
    cursor: Cursor,
    /// Pages that were read: one that comes again would be read for ever.
    seen: HashSet<Url>,
}

impl Oci {
    /// The names of a list, page by page. An error after the first page is [`Trouble::ListCut`] when
    /// the registry lost its place: what came before is good.
    pub(super) fn names(
        &self,
        list: List,
    ) -> impl Stream<Item = Result<Vec<String>, RegistryError>> + Send + '_ {
        let reading = Reading { list, cursor: Cursor::First, seen: HashSet::new() };
        stream::try_unfold(reading, move |mut reading| async move {
            let Some(names) = self.next_names(&mut reading).await? else { return Ok(None) };
            Ok(Some((names, reading)))
        })
    }

    async fn next_names(&self, reading: &mut Reading) -> Result<Option<Vec<String>>, RegistryError> {
        let list = &reading.list;
        let with = |pairs: &[(&str, &str)]| {
            let mut url = list.url.clone();
            url.query_pairs_mut().extend_pairs(pairs);
            url
        };
        let (url, before) = match std::mem::replace(&mut reading.cursor, Cursor::End) {
            Cursor::End => return Ok(None),
            Cursor::First => (with(&[("n", &PAGE.to_string())]), None),
            Cursor::Linked(url) => (url, None),
            // Without `n`: a registry that knows nothing of `last` then gives all it has.
            Cursor::After { last, before } => (with(&[("last", &last)]), Some(before)),
        };
        let first = reading.seen.is_empty();
        if !reading.seen.insert(url.clone()) {
            return Err(self.http.error(Trouble::ListCut));
        }
        let answer = self.ask(Method::GET, url.clone(), None, &list.scope).await?;
        if !answer.is_success() {
            let error = self.refusal(&answer, &list.scope);
            let lost = !first && matches!(answer.status, 400 | 404);
            return Err(if lost { RegistryError { trouble: Trouble::ListCut, ..error } } else { error });
        }
        let mut names = self.read_names(&answer, list.field)?;
        let count = names.len();
        names.retain(|name| name.len() <= LONGEST);
        let linked = self.linked(&answer, &url)?;
        if let Some(before) = before {
            let old = |name: &String| before.contains(name);
            names.retain(|name| !old(name));
            if names.is_empty() {
                return Ok(None);
            }
        } else if linked.is_none() && (!first || count != PAGE) {
            return Ok(Some(names));
        }
        reading.cursor = match (linked, names.last()) {
            (Some(url), _) => Cursor::Linked(url),
            (None, Some(last)) => {
                Cursor::After { last: last.clone(), before: names.iter().cloned().collect() }
            }
            (None, None) => Cursor::End,
        };
        Ok(Some(names))
    }

    fn read_names(&self, answer: &Answer, field: &str) -> Result<Vec<String>, RegistryError> {
        let mut body: serde_json::Map<String, Value> = self.shaped(answer)?;
        // A repository without tags has `null` for a list.
        let names = match body.remove(field) {
            Some(Value::Null) => Some(Vec::new()),
            Some(list) => serde_json::from_value(list).ok(),
            None => None,
        };
        names.ok_or_else(|| self.refused(Trouble::Garbled("unexpected".to_owned()), answer))
    }

    /// The next page; another host is not followed, since the secret would go there.
    fn linked(&self, answer: &Answer, current: &Url) -> Result<Option<Url>, RegistryError> {
        let Some(target) = answer.header("link").and_then(link::next) else { return Ok(None) };
        let Ok(target) = current.join(target) else { return Ok(None) };
        if !same_origin(&self.base, &target) {
            return Err(self.http.error(Trouble::Redirected(origin(&target))));
        }
        Ok(Some(target))
    }
}
