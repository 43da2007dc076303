//! How an index comes about: from tags, or from another index and what was read since.

use std::collections::HashMap;
use std::hash::BuildHasher as _;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rayon::iter::ParallelIterator as _;
use rayon::slice::{ParallelSlice as _, ParallelSliceMut as _};

use crate::preview::index::{Repository, TagIndex, to_u32};
use crate::tag::has_tag_characters;

impl TagIndex {
    /// Builds the snapshot from repositories and their tags.
    pub fn build(repositories: Vec<(String, Vec<String>)>) -> Self {
        let total = repositories.iter().map(|(_, tags)| tags.len()).sum();
        let mut seen = Seen::with_capacity(total);
        let mut rows = Vec::with_capacity(total);
        let mut named = Vec::with_capacity(repositories.len());
        for (name, tags) in repositories {
            let start = to_u32(rows.len());
            // Each text is freed while it is still at hand.
            rows.extend(tags.into_iter().map(|tag| seen.number(&tag)));
            named.push(Repository { name, rows: start..to_u32(rows.len()) });
        }

        let sorted = seen.sorted();
        let names = Names::of(&seen, &sorted);
        let mut sorted_place = vec![0; seen.len()];
        for (place, id) in (0u32..).zip(sorted) {
            sorted_place[id as usize] = place;
        }
        for row in &mut rows {
            *row = sorted_place[*row as usize];
        }
        names.finish(named, rows)
    }

    /// An index of these repositories, which takes over what this one has of them: repositories with
    /// the same tags in the same order cost a comparison, only new names are sorted.
    #[must_use]
    pub fn updated(&self, repositories: Vec<(String, Vec<String>)>) -> Self {
        let known: HashMap<&str, &Repository, RandomState> =
            self.repositories().iter().map(|repository| (repository.name.as_str(), repository)).collect();
        let mut used = vec![false; self.name_count()];
        let mut changed = Vec::new();
        let mut sources = Vec::with_capacity(repositories.len());
        for (name, tags) in repositories {
            match known.get(name.as_str()) {
                Some(repository) if self.has_tags(repository, &tags) => {
                    for &tag in self.rows_in(repository) {
                        used[tag as usize] = true;
                    }
                    sources.push(Source::Kept(repository));
                }
                _ => {
                    sources.push(Source::Changed(changed.len()));
                    changed.push((name, tags));
                }
            }
        }
        let added = Self::build(changed);
        let merged = Merged::of(self, &used, &added);
        let mut rows = Vec::new();
        let mut repositories = Vec::with_capacity(sources.len());
        for source in sources {
            let (repository, names, numbers) = match source {
                Source::Kept(repository) => (repository, self.rows_in(repository), &merged.kept),
                Source::Changed(place) => {
                    let repository = &added.repositories()[place];
                    (repository, added.rows_in(repository), &merged.added)
                }
            };
            let start = to_u32(rows.len());
            rows.extend(names.iter().map(|&name| numbers[name as usize]));
            repositories.push(Repository { name: repository.name.clone(), rows: start..to_u32(rows.len()) });
        }
        merged.names.finish(repositories, rows)
    }

    fn has_tags(&self, repository: &Repository, tags: &[String]) -> bool {
        let rows = self.rows_in(repository);
        rows.len() == tags.len() && rows.iter().zip(tags).all(|(&name, tag)| self.name(name) == tag)
    }
}

/// Where the rows of an updated repository come from.
enum Source<'a> {
    Kept(&'a Repository),
    /// The place among those that were read anew.
    Changed(usize),
}

/// Names that one core writes down at a time.
const PART: usize = 1 << 14;

/// Different names, numbered as they came. They lie side by side: looking up a million names that
/// lie anywhere takes twice as long.
struct Seen {
    text: String,
    /// Where each name ends in `text`.
    ends: Vec<u32>,
    /// Number of each name, and a part of its hash.
    numbers: HashTable<(u32, u32)>,
    hasher: RandomState,
}

