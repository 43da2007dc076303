//! Tags: with digest and dates over GraphQL, with names only over REST.

use std::borrow::Cow;

use futures::Stream;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::GitLab;
use super::protection::{self, Protection};
use crate::error::{RegistryError, Trouble};
use crate::facts::{ProjectRef, RepositoryFacts, TagFacts};
use crate::http::Intent;
use crate::moment::unix;
use crate::paging::{Next, Page, PageError, PageSize, Source, pages};

/// The type of tags in GitLab's schema.
const TAG: &str = "ContainerRepositoryTag";
/// Fields that older servers may lack, and that can be done without.
const OPTIONAL: [(&str, &str); 6] = [
    (TAG, "digest"),
    (TAG, "createdAt"),
    (TAG, "publishedAt"),
    (TAG, "totalSize"),
    (TAG, protection::FIELD),
    (protection::TYPE, protection::IMMUTABLE),
];

/// Tags in a page over GraphQL, the server's maximum. It gives fewer without a word.
const GRAPHQL_PAGE: u32 = 20;

/// Where a page after the first begins.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Position {
    /// Behind this cursor, over GraphQL.
    After(String),
    /// At this address, over REST.
    At(Url),
}

/// The tags of a repository: over GraphQL, or their names over REST where that way is not there.
struct Tags<'a> {
    gitlab: &'a GitLab,
    project: &'a ProjectRef,
    repository: &'a RepositoryFacts,
}

type TagPage = Page<TagFacts, Position>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Connection {
    #[serde(default)]
    nodes: Vec<Option<WireTag>>,
    page_info: PageInfo,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    #[serde(default)]
    end_cursor: Option<String>,
}

/// A tag over GraphQL, or with its name alone over REST.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireTag {
    name: String,
    #[serde(default)]
    digest: Option<String>,
    #[serde(default)]
    created_at: Option<String>,
    #[serde(default)]
    published_at: Option<String>,
    /// A number too big for JSON, hence a string.
    #[serde(default)]
    total_size: Option<Value>,
    /// What the rules make of the tag; missing where it was not asked for, null where no rule matches.
    #[serde(default, deserialize_with = "protection::present")]
    protection: Option<Option<Protection>>,
}

impl WireTag {
    fn read(self) -> TagFacts {
        let size = self.total_size.and_then(|size| size.as_i64().or_else(|| size.as_str()?.parse().ok()));
        TagFacts {
            name: self.name,
            digest: self.digest,
            created_at: self.created_at.as_deref().and_then(unix),
            pushed_at: self.published_at.as_deref().and_then(unix),
            size,
            verdict: self.protection.and_then(protection::verdict),
        }
    }
}

impl Source for Tags<'_> {
    type Row = TagFacts;
    type Position = Position;

    async fn read(&self, at: Option<&Position>, size: Option<u32>) -> Result<TagPage, PageError> {
        let cursor = match at {
            None => None,
            Some(Position::After(cursor)) => Some(cursor.as_str()),
            Some(Position::At(url)) => return self.rest(Some(url), size).await,
        };
        match self.gitlab.graphql_tags(self.project, self.repository, cursor).await? {
            Some(page) => Ok(page),
            // In the middle of a list as well: names that are there already count once.
            None => self.rest(None, size).await,
        }
    }

    fn identity<'r>(&self, row: &'r TagFacts) -> Cow<'r, str> {
        row.name.as_str().into()
    }

    fn page_size(&self) -> &PageSize {
        &self.gitlab.page_size
    }

    fn error(&self, trouble: Trouble) -> RegistryError {
        self.gitlab.http.error(trouble)
    }
}

impl Tags<'_> {
    async fn rest(&self, at: Option<&Url>, size: Option<u32>) -> Result<TagPage, PageError> {
        let first = self.gitlab.rest_tags_url(self.project, self.repository);
        let page = self.gitlab.list_page::<WireTag>(&first, at, size).await?;
        let next = match page.next {
            Next::At(url) => Next::At(Position::At(url)),
            Next::Unusable => Next::Unusable,
            _ => Next::End,
        };
        Ok(Page { rows: page.rows.into_iter().map(WireTag::read).collect(), next, total: page.total })
    }
}

