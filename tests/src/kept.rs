//! Programs that end with the tests, however those end.

use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

/// Runs the program until the pipe at its own standard input closes.
const KEEPER: &str = r#"exec 3<&0
"$@" </dev/null 3<&- &
kept=$!
{ read -r _; kill "$kept"; } <&3 2>/dev/null &
keeper=$!
exec 3<&-
wait "$kept"
kill "$keeper" 2>/dev/null
"#;

/// A program that ends when this is dropped, or when the process of the tests ends.
#[derive(Debug)]
pub struct Kept {
    shell: Child,
    lifeline: Option<ChildStdin>,
}

impl Kept {
    /// Starts a program; what it says goes to a file.
    ///
    /// # Panics
    /// Where there is no shell, or the file cannot be written.
    pub fn start(program: &mut Command, log: &Path) -> Self {
        let log = std::fs::File::create(log).expect("the directory can be written");
        let mut shell = Command::new("sh");
        shell
            .args(["-c", KEEPER, "kept"])
            .arg(program.get_program())
            .args(program.get_args());
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        if let Some(directory) = program.get_current_dir() {
            shell.current_dir(directory);
        }
        let mut shell = shell
            .stdin(Stdio::piped())
            .stdout(log.try_clone().expect("an open file"))
            .stderr(log)
            .spawn()
            .expect("there is a shell");
        let lifeline = shell.stdin.take();
        Self { shell, lifeline }
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        matches!(self.shell.try_wait(), Ok(Some(_)))
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.lifeline.take();
        let _ = self.shell.wait();
    }
}
