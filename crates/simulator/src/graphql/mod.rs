//! `/api/graphql`: not a general engine, but queries are parsed, validated and scored like there.

mod connection;
mod document;
mod mutations;
mod nodes;
mod render;
mod resolve;
mod schema;
mod tags;
mod validate;
mod variables;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Map, Value, json};

use self::document::{Operation, parse};
use self::nodes::Node;
use self::render::{Asked, Problem};
use crate::auth::{Caller, TokenError, authenticate};
use crate::server::{App, Shared};
use crate::state::State as Server;

/// GitLab: characters of a query, shared by all queries of one request.
const LONGEST_QUERY: usize = 10_000;

/// GitLab: complexity for callers without a token.
const ANONYMOUS_COMPLEXITY: u32 = 200;

/// GitLab: one sentence for everything that is missing or not allowed.
pub(super) const NOT_AVAILABLE: &str = "The resource that you are attempting to access does not exist or you don't have permission to perform this action";

/// The path of GraphQL.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/api/graphql", post(handle))
}

async fn handle(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    let Ok(request) = serde_json::from_slice::<Value>(&body) else {
        return failed(StatusCode::BAD_REQUEST, "Unexpected end of document");
    };
    let caller = match app.read(|state| authenticate(state, &headers)) {
        Ok(caller) => Some(caller),
        Err(TokenError::Missing) => None,
        Err(_) => return failed(StatusCode::UNAUTHORIZED, "Invalid token"),
    };
    let many: Vec<&Value> = match &request {
        Value::Array(queries) => queries.iter().collect(),
        one => vec![one],
    };
    let text = |query: &Value| query.get("query").and_then(Value::as_str).unwrap_or_default().to_owned();
    let length: usize = many.iter().map(|query| text(query).chars().count()).sum();
    if length > LONGEST_QUERY {
        return failed(StatusCode::UNPROCESSABLE_ENTITY, "Query too large");
    }
    let answer = |query: &Value| {
        let variables = query.get("variables").and_then(Value::as_object);
        let name = query.get("operationName").and_then(Value::as_str);
        run(&app, caller.as_ref(), &text(query), variables, name)
    };
    let body = match request {
        Value::Array(_) => Value::Array(many.into_iter().map(answer).collect()),
        ref one => answer(one),
    };
    axum::Json(body).into_response()
}

fn failed(status: StatusCode, message: &str) -> Response {
    (status, axum::Json(json!({"errors": [{"message": message}]}))).into_response()
}

/// Parses, validates, scores and carries out one query.
fn run(
    app: &Shared,
    caller: Option<&Caller>,
    text: &str,
    variables: Option<&Map<String, Value>>,
    name: Option<&str>,
) -> Value {
    let document = match parse(text) {
        Ok(document) => document,
        Err(error) => return json!({"errors": [{"message": error.to_string()}]}),
    };
    let Some(operation) = document.operation(name) else {
        return json!({"errors": [{"message": "No operation found"}]});
    };
    let empty = Map::new();
    let variables = match variables::coerce(&operation, variables.unwrap_or(&empty)) {
        Ok(variables) => variables,
        Err(errors) => return json!({"errors": errors}),
    };
    let version = app.read(|state| state.settings.version);
    let checked = validate::check(&document, &operation, &variables, version);
    let errors = checked.errors;
    if !errors.is_empty() {
        return json!({"errors": errors});
    }
    let limit = caller.map_or(ANONYMOUS_COMPLEXITY, |_| app.config.complexity_limit);
    if checked.complexity > limit {
        let message = format!(
            "Query has complexity of {}, which exceeds max complexity of {limit}",
            checked.complexity
        );
        return json!({"errors": [{"message": message}]});
    }
    let asked =
        Asked { app, caller, document: &document, variables: &variables, score: checked.complexity, limit };
    if operation.mutation {
        return app.write(|state| mutate(state, &asked, &operation));
    }
    if caller.is_some_and(|caller| !caller.may_read_api()) {
        return json!({"errors": [{"message": NOT_AVAILABLE}]});
    }
    app.read(|state| {
        let mut problems = Vec::new();
        let data = asked.with(state).object(&Node::Query, operation.selection, &[], &mut problems);
        envelope(data, &problems)
    })
}

/// Carries out the fields of a mutation one after the other, each with the state the last one left.
fn mutate(state: &mut Server, asked: &Asked<'_>, operation: &Operation<'_>) -> Value {
    let mut data = Map::new();
    let mut problems = Vec::new();
    for field in asked.fields(operation.selection) {
        let key = field.alias.as_ref().unwrap_or(&field.name).clone();
        let arguments = asked.arguments(field);
        let value = match mutations::run(state, asked.caller, &field.name, &arguments) {
            Ok(payload) => {
                let path = [json!(key)];
                let node = Node::Payload(&payload);
                asked.with(state).object(&node, &field.selection_set, &path, &mut problems)
            }
            Err(refused) => {
                problems.push(Problem { message: refused.to_string(), path: vec![json!(key)] });
                Value::Null
            }
        };
        data.insert(key, value);
    }
    envelope(Value::Object(data), &problems)
}

fn envelope(data: Value, problems: &[Problem]) -> Value {
    let mut body = json!({"data": data});
    if !problems.is_empty() {
        body["errors"] = problems
            .iter()
            .map(|problem| json!({"message": problem.message, "path": problem.path}))
            .collect();
    }
    body
}
