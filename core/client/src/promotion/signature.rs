use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// Inputs, outputs and params of a model with their types, as `MLmodel` writes them down.
///
/// Source: MLflow, `mlflow.models.signature.ModelSignature.to_dict`: each part is a JSON text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signature {
    parts: BTreeMap<&'static str, Value>,
}

/// How far one signature agrees with another.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Agreement {
    /// What served the one does not serve the other.
    Breaking,
    /// Callers of the one can call the other.
    Compatible,
    /// The same in every field.
    Equal,
}

/// Two signatures side by side.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum SignatureComparison {
    /// Nobody holds the target.
    NoHolder,
    /// One of the two has none that can be read: which one, for people.
    Unknown(&'static str),
    /// How far they agree, and where they do not.
    Known(Agreement, Vec<String>),
}

const PARTS: [(&str, &str); 3] = [("inputs", "input"), ("outputs", "output"), ("params", "param")];

#[derive(Deserialize)]
struct Wire {
    signature: Option<BTreeMap<String, Option<String>>>,
}

impl Signature {
    /// The signature of an `MLmodel`; none where it has none or is no such file.
    pub fn of_mlmodel(yaml: &str) -> Option<Self> {
        let wire: Wire = serde_saphyr::from_str(yaml).ok()?;
        let mut written = wire.signature?;
        let mut parts = BTreeMap::new();
        for (part, _) in PARTS {
            if let Some(json) = written.remove(part).flatten() {
                parts.insert(part, serde_json::from_str(&json).ok()?);
            }
        }
        (!parts.is_empty()).then_some(Self { parts })
    }

    fn part(&self, part: &str) -> &[Value] {
        self.parts
            .get(part)
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }
}

impl Agreement {
    /// `equal`, `compatible`, `breaking`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Compatible => "compatible",
            Self::Breaking => "breaking",
        }
    }
}

impl SignatureComparison {
    /// Lays the candidate's beside the holder's. `holder` is none where nobody holds the target.
    pub fn of(candidate: Option<&Signature>, holder: Option<Option<&Signature>>) -> Self {
        match (candidate, holder) {
            (_, None) => Self::NoHolder,
            (None, Some(None)) => Self::Unknown("neither version has a signature"),
            (None, _) => Self::Unknown("the candidate has no signature"),
            (_, Some(None)) => Self::Unknown("the version that holds it has no signature"),
            (Some(candidate), Some(Some(holder))) => compare(candidate, holder),
        }
    }

    /// Whether they agree at least so far. Nothing to compare with agrees; a signature that cannot be read does not.
    pub fn satisfies(&self, wanted: Agreement) -> bool {
        match self {
            Self::NoHolder => true,
            Self::Unknown(_) => false,
            Self::Known(agreement, _) => *agreement >= wanted,
        }
    }

    /// `equal`, `compatible`, `breaking`, `unknown`; none where there is nothing to compare with.
    pub fn word(&self) -> Option<&'static str> {
        match self {
            Self::NoHolder => None,
            Self::Unknown(_) => Some("unknown"),
            Self::Known(agreement, _) => Some(agreement.word()),
        }
    }

    /// Where they do not agree.
    pub fn differences(&self) -> &[String] {
        match self {
            Self::Known(_, differences) => differences,
            _ => &[],
        }
    }

    /// For people, in one line.
    pub fn sentence(&self) -> String {
        match self {
            Self::NoHolder => "there is nothing to compare it with".to_owned(),
            Self::Unknown(why) => (*why).to_owned(),
            Self::Known(Agreement::Equal, _) => "equal in every field".to_owned(),
            Self::Known(_, differences) => differences.join("; "),
        }
    }
}

fn compare(candidate: &Signature, holder: &Signature) -> SignatureComparison {
    let mut found: Vec<(Agreement, String)> = Vec::new();
    let mut note = |worth, text| found.push((worth, text));
    for (part, word) in PARTS {
        let (new, old) = (candidate.part(part), holder.part(part));
        for (at, field) in old.iter().enumerate() {
            let name = name_of(field, at);
            match same_field(new, field, at) {
                // Callers that still give an input are refused nowhere: MLflow drops columns it does not know.
                None if part == "inputs" => note(Agreement::Compatible, format!("{word} {name} is gone")),
                None => note(Agreement::Breaking, format!("{word} {name} is gone")),
                Some(other) if kind_of(other) != kind_of(field) => note(
                    Agreement::Breaking,
                    format!("{word} {name} is {} and was {}", kind_of(other), kind_of(field)),
                ),
                Some(other) if part == "inputs" && is_required(other) && !is_required(field) => {
                    note(Agreement::Breaking, format!("{word} {name} is required now"));
                }
                Some(other) if is_required(other) != is_required(field) => {
                    note(Agreement::Compatible, format!("{word} {name} is optional now"));
                }
                Some(other) if other != field => {
                    note(
                        Agreement::Compatible,
                        format!("{word} {name} is described otherwise"),
                    );
                }
                Some(_) => {}
            }
        }
        for (at, field) in new.iter().enumerate() {
            if same_field(old, field, at).is_none() {
                let breaks = part == "inputs" && is_required(field);
                let worth = if breaks {
                    Agreement::Breaking
                } else {
                    Agreement::Compatible
                };
                note(worth, format!("{word} {} is new", name_of(field, at)));
            }
        }
    }
    if found.is_empty() && candidate != holder {
        found.push((
            Agreement::Compatible,
            "the fields stand in another order".to_owned(),
        ));
    }
    let agreement = found.iter().map(|(worth, _)| *worth).min();
    let differences = found.into_iter().map(|(_, text)| text).collect();
    SignatureComparison::Known(agreement.unwrap_or(Agreement::Equal), differences)
}

