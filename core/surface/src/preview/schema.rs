//! Columns and tensors with their types, as MLflow writes them in signatures and datasets.
//! Source: MLflow, `mlflow.types.schema`, `Schema.to_dict`.

use flowdeck_client::tracking::Dataset;
use serde_json::Value;

/// A column, a tensor or a param of a signature.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Field {
    /// Its name; empty where it has none.
    pub name: String,
    /// `double`, `tensor(float32)[-1, 3]`, `array(string)`.
    pub kind: String,
    /// Whether it must be given.
    pub is_required: bool,
    /// What is taken where it is not given.
    pub default: Option<String>,
}

/// Fields under a title: inputs, outputs, columns, features.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct FieldGroup {
    /// What they are.
    pub title: String,
    /// In the order written.
    pub fields: Vec<Field>,
}

/// Types in types are written out so deep.
const DEEPEST: usize = 16;

/// The fields of a schema as JSON; none where it is no list.
pub(super) fn fields(json: &str) -> Option<Vec<Field>> {
    fields_of(&serde_json::from_str(json).ok()?)
}

fn fields_of(value: &Value) -> Option<Vec<Field>> {
    match value {
        Value::Array(list) => Some(list.iter().map(field).collect()),
        // Tensors by name are a text within the JSON of a dataset.
        Value::String(json) => fields(json),
        _ => None,
    }
}

fn field(value: &Value) -> Field {
    let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
    Field {
        name: text("name"),
        kind: kind(value, 0),
        is_required: value["required"]
            .as_bool()
            .unwrap_or(!value["optional"].as_bool().unwrap_or(false)),
        default: value
            .get("default")
            .filter(|default| !default.is_null())
            .map(plain),
    }
}

/// The type of a value in one line.
fn kind(value: &Value, depth: usize) -> String {
    let Some(name) = value["type"].as_str() else {
        return value.as_str().map_or_else(|| "?".to_owned(), str::to_owned);
    };
    if depth >= DEEPEST {
        return "…".to_owned();
    }
    let shape = |value: &Value| {
        value
            .as_array()
            .map(|sizes| format!("[{}]", joined(sizes)))
            .unwrap_or_default()
    };
    match name {
        "tensor" => {
            let spec = &value["tensor-spec"];
            format!(
                "tensor({}){}",
                spec["dtype"].as_str().unwrap_or("?"),
                shape(&spec["shape"])
            )
        }
        "array" => format!("array({})", kind(&value["items"], depth + 1)),
        "map" => format!("map({})", kind(&value["values"], depth + 1)),
        "object" => {
            let properties = value["properties"].as_object();
            let inner: Vec<String> = properties
                .into_iter()
                .flatten()
                .map(|(key, value)| format!("{key}: {}", kind(value, depth + 1)))
                .collect();
            format!("object({})", inner.join(", "))
        }
        plain => format!("{plain}{}", shape(&value["shape"])),
    }
}

fn joined(values: &[Value]) -> String {
    let texts: Vec<String> = values.iter().map(plain).collect();
    texts.join(", ")
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What a dataset's schema says, group by group; none where it says it in a way of its own.
pub fn dataset_groups(dataset: &Dataset) -> Vec<FieldGroup> {
    let Some(Ok(schema)) = dataset.schema.as_deref().map(serde_json::from_str::<Value>) else {
        return Vec::new();
    };
    let group = |title: &str, value: &Value| {
        let fields = fields_of(value)?;
        Some(FieldGroup {
            title: title.to_owned(),
            fields,
        })
    };
    if let Some(columns) = schema.get("mlflow_colspec") {
        return group("Columns", columns).into_iter().collect();
    }
    let Some(tensors) = schema.get("mlflow_tensorspec") else {
        return Vec::new();
    };
    match tensors {
        Value::Object(parts) => parts
            .iter()
            .filter_map(|(name, value)| group(&capital(name), value))
            .collect(),
        list => group("Tensors", list).into_iter().collect(),
    }
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
