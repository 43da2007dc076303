//! The tags of one or many projects in one block of memory.

use std::ops::Range;

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
    pub(super) repositories: Vec<Repository>,
    /// Every name, each followed by a newline.
    pub(super) names: String,
    /// Start of each name in `names`, and the end of the text.
    pub(super) offsets: Vec<u32>,
    /// How many bytes each name shares with the start of the one before it, 255 at most.
    pub(super) shared: Vec<u8>,
    /// Numbers of the names with characters that no tag has; they are matched one by one.
    pub(super) unusual: Vec<u32>,
    /// How many rows the names before each name have, and how many all have.
    pub(super) rows_before: Vec<u32>,
    /// Name of each row.
    pub(super) rows: Vec<u32>,
}

impl TagIndex {
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
        let place = self.names_before(name, 0);
        (place < self.name_count() && self.name(to_u32(place)) == name).then_some(to_u32(place))
    }

    /// How many names from the `from`th on come before `name` in byte order. Near ones are found
    /// fastest.
    pub(super) fn names_before(&self, name: &str, from: usize) -> usize {
        let count = self.name_count();
        let before = |place: usize| self.name(to_u32(place)) < name;
        let (mut low, mut step) = (from, 1);
        while low + step <= count && before(low + step - 1) {
            low += step;
            step *= 2;
        }
        let mut high = count.min(low + step - 1);
        while low < high {
            let middle = low + (high - low) / 2;
            if before(middle) { low = middle + 1 } else { high = middle }
        }
        low - from
    }

    /// The names that start with a text, in byte order.
    pub(crate) fn names_from<'a>(&'a self, start: &'a str) -> impl Iterator<Item = &'a str> {
        let first = self.names_before(start, 0);
        let names = (first..self.name_count()).map(|place| self.name(to_u32(place)));
        names.take_while(move |name| name.starts_with(start))
    }

    /// Whether any repository has a tag of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.name_id(name).is_some()
    }

    /// The name number of each row.
    pub fn row_names(&self) -> &[u32] {
        &self.rows
    }

    /// The name number of each row of a repository.
    pub(crate) fn rows_in(&self, repository: &Repository) -> &[u32] {
        self.rows.get(repository.rows.start as usize..repository.rows.end as usize).unwrap_or_default()
    }

    /// How many rows the names before each name have, and how many all have.
    pub(super) fn rows_before(&self) -> &[u32] {
        &self.rows_before
    }

    /// The memory that it takes, in bytes.
    pub fn bytes(&self) -> usize {
        let numbers = self.offsets.capacity()
            + self.unusual.capacity()
            + self.rows_before.capacity()
            + self.rows.capacity();
        let repositories = self.repositories.iter().map(|r| size_of::<Repository>() + r.name.capacity());
        self.names.capacity()
            + self.shared.capacity()
            + numbers * size_of::<u32>()
            + repositories.sum::<usize>()
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
        let place = self.rows_in(home).iter().position(|&row| row == id)?;
        Some(home.rows.start + to_u32(place))
    }
}

pub(crate) fn to_u32(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
