//! What is kept on this machine: saved views, and files that people ask for.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use flowdeck_surface::client::{
    Environment, ExperimentId, Failure, FailureKind, Result, SavedViews, Session,
};

use crate::app::effect::Question;
use crate::app::message::Answer;

/// Reads, saves or writes what is asked for.
///
/// # Errors
/// A directory that is not known or may not be written to, and a file that is there already.
pub(super) fn answer(question: Question, session: &Session, environment: &Environment) -> Result<Answer> {
    match question {
        Question::SavedViews(experiment) => {
            let (views, warning) = saved_views(&experiment, session, environment)?.list()?;
            Ok(Answer::SavedViews(views, warning))
        }
        Question::SaveView(experiment, view) => {
            saved_views(&experiment, session, environment)?.save(&view)?;
            Ok(Answer::Done)
        }
        Question::DeleteView(experiment, name) => {
            saved_views(&experiment, session, environment)?.delete(&name)?;
            Ok(Answer::Done)
        }
        Question::WriteFile(name, text) => {
            let path = environment.resolve(&name);
            write_new(&path, &text)?;
            Ok(Answer::Written(path))
        }
        _ => Ok(Answer::Done),
    }
}

fn saved_views(
    experiment: &ExperimentId,
    session: &Session,
    environment: &Environment,
) -> Result<SavedViews> {
    let state_dir = environment.state_dir.as_ref().ok_or_else(|| {
        Failure::new(
            FailureKind::NotFound,
            "there is no directory to keep saved views in",
        )
        .with_hint("set FLOWDECK_STATE_DIR to one")
    })?;
    Ok(SavedViews::of(state_dir, &session.origin().uri, experiment))
}

/// Writes a file that is not there yet.
fn write_new(path: &Path, text: &str) -> Result<()> {
    let failed = |error: std::io::Error| {
        let path: PathBuf = path.to_owned();
        match error.kind() {
            ErrorKind::AlreadyExists => Failure::new(
                FailureKind::Refused,
                format!("{} is there already", path.display()),
            )
            .with_hint("give another name"),
            _ => Failure::new(
                FailureKind::System,
                format!("cannot write {}: {error}", path.display()),
            ),
        }
    };
    let mut file = File::create_new(path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_there_is_not_written_over() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("runs.csv");
        write_new(&path, "one").expect("written");
        let failure = write_new(&path, "two").expect_err("it is there");
        assert_eq!(failure.kind(), FailureKind::Refused);
        assert_eq!(std::fs::read_to_string(&path).expect("text"), "one");
    }
}
