use flowdeck_client::Result;
use flowdeck_client::pipelines::{InputKind, Parameters, PipelineInput, PipelineSpec};
use serde_json::Value;

/// What a run may be given, as a form: one field for each input of the pipeline.
#[derive(Clone, Debug, PartialEq)]
pub struct RunForm {
    /// The pipeline's name.
    pub pipeline: String,
    /// The fields, required ones first, then by name.
    pub fields: Vec<FormField>,
    spec: PipelineSpec,
}

/// One field.
#[derive(Clone, Debug, PartialEq)]
pub struct FormField {
    /// Name of the input.
    pub name: String,
    /// What it holds, in a word or two: `whole number`.
    pub holds: &'static str,
    /// What the pipeline's author wrote of it.
    pub description: String,
    /// Whether a run cannot do without it.
    pub required: bool,
    /// The values it may have; empty means any.
    pub choices: Vec<String>,
    /// What stands in it.
    pub text: String,
    /// What stands in it where nobody types: the default, or what the run that is cloned was given.
    pub initial: String,
    /// What is wrong with it.
    pub problem: Option<String>,
    /// What it holds where nobody gives anything, as text.
    default: Option<String>,
    input: PipelineInput,
}

impl RunForm {
    /// The form of a pipeline, with its defaults.
    pub fn of(spec: &PipelineSpec) -> Self {
        Self::of_run(spec, &Parameters::new())
    }

    /// The form of a run like another one, with what that was given.
    pub fn of_run(spec: &PipelineSpec, given: &Parameters) -> Self {
        let mut fields: Vec<FormField> = spec
            .form()
            .map(|input| FormField::of(input, given.get(&input.name)))
            .collect();
        fields.sort_by(|a, b| (!a.required, &a.name).cmp(&(!b.required, &b.name)));
        Self {
            pipeline: spec.name.clone(),
            fields,
            spec: PipelineSpec {
                // The document is not needed to check what is typed.
                document: Value::Null,
                ..spec.clone()
            },
        }
    }

    /// Puts text into a field and says what is wrong with it.
    pub fn set(&mut self, name: &str, text: &str) {
        if let Some(field) = self.fields.iter_mut().find(|field| field.name == name) {
            field.text = text.to_owned();
            field.problem = field.value().err().map(|failure| failure.message().to_owned());
        }
    }

    /// What is sent: what differs from the defaults, as typed JSON.
    ///
    /// # Errors
    /// The first field that is wrong, or the required ones that are empty.
    pub fn parameters(&self) -> Result<Parameters> {
        let mut parameters = Parameters::new();
        for field in &self.fields {
            if let Some(value) = field.value()? {
                parameters.insert(field.name.clone(), value);
            }
        }
        self.spec.check(&parameters)?;
        Ok(parameters)
    }

    /// How many required fields are still empty.
    pub fn missing(&self) -> usize {
        let is_missing = |field: &&FormField| field.required && matches!(field.value(), Ok(None));
        self.fields.iter().filter(is_missing).count()
    }
}

impl FormField {
    fn of(input: &PipelineInput, given: Option<&Value>) -> Self {
        let default = input.default.as_ref().map(plain);
        let initial = given.map(plain).or_else(|| default.clone()).unwrap_or_default();
        Self {
            name: input.name.clone(),
            holds: holds(input.kind),
            description: input.description.clone(),
            required: input.is_required(),
            choices: input.choices.iter().map(plain).collect(),
            text: initial.clone(),
            initial,
            problem: None,
            default,
            input: input.clone(),
        }
    }

    /// What is sent of it; nothing where it is left to its default.
    fn value(&self) -> Result<Option<Value>> {
        if self.default.as_deref() == Some(self.text.as_str()) {
            return Ok(None);
        }
        // An empty text is a text, yet a form that nobody filled in gives none.
        if self.text.is_empty() && self.default.is_none() {
            return Ok(None);
        }
        self.input.read(&self.text)
    }
}

fn holds(kind: InputKind) -> &'static str {
    match kind {
        InputKind::Double => "number",
        InputKind::Integer => "whole number",
        InputKind::String => "text",
        InputKind::Boolean => "true or false",
        InputKind::List => "JSON list",
        InputKind::Struct => "JSON object",
        InputKind::Internal => "",
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn input(name: &str, kind: InputKind, default: Option<Value>) -> PipelineInput {
        PipelineInput {
            name: name.to_owned(),
            kind,
            default,
            is_optional: false,
            description: String::new(),
            choices: Vec::new(),
        }
    }

    fn spec() -> PipelineSpec {
        let mut seed = input("seed", InputKind::Integer, None);
        seed.is_optional = true;
        let mut mode = input("mode", InputKind::String, Some(json!("fast")));
        mode.choices = vec![json!("fast"), json!("exact")];
        PipelineSpec {
            name: "churn".to_owned(),
            inputs: vec![
                input("lr", InputKind::Double, Some(json!(0.1))),
                mode,
                seed,
                input("rows", InputKind::Integer, None),
                input("columns", InputKind::List, Some(json!(["age"]))),
                input("status", InputKind::Internal, None),
            ],
            ..PipelineSpec::default()
        }
    }

    #[test]
    fn required_fields_come_first_and_what_the_server_fills_in_is_none() {
        let form = RunForm::of(&spec());
        let names: Vec<&str> = form.fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names, ["rows", "columns", "lr", "mode", "seed"]);
        assert_eq!(
            (form.fields[0].required, form.fields[0].holds),
            (true, "whole number")
        );
        assert_eq!(form.fields[1].text, "[\"age\"]");
        assert_eq!(form.fields[3].choices, ["fast", "exact"]);
        assert_eq!(form.missing(), 1);
    }

    #[test]
    fn only_what_differs_from_the_defaults_is_sent_and_with_its_type() {
        let mut form = RunForm::of(&spec());
        assert!(form.parameters().is_err(), "rows is missing");
        form.set("rows", "5");
        form.set("columns", "[\"age\", \"plan\"]");
        form.set("lr", "0.1");
        let sent = form.parameters().unwrap();
        assert_eq!(json!(sent), json!({"rows": 5, "columns": ["age", "plan"]}));
    }

    #[test]
    fn a_field_says_what_is_wrong_with_it() {
        let mut form = RunForm::of(&spec());
        form.set("rows", "1.5");
        form.set("mode", "slow");
        let problem = |name: &str| {
            let field = form.fields.iter().find(|field| field.name == name).unwrap();
            field.problem.clone()
        };
        assert_eq!(
            problem("rows").as_deref(),
            Some("`rows` holds a whole number, not `1.5`")
        );
        assert_eq!(
            problem("mode").as_deref(),
            Some("`mode` may be fast, exact, not slow")
        );
        assert_eq!(problem("lr"), None);
    }

    #[test]
    fn a_cloned_run_starts_from_what_it_was_given() {
        let given = Parameters::from([("rows".to_owned(), json!(7)), ("lr".to_owned(), json!(0.5))]);
        let form = RunForm::of_run(&spec(), &given);
        assert_eq!(json!(form.parameters().unwrap()), json!({"rows": 7, "lr": 0.5}));
    }
}
