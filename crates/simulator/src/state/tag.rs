//! Tags, and the list of them that a repository holds.

use std::sync::OnceLock;

/// A manifest's digest (SHA-256).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The 64 hexadecimal digits.
    #[must_use]
    pub fn hex(&self) -> String {
        hex::encode(self.0)
    }

    /// Reads `sha256:` and 64 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.strip_prefix("sha256:")?, &mut bytes).ok()?;
        Some(Self(bytes))
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "sha256:{}", self.hex())
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// A name in a repository that points at a digest.
#[derive(Clone, Debug)]
pub struct Tag {
    /// The name; in the hostile scenario it may break the grammar.
    pub name: Box<str>,
    /// What it points at.
    pub digest: Digest,
    /// When the image was made, in seconds since 1970.
    pub created_at: i64,
    /// When the tag was last pushed, in seconds since 1970.
    pub published_at: i64,
    /// Bytes of all layers.
    pub size: u64,
}

/// The tags of one repository in order of their names, each name once.
#[derive(Debug, Default)]
pub struct Tags {
    by_name: Vec<Tag>,
    by_published: OnceLock<Vec<u32>>,
}

impl Tags {
    /// Takes tags in any order; of two with one name the first stays.
    #[must_use]
    pub fn new(mut tags: Vec<Tag>) -> Self {
        tags.sort_by(|a, b| a.name.cmp(&b.name));
        tags.dedup_by(|later, first| later.name == first.name);
        Self { by_name: tags, by_published: OnceLock::new() }
    }

    /// All tags by name.
    #[must_use]
    pub fn as_slice(&self) -> &[Tag] {
        &self.by_name
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_name.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// The tag of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Tag> {
        self.find(name).ok().and_then(|at| self.by_name.get(at))
    }

    /// Where the first tag stands whose name comes after `name`.
    #[must_use]
    pub fn after(&self, name: &str) -> usize {
        self.by_name.partition_point(|tag| &*tag.name <= name)
    }

    /// Where the first tag stands whose name is not before `name`.
    #[must_use]
    pub fn from(&self, name: &str) -> usize {
        self.by_name.partition_point(|tag| &*tag.name < name)
    }

    /// The tags' places in order of publication, then of name.
    #[must_use]
    pub fn published_order(&self) -> &[u32] {
        self.by_published.get_or_init(|| {
            let mut order: Vec<u32> = (0..).take(self.by_name.len()).collect();
            order.sort_by_key(|&at| self.by_name.get(at as usize).map(|tag| tag.published_at));
            order
        })
    }

    /// Adds the tag or moves it; tells whether it is new.
    pub fn put(&mut self, tag: Tag) -> bool {
        self.by_published = OnceLock::new();
        match self.find(&tag.name) {
            Ok(at) => {
                if let Some(slot) = self.by_name.get_mut(at) {
                    *slot = tag;
                }
                false
            }
            Err(at) => {
                self.by_name.insert(at, tag);
                true
            }
        }
    }

    /// Removes the tag; tells whether it was there.
    pub fn remove(&mut self, name: &str) -> bool {
        self.by_published = OnceLock::new();
        match self.find(name) {
            Ok(at) => {
                self.by_name.remove(at);
                true
            }
            Err(_) => false,
        }
    }

    /// Removes all tags for which `keep` says no; tells how many.
    pub fn retain(&mut self, keep: impl FnMut(&Tag) -> bool) -> usize {
        self.by_published = OnceLock::new();
        let before = self.by_name.len();
        self.by_name.retain(keep);
        before - self.by_name.len()
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.by_name.binary_search_by(|tag| (*tag.name).cmp(name))
    }
}
