//! What is looked at before a package is sent: the server answers any of it with the same sentence.

use flowdeck_domain::{Failure, FailureKind, Result};

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

fn wrong(message: String) -> Failure {
    Failure::new(FailureKind::InvalidInput, message)
}

#[cfg(test)]
mod tests {
    use super::*;

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
