use flowdeck_client::logs::Pattern;

/// What tells that something went wrong, as common loggers, Python, Java, Go and Rust write it.
const FAULTS: &str = concat!(
    r"\b(?:ERROR|FATAL|CRITICAL|SEVERE|PANIC)\b",
    r#"|"(?:level|severity|levelname|lvl)"\s*:\s*"(?i:error|fatal|critical|panic)""#,
    r"|\b(?:level|severity|lvl)=(?i:error|fatal|critical|panic)\b",
    r"|^Traceback \(most recent call last\)",
    r"|^(?:[\w.]+\.)?\w*(?:Error|Exception|Interrupt)\b(?::|$)",
    r"|^E\d{4} \d\d:\d\d",
    r"|\bpanicked at\b|^panic: |^fatal error: ",
    r"|^(?i:error|fatal): ",
    r"|\b(?:Segmentation fault|OOMKilled|Out of memory|CUDA out of memory)\b",
    r"|\bKilled$",
);

/// What the first error is looked for with.
pub fn faults() -> Pattern {
    Pattern::new(FAULTS, false).expect("a pattern of ours is one")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_told_from_what_only_speaks_of_them() {
        let faults = faults();
        for line in [
            "2026-11-23 10:00:00 ERROR training failed",
            "\x1b[31mERROR\x1b[0m out",
            "{\"level\": \"error\", \"msg\": \"x\"}",
            "time=x level=fatal msg=y",
            "Traceback (most recent call last):",
            "ValueError: bad shape",
            "torch.cuda.OutOfMemoryError: CUDA out of memory",
            "E1123 10:00:00.123456 1 main.go:1] no",
            "thread 'main' panicked at src/main.rs:1",
            "error: no such file",
        ] {
            assert!(faults.is_in(line.as_bytes()), "{line}");
        }
        for line in [
            "validation error 0.12",
            "0 errors",
            "mean_squared_error=0.1",
            "no error so far",
            "{\"level\": \"info\", \"msg\": \"error rate 0.1\"}",
            "",
        ] {
            assert!(!faults.is_in(line.as_bytes()), "{line}");
        }
    }
}
