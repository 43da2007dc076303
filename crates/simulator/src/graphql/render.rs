//! Walks selections and writes the answer.

use serde_json::{Map, Value, json};

use super::document::{Document, Field, Selection, Selections};
use super::nodes::Node;
use super::resolve::{Resolved, resolve};
use super::variables::{given, to_json};
use crate::auth::Caller;
use crate::server::Shared;
use crate::state::State;

/// A query that passed all checks, and who asks it.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) app: &'a Shared,
    pub(super) caller: Option<&'a Caller>,
    pub(super) document: &'a Document,
    pub(super) variables: &'a Map<String, Value>,
    pub(super) score: u32,
    pub(super) limit: u32,
}

/// What resolving needs to know.
pub(super) struct Context<'a> {
    pub(super) asked: Asked<'a>,
    pub(super) app: &'a Shared,
    pub(super) state: &'a State,
    pub(super) caller: Option<&'a Caller>,
}

/// An error of the answer, with the path of the field that is null because of it.
pub(super) struct Problem {
    pub(super) message: String,
    pub(super) path: Vec<Value>,
}

impl<'a> Asked<'a> {
    /// The same with the server's memory at hand.
    pub(super) fn with(self, state: &'a State) -> Context<'a> {
        Context { asked: self, app: self.app, state, caller: self.caller }
    }

    /// The fields selected on a type, fragments and directives resolved.
    pub(super) fn fields<'s>(&'s self, set: &'s Selections) -> Vec<&'s Field> {
        let mut fields = Vec::new();
        for selection in &set.items {
            let directives = match selection {
                Selection::Field(field) => &field.directives,
                Selection::FragmentSpread(spread) => &spread.directives,
                Selection::InlineFragment(fragment) => &fragment.directives,
            };
            let shown = directives.iter().all(|directive| {
                let wanted = directive
                    .arguments
                    .iter()
                    .find(|(name, _)| name == "if")
                    .and_then(|(_, value)| to_json(value, self.variables).as_bool());
                match directive.name.as_str() {
                    "include" => wanted != Some(false),
                    "skip" => wanted != Some(true),
                    _ => true,
                }
            });
            if !shown {
                continue;
            }
            match selection {
                Selection::Field(field) => fields.push(field),
                Selection::InlineFragment(fragment) => {
                    fields.extend(self.fields(&fragment.selection_set));
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragment(&spread.fragment_name) {
                        fields.extend(self.fields(&fragment.selection_set));
                    }
                }
            }
        }
        fields
    }

    /// The arguments of a field; variables that were not given are left out.
    pub(super) fn arguments(&self, field: &Field) -> Map<String, Value> {
        field
            .arguments
            .iter()
            .filter(|(_, value)| given(value, self.variables))
            .map(|(name, value)| (name.clone(), to_json(value, self.variables)))
            .collect()
    }
}

impl Context<'_> {
    /// What is selected on a node.
    pub(super) fn object(
        &self,
        node: &Node<'_>,
        set: &Selections,
        path: &[Value],
        problems: &mut Vec<Problem>,
    ) -> Value {
        let mut object = Map::new();
        for field in self.asked.fields(set) {
            let key = field.alias.as_ref().unwrap_or(&field.name);
            let mut path = path.to_vec();
            path.push(json!(key));
            let value = if field.name == "__typename" {
                json!(node.type_name())
            } else {
                let resolved = resolve(self, node, &field.name, &self.asked.arguments(field));
                self.value(resolved, field, &path, problems)
            };
            // One key may be selected twice, with different fields below.
            match (object.get_mut(key), value) {
                (Some(Value::Object(old)), Value::Object(new)) => old.extend(new),
                (_, value) => {
                    object.insert(key.clone(), value);
                }
            }
        }
        Value::Object(object)
    }

    fn value(
        &self,
        resolved: Resolved<'_>,
        field: &Field,
        path: &[Value],
        problems: &mut Vec<Problem>,
    ) -> Value {
        match resolved {
            Resolved::Leaf(value) => value,
            Resolved::One(node) => self.object(&node, &field.selection_set, path, problems),
            Resolved::Held(node) => self.object(node, &field.selection_set, path, problems),
            Resolved::Many(nodes) => (0_usize..)
                .zip(&nodes)
                .map(|(at, node)| {
                    let mut path = path.to_vec();
                    path.push(json!(at));
                    self.object(node, &field.selection_set, &path, problems)
                })
                .collect(),
            Resolved::Rows(rows) => (0_usize..)
                .zip(rows)
                .map(|(at, (_, node))| {
                    let mut path = path.to_vec();
                    path.push(json!(at));
                    self.object(node, &field.selection_set, &path, problems)
                })
                .collect(),
            Resolved::Problem(message) => {
                problems.push(Problem { message: message.to_owned(), path: path.to_vec() });
                Value::Null
            }
        }
    }
}
