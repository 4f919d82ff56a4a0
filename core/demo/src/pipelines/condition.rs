//! Conditions as the compiler of pipelines writes them: a small part of the Common Expression Language.

use std::cmp::Ordering;

use serde_json::{Map, Value};

/// Whether a condition holds of these inputs. One that cannot be read holds: the step runs rather than vanishes.
pub(super) fn holds(condition: &str, inputs: &Map<String, Value>) -> bool {
    let mut reader = Reader {
        rest: condition,
        inputs,
    };
    match reader.either() {
        Some(Value::Bool(holds)) if reader.rest.trim().is_empty() => holds,
        _ => true,
    }
}

/// The texts that an input is compared with: what a step that is only played might have given.
pub(super) fn compared_with(condition: &str, input: &str) -> Option<String> {
    let named = format!("inputs.parameter_values['{input}']");
    let (_, after) = condition.split_once(&named)?;
    let (_, literal) = after.trim_start().trim_start_matches(')').split_once("==")?;
    let literal = literal.trim_start().strip_prefix('\'')?;
    literal.split_once('\'').map(|(word, _)| word.to_owned())
}

struct Reader<'a> {
    rest: &'a str,
    inputs: &'a Map<String, Value>,
}

impl Reader<'_> {
    fn takes(&mut self, word: &str) -> bool {
        let rest = self.rest.trim_start();
        let Some(after) = rest.strip_prefix(word) else {
            return false;
        };
        self.rest = after;
        true
    }

    fn either(&mut self) -> Option<Value> {
        let mut value = self.both()?;
        while self.takes("||") {
            let other = self.both()?;
            value = Value::Bool(value.as_bool()? || other.as_bool()?);
        }
        Some(value)
    }

    fn both(&mut self) -> Option<Value> {
        let mut value = self.comparison()?;
        while self.takes("&&") {
            let other = self.comparison()?;
            value = Value::Bool(value.as_bool()? && other.as_bool()?);
        }
        Some(value)
    }

    fn comparison(&mut self) -> Option<Value> {
        let left = self.single()?;
        for sign in ["==", "!=", "<=", ">=", "<", ">"] {
            if self.takes(sign) {
                let order = compare(&left, &self.single()?);
                return Some(Value::Bool(match sign {
                    "==" => order == Some(Ordering::Equal),
                    "!=" => order != Some(Ordering::Equal),
                    "<=" => order? != Ordering::Greater,
                    ">=" => order? != Ordering::Less,
                    "<" => order? == Ordering::Less,
                    _ => order? == Ordering::Greater,
                }));
            }
        }
        Some(left)
    }

    fn single(&mut self) -> Option<Value> {
        if self.takes("!") {
            return Some(Value::Bool(!self.single()?.as_bool()?));
        }
        if self.takes("(") {
            let value = self.either()?;
            return self.takes(")").then_some(value);
        }
        for cast in ["int", "double", "string", "bool"] {
            let before = self.rest;
            if self.takes(cast) {
                if self.takes("(") {
                    let value = self.either()?;
                    return self.takes(")").then(|| converted(cast, value));
                }
                self.rest = before;
            }
        }
        if self.takes("inputs.parameter_values['") {
            let (name, after) = self.rest.split_once("']")?;
            self.rest = after;
            return Some(self.inputs.get(name).cloned().unwrap_or_default());
        }
        self.literal()
    }

    fn literal(&mut self) -> Option<Value> {
        self.rest = self.rest.trim_start();
        for quote in ['\'', '"'] {
            if let Some(text) = self.rest.strip_prefix(quote) {
                let (text, after) = text.split_once(quote)?;
                self.rest = after;
                return Some(text.into());
            }
        }
        for (word, value) in [("true", Value::Bool(true)), ("false", Value::Bool(false))] {
            if self.takes(word) {
                return Some(value);
            }
        }
        let end = self
            .rest
            .find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '-' | 'e' | 'E'))
            .unwrap_or(self.rest.len());
        let (number, after) = self.rest.split_at(end);
        self.rest = after;
        number.parse::<f64>().ok().map(Value::from)
    }
}

fn converted(cast: &str, value: Value) -> Value {
    let number = || value.as_f64().or_else(|| value.as_str()?.parse().ok());
    match cast {
        "int" => number().map_or(Value::Null, |number| number.trunc().into()),
        "double" => number().map_or(Value::Null, Value::from),
        "string" => match value {
            Value::String(_) => value,
            other => other.to_string().into(),
        },
        _ => match &value {
            Value::String(text) => Value::Bool(text == "true"),
            _ => value,
        },
    }
}

fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn conditions_of_the_compiler_are_judged() {
        let inputs = json!({"pipelinechannel--flip-Output": "heads", "n": 3, "score": 0.93, "ok": true});
        let inputs = inputs.as_object().unwrap();
        let flip = "inputs.parameter_values['pipelinechannel--flip-Output']";
        for (condition, expected) in [
            (format!("{flip} == 'heads'"), true),
            (format!("!({flip} == 'heads') && {flip} == 'edge'"), false),
            (format!("!({flip} == 'heads') && !({flip} == 'edge')"), false),
            ("int(inputs.parameter_values['n']) > 1".to_owned(), true),
            ("inputs.parameter_values['score'] >= 0.95".to_owned(), false),
            ("inputs.parameter_values['ok'] == true || 1 > 2".to_owned(), true),
            ("something else".to_owned(), true),
        ] {
            assert_eq!(holds(&condition, inputs), expected, "{condition}");
        }
        assert_eq!(
            compared_with(&format!("{flip} == 'heads'"), "pipelinechannel--flip-Output").as_deref(),
            Some("heads")
        );
    }
}