impl GitLab {
    pub(super) fn tag_pages<'a>(
        &'a self,
        project: &'a ProjectRef,
        repository: &'a RepositoryFacts,
    ) -> impl Stream<Item = Result<Vec<TagFacts>, RegistryError>> + Send + 'a {
        pages(Tags { gitlab: self, project, repository })
    }

    /// `None`: this server does not give tags this way.
    async fn graphql_tags(
        &self,
        project: &ProjectRef,
        repository: &RepositoryFacts,
        after: Option<&str>,
    ) -> Result<Option<TagPage>, RegistryError> {
        let Ok(id) = repository.id.parse::<u64>() else { return Ok(None) };
        // One more try than there are fields to do without.
        for _ in 0..=OPTIONAL.len() {
            if self.learned.lacks_graphql() || self.learned.lacks_field("Query", "containerRepository") {
                return Ok(None);
            }
            let reply =
                self.graphql(&self.tags_query(project, id), json!({ "after": after }), Intent::Read).await;
            let reply = match reply {
                Err(error) if is_no_graphql(&error) => {
                    self.learned.graphql_absent();
                    return Ok(None);
                }
                other => other?,
            };
            let undefined: Vec<_> = reply.errors.iter().filter_map(|error| error.undefined_field()).collect();
            if undefined.is_empty() {
                return self.tags_page(reply);
            }
            let mut known = true;
            for (type_name, field) in undefined {
                known &= OPTIONAL.contains(&(type_name.as_str(), field.as_str()));
                self.learned.field_absent(&type_name, &field);
            }
            if !known {
                return Ok(None);
            }
        }
        Ok(None)
    }

    fn tags_page(&self, reply: super::graphql::Reply) -> Result<Option<TagPage>, RegistryError> {
        if !reply.errors.is_empty() {
            return Err(self.complaint(&reply.errors, Intent::Read));
        }
        let repository = reply.data.as_ref().and_then(|data| data.get("containerRepository"));
        let Some(repository) = repository.filter(|found| !found.is_null()) else {
            return Err(self.refused(Trouble::NotFound, Some(200), None));
        };
        // GitLab: null tags mean that the registry behind it did not answer.
        let tags = repository.get("tags").filter(|tags| !tags.is_null());
        let tags = tags.ok_or_else(|| self.refused(Trouble::ServerFailed, Some(200), None))?;
        let connection = Connection::deserialize(tags)
            .map_err(|_| self.refused(Trouble::Garbled("unexpected".to_owned()), Some(200), None))?;
        let next = match connection.page_info {
            PageInfo { has_next_page: false, .. } => Next::End,
            PageInfo { end_cursor: Some(cursor), .. } => Next::At(Position::After(cursor)),
            PageInfo { end_cursor: None, .. } => Next::Unusable,
        };
        let rows = connection.nodes.into_iter().flatten().map(WireTag::read).collect();
        Ok(Some(Page { rows, next, total: None }))
    }

    fn tags_query(&self, project: &ProjectRef, repository: u64) -> String {
        let has = |(of, field): &(&str, &str)| !self.learned.lacks_field(of, field);
        let plain = |(of, field): &(&str, &str)| *of == TAG && *field != protection::FIELD;
        let mut fields: Vec<&str> =
            OPTIONAL.iter().filter(|one| plain(one) && has(one)).map(|(_, field)| *field).collect();
        // Costs the server a match of every rule for every tag, so it is asked where the rules are hidden.
        if self.learned.hides_rules(project) && has(&(TAG, protection::FIELD)) {
            fields.push(if has(&(protection::TYPE, protection::IMMUTABLE)) {
                protection::QUERY
            } else {
                protection::QUERY_WITHOUT_IMMUTABLE
            });
        }
        format!(
            "query($after: String) {{ containerRepository(id: \"gid://gitlab/ContainerRepository/{repository}\") {{ \
             tags(first: {GRAPHQL_PAGE}, after: $after) {{ nodes {{ name {} }} pageInfo {{ hasNextPage endCursor }} }} }} }}",
            fields.join(" ")
        )
    }

    fn rest_tags_url(&self, project: &ProjectRef, repository: &RepositoryFacts) -> Url {
        let segments =
            ["api", "v4", "projects", &project.id, "registry", "repositories", &repository.id, "tags"];
        // Servers without keyset pages for tags ignore the first three and count pages.
        let query = [("pagination", "keyset"), ("order_by", "name"), ("sort", "asc")];
        self.endpoint(&segments, &query)
    }
}

/// Whether the GraphQL endpoint itself is missing.
pub(super) fn is_no_graphql(error: &RegistryError) -> bool {
    matches!(error.status, Some(404 | 405 | 410))
}
