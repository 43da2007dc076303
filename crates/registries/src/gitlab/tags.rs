//! Tags: with digest and dates over GraphQL, with names only over REST.

use futures::Stream;
use futures::stream::{self, TryStreamExt};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::GitLab;
use super::rest::PER_PAGE;
use crate::error::{RegistryError, Trouble};
use crate::facts::{ProjectRef, RepositoryFacts, TagFacts};
use crate::http::Intent;
use crate::moment::unix;

/// The type of tags in GitLab's schema.
const TAG: &str = "ContainerRepositoryTag";
/// Fields that older servers may lack, and that can be done without.
const OPTIONAL: [&str; 4] = ["digest", "createdAt", "publishedAt", "totalSize"];

/// Where reading stands.
enum Cursor {
    First,
    After(String),
    Rest(Url),
    End,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
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
            immutable: None,
        }
    }
}

impl GitLab {
    /// Pages of 20 over GraphQL (the server's maximum). When that way is not there, the names over REST.
    pub(super) fn tag_pages<'a>(
        &'a self,
        project: &'a ProjectRef,
        repository: &'a RepositoryFacts,
    ) -> impl Stream<Item = Result<Vec<TagFacts>, RegistryError>> + Send + 'a {
        stream::try_unfold(Cursor::First, move |cursor| async move {
            let (page, next) = match cursor {
                Cursor::End => return Ok(None),
                Cursor::Rest(url) => self.rest_tags(url).await?,
                Cursor::After(after) => {
                    let page = self.graphql_tags(repository, Some(&after)).await?;
                    match page.ok_or_else(|| self.http.error(Trouble::NotFound))? {
                        // A server that points at the page it just gave would be read for ever.
                        (page, Cursor::After(next)) if next == after => (page, Cursor::End),
                        other => other,
                    }
                }
                Cursor::First => match self.graphql_tags(repository, None).await? {
                    Some(page) => page,
                    None => self.rest_tags(self.rest_tags_url(project, repository)).await?,
                },
            };
            Ok(Some((page, next)))
        })
        .try_filter(|page: &Vec<TagFacts>| std::future::ready(!page.is_empty()))
    }

    /// `None`: this server does not give tags this way.
    async fn graphql_tags(
        &self,
        repository: &RepositoryFacts,
        after: Option<&str>,
    ) -> Result<Option<(Vec<TagFacts>, Cursor)>, RegistryError> {
        let Ok(id) = repository.id.parse::<u64>() else { return Ok(None) };
        // One more try than there are fields to do without.
        for _ in 0..=OPTIONAL.len() {
            if self.learned.lacks_graphql() || self.learned.lacks_field("Query", "containerRepository") {
                return Ok(None);
            }
            let reply = self.graphql(&self.tags_query(id), json!({ "after": after }), Intent::Read).await;
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
                known &= type_name == TAG && OPTIONAL.contains(&field.as_str());
                self.learned.field_absent(&type_name, &field);
            }
            if !known {
                return Ok(None);
            }
        }
        Ok(None)
    }

    fn tags_page(
        &self,
        reply: super::graphql::Reply,
    ) -> Result<Option<(Vec<TagFacts>, Cursor)>, RegistryError> {
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
        let page = Page::deserialize(tags)
            .map_err(|_| self.refused(Trouble::Garbled("unexpected".to_owned()), Some(200), None))?;
        let next = match page.page_info {
            PageInfo { has_next_page: true, end_cursor: Some(cursor) } => Cursor::After(cursor),
            _ => Cursor::End,
        };
        Ok(Some((page.nodes.into_iter().flatten().map(WireTag::read).collect(), next)))
    }

    fn tags_query(&self, repository: u64) -> String {
        let fields: Vec<&str> =
            OPTIONAL.into_iter().filter(|field| !self.learned.lacks_field(TAG, field)).collect();
        format!(
            "query($after: String) {{ containerRepository(id: \"gid://gitlab/ContainerRepository/{repository}\") {{ \
             tags(first: 20, after: $after) {{ nodes {{ name {} }} pageInfo {{ hasNextPage endCursor }} }} }} }}",
            fields.join(" ")
        )
    }

    fn rest_tags_url(&self, project: &ProjectRef, repository: &RepositoryFacts) -> Url {
        let segments =
            ["api", "v4", "projects", &project.id, "registry", "repositories", &repository.id, "tags"];
        // Servers without keyset pages for tags ignore the first three and count pages.
        let query = [("pagination", "keyset"), ("order_by", "name"), ("sort", "asc"), ("per_page", PER_PAGE)];
        self.endpoint(&segments, &query)
    }

    async fn rest_tags(&self, url: Url) -> Result<(Vec<TagFacts>, Cursor), RegistryError> {
        let answer = self.get(url.clone()).await?;
        let page: Vec<WireTag> = self.shaped(&answer)?;
        let next = if page.is_empty() { None } else { self.next_page(&answer, &url)? };
        Ok((page.into_iter().map(WireTag::read).collect(), next.map_or(Cursor::End, Cursor::Rest)))
    }
}

/// Whether the GraphQL endpoint itself is missing.
pub(super) fn is_no_graphql(error: &RegistryError) -> bool {
    matches!(error.status, Some(404 | 405 | 410))
}
