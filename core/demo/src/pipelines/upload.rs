//! Packages sent as a form. This part of the server is older than the rest: its errors have another shape.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::answer::Asked;
use super::catalog::{self, Described, LONGEST_NAME};
use super::package::{GREATEST_BYTES, unpacked};
use super::refusal::Refusal;
use super::reply::Reply;
use super::spec::Spec;
use super::store::State;

/// The frames that the server's errors carry after the one that refused.
const TRACE: &str = "net/http.HandlerFunc.ServeHTTP\n\t/usr/local/go/src/net/http/server.go:2286\n\
    github.com/gorilla/mux.(*Router).ServeHTTP\n\t/go/pkg/mod/github.com/gorilla/mux@v1.8.1/mux.go:212\n\
    net/http.serverHandler.ServeHTTP\n\t/usr/local/go/src/net/http/server.go:3311\n\
    net/http.(*conn).serve\n\t/usr/local/go/src/net/http/server.go:2067\n\
    runtime.goexit\n\t/usr/local/go/src/runtime/asm_amd64.s:1771";

/// An error with its stack trace, as JSON or, where the answer had begun as text, as text.
fn refused(status: u16, message: &str, kind: &Kind, is_json: bool) -> Reply {
    let (function, route) = match kind {
        Kind::Pipeline => ("uploadPipeline", "UploadPipeline"),
        Kind::Version => ("uploadPipelineVersion", "UploadPipelineVersion"),
    };
    let package = "github.com/kubeflow/pipelines/backend/src/apiserver/server";
    let file = format!("/go/src/{package}/pipeline_upload_server.go");
    let details = format!(
        "{message}\n{package}.(*PipelineUploadServer).{function}\n\t{file}:187\n\
         {package}.(*PipelineUploadServer).{route}\n\t{file}:87\n{TRACE}"
    );
    let mut reply = Reply::plain_error(status, message, &details);
    if is_json {
        reply.content_type = "application/json";
    }
    reply
}

enum Kind {
    Pipeline,
    Version,
}

pub(super) fn pipeline(state: &mut State, asked: &Asked<'_>) -> Reply {
    match try_pipeline(state, asked) {
        Ok(reply) | Err(reply) => reply,
    }
}

pub(super) fn version(state: &mut State, asked: &Asked<'_>) -> Reply {
    match try_version(state, asked) {
        Ok(reply) | Err(reply) => reply,
    }
}

