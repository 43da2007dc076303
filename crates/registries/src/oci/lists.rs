//! Lists of names: the catalog and the tags of a repository, which are asked for in the same way.
//!
//! Registries differ in how they page. Most give a `Link`; some take `n` and `last` and give none;
//! Debian's docker-registry ignores both for tags and gives all at once, in no order.

use std::borrow::Cow;

use futures::stream::Stream;
use reqwest::Method;
use serde_json::Value;
use url::Url;

use super::Oci;
use crate::error::{RegistryError, Trouble};
use crate::http::Answer;
use crate::paging::{Next, Page, PageError, PageSize, Source, link, pages, size};

/// Names asked for at once. Registries have limits of their own: some give fewer, some refuse.
pub(super) const PAGE: u32 = 1000;
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

/// Where a page after the first begins.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Position {
    /// Where the registry's link leads.
    Linked(Url),
    /// Behind this name.
    After(String),
}

struct Names<'a> {
    oci: &'a Oci,
    list: List,
    size: &'a PageSize,
}

impl Source for Names<'_> {
    type Row = String;
    type Position = Position;

    async fn read(
        &self,
        at: Option<&Position>,
        size: Option<u32>,
    ) -> Result<Page<String, Position>, PageError> {
        let with = |name: &str, value: &str| {
            let mut url = self.list.url.clone();
            url.query_pairs_mut().append_pair(name, value);
            url
        };
        let url = match (at, size) {
            (Some(Position::Linked(url)), _) => url.clone(),
            // Without `n`: a registry that knows nothing of `last` then gives all it has.
            (Some(Position::After(last)), _) => with("last", last),
            (None, Some(size)) => with("n", &size.to_string()),
            (None, None) => self.list.url.clone(),
        };
        let answer = self.oci.ask(Method::GET, url.clone(), None, &self.list.scope).await?;
        if !answer.is_success() {
            let error = self.oci.refusal(&answer, &self.list.scope);
            return Err(match size {
                Some(asked) if at.is_none() && size::may_concern(answer.status) => {
                    PageError::Size { error, named: size::named_in(&answer, asked) }
                }
                _ => PageError::Failed(error),
            });
        }
        let names = self.read_names(&answer)?;
        let next = match link::next_page(&answer, &url, &self.oci.base) {
            Next::At(url) => Next::At(Position::Linked(url)),
            Next::Unusable => Next::Unusable,
            _ => unlinked(at, size, &names),
        };
        let rows = names.into_iter().filter(|name| name.len() <= LONGEST).collect();
        Ok(Page { rows, next, total: None })
    }

    fn identity<'r>(&self, row: &'r String) -> Cow<'r, str> {
        row.as_str().into()
    }

    fn page_size(&self) -> &PageSize {
        self.size
    }

    fn error(&self, trouble: Trouble) -> RegistryError {
        self.oci.http.error(trouble)
    }
}

/// What a page without a link says. The specification: fewer names than were asked for are the last ones.
/// As many as were asked for may be a page of a registry without links, and so may be those of a registry
/// that has a limit and was not told how many to give.
fn unlinked(at: Option<&Position>, size: Option<u32>, names: &[String]) -> Next<Position> {
    let full = match at {
        Some(Position::Linked(_)) => false,
        Some(Position::After(_)) => true,
        None => size.is_none_or(|size| names.len() as u64 == u64::from(size)),
    };
    match names.last().filter(|_| full) {
        Some(last) => Next::Maybe(Position::After(last.clone())),
        None => Next::End,
    }
}

impl Names<'_> {
    fn read_names(&self, answer: &Answer) -> Result<Vec<String>, RegistryError> {
        let mut body: serde_json::Map<String, Value> = self.oci.shaped(answer)?;
        // A repository without tags has `null` for a list.
        let names = match body.remove(self.list.field) {
            Some(Value::Null) => Some(Vec::new()),
            Some(list) => serde_json::from_value(list).ok(),
            None => None,
        };
        names.ok_or_else(|| self.oci.refused(Trouble::Garbled("unexpected".to_owned()), answer))
    }
}

impl Oci {
    /// The names of a list, page by page.
    pub(super) fn names<'a>(
        &'a self,
        list: List,
        size: &'a PageSize,
    ) -> impl Stream<Item = Result<Vec<String>, RegistryError>> + Send + 'a {
        pages(Names { oci: self, list, size })
    }
}
