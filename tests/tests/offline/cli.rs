use crate::place::{EXPERIMENT, Place, first, in_order, lasting_server, serve_demo, text};

/// Reads of every noun, as a script makes them.
fn reads(place: &Place) -> Vec<Vec<String>> {
    let run = first(
        &place.json(&[
            "runs",
            "list",
            "-e",
            EXPERIMENT,
            "--filter",
            "status = 'FINISHED'",
        ]),
        "run_id",
    );
    let other = place.json(&["runs", "list", "-e", EXPERIMENT, "--limit", "9"])[5]["run_id"]
        .as_str()
        .expect("it has as many runs")
        .to_owned();
    let metrics = place.json(&["runs", "get", &run])["metrics"].clone();
    let metric = metrics
        .as_object()
        .and_then(|all| all.keys().next())
        .expect("it has metrics")
        .clone();
    let trace = first(&place.json(&["traces", "list", "--limit", "1"]), "trace_id");
    let prompt = first(&place.json(&["prompts", "list"]), "name");
    let logged = first(&place.json(&["logged-models", "list"]), "model_id");
    let files = place.json(&["artifacts", "ls", &run]);
    let mut reads = vec![
        vec!["experiments", "list", "--view", "all"],
        vec!["experiments", "get", EXPERIMENT],
        vec!["runs", "list", "-e", EXPERIMENT, "--all"],
        vec![
            "runs",
            "list",
            "-e",
            EXPERIMENT,
            "--filter",
            "attributes.status != 'RUNNING' AND tags.mlflow.runName LIKE '%a%'",
        ],
        vec![
            "runs",
            "list",
            "-e",
            EXPERIMENT,
            "--order-by",
            "attributes.end_time ASC",
            "--limit",
            "7",
        ],
        vec!["runs", "get", &run],
        vec!["runs", "compare", &run, &other],
        vec!["metrics", "history", &run, &metric],
        vec!["artifacts", "ls", &run],
        vec!["logged-models", "list", "--all"],
        vec!["logged-models", "get", &logged],
        vec!["traces", "list", "--all"],
        vec!["traces", "get", &trace],
        vec!["experiments", "note", EXPERIMENT],
        vec!["runs", "note", &run],
        vec!["prompts", "list"],
        vec!["prompts", "get", &prompt],
        vec!["models", "list"],
        vec!["models", "get", "demand-forecast"],
        vec!["versions", "get", "demand-forecast@champion"],
        vec!["models", "describe", "demand-forecast"],
        vec!["versions", "get", "demand-forecast", "2"],
        vec!["versions", "describe", "demand-forecast", "2"],
        vec!["versions", "compare", "demand-forecast", "1", "2"],
        // Servers leave the aliases out of lists: what a list says replaces what is kept of each version.
        vec!["versions", "list", "--all"],
    ];
    let file = files
        .as_array()
        .and_then(|all| all.iter().find(|file| file["is_dir"] == false));
    if let Some(path) = file.and_then(|file| file["path"].as_str()) {
        reads.push(vec!["artifacts", "cat", &run, path]);
    }
    reads
        .into_iter()
        .map(|words| words.into_iter().map(str::to_owned).collect())
        .collect()
}

