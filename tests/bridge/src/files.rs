//! The front end's files, under the same rules as in the window.

use std::path::{Component, Path};

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::combinators::UnsyncBoxBody;

use crate::serve::{full, plain};

/// What the page may do: what `desktop/tauri.conf.json` lets it do in the window, with this origin for the core.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
                      font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'; object-src 'none'";

/// A file below the pages; whatever is no file is the page itself, which knows its own addresses.
pub(crate) async fn answer(
    pages: &Path,
    path: &str,
) -> Response<UnsyncBoxBody<Bytes, std::convert::Infallible>> {
    let asked = Path::new(path.trim_start_matches('/'));
    let is_below = asked
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if !is_below {
        return plain(StatusCode::NOT_FOUND, "there is no such file");
    }
    let name = if asked.as_os_str().is_empty() {
        Path::new("index.html")
    } else {
        asked
    };
    let Ok(bytes) = tokio::fs::read(pages.join(name)).await else {
        return plain(
            StatusCode::NOT_FOUND,
            "there is no such file; was the front end built?",
        );
    };
    let mut response = full(StatusCode::OK, kind_of(name), bytes.into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

fn kind_of(name: &Path) -> &'static str {
    match name.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_lies_beside_the_pages_is_not_served() {
        for path in ["/../Cargo.toml", "/..%2fCargo.toml", "//etc/passwd", "/./../x"] {
            let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
            assert_eq!(
                answer(&pages, path).await.status(),
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
    }
}
