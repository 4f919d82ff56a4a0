use serde_json::Value;

/// Which objects are meant, by labels and by fields.
#[derive(Clone, Debug, Default)]
pub(super) struct Selector {
    labels: Vec<Requirement>,
    fields: Vec<Requirement>,
    is_all: bool,
}

/// What one label or field has to be.
#[derive(Clone, Debug)]
enum Requirement {
    In(String, Vec<String>),
    NotIn(String, Vec<String>),
    Exists(String),
    Absent(String),
}

impl Selector {
    /// Reads both; the sentence says what was wrong, in the server's words.
    pub(super) fn read(resource: &str, labels: &str, fields: &str) -> Result<Self, String> {
        let labels = split(labels)
            .into_iter()
            .map(|part| Requirement::of_label(&part))
            .collect::<Result<Vec<_>, _>>()?;
        let fields = split(fields)
            .into_iter()
            .map(|part| Requirement::of_field(&part))
            .collect::<Result<Vec<_>, _>>()?;
        if let Some(unknown) = fields
            .iter()
            .map(Requirement::name)
            .find(|name| !is_known(resource, name))
        {
            return Err(format!("field label not supported: {unknown}"));
        }
        Ok(Self {
            is_all: labels.is_empty() && fields.is_empty(),
            labels,
            fields,
        })
    }

    /// Whether it leaves nothing out.
    pub(super) fn is_all(&self) -> bool {
        self.is_all
    }

    pub(super) fn matches(&self, object: &Value) -> bool {
        let labels = &object["metadata"]["labels"];
        self.labels
            .iter()
            .all(|requirement| requirement.holds(labels[requirement.name()].as_str()))
            && self.fields.iter().all(|requirement| {
                let path = requirement.name();
                let value = path.split('.').fold(object, |value, step| &value[step]);
                // A field that is not set counts as empty.
                requirement.holds(Some(value.as_str().unwrap_or_default()))
            })
    }
}

/// Fields that objects can be chosen by. Source: Kubernetes, `pkg/apis/core/v1/conversion.go`.
fn is_known(resource: &str, field: &str) -> bool {
    let of_kind: &[&str] = match resource {
        "pods" => &[
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "status.phase",
            "status.podIP",
        ],
        "events" => &[
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "reason",
            "reportingComponent",
            "type",
        ],
        _ => &[],
    };
    ["metadata.name", "metadata.namespace"].contains(&field) || of_kind.contains(&field)
}

/// `a=b,c in (d,e)` at the commas that stand outside of brackets.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_i32;
    for letter in text.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

impl Requirement {
    fn of_label(part: &str) -> Result<Self, String> {
        let part = part.trim();
        for (word, is_in) in [(" notin ", false), (" in ", true)] {
            if let Some((name, values)) = part.split_once(word) {
                let values = values.trim().trim_start_matches('(').trim_end_matches(')');
                let values = values.split(',').map(|value| value.trim().to_owned()).collect();
                let name = name.trim().to_owned();
                return Ok(if is_in {
                    Self::In(name, values)
                } else {
                    Self::NotIn(name, values)
                });
            }
        }
        if let Some(found) = ["==", "=", "!="].iter().find(|word| part.starts_with(**word)) {
            return Err(format!(
                "found '{found}', expected: !, identifier, or 'end of string'"
            ));
        }
        Ok(match equality(part) {
            Some(requirement) => requirement,
            None => match part.strip_prefix('!') {
                Some(name) => Self::Absent(name.trim().to_owned()),
                None => Self::Exists(part.to_owned()),
            },
        })
    }

    fn of_field(part: &str) -> Result<Self, String> {
        equality(part).ok_or_else(|| format!("invalid selector: '{part}'; can't understand '{part}'"))
    }

    fn name(&self) -> &str {
        match self {
            Self::In(name, _) | Self::NotIn(name, _) | Self::Exists(name) | Self::Absent(name) => name,
        }
    }

    fn holds(&self, value: Option<&str>) -> bool {
        match self {
            Self::In(_, wanted) => value.is_some_and(|value| wanted.iter().any(|wanted| wanted == value)),
            Self::NotIn(_, unwanted) => {
                value.is_none_or(|value| unwanted.iter().all(|unwanted| unwanted != value))
            }
            Self::Exists(_) => value.is_some(),
            Self::Absent(_) => value.is_none(),
        }
    }
}

/// `a=b`, `a==b`, `a!=b`.
fn equality(part: &str) -> Option<Requirement> {
    let one = |name: &str, value: &str| (name.trim().to_owned(), vec![value.trim().to_owned()]);
    if let Some((name, value)) = part.split_once("!=") {
        let (name, value) = one(name, value);
        return Some(Requirement::NotIn(name, value));
    }
    let (name, value) = part.split_once("==").or_else(|| part.split_once('='))?;
    let (name, value) = one(name, value);
    Some(Requirement::In(name, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn objects_are_chosen_as_kubectl_words_it() {
        let pod = json!({ "metadata": { "name": "p", "labels": { "app": "train", "rank": "0" } },
                          "spec": { "nodeName": "n0" }, "status": { "phase": "Running" } });
        for (labels, fields, chosen) in [
            ("", "", true),
            ("app=train,rank==0", "", true),
            ("app!=train", "", false),
            ("app in (serve, train)", "", true),
            ("app notin (serve),!gone", "", true),
            ("gone", "", false),
            ("app", "status.phase=Running,spec.nodeName!=n1", true),
            ("", "status.phase!=Running", false),
        ] {
            let selector = Selector::read("pods", labels, fields).unwrap();
            assert_eq!(selector.matches(&pod), chosen, "{labels} {fields}");
        }
        assert!(Selector::read("pods", "===", "").is_err());
        assert_eq!(
            Selector::read("pods", "", "spec.nope=1").unwrap_err(),
            "field label not supported: spec.nope"
        );
    }
}
