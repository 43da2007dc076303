//! A pattern as RE2 reads it, over ASCII. Groups are only structure here: nobody asks for captures.

use regex_syntax::hir::{Capture, Class, ClassBytes, ClassBytesRange, Hir, HirKind, Look, Repetition};

use super::ascii::AsciiSet;

/// Deepest tree that is built. What is nested deeper is refused as uncertain, because the
/// matching engine walks its input recursively.
pub(super) const MAX_DEPTH: u32 = 200;

/// One node.
#[derive(Clone, Debug)]
pub(super) enum Ast {
    /// Matches between any two characters.
    Empty,
    /// One character of a set; of the empty set, nothing.
    Set(AsciiSet),
    /// A place in the name.
    Look(Look),
    /// One after the other.
    Concat(Vec<Ast>),
    /// The first that matches.
    Alternate(Vec<Ast>),
    /// Again and again.
    Repeat {
        /// What.
        sub: Box<Ast>,
        /// At least so often.
        min: u32,
        /// At most so often; `None`: without limit.
        max: Option<u32>,
        /// As often as possible first.
        greedy: bool,
    },
}

impl Ast {
    /// The engine's form, with every class cut down to `alphabet`. What can match nothing any more
    /// goes: the engine's own properties would hide behind it what can match beside it.
    pub(super) fn to_hir(&self, alphabet: AsciiSet) -> Hir {
        match self {
            Self::Empty => Hir::empty(),
            Self::Set(set) => {
                let runs = set.intersection(alphabet).runs();
                let ranges = runs.into_iter().map(|(low, high)| ClassBytesRange::new(low, high));
                Hir::class(Class::Bytes(ClassBytes::new(ranges)))
            }
            Self::Look(look) => Hir::look(*look),
            Self::Concat(parts) => {
                let parts: Vec<Hir> = parts.iter().map(|part| part.to_hir(alphabet)).collect();
                if parts.iter().any(fails) { Hir::fail() } else { Hir::concat(parts) }
            }
            Self::Alternate(parts) => {
                let branches = parts.iter().map(|part| part.to_branch(alphabet));
                Hir::alternation(branches.filter(|branch| !fails(branch)).collect())
            }
            Self::Repeat { sub, min, max, greedy } => {
                let sub = sub.to_hir(alphabet);
                match (fails(&sub), *min) {
                    (true, 0) => Hir::empty(),
                    (true, _) => Hir::fail(),
                    (false, min) => {
                        Hir::repetition(Repetition { min, max: *max, greedy: *greedy, sub: Box::new(sub) })
                    }
                }
            }
        }
    }

    /// As a branch of an alternation. `Hir` takes common beginnings out of branches, which changes
    /// what is found first when a beginning can match in more than one way: a group keeps it in.
    fn to_branch(&self, alphabet: AsciiSet) -> Hir {
        let hir = self.to_hir(alphabet);
        let HirKind::Concat(parts) = hir.kind() else { return hir };
        let one_way =
            |part: &Hir| matches!(part.kind(), HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_));
        if parts.first().is_some_and(one_way) {
            return hir;
        }
        Hir::capture(Capture { index: 1, name: None, sub: Box::new(hir) })
    }
}

/// Whether it matches nowhere. All else has a least length, as long as nothing that fails is inside.
fn fails(hir: &Hir) -> bool {
    hir.properties().minimum_len().is_none()
}

/// How many instructions RE2 needs for a node: at least, and at most.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cost {
    /// At least.
    pub(super) low: u64,
    /// At most.
    pub(super) high: u64,
}

impl Cost {
    /// Exactly this many.
    pub(super) fn exactly(count: u64) -> Self {
        Self { low: count, high: count }
    }
}

/// A node on the parser's stack, with what is needed to judge what is built on it.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// The node.
    pub(super) ast: Ast,
    /// Its size in RE2.
    pub(super) cost: Cost,
    /// The largest product of counts on any way down, as RE2 limits it.
    pub(super) copies: u64,
    depth: u32,
}

impl Item {
    /// A node without children.
    pub(super) fn leaf(ast: Ast, cost: Cost) -> Self {
        Self { ast, cost, copies: 1, depth: 1 }
    }

    /// Whether the tree has grown too deep to go on with.
    pub(super) fn too_deep(&self) -> bool {
        self.depth > MAX_DEPTH
    }

    /// The items one after the other.
    pub(super) fn concat(items: Vec<Self>) -> Self {
        let low = items.iter().fold(0u64, |sum, item| sum.saturating_add(item.cost.low));
        let high = items.iter().fold(0u64, |sum, item| sum.saturating_add(item.cost.high));
        Self::join(items, Cost { low, high }, Ast::Concat)
    }

    /// The first of the items that matches.
    pub(super) fn alternate(items: Vec<Self>) -> Self {
        // RE2 takes common beginnings out, so the branches together may cost as little as one.
        let low = items.iter().map(|item| item.cost.low).max().unwrap_or(0);
        let high = items.iter().fold(0u64, |sum, item| sum.saturating_add(item.cost.high + 1));
        Self::join(items, Cost { low, high }, Ast::Alternate)
    }

    fn join(mut items: Vec<Self>, cost: Cost, node: fn(Vec<Ast>) -> Ast) -> Self {
        match items.len() {
            0 => Self::leaf(Ast::Empty, Cost { low: 0, high: 1 }),
            1 => items.remove(0),
            _ => Self {
                cost,
                copies: items.iter().map(|item| item.copies).max().unwrap_or(1),
                depth: 1 + items.iter().map(|item| item.depth).max().unwrap_or(0),
                ast: node(items.into_iter().map(|item| item.ast).collect()),
            },
        }
    }

    /// The item again and again.
    pub(super) fn repeat(self, min: u32, max: Option<u32>, greedy: bool, counted: bool) -> Self {
        let low = self.cost.low.saturating_mul(u64::from(min));
        let times = u64::from(max.unwrap_or(min).max(1));
        let high = self.cost.high.saturating_add(2).saturating_mul(times);
        let factor = if counted { times } else { 1 };
        Self {
            cost: Cost { low, high },
            copies: self.copies.saturating_mul(factor),
            depth: self.depth + 1,
            ast: Ast::Repeat { sub: Box::new(self.ast), min, max, greedy },
        }
    }

    /// The item with RE2's two capture instructions around it.
    pub(super) fn captured(mut self) -> Self {
        self.cost.low = self.cost.low.saturating_add(2);
        self.cost.high = self.cost.high.saturating_add(2);
        self
    }
}