#[test]
fn what_was_read_once_reads_the_same_without_the_server_and_says_how_old_it_is() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let server = serve_demo(dir.path());
    let place = Place::at(&server);
    let reads = reads(&place);
    let run_all = |extra: &[&str]| -> Vec<(String, String)> {
        let words = |read: &[String]| {
            [&read.iter().map(String::as_str).collect::<Vec<_>>(), extra]
                .concat()
                .into_iter()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        reads
            .iter()
            .map(|read| {
                let read = words(read);
                place.said(&read.iter().map(String::as_str).collect::<Vec<_>>())
            })
            .collect()
    };
    let online = run_all(&["--json"]);
    for ((_, err), read) in online.iter().zip(&reads) {
        assert!(!err.contains("as_of"), "{read:?}: {err}");
    }
    drop(server);
    for extra in [&["--json"][..], &["--json", "--offline"]] {
        let offline = run_all(extra);
        for (((before, _), (after, err)), read) in online.iter().zip(&offline).zip(&reads) {
            assert_eq!(in_order(before), in_order(after), "{read:?}");
            assert!(err.contains(r#"{"note":{"as_of":1"#), "{read:?}: {err}");
        }
    }
    // What is drawn, told or downloaded is no JSON, or another one at each look.
    let (run, metric) = (reads[7][2].as_str(), reads[7][3].as_str());
    for arguments in [
        &["metrics", "plot", run, metric][..],
        &["artifacts", "get", run, "--output", "files"],
        &["inbox"],
    ] {
        let (_, err) = place.said(arguments);
        assert!(err.contains("as of 20"), "{arguments:?}: {err}");
    }
    let (_, for_people) = place.said(&["experiments", "list"]);
    assert!(
        for_people.contains("is offline: this is from the cache, as of 20"),
        "{for_people}"
    );

    let run = reads[5][2].as_str();
    let refused = place.run(&["--fresh", "runs", "get", run]);
    assert_eq!(refused.status.code(), Some(5), "{}", text(&refused.stderr));
    let unknown = place.run(&["runs", "get", "0123456789abcdef0123456789abcdef"]);
    assert_eq!(
        unknown.status.code(),
        Some(5),
        "it may well be there: {}",
        text(&unknown.stderr)
    );
    let wrong = place.run(&["runs", "list", "-e", EXPERIMENT, "--filter", "metrics.loss <"]);
    assert_eq!(wrong.status.code(), Some(2), "{}", text(&wrong.stderr));
    for arguments in [
        &["runs", "tag", run, "a=b"][..],
        &["runs", "rename", run, "other", "--offline"],
        &["experiments", "create", "new"],
        &["models", "tag", "demand-forecast", "a=b"],
    ] {
        let write = place.run(arguments);
        let said = text(&write.stderr);
        assert_eq!(write.status.code(), Some(6), "{arguments:?}: {said}");
        assert!(said.contains("Offline, so that nothing can be changed"), "{said}");
    }
}

#[test]
fn a_server_that_refuses_has_answered_and_the_cache_is_not_asked() {
    let place = Place::at(lasting_server());
    let run = first(
        &place.json(&["runs", "list", "-e", EXPERIMENT, "--limit", "1"]),
        "run_id",
    );
    place.json(&["runs", "get", &run]);
    // The same cache, and a server that knows nobody: its context is kept by where it leads.
    let stub = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback has ports");
    let port = stub.local_addr().expect("it is bound").port();
    let answering = std::thread::spawn(move || {
        use std::io::{Read, Write};
        // One command asks once.
        let (mut stream, _) = stub.accept().expect("somebody asks");
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 47\r\nConnection: close\r\n\r\n{\"error_code\": \"RESOURCE_DOES_NOT_EXIST\"}      ");
    });
    let config = place.path().join("config");
    std::fs::create_dir_all(&config).expect("a directory");
    let write = |tracking: &str| {
        let text = format!("current = 'lab'\n[contexts.lab]\ntracking = '{tracking}'\n");
        std::fs::write(config.join("config.toml"), text).expect("writable");
    };
    write(lasting_server().url());
    place.json(&["--context", "lab", "runs", "get", &run]);
    write(&format!("http://127.0.0.1:{port}"));
    let refused = place.run(&["--context", "lab", "runs", "get", &run]);
    assert_eq!(refused.status.code(), Some(3), "{}", text(&refused.stderr));
    answering.join().expect("it answered");
}

#[test]
fn two_processes_keep_what_they_read_at_once() {
    let place = Place::at(lasting_server());
    let children: Vec<_> = [
        "credit-risk/gradient-boosting",
        EXPERIMENT,
        "warehouse-picking/ppo",
    ]
    .iter()
    .map(|experiment| {
        let mut command = place.command(&["runs", "list", "--all", "--json", "-q", "-e", experiment]);
        command
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped());
        (experiment, command.spawn().expect("the binary was built"))
    })
    .collect();
    for (experiment, child) in children {
        let output = child.wait_with_output().expect("it ends");
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{}",
            text(&output.stderr)
        );
        let (kept, _) = place.said(&[
            "--offline",
            "runs",
            "list",
            "--all",
            "--json",
            "-q",
            "-e",
            experiment,
        ]);
        assert_eq!(kept, text(&output.stdout));
    }
}

