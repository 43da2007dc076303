//! Lists as servers page them, good ones and others.

use std::borrow::Cow;
use std::sync::Mutex;

use futures::{StreamExt as _, pin_mut};

use tagwarden_rules::secret_kind::SecretKind;

use super::{Next, Page, PageError, PageSize, Source, pages};
use crate::error::{Cut, RegistryError, Trouble};

type Read = Result<Page<u32, u32>, PageError>;

/// A list whose pages are what a function makes of the page's number, the size, and how many pages were
/// asked for before.
struct Scripted<F> {
    page: F,
    size: PageSize,
    asked: Mutex<Vec<(u32, Option<u32>)>>,
}

impl<F: Fn(u32, Option<u32>, usize) -> Read + Send + Sync> Source for &Scripted<F> {
    type Row = u32;
    type Position = u32;

    async fn read(&self, at: Option<&u32>, size: Option<u32>) -> Read {
        let number = at.copied().unwrap_or(1);
        let before = {
            let mut asked = self.asked.lock().unwrap();
            asked.push((number, size));
            asked.len() - 1
        };
        (self.page)(number, size, before)
    }

    fn identity<'r>(&self, row: &'r u32) -> Cow<'r, str> {
        row.to_string().into()
    }

    fn page_size(&self) -> &PageSize {
        &self.size
    }

    fn error(&self, trouble: Trouble) -> RegistryError {
        error(trouble, None)
    }
}

fn error(trouble: Trouble, status: Option<u16>) -> RegistryError {
    RegistryError {
        host: "r.example".to_owned(),
        product: None,
        secret: SecretKind::Any,
        trouble,
        status,
        words: None,
    }
}

fn page(rows: impl IntoIterator<Item = u32>, next: Next<u32>, total: Option<u64>) -> Read {
    Ok(Page { rows: rows.into_iter().collect(), next, total })
}

fn list<F>(page: F) -> Scripted<F>
where
    F: Fn(u32, Option<u32>, usize) -> Read + Send + Sync,
{
    Scripted { page, size: PageSize::new(100), asked: Mutex::default() }
}

/// What was read, what ended it, and the pages asked for.
async fn read<F>(list: &Scripted<F>) -> (Vec<u32>, Option<Trouble>, Vec<u32>)
where
    F: Fn(u32, Option<u32>, usize) -> Read + Send + Sync,
{
    let before = list.asked.lock().unwrap().len();
    let stream = pages(list);
    pin_mut!(stream);
    let (mut rows, mut cut) = (Vec::new(), None);
    while let Some(page) = stream.next().await {
        match page {
            Ok(page) => {
                assert!(cut.is_none() && !page.is_empty());
                rows.extend(page);
            }
            Err(error) => cut = Some(error.trouble),
        }
    }
    let asked = list.asked.lock().unwrap()[before..].iter().map(|(number, _)| *number).collect();
    (rows, cut, asked)
}

fn cut(cut: Cut) -> Option<Trouble> {
    Some(Trouble::ListCut(cut))
}

/// Numbered pages of `all` as a server with totals gives them.
fn numbered(all: std::ops::Range<u32>, number: u32, size: Option<u32>) -> Read {
    let (size, total) = (size.unwrap_or(10), u64::from(all.end - all.start));
    let start = (all.start + (number - 1) * size).min(all.end);
    page(start..(start + size).min(all.end), Next::Counted { at: number + 1, likely: false }, Some(total))
}

#[tokio::test]
async fn a_list_ends_where_the_server_ends_it() {
    let linked = list(|number, _, _| {
        let next = if number < 5 { Next::At(number + 1) } else { Next::End };
        // The third page is empty and the fourth is short.
        let rows = if number == 3 { 0..0 } else { number * 10..number * 10 + 7 - number };
        page(rows, next, None)
    });
    let (rows, end, asked) = read(&linked).await;
    assert_eq!((rows.len(), end, asked), (6 + 5 + 3 + 2, None, vec![1, 2, 3, 4, 5]));

    let counted = list(|number, size, _| numbered(0..250, number, size));
    let (rows, end, asked) = read(&counted).await;
    assert_eq!((rows, end, asked), ((0..250).collect(), None, vec![1, 2, 3]));

    let empty = list(|number, size, _| numbered(0..0, number, size));
    assert_eq!(read(&empty).await, (vec![], None, vec![1]));
}