/// The field of the same name; of those without names the one in the same place.
fn same_field<'a>(fields: &'a [Value], wanted: &Value, at: usize) -> Option<&'a Value> {
    match wanted["name"].as_str() {
        Some(name) => fields.iter().find(|field| field["name"].as_str() == Some(name)),
        None => fields.get(at).filter(|field| field["name"].is_null()),
    }
}

fn name_of(field: &Value, at: usize) -> String {
    field["name"]
        .as_str()
        .map_or_else(|| format!("no. {}", at + 1), |name| format!("`{name}`"))
}

/// The type: a name, or a tensor's shape and type.
fn kind_of(field: &Value) -> String {
    let kind = field["type"].as_str().unwrap_or("?");
    let within = ["tensor-spec", "properties", "items", "values"]
        .iter()
        .find(|key| !field[**key].is_null());
    match within {
        Some(key) => format!("{kind} {}", field[*key]),
        None => kind.to_owned(),
    }
}

fn is_required(field: &Value) -> bool {
    field["required"].as_bool().unwrap_or(true) && !field["optional"].as_bool().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature(inputs: &str, outputs: &str) -> Signature {
        let yaml = format!(
            "flavors: {{}}\nsignature:\n  inputs: '{inputs}'\n  outputs: '{outputs}'\n  params: null\n"
        );
        Signature::of_mlmodel(&yaml).expect("it has one")
    }

    fn agreement(candidate: &Signature, holder: &Signature) -> Agreement {
        match SignatureComparison::of(Some(candidate), Some(Some(holder))) {
            SignatureComparison::Known(agreement, _) => agreement,
            other => panic!("{other:?}"),
        }
    }

    const X: &str = r#"[{"type": "double", "name": "x", "required": true}]"#;
    const XY: &str = r#"[{"type": "double", "name": "x", "required": true}, {"type": "long", "name": "y", "required": true}]"#;
    const X_Y_OPTIONAL: &str = r#"[{"type": "double", "name": "x", "required": true}, {"type": "long", "name": "y", "required": false}]"#;
    const X_LONG: &str = r#"[{"type": "long", "name": "x", "required": true}]"#;
    const TENSOR: &str = r#"[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 3]}}]"#;
    const OTHER_TENSOR: &str =
        r#"[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 4]}}]"#;

    #[test]
    fn callers_of_the_old_version_decide_what_is_compatible() {
        for (new, old, expected) in [
            (signature(X, X), signature(X, X), Agreement::Equal),
            (signature(XY, X), signature(X, X), Agreement::Breaking),
            (signature(X_Y_OPTIONAL, X), signature(X, X), Agreement::Compatible),
            (signature(X, X), signature(XY, X), Agreement::Compatible),
            (signature(X, X), signature(X, XY), Agreement::Breaking),
            (signature(X, XY), signature(X, X), Agreement::Compatible),
            (signature(X_LONG, X), signature(X, X), Agreement::Breaking),
            (
                signature(TENSOR, TENSOR),
                signature(TENSOR, TENSOR),
                Agreement::Equal,
            ),
            (
                signature(OTHER_TENSOR, TENSOR),
                signature(TENSOR, TENSOR),
                Agreement::Breaking,
            ),
        ] {
            assert_eq!(agreement(&new, &old), expected, "{new:?} for {old:?}");
        }
    }

    #[test]
    fn a_signature_that_is_not_there_agrees_with_none() {
        let known = signature(X, X);
        let no_holder = SignatureComparison::of(Some(&known), None);
        assert!(no_holder.satisfies(Agreement::Equal));
        for comparison in [
            SignatureComparison::of(None, Some(Some(&known))),
            SignatureComparison::of(Some(&known), Some(None)),
            SignatureComparison::of(None, Some(None)),
        ] {
            assert!(!comparison.satisfies(Agreement::Compatible), "{comparison:?}");
        }
        assert_eq!(Signature::of_mlmodel("flavors: {}\n"), None);
        assert_eq!(Signature::of_mlmodel("signature: [x"), None);
    }
}