fn try_pipeline(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Reply> {
    let kind = Kind::Pipeline;
    let (file_name, text) = package(asked, &kind)?;
    let mut new = described(asked, &file_name, &kind)?;
    let may = catalog::access(state, &asked.caller, "create", ("", &new.name), &new.namespace);
    if may.is_err() {
        return Err(refused(400, "Failed to create a pipeline", &kind, false));
    }
    let spec = Spec::read(&text).map_err(|why| refused(400, &why, &kind, true))?;
    if !state.is_multi_user() {
        new.namespace.clear();
    }
    let version = Described {
        name: new.name.clone(),
        display_name: new.display_name.clone(),
        description: new.description.clone(),
        code_source_url: std::mem::take(&mut new.code_source_url),
        ..Described::default()
    };
    let failed = |refusal: Refusal| {
        let status = refusal.reply().status;
        refused(
            status,
            "Failed to create a pipeline and a pipeline version",
            &kind,
            true,
        )
    };
    let pipeline = catalog::add(state, new).map_err(failed)?;
    catalog::add_version(state, &pipeline.id, version, Arc::new(spec)).map_err(failed)?;
    Ok(Reply::ok(&pipeline.json()))
}

fn try_version(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Reply> {
    let kind = Kind::Version;
    let (file_name, text) = package(asked, &kind)?;
    let new = described(asked, &file_name, &kind)?;
    let pipeline_id = asked.query.text("pipelineid");
    let failed = || refused(400, "Failed to create a pipeline version", &kind, false);
    let (name, namespace) = match state.pipelines.get(pipeline_id) {
        Some(pipeline) => (pipeline.name.clone(), pipeline.namespace.clone()),
        None => return Err(failed()),
    };
    if catalog::access(state, &asked.caller, "create", (pipeline_id, &name), &namespace).is_err() {
        return Err(failed());
    }
    let spec = Spec::read(&text).map_err(|why| refused(400, &why, &kind, true))?;
    let version = catalog::add_version(state, pipeline_id, new, Arc::new(spec)).map_err(|refusal| {
        refused(
            refusal.reply().status,
            "Failed to create a pipeline version",
            &kind,
            true,
        )
    })?;
    Ok(Reply::ok(&version.json()))
}

/// The file that was sent: its name and its text.
fn package(asked: &Asked<'_>, kind: &Kind) -> Result<(String, String), Reply> {
    let Some((name, bytes)) = part(asked.content_type, asked.body, b"uploadfile") else {
        return Err(refused(400, "Failed to read pipeline from file", kind, false));
    };
    let unreadable = || refused(400, "Failed to read a pipeline spec file", kind, false);
    if bytes.len() > GREATEST_BYTES {
        return Err(unreadable());
    }
    let text = unpacked(&name, bytes).ok_or_else(unreadable)?;
    Ok((name, text))
}

/// Names and tags of the query; the file's name stands for one that is missing.
fn described(asked: &Asked<'_>, file_name: &str, kind: &Kind) -> Result<Described, Reply> {
    let text = |key: &str| asked.query.text(key).to_owned();
    let or = |text: String, other: &str| if text.is_empty() { other.to_owned() } else { text };
    let tags = match asked.query.text("tags") {
        "" => Map::new(),
        json => match serde_json::from_str::<Value>(json) {
            Ok(Value::Object(tags)) if tags.values().all(Value::is_string) => tags,
            _ => {
                let words =
                    "Failed to parse tags query parameter. Expected JSON object with string keys and values";
                return Err(refused(400, words, kind, false));
            }
        },
    };
    let display_name = text("display_name");
    let name = or(text("name"), &or(display_name.clone(), file_name));
    if name.chars().count() > LONGEST_NAME {
        let field = match kind {
            Kind::Pipeline => "Pipeline",
            Kind::Version => "PipelineVersion",
        };
        return Err(Reply::text(
            400,
            format!("Invalid input error: {field}.Name length cannot exceed {LONGEST_NAME}\n"),
        ));
    }
    Ok(Described {
        display_name: or(display_name, &name),
        description: text("description"),
        namespace: text("namespace"),
        code_source_url: text("code_source_url"),
        package_url: String::new(),
        tags,
        name,
    })
}

/// The part of a form with this name: its file's name and its bytes.
fn part<'a>(content_type: &str, body: &'a [u8], name: &[u8]) -> Option<(String, &'a [u8])> {
    let boundary = content_type
        .split("boundary=")
        .nth(1)?
        .split(';')
        .next()?
        .trim()
        .trim_matches('"');
    let mark = format!("--{boundary}").into_bytes();
    let mut rest = &body[find(body, &mark)? + mark.len()..];
    loop {
        let end = find(rest, &mark)?;
        let one = &rest[..end];
        let head_end = find(one, b"\r\n\r\n")?;
        let (head, content) = (&one[..head_end], &one[head_end + 4..]);
        let head = String::from_utf8_lossy(head).into_owned();
        let wanted = format!("name=\"{}\"", String::from_utf8_lossy(name));
        if head.contains(&wanted) {
            let file = head
                .split("filename=\"")
                .nth(1)
                .and_then(|rest| rest.split('"').next());
            return Some((file?.to_owned(), content.strip_suffix(b"\r\n").unwrap_or(content)));
        }
        rest = &rest[end + mark.len()..];
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    // Only where the first byte fits is the rest compared: a package has megabytes.
    let first = *wanted.first()?;
    let mut from = 0;
    while let Some(at) = text[from..].iter().position(|byte| *byte == first) {
        if text[from + at..].starts_with(wanted) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}