#[tokio::test]
async fn without_a_total_a_numbered_list_goes_on_while_more_is_likely() {
    let list = list(|number, _, _| {
        page(number * 10..number * 10 + 3, Next::Counted { at: number + 1, likely: number < 3 }, None)
    });
    assert_eq!(read(&list).await.2, [1, 2, 3]);
}

#[tokio::test]
async fn pages_smaller_than_asked_for_are_read_to_the_total() {
    let list = list(|number, _, _| numbered(0..95, number, Some(20)));
    assert_eq!(read(&list).await, ((0..95).collect(), None, vec![1, 2, 3, 4, 5]));
}

#[tokio::test]
async fn a_total_that_is_not_reached_is_read_on_for_and_then_told() {
    let short = list(|number, size, _| {
        let rows = if number == 1 { 0..100 } else { 0..0 };
        let read = numbered(0..250, number, size).unwrap();
        page(rows, read.next, read.total)
    });
    let (rows, end, asked) = read(&short).await;
    assert_eq!((rows.len(), end), (100, cut(Cut::Short { read: 100, total: 250 })));
    assert_eq!(asked, [1, 2, 3, 1, 2, 3]);

    // An empty page in between is not the end, and one that was empty once is filled the next time.
    let gap = list(|number, size, before| match (number, before) {
        (2, 0..3) => page([], Next::Counted { at: 3, likely: false }, Some(250)),
        _ => numbered(0..250, number, size),
    });
    let (mut rows, end, asked) = read(&gap).await;
    assert_eq!((rows[100], end, asked), (200, None, vec![1, 2, 3, 4, 1, 2, 3]));
    rows.sort_unstable();
    assert_eq!(rows, (0..250).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_total_without_any_row_behind_it_is_given_up() {
    let list = list(|number, _, _| page([], Next::Counted { at: number + 1, likely: true }, Some(1 << 60)));
    let (rows, end, asked) = read(&list).await;
    assert_eq!((rows, end), (vec![], cut(Cut::Short { read: 0, total: 1 << 60 })));
    assert_eq!(asked.len(), 100);
}

#[tokio::test]
async fn repeated_and_reordered_rows_count_once() {
    let list = list(|number, _, _| match number {
        1 => page([1, 2, 3, 2], Next::At(2), None),
        2 => page([3, 1, 2], Next::At(3), None),
        _ => page([5, 4, 3], Next::End, None),
    });
    assert_eq!(read(&list).await, (vec![1, 2, 3, 5, 4], None, vec![1, 2, 3]));
}

#[tokio::test]
async fn a_list_that_moves_while_it_is_read_is_read_again() {
    // A row comes to the front after the first page: the last row of that page comes twice.
    let grows =
        list(|number, size, before| numbered(if before == 0 { 1..250 } else { 0..250 }, number, size));
    let (mut rows, end, asked) = read(&grows).await;
    rows.sort_unstable();
    assert_eq!((rows, end, asked), ((0..250).collect(), None, vec![1, 2, 3, 4, 1, 2, 3]));

    // A row of the first page goes: the first row of the second page is skipped.
    let shrinks =
        list(|number, size, before| numbered(if before == 0 { 0..250 } else { 1..250 }, number, size));
    let (mut rows, end, asked) = read(&shrinks).await;
    rows.sort_unstable();
    assert_eq!((rows, end, asked), ((0..250).collect(), None, vec![1, 2, 3, 1, 2, 3]));
}

#[tokio::test]
async fn pages_in_a_circle_or_without_an_end_are_recognised() {
    let circle = list(|number, _, _| page([number], Next::At(number % 3 + 1), None));
    // The first page has no position of its own, so that it is read a second time.
    let (rows, end, asked) = read(&circle).await;
    assert_eq!((rows, end, asked), (vec![1, 2, 3], cut(Cut::Repeated), vec![1, 2, 3, 1]));

    let same = list(|number, _, _| page([1, 2], Next::At(number + 1), None));
    let (rows, end, asked) = read(&same).await;
    assert_eq!((rows, end, asked.len()), (vec![1, 2], cut(Cut::Repeated), 101));
}

#[tokio::test]
async fn what_may_be_the_end_is_asked_beyond_until_nothing_new_comes() {
    let list = list(|number, _, _| {
        let rows = if number < 4 { number * 2..number * 2 + 2 } else { 2..8 };
        page(rows, Next::Maybe(number + 1), None)
    });
    assert_eq!(read(&list).await, ((2..8).collect(), None, vec![1, 2, 3, 4]));
}

#[tokio::test]
async fn a_list_that_breaks_off_keeps_its_rows_and_tells_why() {
    let breaking = |trouble: Trouble, status: u16, good: u32| {
        list(move |number, _, _| {
            if number > good {
                return Err(PageError::Failed(error(trouble.clone(), Some(status))));
            }
            page([number], Next::At(number + 1), None)
        })
    };
    let failed = error(Trouble::ServerFailed, Some(500));
    let first = breaking(Trouble::ServerFailed, 500, 0);
    assert_eq!(read(&first).await, (vec![], Some(Trouble::ServerFailed), vec![1]));
    let third = breaking(Trouble::ServerFailed, 500, 2);
    assert_eq!(read(&third).await, (vec![1, 2], cut(Cut::Failed(Box::new(failed))), vec![1, 2, 3]));
    // AWS throttles with status 400: that is no lost position.
    for (trouble, status, expected) in [
        (Trouble::NotFound, 404, Cut::LostPosition),
        (Trouble::Rejected, 400, Cut::LostPosition),
        (
            Trouble::RateLimited(None),
            400,
            Cut::Failed(Box::new(error(Trouble::RateLimited(None), Some(400)))),
        ),
    ] {
        assert_eq!(read(&breaking(trouble, status, 1)).await.1, cut(expected));
    }
    let nowhere = list(|_, _, _| page([1], Next::Unusable, None));
    assert_eq!(read(&nowhere).await, (vec![1], cut(Cut::NextUnusable), vec![1]));
}

#[tokio::test]
async fn a_size_that_the_server_refuses_is_replaced_and_remembered() {
    let accepts = |most: u32, named: Vec<u32>, unspecified: bool| {
        list(move |number, size: Option<u32>, _| {
            if size.map_or(unspecified, |size| size <= most) {
                return numbered(0..25, number, size);
            }
            Err(PageError::Size { error: error(Trouble::Rejected, Some(400)), named: named.clone() })
        })
    };
    let named = accepts(20, vec![50, 20], false);
    assert_eq!(read(&named).await, ((0..25).collect(), None, vec![1, 1, 1, 2]));
    assert_eq!(read(&named).await.2, [1, 2], "remembered");
    assert_eq!(named.asked.lock().unwrap()[4], (1, Some(20)));

    let unnamed = accepts(0, vec![], true);
    assert_eq!(read(&unnamed).await, ((0..25).collect(), None, vec![1, 1, 2, 3]));
    assert_eq!(unnamed.asked.lock().unwrap()[1..], [(1, None), (2, None), (3, None)]);

    // A refusal that no size helps against is what the server said first, and changes nothing.
    let stubborn = accepts(0, vec![], false);
    assert_eq!(read(&stubborn).await, (vec![], Some(Trouble::Rejected), vec![1, 1]));
    assert_eq!(stubborn.size.current(), Some(100));
}

#[tokio::test]
async fn lists_under_way_keep_their_size_when_another_learns_a_smaller_one() {
    let list = list(|number, size, _| numbered(0..250, number, size));
    let stream = pages(&list);
    pin_mut!(stream);
    assert_eq!(stream.next().await.unwrap().unwrap().len(), 100);
    list.size.learn(Some(30));
    assert_eq!(stream.next().await.unwrap().unwrap().len(), 100);
    assert_eq!(list.asked.lock().unwrap()[1], (2, Some(100)));
}
