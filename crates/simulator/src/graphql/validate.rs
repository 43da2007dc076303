//! Whether a query fits the schema, and what it costs.

use std::collections::HashMap;

use graphql_parser::Pos;
use serde_json::{Map, Value, json};

use super::document::{AstValue, Document, Field, Fragment, Operation, Selection, Selections};
use super::schema::{FieldDef, Returns, field, input_type};
use super::variables::{base_type, given, input_problem, to_json};
use crate::version::Version;

/// How deep selections may go. GitLab: 20 for callers with a token.
const DEEPEST: usize = 20;

/// The outcome of looking at a query.
pub(super) struct Checked {
    pub(super) errors: Vec<Value>,
    pub(super) complexity: u32,
}

/// Looks at a query.
pub(super) fn check(
    document: &Document,
    operation: &Operation<'_>,
    variables: &Map<String, Value>,
    version: Version,
) -> Checked {
    let mut walk =
        Walk { fragments: document.fragments(), operation, variables, version, errors: Vec::new() };
    let root = if operation.mutation { "Mutation" } else { "Query" };
    let word = if operation.mutation { "mutation" } else { "query" };
    let first = match operation.name {
        Some(name) => format!("{word} {name}"),
        None => word.to_owned(),
    };
    let complexity = walk.selections(root, operation.selection, &[json!(first)], 0);
    Checked { errors: walk.errors, complexity }
}

struct Walk<'a> {
    fragments: HashMap<&'a str, &'a Fragment>,
    operation: &'a Operation<'a>,
    variables: &'a Map<String, Value>,
    version: Version,
    errors: Vec<Value>,
}

impl<'a> Walk<'a> {
    /// Looks at the selections on a type; gives what they cost.
    fn selections(&mut self, of: &str, set: &'a Selections, path: &[Value], depth: usize) -> u32 {
        if depth > DEEPEST {
            self.error("Query has depth of 21, which exceeds max depth of 20", set.span.0, path, json!({}));
            return 0;
        }
        let mut cost = 0_u32;
        for selection in &set.items {
            let more = match selection {
                Selection::Field(field) => self.field(of, field, path, depth),
                Selection::InlineFragment(fragment) => {
                    self.selections(of, &fragment.selection_set, path, depth + 1)
                }
                Selection::FragmentSpread(spread) => {
                    match self.fragments.get(spread.fragment_name.as_str()).copied() {
                        Some(fragment) => self.selections(of, &fragment.selection_set, path, depth + 1),
                        None => {
                            let message =
                                format!("Fragment {} was used, but not defined", spread.fragment_name);
                            self.error(
                                &message,
                                spread.position,
                                path,
                                json!({"code": "useAndDefineFragment"}),
                            );
                            0
                        }
                    }
                }
            };
            cost = cost.saturating_add(more);
        }
        cost
    }

    fn field(&mut self, of: &str, asked: &'a Field, path: &[Value], depth: usize) -> u32 {
        let mut path = path.to_vec();
        path.push(json!(asked.alias.as_ref().unwrap_or(&asked.name)));
        if asked.name == "__typename" {
            return 0;
        }
        let Some(known) = field(of, &asked.name, self.version) else {
            let message = format!("Field '{}' doesn't exist on type '{of}'", asked.name);
            let code = json!({"code": "undefinedField", "typeName": of, "fieldName": asked.name});
            self.error(&message, asked.position, &path, code);
            return 0;
        };
        self.arguments(of, known, asked, &path);
        let (Returns::Object(inner) | Returns::List(inner) | Returns::Connection(inner, _)) = known.returns
        else {
            if !asked.selection_set.items.is_empty() {
                let message =
                    format!("Selections can't be made on scalars (field '{}' has selections)", asked.name);
                self.error(&message, asked.position, &path, json!({"code": "selectionMismatch"}));
            }
            return 1;
        };
        if asked.selection_set.items.is_empty() {
            let message = format!(
                "Field must have selections (field '{}' returns {inner} but has no selections. Did you mean '{} {{ ... }}'?)",
                asked.name, asked.name
            );
            self.error(&message, asked.position, &path, json!({"code": "selectionMismatch"}));
            return 1;
        }
        let below = self.selections(inner, &asked.selection_set, &path, depth + 1);
        1 + below + self.page_cost(known, asked, below)
    }

    /// GitLab: a connection costs a hundredth of its selections more for each node that may come.
    fn page_cost(&self, known: FieldDef, asked: &Field, below: u32) -> u32 {
        let Returns::Connection(_, most) = known.returns else {
            return 0;
        };
        let size = asked
            .arguments
            .iter()
            .filter(|(name, _)| name == "first" || name == "last")
            .filter_map(|(_, value)| to_json(value, self.variables).as_u64())
            .filter_map(|size| u32::try_from(size).ok())
            .min()
            .map_or(most, |size| size.min(most));
        below.saturating_mul(size) / 100
    }

    fn arguments(&mut self, of: &str, known: FieldDef, asked: &'a Field, path: &[Value]) {
        for (name, value) in &asked.arguments {
            let declared = known.arguments.iter().any(|argument| argument.trim_end_matches('!') == name);
            if !declared {
                let message = format!("Field '{}' doesn't accept argument '{name}'", asked.name);
                let code = json!({"code": "argumentNotAccepted", "typeName": of, "name": asked.name, "argumentName": name});
                self.error(&message, asked.position, path, code);
            }
            if let AstValue::Variable(variable) = value {
                self.variable(asked, name, variable, path);
            } else if let Some(input) = input_type(&asked.name).filter(|_| name == "input")
                && let Some(problem) = input_problem(input, &to_json(value, self.variables))
            {
                let message = format!("Argument 'input' on Field '{}' has an {problem}", asked.name);
                self.error(&message, asked.position, path, json!({"code": "argumentLiteralsIncompatible"}));
            }
        }
        let missing: Vec<&str> = known
            .arguments
            .iter()
            .filter_map(|argument| argument.strip_suffix('!'))
            .filter(|required| {
                !asked.arguments.iter().any(|(name, value)| name == required && given(value, self.variables))
            })
            .collect();
        if !missing.is_empty() {
            let message =
                format!("Field '{}' is missing required arguments: {}", asked.name, missing.join(", "));
            self.error(&message, asked.position, path, json!({"code": "missingRequiredArguments"}));
        }
    }

    /// A variable has to be declared, and for a mutation's input with its very type.
    fn variable(&mut self, asked: &Field, argument: &str, name: &str, path: &[Value]) {
        let declared = self.operation.variables.iter().find(|variable| variable.name == name);
        let Some(declared) = declared else {
            let operation = self.operation.name.unwrap_or("anonymous query");
            let message = format!("Variable ${name} is used by {operation} but not declared");
            self.error(
                &message,
                asked.position,
                path,
                json!({"code": "variableNotDefined", "variableName": name}),
            );
            return;
        };
        let wanted = input_type(&asked.name).filter(|_| argument == "input");
        if let Some(wanted) = wanted
            && base_type(&declared.var_type) != wanted
        {
            let message = format!(
                "Type mismatch on variable ${name} and argument {argument} ({} / {wanted}!)",
                declared.var_type
            );
            self.error(&message, asked.position, path, json!({"code": "variableMismatch"}));
        }
    }

    fn error(&mut self, message: &str, at: Pos, path: &[Value], extensions: Value) {
        self.errors.push(json!({
            "message": message,
            "locations": [{"line": at.line, "column": at.column}],
            "path": path,
            "extensions": extensions,
        }));
    }
}
