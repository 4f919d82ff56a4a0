use flowdeck_domain::FailureKind;
use flowdeck_domain::artifact::ArtifactPath;
use flowdeck_domain::port::ArtifactReader;
use flowdeck_mlflow::artifacts::Artifacts;
use wiremock::matchers::{any, header_exists, method, path as at, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::{environment, path, root, text, words};

const LISTED: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name><Prefix>1/r/</Prefix>
<Delimiter>/</Delimiter><IsTruncated>false</IsTruncated>
<Contents><Key>1/r/</Key><Size>0</Size><LastModified>2024-01-01T00:00:00.000Z</LastModified><ETag>"e"</ETag></Contents>
<Contents><Key>1/r/a [1].txt</Key><Size>5</Size><LastModified>2024-01-01T00:00:00.000Z</LastModified><ETag>"e"</ETag></Contents>
<CommonPrefixes><Prefix>1/r/model/</Prefix></CommonPrefixes></ListBucketResult>"#;

fn s3(endpoint: &str) -> Artifacts {
    let variables = environment(&[
        ("MLFLOW_S3_ENDPOINT_URL", endpoint),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_PROFILE", "passed over"),
    ]);
    Artifacts::new(None, ".", variables)
}

#[tokio::test]
async fn s3_is_listed_and_read_with_the_ecosystems_variables() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(at("/bucket"))
        .and(query_param("prefix", "1/r/"))
        .and(query_param("delimiter", "/"))
        .and(header_exists("authorization"))
        .respond_with(ResponseTemplate::new(200).set_body_raw(LISTED, "application/xml"))
        .mount(&server)
        .await;
    Mock::given(at("/bucket/1/r/a%20%5B1%5D.txt"))
        .respond_with(
            ResponseTemplate::new(200)
                .insert_header("last-modified", "Mon, 01 Jan 2024 00:00:00 GMT")
                .insert_header("etag", "\"e\"")
                .set_body_string("hello"),
        )
        .mount(&server)
        .await;
    let artifacts = s3(&server.uri());
    let root = root("s3://bucket/1/r");
    let listed = artifacts.list(&root, &ArtifactPath::root()).await.unwrap();
    assert_eq!(words(&listed), "a [1].txt:5 model/");
    assert_eq!(text(&artifacts, &root, "a [1].txt").await.unwrap(), "hello");
    assert_eq!(artifacts.local_path(&root, &path("a [1].txt")), None);
}

#[tokio::test]
async fn what_an_object_store_refuses_is_told_by_kind_and_without_secrets() {
    let error = |code: &str| format!("<Error><Code>{code}</Code><Message>m</Message></Error>");
    for (status, code, kind) in [
        (404, "NoSuchKey", FailureKind::NotFound),
        (403, "AccessDenied", FailureKind::Permission),
        (401, "Unauthorized", FailureKind::SignIn),
        (400, "BadRequest", FailureKind::Server),
    ] {
        let server = MockServer::start().await;
        Mock::given(any())
            .respond_with(ResponseTemplate::new(status).set_body_raw(error(code), "application/xml"))
            .mount(&server)
            .await;
        let failure = text(&s3(&server.uri()), &root("s3://bucket/k"), "x")
            .await
            .unwrap_err();
        assert_eq!(failure.kind(), kind, "{status}: {}", failure.message());
        assert!(failure.message().contains("s3://bucket"), "{}", failure.message());
        assert!(!format!("{failure:?}").contains("AKIDEXAMPLE"));
    }
}

#[tokio::test]
async fn google_storage_is_listed_and_read_through_its_emulator_variable() {
    let server = MockServer::start().await;
    Mock::given(at("/bucket"))
        .respond_with(ResponseTemplate::new(200).set_body_raw(LISTED, "application/xml"))
        .mount(&server)
        .await;
    let artifacts = Artifacts::new(
        None,
        ".",
        environment(&[("STORAGE_EMULATOR_HOST", &server.uri())]),
    );
    let listed = artifacts
        .list(&root("gs://bucket/1/r/"), &ArtifactPath::root())
        .await
        .unwrap();
    assert_eq!(words(&listed), "a [1].txt:5 model/");
}

#[tokio::test]
async fn azure_is_listed_with_a_connection_string() {
    let listed = r#"<?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="c"><Blobs>
        <Blob><Name>k/x.txt</Name><Properties><Last-Modified>Mon, 01 Jan 2024 00:00:00 GMT</Last-Modified>
        <Content-Length>3</Content-Length><Content-Type>text/plain</Content-Type><Etag>e</Etag></Properties></Blob>
        <BlobPrefix><Name>k/model/</Name></BlobPrefix></Blobs><NextMarker/></EnumerationResults>"#;
    let server = MockServer::start().await;
    Mock::given(at("/c"))
        .and(header_exists("authorization"))
        .respond_with(ResponseTemplate::new(200).set_body_raw(listed, "application/xml"))
        .mount(&server)
        .await;
    let connection = format!(
        "AccountName=acc;AccountKey=c2VjcmV0;BlobEndpoint={}/;",
        server.uri()
    );
    let artifacts = Artifacts::new(
        None,
        ".",
        environment(&[("AZURE_STORAGE_CONNECTION_STRING", &connection)]),
    );
    for scheme in ["wasbs", "abfss"] {
        let root = root(&format!("{scheme}://c@acc.blob.core.windows.net/k"));
        let listed = artifacts.list(&root, &ArtifactPath::root()).await.unwrap();
        assert_eq!(words(&listed), "model/ x.txt:3");
    }
}
