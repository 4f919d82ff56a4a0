//! Local stores that are damaged, held, forbidden or not there.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};

use flowdeck_demo::{StoreOptions, write_store};
use flowdeck_domain::Timestamp;
use flowdeck_tests::binary;
use rusqlite::Connection;

use crate::flowdeck::{Case, Place, output};

/// A user that owns nothing here: `nobody` on Linux.
const NOBODY: u32 = 65_534;

const EXPERIMENT_META: &str = "artifact_location: file:///nowhere/1\ncreation_time: 1700000000000\nexperiment_id: '1'\n\
     last_update_time: 1700000000000\nlifecycle_stage: active\nname: plain\n";
const RUN: &str = "0123456789abcdef0123456789abcdef";

/// A database as the demo writes it.
fn database(place: &Place) -> PathBuf {
    let options = StoreOptions::at(Timestamp(1_700_000_000_000));
    write_store(&place.path().join("demo"), options)
        .expect("the demo can be written")
        .database()
        .to_owned()
}

/// An `mlruns/` with one run.
fn file_store(place: &Place) -> PathBuf {
    let store = place.path().join("mlruns");
    let run = store.join("1").join(RUN);
    for directory in ["metrics", "params", "tags", "artifacts"] {
        fs::create_dir_all(run.join(directory)).expect("it can be made");
    }
    fs::write(store.join("1/meta.yaml"), EXPERIMENT_META).expect("it can be written");
    let meta = format!(
        "artifact_uri: {}/artifacts\nend_time: 1700000001000\nentry_point_name: ''\nexperiment_id: '1'\n\
         lifecycle_stage: active\nrun_id: {RUN}\nrun_name: plain\nsource_name: ''\nsource_type: 4\n\
         source_version: ''\nstart_time: 1700000000000\nstatus: 3\ntags: []\nuser_id: ada\n",
        run.display()
    );
    fs::write(run.join("meta.yaml"), meta).expect("it can be written");
    fs::write(
        run.join("metrics/loss"),
        "1700000000000 0.5 0\n1700000000001 0.25 1\n",
    )
    .expect("it can be written");
    store
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

#[test]
fn a_store_that_is_not_there_is_named() {
    let place = Place::new();
    for name in ["nowhere/mlruns", "nowhere/mlflow.db"] {
        let store = text(&place.path().join(name));
        place.fails(&Case {
            what: "no such store",
            arguments: &["--store", &store, "experiments", "list"],
            code: 3,
            kind: "not_found",
            names: name,
        });
    }
}

#[test]
fn a_truncated_database_is_damaged() {
    let place = Place::new();
    let database = database(&place);
    let content = fs::read(&database).expect("it was written");
    for part in [content.len() / 2, content.len() / 16 * 15, 5000, 60] {
        fs::write(&database, &content[..part]).expect("it can be cut");
        place.fails(&Case {
            what: "truncated database",
            arguments: &["--store", &text(&database), "runs", "list", "--all"],
            code: 1,
            kind: "damaged",
            names: "mlflow.db",
        });
    }
}

#[test]
fn a_file_that_is_no_database_is_damaged() {
    let place = Place::new();
    let database = place.path().join("mlflow.db");
    for content in [
        "",
        "this is no database, only some text that somebody saved here by mistake\n",
    ] {
        fs::write(&database, content).expect("it can be written");
        place.fails(&Case {
            what: "no database",
            arguments: &["--store", &text(&database), "experiments", "list"],
            code: 1,
            kind: "damaged",
            names: "mlflow.db",
        });
    }
}

#[test]
fn a_database_with_overwritten_pages_is_damaged() {
    let place = Place::new();
    let database = database(&place);
    let mut content = fs::read(&database).expect("it was written");
    let whole_pages = 4096..content.len() / 4096 * 4096;
    content[whole_pages].fill(0xab);
    fs::write(&database, content).expect("it can be written");
    place.fails(&Case {
        what: "corrupt database",
        arguments: &["--store", &text(&database), "runs", "list", "--all"],
        code: 1,
        kind: "damaged",
        names: "mlflow.db",
    });
}

#[test]
fn a_database_of_another_program_is_no_store() {
    let place = Place::new();
    let database = place.path().join("other.db");
    let connection = Connection::open(&database).expect("it can be made");
    connection
        .execute_batch("CREATE TABLE songs (title TEXT)")
        .expect("it can be written");
    place.fails(&Case {
        what: "another program's database",
        arguments: &[
            "--store",
            &format!("sqlite:///{}", text(&database)),
            "experiments",
            "list",
        ],
        code: 1,
        kind: "damaged",
        names: "other.db",
    });
}

#[test]
fn a_database_that_a_writer_holds_is_busy() {
    let place = Place::new();
    let database = database(&place);
    let writer = Connection::open(&database).expect("it opens");
    writer
        .execute_batch("BEGIN EXCLUSIVE")
        .expect("nobody else holds it");
    place.fails(&Case {
        what: "locked database",
        arguments: &["--store", &text(&database), "experiments", "list"],
        code: 6,
        kind: "busy",
        names: "mlflow.db",
    });
    drop(writer);
    let done = output(
        place
            .flowdeck()
            .args(["--store", &text(&database), "experiments", "list"]),
    );
    assert!(done.status.success(), "released, it is read again");
}

#[test]
fn a_store_that_may_not_be_read_is_named() {
    let place = Place::new();
    let stores = [file_store(&place), database(&place)];
    // Root may read everything, so the binary runs as nobody, and lies where nobody may run it.
    let binary = place.path().join("flowdeck");
    fs::copy(binary::flowdeck(), &binary).expect("the binary can be copied");
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).expect("it is ours");
    for store in stores {
        fs::set_permissions(&store, fs::Permissions::from_mode(0o000)).expect("it is ours");
        let name = store
            .file_name()
            .and_then(|name| name.to_str())
            .expect("it has a name");
        let store_text = text(&store);
        let case = Case {
            what: "no permission",
            arguments: &["--store", &store_text, "experiments", "list"],
            code: 1,
            kind: "system",
            names: name,
        };
        let mut for_people = place.program(&binary);
        let mut for_programs = place.program(&binary);
        for_programs.arg("--json");
        for command in [&mut for_people, &mut for_programs] {
            if is_root() {
                command.uid(NOBODY).gid(NOBODY);
            }
            command.args(case.arguments);
        }
        case.holds_for_people(&output(&mut for_people));
        case.holds_for_programs(&output(&mut for_programs));
        fs::set_permissions(&store, fs::Permissions::from_mode(0o755)).expect("it is ours");
    }
}

