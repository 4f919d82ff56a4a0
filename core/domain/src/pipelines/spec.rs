use serde_json::Value;

use super::{Parameters, TaskKind};
use crate::Result;
use crate::failure::{Failure, FailureKind};

/// What a pipeline does: its inputs and its tasks as they were compiled.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PipelineSpec {
    /// Name of the pipeline.
    pub name: String,
    /// What its author wrote of it.
    pub description: String,
    /// What a run may be given, by name.
    pub inputs: Vec<PipelineInput>,
    /// Its tasks, by name; empty for a workflow of the first generation.
    pub tasks: Vec<SpecTask>,
    /// The compiler: `kfp-2.17.0`.
    pub sdk_version: Option<String>,
    /// Whether it is an Argo Workflow, as Kubeflow Pipelines 1 compiled them.
    pub is_workflow: bool,
    /// The document itself, as it is sent back to make a run like another one.
    pub document: Value,
}

/// One thing that a run may be given.
#[derive(Clone, Debug, PartialEq)]
pub struct PipelineInput {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: InputKind,
    /// What it is where nothing is given. A number without a fraction is an integer, however it was written.
    pub default: Option<Value>,
    /// Whether it may be left out even without a default.
    pub is_optional: bool,
    /// What its author wrote of it.
    pub description: String,
    /// The values it may have, since 2.17; empty means any.
    pub choices: Vec<Value>,
}

/// What an input holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub enum InputKind {
    /// A number.
    Double,
    /// A whole number, within ±(2^53 − 1).
    Integer,
    /// Text.
    String,
    /// True or false.
    Boolean,
    /// A JSON array.
    List,
    /// A JSON object.
    Struct,
    /// Filled in by the server, never by a person.
    Internal,
}

/// One task as it was compiled.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SpecTask {
    /// Its key within its DAG.
    pub name: String,
    /// The name to show, where it is another one.
    pub display_name: Option<String>,
    /// What kind of task it is.
    pub kind: Option<TaskKind>,
    /// The tasks of the same DAG that must end before it, by name.
    pub depends_on: Vec<String>,
    /// What must be so for it to run.
    pub condition: Option<String>,
    /// Whether it runs whatever becomes of those.
    pub is_exit_task: bool,
    /// How often it is tried again.
    pub max_retries: u32,
    /// Its image.
    pub image: Option<String>,
    /// The tasks in it.
    pub tasks: Vec<SpecTask>,
}

/// The greatest whole number that a JSON number of the protocol carries exactly.
const GREATEST_INTEGER: i64 = (1 << 53) - 1;

impl InputKind {
    /// The word of the pipeline spec.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Double => "NUMBER_DOUBLE",
            Self::Integer => "NUMBER_INTEGER",
            Self::String => "STRING",
            Self::Boolean => "BOOLEAN",
            Self::List => "LIST",
            Self::Struct => "STRUCT",
            Self::Internal => "INTERNAL",
        }
    }

    /// Reads that word; whatever a person cannot give is internal.
    pub fn from_word(word: &str) -> Self {
        match word {
            "NUMBER_DOUBLE" => Self::Double,
            "NUMBER_INTEGER" => Self::Integer,
            "STRING" => Self::String,
            "BOOLEAN" => Self::Boolean,
            "LIST" => Self::List,
            "STRUCT" => Self::Struct,
            _ => Self::Internal,
        }
    }

    const fn expected(self) -> &'static str {
        match self {
            Self::Double => "a number",
            Self::Integer => "a whole number",
            Self::String => "text",
            Self::Boolean => "true or false",
            Self::List => "a JSON array",
            Self::Struct => "a JSON object",
            Self::Internal => "nothing: the server fills it in",
        }
    }
}

impl PipelineSpec {
    /// The input of this name.
    pub fn input(&self, name: &str) -> Option<&PipelineInput> {
        self.inputs.iter().find(|input| input.name == name)
    }

    /// The inputs that a person may give.
    pub fn form(&self) -> impl Iterator<Item = &PipelineInput> {
        self.inputs
            .iter()
            .filter(|input| input.kind != InputKind::Internal)
    }

