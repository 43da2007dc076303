//! Variables and arguments as JSON.

use serde_json::{Map, Value, json};

use super::document::{AstType, AstValue, Operation};
use super::schema::input_fields;

/// The values of an operation's variables, or why they do not fit.
pub(super) fn coerce(
    operation: &Operation<'_>,
    given: &Map<String, Value>,
) -> Result<Map<String, Value>, Vec<Value>> {
    let mut values = Map::new();
    let mut errors = Vec::new();
    for definition in operation.variables {
        let name = &definition.name;
        let at = json!([{"line": definition.position.line, "column": definition.position.column}]);
        let base = base_type(&definition.var_type);
        if base.ends_with("Input") && input_fields(base).is_none() {
            errors.push(json!({
                "message": format!("{base} isn't a defined input type (on ${name})"),
                "locations": at,
            }));
            continue;
        }
        let value = match given.get(name) {
            Some(value) => Some(value.clone()),
            None => definition.default_value.as_ref().map(|value| to_json(value, &Map::new())),
        };
        let required = matches!(definition.var_type, AstType::NonNullType(_));
        if required && value.as_ref().is_none_or(Value::is_null) {
            errors.push(json!({
                "message": format!("Variable ${name} of type {} was provided invalid value", definition.var_type),
                "locations": at,
            }));
            continue;
        }
        if let Some(value) = &value
            && let Some(problem) = input_problem(base, value)
        {
            errors.push(json!({
                "message": format!("Variable ${name} of type {} was provided {problem}", definition.var_type),
                "locations": at,
            }));
            continue;
        }
        if let Some(value) = value {
            values.insert(name.clone(), value);
        }
    }
    if errors.is_empty() { Ok(values) } else { Err(errors) }
}

/// The type's name without list and non-null.
pub(super) fn base_type(of: &AstType) -> &str {
    match of {
        AstType::NamedType(name) => name,
        AstType::ListType(inner) | AstType::NonNullType(inner) => base_type(inner),
    }
}

/// Why a value is not of this input type: the words after "was provided".
pub(super) fn input_problem(input: &str, value: &Value) -> Option<String> {
    let fields = input_fields(input)?;
    let Some(object) = value.as_object() else {
        return Some("invalid value".to_owned());
    };
    for field in fields.iter().filter_map(|field| field.strip_suffix('!')) {
        if object.get(field).is_none_or(Value::is_null) {
            return Some(format!("invalid value for {field} (Expected value to not be null)"));
        }
    }
    for (key, value) in object {
        let known = fields.iter().any(|field| field.trim_end_matches('!') == key);
        if !known {
            return Some(format!("invalid value for {key} (Field is not defined on {input})"));
        }
        let level = key.starts_with("minimumAccessLevel");
        let fits = match value {
            Value::Null => true,
            Value::String(word) if level => matches!(word.as_str(), "MAINTAINER" | "OWNER" | "ADMIN"),
            Value::String(_) => key != "tagNames",
            Value::Array(items) => key == "tagNames" && items.iter().all(Value::is_string),
            _ => false,
        };
        if !fits && level {
            return Some(format!(
                "invalid value for {key} (Expected {value} to be one of: MAINTAINER, OWNER, ADMIN)"
            ));
        }
        if !fits {
            return Some(format!("invalid value for {key} (Could not coerce value {value})"));
        }
    }
    None
}

/// A literal as JSON, with variables put in; a variable that was not given is left out of objects.
pub(super) fn to_json(value: &AstValue, variables: &Map<String, Value>) -> Value {
    match value {
        AstValue::Variable(name) => variables.get(name).cloned().unwrap_or(Value::Null),
        AstValue::Int(number) => json!(number.as_i64()),
        AstValue::Float(number) => json!(number),
        AstValue::String(text) => json!(text),
        AstValue::Boolean(flag) => json!(flag),
        AstValue::Null => Value::Null,
        AstValue::Enum(word) => json!(word),
        AstValue::List(items) => items.iter().map(|item| to_json(item, variables)).collect(),
        AstValue::Object(fields) => Value::Object(
            fields
                .iter()
                .filter(|(_, value)| given(value, variables))
                .map(|(key, value)| (key.clone(), to_json(value, variables)))
                .collect(),
        ),
    }
}

/// Whether a value was given, which a variable may not be.
pub(super) fn given(value: &AstValue, variables: &Map<String, Value>) -> bool {
    match value {
        AstValue::Variable(name) => variables.contains_key(name),
        _ => true,
    }
}