#[test]
fn a_broken_cache_is_set_aside_with_a_word_and_reading_goes_on() {
    let place = Place::at(lasting_server());
    place.json(&["experiments", "list"]);
    let file = place.cache_files().remove(0);
    std::fs::write(&file, vec![0x5a; 20_000]).expect("writable");
    let (_, err) = place.said(&["experiments", "list"]);
    assert!(err.contains("was set aside as"), "{err}");
    let (_, err) = place.said(&["experiments", "list", "--offline"]);
    assert!(
        !err.contains("was set aside as") && err.contains("as of"),
        "{err}"
    );
}

#[test]
fn a_cache_is_told_of_and_cleared() {
    let place = Place::at(lasting_server());
    assert_eq!(place.json(&["cache", "info"]), serde_json::json!([]));
    place.json(&["runs", "list", "--all", "-e", EXPERIMENT]);
    let info = place.json(&["cache", "info"]);
    assert_eq!(info[0]["store"], lasting_server().url());
    assert_eq!(info[0]["counts"]["runs"], 36);
    assert!(info[0]["oldest"].as_i64() <= info[0]["newest"].as_i64());
    let unconfirmed = place.run(&["cache", "clear"]);
    assert_eq!(unconfirmed.status.code(), Some(6));
    let cleared = place.json(&["cache", "clear", "--yes"]);
    assert_eq!(cleared["n_caches"], 1);
    assert!(place.cache_files().is_empty());
    let nothing = place.run(&["--offline", "experiments", "list"]);
    assert_eq!(nothing.status.code(), Some(5), "{}", text(&nothing.stderr));
}

/// What a command said and how it ended where no file may grow beyond 100 blocks, as on a disk that is full.
#[cfg(target_os = "linux")]
fn on_a_full_disk(place: &Place, arguments: &[&str]) -> std::process::Output {
    let flowdeck = place.command(&[]);
    let mut command = std::process::Command::new("sh");
    // Without the trap the system ends whoever writes more; with it, the write fails.
    command
        .args(["-c", "trap '' XFSZ; ulimit -f 100; exec \"$0\" \"$@\""])
        .arg(flowdeck.get_program())
        .args(arguments)
        .env_clear()
        .envs(place.variables())
        .current_dir(place.path())
        .stdin(std::process::Stdio::null());
    command.output().expect("there is a shell")
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_costs_nothing_but_the_cache() {
    let place = Place::at(lasting_server());
    let list = &["runs", "list", "--all", "--json", "-e", EXPERIMENT];
    let (wanted, _) = place.said(&[&["--fresh"][..], list].concat());
    place.json(&["experiments", "list"]);
    let read = on_a_full_disk(&place, list);
    let err = text(&read.stderr);
    assert!(read.status.success(), "{err}");
    assert_eq!(text(&read.stdout), wanted);
    assert_eq!(
        err.matches("nothing more is kept for offline use").count(),
        1,
        "{err}"
    );
    // What is kept on purpose fails with a word.
    let sync = on_a_full_disk(&place, &["sync", EXPERIMENT]);
    let err = text(&sync.stderr);
    assert_eq!(sync.status.code(), Some(1), "{err}");
    assert!(err.contains("cannot be written"), "{err}");
    // What was kept before is still there, and with room again so is everything.
    assert!(
        !place
            .json(&["--offline", "experiments", "list"])
            .to_string()
            .is_empty()
    );
    place.json(&["sync", EXPERIMENT, "--no-histories"]);
    let (offline, _) = place.said(&[&["--offline"][..], list].concat());
    assert_eq!(offline, wanted);
}