    /// Turns what a person typed into what is sent, and refuses what the server would refuse or take for something else.
    ///
    /// # Errors
    /// An unknown name, a value of another type, a required input that is missing: named each.
    pub fn parameters(&self, typed: &[(String, String)]) -> Result<Parameters> {
        let mut parameters = Parameters::new();
        for (name, text) in typed {
            let input = self.input(name).ok_or_else(|| self.unknown(name))?;
            if let Some(value) = input.read(text)? {
                parameters.insert(name.clone(), value);
            }
        }
        self.check(&parameters)?;
        Ok(parameters)
    }

    /// Refuses a name that is none of the inputs.
    ///
    /// # Errors
    /// The name, with those that there are.
    pub fn known(&self, name: &str) -> Result<&PipelineInput> {
        self.input(name).ok_or_else(|| self.unknown(name))
    }

    /// Refuses values of unknown names or of another type; what is missing may still be given.
    ///
    /// # Errors
    /// As for [`PipelineSpec::parameters`].
    pub fn check_known(&self, parameters: &Parameters) -> Result<()> {
        parameters
            .iter()
            .try_for_each(|(name, value)| self.known(name)?.check(value))
    }

    /// Refuses typed values that the server would refuse.
    ///
    /// # Errors
    /// As for [`PipelineSpec::parameters`].
    pub fn check(&self, parameters: &Parameters) -> Result<()> {
        self.check_known(parameters)?;
        let missing: Vec<&str> = self
            .form()
            .filter(|input| input.is_required() && !parameters.contains_key(&input.name))
            .map(|input| input.name.as_str())
            .collect();
        match missing.as_slice() {
            [] => Ok(()),
            names => Err(Failure::new(
                FailureKind::InvalidInput,
                format!("`{}` needs a value for `{}`", self.name, names.join("`, `")),
            )
            .with_hint("give it as NAME=VALUE")),
        }
    }

    fn unknown(&self, name: &str) -> Failure {
        let known: Vec<&str> = self.form().map(|input| input.name.as_str()).collect();
        let failure = Failure::new(
            FailureKind::InvalidInput,
            format!("`{}` has no input `{name}`", self.name),
        );
        if known.is_empty() {
            failure.with_hint("it has no inputs at all")
        } else {
            failure.with_hint(format!("its inputs are {}", known.join(", ")))
        }
    }
}

impl PipelineInput {
    /// Whether a run cannot do without it.
    pub fn is_required(&self) -> bool {
        !self.is_optional && self.default.is_none() && self.kind != InputKind::Internal
    }

    /// What a person typed, as the value that is sent; none where an optional input was left empty.
    ///
    /// # Errors
    /// Text that is no such value.
    pub fn read(&self, text: &str) -> Result<Option<Value>> {
        let trimmed = text.trim();
        if trimmed.is_empty() && self.kind != InputKind::String {
            return Ok(None);
        }
        if text.is_empty() && self.is_optional {
            return Ok(None);
        }
        let value = match self.kind {
            InputKind::String => Some(Value::String(text.to_owned())),
            InputKind::Boolean => match trimmed.to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" => Some(Value::Bool(true)),
                "false" | "no" | "off" => Some(Value::Bool(false)),
                _ => None,
            },
            _ => serde_json::from_str(trimmed).ok(),
        };
        let value = value.ok_or_else(|| self.wrong(trimmed))?;
        self.check(&value)?;
        Ok(Some(value))
    }

    /// Refuses a value of another type, beyond what travels exactly, or that is none of the choices.
    ///
    /// # Errors
    /// The input and what it holds are named.
    pub fn check(&self, value: &Value) -> Result<()> {
        let fits = match (self.kind, value) {
            (InputKind::Double, Value::Number(number)) => number.as_f64().is_some_and(f64::is_finite),
            (InputKind::Integer, Value::Number(number)) => is_whole(number),
            (InputKind::String, Value::String(_))
            | (InputKind::Boolean, Value::Bool(_))
            | (InputKind::List, Value::Array(_))
            | (InputKind::Struct, Value::Object(_)) => true,
            _ => false,
        };
        if !fits {
            return Err(self.wrong(&value.to_string()));
        }
        if !self.choices.is_empty() && !self.choices.contains(value) {
            let choices: Vec<String> = self.choices.iter().map(plain).collect();
            return Err(Failure::new(
                FailureKind::InvalidInput,
                format!(
                    "`{}` may be {}, not {}",
                    self.name,
                    choices.join(", "),
                    plain(value)
                ),
            ));
        }
        Ok(())
    }

    fn wrong(&self, text: &str) -> Failure {
        Failure::new(
            FailureKind::InvalidInput,
            format!("`{}` holds {}, not `{text}`", self.name, self.kind.expected()),
        )
    }
}