impl Seen {
    fn with_capacity(names: usize) -> Self {
        Self {
            text: String::new(),
            ends: Vec::with_capacity(names),
            numbers: HashTable::with_capacity(names),
            hasher: RandomState::default(),
        }
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    fn name(&self, number: u32) -> &str {
        name_between(&self.text, &self.ends, number)
    }

    fn number(&mut self, name: &str) -> u32 {
        let Self { text, ends, numbers, hasher } = self;
        let hash = hasher.hash_one(name);
        let part = (hash >> 32) as u32;
        let same =
            |&(number, its_part): &(u32, u32)| its_part == part && name_between(text, ends, number) == name;
        let rehash = |&(number, _): &(u32, u32)| hasher.hash_one(name_between(text, ends, number));
        match numbers.entry(hash, same, rehash) {
            Entry::Occupied(known) => known.get().0,
            Entry::Vacant(place) => {
                let number = to_u32(ends.len());
                place.insert((number, part));
                text.push_str(name);
                ends.push(to_u32(text.len()));
                number
            }
        }
    }

    /// The numbers in the order of the names' bytes.
    fn sorted(&self) -> Vec<u32> {
        // Most pairs are told apart by a comparison of two numbers, without a look at the names.
        let mut order: Vec<([u64; 2], u32)> = (0..to_u32(self.len()))
            .map(|number| (first_bytes(self.name(number).as_bytes()), number))
            .collect();
        order.par_sort_unstable_by(|(a, one), (b, other)| {
            a.cmp(b).then_with(|| self.name(*one).cmp(self.name(*other)))
        });
        order.into_iter().map(|(_, number)| number).collect()
    }
}

fn name_between<'t>(text: &'t str, ends: &[u32], number: u32) -> &'t str {
    let number = number as usize;
    let start = number.checked_sub(1).map_or(0, |before| ends[before]);
    &text[start as usize..ends[number] as usize]
}

/// Sixteen bytes: the first eight are the same for all of `nightly-…`.
fn first_bytes(name: &[u8]) -> [u64; 2] {
    let mut bytes = [0; 16];
    let length = name.len().min(16);
    bytes[..length].copy_from_slice(&name[..length]);
    let both = u128::from_be_bytes(bytes);
    [(both >> 64) as u64, both as u64]
}

/// Names of two indexes in one order, and the new number of each.
struct Merged {
    names: Names,
    kept: Vec<u32>,
    added: Vec<u32>,
}

impl Merged {
    fn of(old: &TagIndex, used: &[bool], new: &TagIndex) -> Self {
        let names = Names::with_capacity(used.len() + new.name_count(), old.text().len() + new.text().len());
        let mut merged = Self { names, kept: vec![0; used.len()], added: vec![0; new.name_count()] };
        let mut left = 0;
        for (right, name) in new.names().enumerate() {
            let until = left + old.names_before(name, left);
            merged.keep(old, used, left..until);
            left = until;
            merged.added[right] = merged.names.next_number();
            merged.names.push(name);
            if old.name(to_u32(left)) == name && left < used.len() {
                merged.kept[left] = merged.added[right];
                left += 1;
            }
        }
        merged.keep(old, used, left..used.len());
        merged
    }

    fn keep(&mut self, old: &TagIndex, used: &[bool], names: std::ops::Range<usize>) {
        for place in names.filter(|&place| used[place]) {
            self.kept[place] = self.names.next_number();
            self.names.push(old.name(to_u32(place)));
        }
    }
}

/// Sorted names, as an index holds them.
struct Names {
    text: String,
    offsets: Vec<u32>,
    shared: Vec<u8>,
    unusual: Vec<u32>,
}

impl Names {
    /// The names with these numbers, which are in byte order.
    fn of(seen: &Seen, sorted: &[u32]) -> Self {
        let mut all = Self::with_capacity(sorted.len(), seen.text.len() + sorted.len());
        // A name lies anywhere, so that each is waited for; the cores wait at the same time.
        let parts: Vec<Self> = sorted.par_chunks(PART).map(|numbers| Self::part(seen, numbers)).collect();
        parts.iter().for_each(|part| all.append(part));
        all
    }

