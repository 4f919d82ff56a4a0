//! What is looked at before a package is sent: the server answers any of it with the same sentence.

use flowdeck_domain::pipelines::PipelineSpec;
use flowdeck_domain::{Failure, FailureKind, Result};
use serde_json::{Value, json};

use super::wire::read_spec;

/// Endings that the server reads. Source: `pipeline_upload_server.go`, `resource_manager_util.go`.
const ENDINGS: &[&str] = &[".yaml", ".yml", ".json", ".zip", ".tar.gz"];

/// The most bytes that the server reads.
const GREATEST_FILE_BYTES: usize = 32 << 20;

/// The longest a name may be. Source: the server's answer, 2.17.
const LONGEST_NAME: usize = 128;

/// Refuses a file that the server cannot read.
pub(super) fn check_file(name: &str, bytes: &[u8]) -> Result<()> {
    let small = name.to_ascii_lowercase();
    if !ENDINGS.iter().any(|ending| small.ends_with(ending)) {
        return Err(wrong(format!("`{name}` does not end as a pipeline's file does"))
            .with_hint(format!("it has to end in {}", ENDINGS.join(", "))));
    }
    if bytes.is_empty() {
        return Err(wrong(format!("`{name}` is empty")));
    }
    if bytes.len() > GREATEST_FILE_BYTES {
        return Err(wrong(format!(
            "`{name}` has {} MB, and the server reads 32",
            bytes.len() >> 20
        )));
    }
    Ok(())
}

/// Refuses a name that the server cuts or refuses with a bare line.
pub(super) fn check_name(name: &str) -> Result<()> {
    if name.chars().count() > LONGEST_NAME {
        return Err(wrong(format!(
            "a name has {LONGEST_NAME} characters at most, and this one {}",
            name.chars().count()
        )));
    }
    Ok(())
}

/// What a compiled pipeline does, to run it without keeping it on the server: one document of YAML or JSON, or that and
/// what it says of platforms.
///
/// # Errors
/// What is no such file.
pub fn read_package(name: &str, bytes: &[u8]) -> Result<PipelineSpec> {
    check_file(name, bytes)?;
    let archived = name.ends_with(".zip") || name.ends_with(".gz");
    if archived {
        return Err(
            wrong(format!("`{name}` is an archive, and a run is made from one file"))
                .with_hint("unpack it, or upload it and run the pipeline"),
        );
    }
    let text = std::str::from_utf8(bytes).map_err(|error| wrong(format!("`{name}` is no text: {error}")))?;
    let mut documents: Vec<Value> = serde_saphyr::from_multiple(text)
        .map_err(|error| wrong(format!("`{name}` is no YAML: {}", first_line(&error.to_string()))))?;
    documents.retain(|document| !document.is_null());
    let spec = match documents.len() {
        1 => documents.remove(0),
        2 => json!({ "pipeline_spec": documents[0], "platform_spec": documents[1] }),
        several => {
            return Err(wrong(format!(
                "`{name}` holds {several} documents, and a pipeline has one or two"
            )));
        }
    };
    let spec = read_spec(spec);
    if spec.tasks.is_empty() && !spec.is_workflow {
        return Err(wrong(format!("`{name}` is no compiled pipeline"))
            .with_hint("compile it: `kfp dsl compile --py FILE.py --output FILE.yaml`"));
    }
    Ok(spec)
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn wrong(message: String) -> Failure {
    Failure::new(FailureKind::InvalidInput, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiled_file_of_one_or_two_documents_is_a_pipeline() {
        let one = "pipelineInfo: {name: churn}\nroot: {dag: {tasks: {train: {componentRef: {name: c}}}}}\n";
        assert_eq!(read_package("a.yaml", one.as_bytes()).unwrap().name, "churn");
        let two = format!("{one}---\nplatforms: {{kubernetes: {{}}}}\n");
        let spec = read_package("a.yaml", two.as_bytes()).unwrap();
        assert!(spec.document["platform_spec"]["platforms"].is_object());
        assert_eq!(spec.tasks.len(), 1);
        for (name, text) in [
            ("a.yaml", "just: yaml\n"),
            ("a.yaml", "{"),
            ("a.zip", "PK"),
            ("a.txt", one),
        ] {
            assert!(read_package(name, text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn ending_and_size_are_looked_at_before_a_package_is_sent() {
        assert!(check_file("a.YAML", b"x").is_ok() && check_file("a.tar.gz", b"x").is_ok());
        for (name, bytes) in [("a.py", &b"x"[..]), ("a.yaml", b""), ("yaml", b"x")] {
            assert!(check_file(name, bytes).is_err(), "{name}");
        }
        assert!(check_file("a.yaml", &vec![0; GREATEST_FILE_BYTES + 1]).is_err());
        assert!(check_name(&"é".repeat(128)).is_ok() && check_name(&"n".repeat(129)).is_err());
    }
}
