//! The tags of one or many projects in one block of memory.

use std::collections::HashMap;
use std::ops::Range;

use crate::tag::has_tag_characters;

/// One repository of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// Its name, as it was given.
    pub name: String,
    /// Its rows.
    pub rows: Range<u32>,
}

/// An immutable snapshot of tags: one row a tag, rows grouped by repository.
///
/// Names lie in one text, one a line, sorted and each only once, however many repositories use
/// them. Rows keep the order in which the tags were given. Holds up to 2³² rows and bytes.
#[derive(Clone, Debug, Default)]
pub struct TagIndex {
    repositories: Vec<Repository>,
    /// Every name, each followed by a newline.
    names: String,
    /// Start of each name in `names`, and the end of the text.
    offsets: Vec<u32>,
    /// How many bytes each name shares with the start of the one before it, 255 at most.
    shared: Vec<u8>,
    /// Numbers of the names with characters that no tag has; they are matched one by one.
    unusual: Vec<u32>,
    /// Name of each row.
    rows: Vec<u32>,
}

impl TagIndex {
    /// Builds the snapshot from repositories and their tags.
    pub fn build(repositories: Vec<(String, Vec<String>)>) -> Self {
        let total = repositories.iter().map(|(_, tags)| tags.len()).sum();
        let mut first_seen: HashMap<&str, u32> = HashMap::with_capacity(total);
        let mut rows = Vec::with_capacity(total);
        let mut unique: Vec<&str> = Vec::new();
        let mut ranges = Vec::with_capacity(repositories.len());
        for (_, tags) in &repositories {
            let start = to_u32(rows.len());
            for tag in tags {
                let id = *first_seen.entry(tag).or_insert_with(|| {
                    unique.push(tag);
                    to_u32(unique.len() - 1)
                });
                rows.push(id);
            }
            ranges.push(start..to_u32(rows.len()));
        }
        drop(first_seen);

        let mut order: Vec<u32> = (0..to_u32(unique.len())).collect();
        order.sort_unstable_by_key(|&id| unique.get(id as usize).copied().unwrap_or_default());
        let mut sorted_place = vec![0; unique.len()];
        let mut names = String::with_capacity(unique.iter().map(|name| name.len() + 1).sum());
        let mut offsets = Vec::with_capacity(unique.len() + 1);
        let mut shared = Vec::with_capacity(unique.len());
        let mut unusual = Vec::new();
        let mut before = "";
        for (place, &id) in (0u32..).zip(&order) {
            let name = unique.get(id as usize).copied().unwrap_or_default();
            offsets.push(to_u32(names.len()));
            names.push_str(name);
            names.push('\n');
            shared.push(shared_start(before, name));
            if !has_tag_characters(name) {
                unusual.push(place);
            }
            before = name;
            if let Some(slot) = sorted_place.get_mut(id as usize) {
                *slot = place;
            }
        }
        offsets.push(to_u32(names.len()));
        for row in &mut rows {
            *row = sorted_place.get(*row as usize).copied().unwrap_or_default();
        }

        let repositories =
            repositories.into_iter().zip(ranges).map(|((name, _), rows)| Repository { name, rows }).collect();
        Self { repositories, names, offsets, shared, unusual, rows }
    }

    /// Number of tags, each repository's counted.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no tag.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The repositories, in the order they were given.
    pub fn repositories(&self) -> &[Repository] {
        &self.repositories
    }

    /// Number of different names.
    pub fn name_count(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// The name with this number; names are numbered in byte order. Empty past the end.
    pub fn name(&self, id: u32) -> &str {
        let id = id as usize;
        match (self.offsets.get(id), self.offsets.get(id + 1)) {
            (Some(&start), Some(&end)) => {
                self.names.get(start as usize..(end as usize).saturating_sub(1)).unwrap_or_default()
            }
            _ => "",
        }
    }

    /// All names as one text, each followed by a newline.
    pub(crate) fn text(&self) -> &[u8] {
        self.names.as_bytes()
    }

    /// Where in [`TagIndex::text`] each name starts, and where the text ends.
    pub(crate) fn offsets(&self) -> &[u32] {
        &self.offsets
    }

    /// How many bytes each name shares with the start of the one before it, 255 at most.
    pub(crate) fn shared(&self) -> &[u8] {
        &self.shared
    }

    /// Numbers of the names with characters that no tag has.
    pub(crate) fn unusual(&self) -> &[u32] {
        &self.unusual
    }

    /// All different names, in byte order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        (0..to_u32(self.name_count())).map(|id| self.name(id))
    }

    /// The number of a name, if any row has it.
    pub fn name_id(&self, name: &str) -> Option<u32> {
        let (mut low, mut high) = (0, to_u32(self.name_count()));
        while low < high {
            let middle = low + (high - low) / 2;
            match self.name(middle).cmp(name) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(middle),
            }
        }
        None
    }

    /// Whether any repository has a tag of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.name_id(name).is_some()
    }

    /// The name number of each row.
    pub fn row_names(&self) -> &[u32] {
        &self.rows
    }

    /// The tag in a row; empty past the end.
    pub fn tag(&self, row: u32) -> &str {
        self.rows.get(row as usize).map_or("", |&id| self.name(id))
    }

    /// The place in [`TagIndex::repositories`] of a row's repository.
    pub fn repository_of(&self, row: u32) -> Option<usize> {
        let after = self.repositories.partition_point(|repository| repository.rows.start <= row);
        // Empty repositories share their start with the next one, so look back for the one that holds the row.
        (0..after).rev().find(|&place| self.repositories.get(place).is_some_and(|r| r.rows.contains(&row)))
    }

    /// The row of one tag of one repository.
    pub fn find(&self, repository: &str, tag: &str) -> Option<u32> {
        let id = self.name_id(tag)?;
        let home = self.repositories.iter().find(|candidate| candidate.name == repository)?;
        let rows = self.rows.get(home.rows.start as usize..home.rows.end as usize)?;
        let place = rows.iter().position(|&row| row == id)?;
        Some(home.rows.start + to_u32(place))
    }
}

fn shared_start(before: &str, name: &str) -> u8 {
    let same = before.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
    u8::try_from(same).unwrap_or(u8::MAX)
}

pub(crate) fn to_u32(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
