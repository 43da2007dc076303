//! Parsed queries.

use std::collections::HashMap;

use graphql_parser::query::{self as ast, Definition, OperationDefinition};

/// The parser's types over owned text.
pub(super) type Field = ast::Field<'static, String>;
pub(super) type Selections = ast::SelectionSet<'static, String>;
pub(super) type Selection = ast::Selection<'static, String>;
pub(super) type Fragment = ast::FragmentDefinition<'static, String>;
pub(super) type VariableDefinition = ast::VariableDefinition<'static, String>;
pub(super) type AstValue = ast::Value<'static, String>;
pub(super) type AstType = ast::Type<'static, String>;

/// A parsed query with its fragments by name.
pub(super) struct Document {
    definitions: ast::Document<'static, String>,
}

/// One operation of a query.
#[derive(Clone, Copy)]
pub(super) struct Operation<'a> {
    pub(super) mutation: bool,
    pub(super) name: Option<&'a str>,
    pub(super) variables: &'a [VariableDefinition],
    pub(super) selection: &'a Selections,
}

/// The text is no GraphQL.
#[derive(Debug, thiserror::Error)]
#[error("syntax error: {0}")]
pub(super) struct SyntaxError(#[from] ast::ParseError);

/// Parses a query.
pub(super) fn parse(text: &str) -> Result<Document, SyntaxError> {
    let document = graphql_parser::parse_query::<String>(text)?;
    Ok(Document { definitions: document.into_static() })
}

impl Document {
    /// The operation of that name, or the only one.
    pub(super) fn operation(&self, name: Option<&str>) -> Option<Operation<'_>> {
        let mut operations = self.definitions.definitions.iter().filter_map(operation);
        match name {
            Some(name) => operations.find(|operation| operation.name == Some(name)),
            None => operations.next(),
        }
    }

    /// The fragments by name.
    pub(super) fn fragments(&self) -> HashMap<&str, &Fragment> {
        self.definitions
            .definitions
            .iter()
            .filter_map(|definition| match definition {
                Definition::Fragment(fragment) => Some((fragment.name.as_str(), fragment)),
                Definition::Operation(_) => None,
            })
            .collect()
    }

    /// The fragment of that name.
    pub(super) fn fragment(&self, name: &str) -> Option<&Fragment> {
        self.fragments().get(name).copied()
    }
}

fn operation<'a>(definition: &'a Definition<'static, String>) -> Option<Operation<'a>> {
    let Definition::Operation(operation) = definition else {
        return None;
    };
    match operation {
        OperationDefinition::SelectionSet(selection) => {
            Some(Operation { mutation: false, name: None, variables: &[], selection })
        }
        OperationDefinition::Query(query) => Some(Operation {
            mutation: false,
            name: query.name.as_deref(),
            variables: &query.variable_definitions,
            selection: &query.selection_set,
        }),
        OperationDefinition::Mutation(mutation) => Some(Operation {
            mutation: true,
            name: mutation.name.as_deref(),
            variables: &mutation.variable_definitions,
            selection: &mutation.selection_set,
        }),
        OperationDefinition::Subscription(_) => None,
    }
}