/// Whether the tests run as root: a new file of ours then belongs to user 0.
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    let file = tempfile::NamedTempFile::new().expect("a temporary file can be made");
    file.as_file().metadata().expect("it is there").uid() == 0
}

#[test]
fn a_directory_that_holds_no_experiments_is_no_store() {
    let place = Place::new();
    let directory = place.path().join("pictures");
    fs::create_dir_all(directory.join("holiday")).expect("it can be made");
    fs::write(directory.join("holiday/beach.txt"), "sand").expect("it can be written");
    place.fails(&Case {
        what: "no store in it",
        arguments: &["--store", &text(&directory), "runs", "get", RUN],
        code: 3,
        kind: "not_found",
        names: "pictures",
    });
}

#[test]
fn a_run_whose_files_are_cut_off_is_damaged_and_lists_say_that_it_was_skipped() {
    let place = Place::new();
    let store = file_store(&place);
    let meta = store.join("1").join(RUN).join("meta.yaml");
    let content = fs::read_to_string(&meta).expect("it was written");
    for part in [0, 40, content.len() / 2] {
        fs::write(&meta, &content[..part]).expect("it can be cut");
        place.fails(&Case {
            what: "truncated run",
            arguments: &["--store", &text(&store), "runs", "get", RUN],
            code: 1,
            kind: "damaged",
            names: RUN,
        });
        let list = output(
            place
                .flowdeck()
                .args(["--store", &text(&store), "runs", "list", "--json"]),
        );
        assert_eq!(String::from_utf8_lossy(&list.stdout).trim(), "[]");
        assert!(list.status.success());
        assert!(
            String::from_utf8_lossy(&list.stderr).contains(RUN),
            "the skipped run is named"
        );
    }
}

#[test]
fn a_run_or_experiment_that_is_not_there_is_not_found() {
    let place = Place::new();
    for store in [file_store(&place), database(&place)] {
        let store = text(&store);
        let missing = "ffffffffffffffffffffffffffffffff";
        for (arguments, names) in [
            (["runs", "get", missing], missing),
            (["artifacts", "ls", missing], missing),
            (["experiments", "get", "no such experiment"], "no such experiment"),
            (["models", "get", "no such model"], "no such model"),
            (
                ["runs", "list", "--experiment=no such experiment"],
                "no such experiment",
            ),
        ] {
            let all: Vec<&str> = ["--store", &store].into_iter().chain(arguments).collect();
            place.fails(&Case {
                what: "nothing there",
                arguments: &all,
                code: 3,
                kind: "not_found",
                names,
            });
        }
        let history = ["--store", &store, "metrics", "history", missing, "loss"];
        place.fails(&Case {
            what: "no run",
            arguments: &history,
            code: 3,
            kind: "not_found",
            names: missing,
        });
    }
}

#[test]
fn an_artifact_outside_the_root_is_refused_as_input() {
    let place = Place::new();
    let store = text(&file_store(&place));
    for escape in [
        "../meta.yaml",
        "/etc/passwd",
        "a/../../meta.yaml",
        "%2e%2e/meta.yaml",
    ] {
        place.fails(&Case {
            what: "a path that leaves the root",
            arguments: &["--store", &store, "artifacts", "cat", RUN, escape],
            code: 2,
            kind: "invalid_input",
            names: escape,
        });
    }
}