    fn part(seen: &Seen, numbers: &[u32]) -> Self {
        let mut part = Self::with_capacity(numbers.len(), 0);
        numbers.iter().for_each(|&number| part.push(seen.name(number)));
        part
    }

    /// Adds more names, which come after these in byte order.
    fn append(&mut self, more: &Self) {
        let Some(&end) = more.offsets.get(1) else { return };
        // The first one shares its start with the last one here.
        self.push(&more.text[..end as usize - 1]);
        let (names, bytes) = (self.next_number() - 1, to_u32(self.text.len()) - end);
        self.text.push_str(&more.text[end as usize..]);
        self.shared.extend_from_slice(&more.shared[1..]);
        self.offsets.extend(more.offsets[2..].iter().map(|offset| offset + bytes));
        self.unusual.extend(more.unusual.iter().filter(|&&number| number > 0).map(|number| number + names));
    }

    fn with_capacity(names: usize, bytes: usize) -> Self {
        let mut offsets = Vec::with_capacity(names + 1);
        offsets.push(0);
        Self {
            text: String::with_capacity(bytes),
            offsets,
            shared: Vec::with_capacity(names),
            unusual: Vec::new(),
        }
    }

    fn next_number(&self) -> u32 {
        to_u32(self.shared.len())
    }

    /// Adds the next name, which comes after the last one in byte order.
    fn push(&mut self, name: &str) {
        let before = match self.offsets.len().checked_sub(2).and_then(|place| self.offsets.get(place)) {
            Some(&start) => &self.text.as_bytes()[start as usize..self.text.len() - 1],
            None => &[],
        };
        let same = before.iter().zip(name.as_bytes()).take_while(|(a, b)| a == b).count();
        if !has_tag_characters(name) {
            self.unusual.push(self.next_number());
        }
        self.shared.push(u8::try_from(same).unwrap_or(u8::MAX));
        self.text.push_str(name);
        self.text.push('\n');
        self.offsets.push(to_u32(self.text.len()));
    }

    fn finish(mut self, repositories: Vec<Repository>, rows: Vec<u32>) -> TagIndex {
        let mut rows_before = vec![0u32; self.shared.len() + 1];
        for &name in &rows {
            rows_before[name as usize + 1] += 1;
        }
        let mut sum = 0;
        for count in &mut rows_before {
            sum += *count;
            *count = sum;
        }
        // Merging made room for names that turned out to be the same.
        self.text.shrink_to_fit();
        self.offsets.shrink_to_fit();
        self.shared.shrink_to_fit();
        TagIndex {
            repositories,
            names: self.text,
            offsets: self.offsets,
            shared: self.shared,
            unusual: self.unusual,
            rows_before,
            rows,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names that several cores have written down are as if one had.
    #[test]
    fn parts_make_one_index() {
        let tags: Vec<String> = (0..3 * PART)
            .map(|number| if number % 7 == 0 { format!("é-{number}") } else { format!("v{number:06}") })
            .collect();
        let mut sorted: Vec<&str> = tags.iter().map(String::as_str).collect();
        sorted.sort_unstable();
        let index = TagIndex::build(vec![("project/image".to_owned(), tags.clone())]);
        assert!(index.names().eq(sorted.iter().copied()));
        let mut before = "";
        for (place, name) in sorted.iter().enumerate() {
            let same = before.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
            assert_eq!(usize::from(index.shared[place]), same, "{name} after {before}");
            before = name;
        }
        let unusual: Vec<&str> = index.unusual.iter().map(|&number| index.name(number)).collect();
        assert!(unusual.into_iter().eq(sorted.iter().copied().filter(|name| name.starts_with('é'))));
        assert!((0u32..).zip(&tags).all(|(row, tag)| index.tag(row) == tag));
    }
}