/// The server takes 1.5 for an integer without a word, so it is looked at here.
fn is_whole(number: &serde_json::Number) -> bool {
    match (number.as_i64(), number.as_f64()) {
        (Some(whole), _) => whole.abs() <= GREATEST_INTEGER,
        (None, Some(float)) => float.fract() == 0.0 && float.abs() <= GREATEST_INTEGER as f64,
        (None, None) => false,
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn input(name: &str, kind: InputKind) -> PipelineInput {
        PipelineInput {
            name: name.to_owned(),
            kind,
            default: None,
            is_optional: false,
            description: String::new(),
            choices: Vec::new(),
        }
    }

    fn spec(inputs: Vec<PipelineInput>) -> PipelineSpec {
        PipelineSpec {
            name: "churn".to_owned(),
            inputs,
            ..PipelineSpec::default()
        }
    }

    #[test]
    fn what_a_person_types_becomes_typed_json() {
        use InputKind as K;
        for (kind, text, value) in [
            (K::Integer, "5", json!(5)),
            (K::Integer, "5.0", json!(5.0)),
            (K::Double, "1e-3", json!(0.001)),
            (K::Boolean, "True", json!(true)),
            (K::String, "5", json!("5")),
            (K::List, "[1, \"a\"]", json!([1, "a"])),
            (K::Struct, "{\"depth\": 6}", json!({"depth": 6})),
        ] {
            assert_eq!(input("x", kind).read(text).unwrap(), Some(value), "{text}");
        }
        assert_eq!(input("x", K::Integer).read(" ").unwrap(), None);
    }

    #[test]
    fn a_fraction_for_an_integer_is_refused_although_the_server_takes_it() {
        for (kind, text) in [
            (InputKind::Integer, "1.5"),
            (InputKind::Integer, "9007199254740993"),
            (InputKind::Double, "five"),
            (InputKind::Boolean, "1"),
            (InputKind::List, "{}"),
            (InputKind::Struct, "[]"),
        ] {
            let failure = input("rows", kind).read(text).unwrap_err();
            assert!(
                failure.message().starts_with("`rows` holds "),
                "{}",
                failure.message()
            );
        }
    }

    #[test]
    fn required_inputs_and_unknown_names_are_named() {
        let mut optional = input("seed", InputKind::Integer);
        optional.is_optional = true;
        let mut defaulted = input("lr", InputKind::Double);
        defaulted.default = Some(json!(0.1));
        let status = input("status", InputKind::Internal);
        let spec = spec(vec![
            input("rows", InputKind::Integer),
            optional,
            defaulted,
            status,
        ]);
        let failure = spec.parameters(&[]).unwrap_err();
        assert_eq!(failure.message(), "`churn` needs a value for `rows`");
        let failure = spec.parameters(&[("row".into(), "1".into())]).unwrap_err();
        assert_eq!(failure.hint(), Some("its inputs are rows, seed, lr"));
        let given = spec.parameters(&[("rows".into(), "1".into()), ("seed".into(), "".into())]);
        assert_eq!(given.unwrap(), Parameters::from([("rows".to_owned(), json!(1))]));
    }

    #[test]
    fn a_value_outside_the_choices_is_refused() {
        let mut mode = input("mode", InputKind::String);
        mode.choices = vec![json!("fast"), json!("exact")];
        assert!(mode.read("fast").is_ok());
        let failure = mode.read("slow").unwrap_err();
        assert_eq!(failure.message(), "`mode` may be fast, exact, not slow");
    }
}
