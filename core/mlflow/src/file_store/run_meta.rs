//! A run's `meta.yaml`, and the form of it that the index keeps.

use flowdeck_domain::tracking::{Lifecycle, RunInfo, RunStatus};
use flowdeck_domain::{ExperimentId, Timestamp};

use super::codec::{Reader, Writer};
use super::folders::Interner;
use super::yaml::Fields;

/// The keys that are read.
pub(super) const KEYS: &[&str] = &[
    "run_id",
    "run_uuid",
    "run_name",
    "name",
    "experiment_id",
    "user_id",
    "status",
    "start_time",
    "end_time",
    "artifact_uri",
    "lifecycle_stage",
    "deleted_time",
];

/// Reads the meta of the run whose directory has this name below this experiment.
///
/// # Errors
/// Why it is not the meta of that run, in a few words.
pub(super) fn parse(
    text: &str,
    experiment_id: &ExperimentId,
    directory: &str,
    interner: &mut Interner,
) -> Result<RunInfo, String> {
    let fields = Fields::read(text, KEYS)?;
    let id = match fields.get("run_id") {
        Some(id) => id,
        None => fields.need("run_uuid")?,
    };
    if id != directory {
        return Err(format!("names another run, `{id}`"));
    }
    let in_experiment = fields.need("experiment_id")?;
    if in_experiment != experiment_id.as_str() {
        return Err(format!("names another experiment, `{in_experiment}`"));
    }
    let name = fields.get("run_name").or(fields.get("name")).unwrap_or_default();
    Ok(RunInfo {
        id: id.into(),
        experiment_id: experiment_id.clone(),
        name: name.to_owned(),
        user_id: interner.text(fields.get("user_id").unwrap_or_default()),
        status: status(&fields)?,
        start_time: fields.integer("start_time")?.map(Timestamp),
        end_time: fields.integer("end_time")?.map(Timestamp),
        artifact_uri: fields.get("artifact_uri").unwrap_or_default().to_owned(),
        lifecycle: lifecycle(&fields)?,
    })
}

/// A run whose meta says nothing is running, as for MLflow.
fn status(fields: &Fields<'_>) -> Result<RunStatus, String> {
    match fields.integer("status") {
        Ok(None) => Ok(RunStatus::Running),
        Ok(Some(number)) => {
            RunStatus::from_number(number).ok_or_else(|| format!("has an unknown status, {number}"))
        }
        Err(_) => Ok(RunStatus::from_word(fields.get("status").unwrap_or_default())),
    }
}

/// What an experiment's or run's meta says of it; one that says nothing is active.
pub(super) fn lifecycle(fields: &Fields<'_>) -> Result<Lifecycle, String> {
    match fields.get("lifecycle_stage") {
        None => Ok(Lifecycle::Active),
        Some(word) => {
            Lifecycle::from_word(word).ok_or_else(|| format!("has an unknown lifecycle_stage, `{word}`"))
        }
    }
}

/// Writes down what was parsed, without the ids, which the directories tell.
pub(super) fn encode(info: &RunInfo, writer: &mut Writer) {
    writer.text(&info.name);
    writer.text(&info.user_id);
    writer.text(info.status.word());
    writer.optional_i64(info.start_time.map(Timestamp::as_millis));
    writer.optional_i64(info.end_time.map(Timestamp::as_millis));
    writer.text(&info.artifact_uri);
    writer.byte((info.lifecycle == Lifecycle::Deleted).into());
}

/// Reads what [`encode`] wrote.
pub(super) fn decode(
    reader: &mut Reader<'_>,
    experiment_id: &ExperimentId,
    directory: &str,
    interner: &mut Interner,
) -> Option<RunInfo> {
    Some(RunInfo {
        id: directory.into(),
        experiment_id: experiment_id.clone(),
        name: reader.text()?.to_owned(),
        user_id: interner.text(reader.text()?),
        status: RunStatus::from_word(reader.text()?),
        start_time: reader.optional_i64()?.map(Timestamp),
        end_time: reader.optional_i64()?.map(Timestamp),
        artifact_uri: reader.text()?.to_owned(),
        lifecycle: if reader.byte()? == 0 {
            Lifecycle::Active
        } else {
            Lifecycle::Deleted
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const META: &str = "artifact_uri: file:///m/0/abc/artifacts\nend_time: null\nexperiment_id: '0'\n\
        lifecycle_stage: active\nrun_name: 'it''s'\nrun_uuid: abc\nstart_time: 5\nstatus: 3\ntags: []\nuser_id: me\n";

    fn read(text: &str) -> Result<RunInfo, String> {
        parse(text, &"0".into(), "abc", &mut Interner::default())
    }

    #[test]
    fn a_run_is_read_and_kept_as_it_was() {
        let info = read(META).unwrap();
        assert_eq!(info.name, "it's");
        assert_eq!((info.status.clone(), info.end_time), (RunStatus::Finished, None));
        let mut writer = Writer::default();
        encode(&info, &mut writer);
        let kept = decode(
            &mut Reader(&writer.0),
            &"0".into(),
            "abc",
            &mut Interner::default(),
        );
        assert_eq!(kept, Some(info));
    }

    #[test]
    fn a_meta_that_says_little_is_of_a_running_active_run() {
        let info = read("run_id: abc\nexperiment_id: 0\n").unwrap();
        assert_eq!(
            (info.status, info.lifecycle),
            (RunStatus::Running, Lifecycle::Active)
        );
    }

    #[test]
    fn a_meta_of_something_else_is_refused_with_the_reason() {
        for (from, to, reason) in [
            ("abc\nstart", "abd\nstart", "names another run, `abd`"),
            ("'0'", "'1'", "names another experiment, `1`"),
            ("status: 3", "status: 9", "has an unknown status, 9"),
            (
                "start_time: 5",
                "start_time: x",
                "has a start_time that is no number: `x`",
            ),
            (
                "stage: active",
                "stage: gone",
                "has an unknown lifecycle_stage, `gone`",
            ),
        ] {
            assert_eq!(read(&META.replace(from, to)).unwrap_err(), reason);
        }
        assert_eq!(read("").unwrap_err(), "has no run_uuid");
    }
}
