//! From the environment to an open object store.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::{ClientOptions, ObjectStore, Result, RetryConfig};

use super::super::place::{Object, Service};
use super::super::profile::Profile;

type Environment = BTreeMap<String, String>;

pub(super) async fn build(object: &Object, environment: &Environment) -> Result<Arc<dyn ObjectStore>> {
    Ok(match &object.service {
        Service::S3 => Arc::new(s3(&object.bucket, environment).await?),
        Service::Google => Arc::new(google(&object.bucket, environment)?),
        Service::Azure(host) => Arc::new(azure(host, &object.bucket, environment)?),
    })
}

/// Whether credentials are named, rather than to be asked of the machine's metadata service.
pub(super) async fn knows_credentials(service: &Service, environment: &Environment) -> bool {
    let names: &[&str] = match service {
        Service::S3 => &[
            "AWS_ACCESS_KEY_ID",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "AWS_SKIP_SIGNATURE",
        ],
        Service::Google => &[
            "GOOGLE_APPLICATION_CREDENTIALS",
            "GOOGLE_SERVICE_ACCOUNT",
            "GOOGLE_SERVICE_ACCOUNT_KEY",
            "GOOGLE_SKIP_SIGNATURE",
        ],
        Service::Azure(_) => &[
            "AZURE_STORAGE_CONNECTION_STRING",
            "AZURE_STORAGE_ACCESS_KEY",
            "AZURE_STORAGE_ACCOUNT_KEY",
            "AZURE_STORAGE_SAS_TOKEN",
            "AZURE_STORAGE_SAS_KEY",
            "AZURE_CLIENT_ID",
            "AZURE_SKIP_SIGNATURE",
        ],
    };
    let named = names
        .iter()
        .any(|name| environment.get(*name).is_some_and(|value| !value.is_empty()));
    named || (*service == Service::S3 && Profile::find(environment).await.access_key_id.is_some())
}

async fn s3(bucket: &str, environment: &Environment) -> Result<impl ObjectStore + use<>> {
    let profile = Profile::find(environment).await;
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_region(profile.region.as_deref().unwrap_or("us-east-1"));
    let signed_by_profile = !environment.contains_key("AWS_ACCESS_KEY_ID");
    if signed_by_profile
        && let (Some(id), Some(secret)) = (&profile.access_key_id, &profile.secret_access_key)
    {
        builder = builder.with_access_key_id(id).with_secret_access_key(secret);
        if let Some(token) = &profile.session_token {
            builder = builder.with_token(token);
        }
    }
    for (key, value) in with_prefix(environment, "AWS_") {
        if let Ok(key) = key.parse::<AmazonS3ConfigKey>()
            && !matches!(key, AmazonS3ConfigKey::Bucket)
        {
            builder = builder.with_config(key, value);
        }
    }
    if let Some(region) = environment
        .get("AWS_REGION")
        .or(environment.get("AWS_DEFAULT_REGION"))
    {
        builder = builder.with_region(region);
    }
    let endpoint = [
        "MLFLOW_S3_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_S3",
        "AWS_ENDPOINT_URL",
    ]
    .iter()
    .find_map(|name| environment.get(*name))
    .or(profile.endpoint_url.as_ref());
    let mut options = client_options(endpoint.map(String::as_str));
    if is_true(environment, "MLFLOW_S3_IGNORE_TLS") {
        options = options.with_allow_invalid_certificates(true);
    }
    let style = environment
        .get("MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE")
        .map(String::as_str);
    if let Some(endpoint) = endpoint {
        // Servers that only speak S3's protocol mostly know one host name.
        builder = builder
            .with_endpoint(endpoint.trim_end_matches('/'))
            .with_virtual_hosted_style_request(style == Some("virtual"));
    }
    builder.with_client_options(options).with_retry(retries()).build()
}

fn google(bucket: &str, environment: &Environment) -> Result<impl ObjectStore + use<>> {
    let mut builder = GoogleCloudStorageBuilder::new().with_bucket_name(bucket);
    for (key, value) in with_prefix(environment, "GOOGLE_") {
        if let Ok(key) = key.parse::<GoogleConfigKey>()
            && !matches!(key, GoogleConfigKey::Bucket)
        {
            builder = builder.with_config(key, value);
        }
    }
    let emulator = environment.get("STORAGE_EMULATOR_HOST");
    if let Some(emulator) = emulator {
        builder = builder.with_base_url(emulator).with_skip_signature(true);
    }
    let plain = emulator
        .or(environment.get("GOOGLE_BASE_URL"))
        .map(String::as_str);
    builder
        .with_client_options(client_options(plain))
        .with_retry(retries())
        .build()
}

fn azure(host: &str, container: &str, environment: &Environment) -> Result<impl ObjectStore + use<>> {
    let account = host.split('.').next().unwrap_or(host);
    let mut builder = MicrosoftAzureBuilder::new()
        .with_account(account)
        .with_container_name(container);
    for (key, value) in with_prefix(environment, "AZURE_") {
        if let Ok(key) = key.parse::<AzureConfigKey>()
            && !matches!(key, AzureConfigKey::ContainerName | AzureConfigKey::AccountName)
        {
            builder = builder.with_config(key, value);
        }
    }
    // The name that MLflow and Azure's older tools use.
    if let Some(key) = environment.get("AZURE_STORAGE_ACCESS_KEY") {
        builder = builder.with_access_key(key);
    }
    let mut endpoint = None;
    for (name, value) in connection_string(environment) {
        match name.as_str() {
            "AccountKey" => builder = builder.with_access_key(value),
            "AccountName" => builder = builder.with_account(value),
            "SharedAccessSignature" => builder = builder.with_config(AzureConfigKey::SasKey, value),
            "BlobEndpoint" => endpoint = Some(value),
            _ => {}
        }
    }
    if let Some(endpoint) = &endpoint {
        builder = builder.with_endpoint(endpoint.trim_end_matches('/').to_owned());
    }
    builder
        .with_client_options(client_options(endpoint.as_deref()))
        .with_retry(retries())
        .build()
}

/// The parts of `AZURE_STORAGE_CONNECTION_STRING`: `Name=value;…`, where a value may hold `=`.
fn connection_string(environment: &Environment) -> Vec<(String, String)> {
    environment
        .get("AZURE_STORAGE_CONNECTION_STRING")
        .map(String::as_str)
        .unwrap_or_default()
        .split(';')
        .filter_map(|part| part.split_once('='))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

fn client_options(endpoint: Option<&str>) -> ClientOptions {
    let is_plain = endpoint.is_some_and(|endpoint| endpoint.starts_with("http://"));
    // A large file may take as long as it takes; what is bounded is how long nothing comes.
    ClientOptions::new()
        .with_allow_http(is_plain)
        .with_timeout_disabled()
        .with_read_timeout(Duration::from_secs(60))
        .with_connect_timeout(Duration::from_secs(10))
}

fn retries() -> RetryConfig {
    RetryConfig {
        max_retries: 3,
        retry_timeout: Duration::from_secs(30),
        ..RetryConfig::default()
    }
}

fn with_prefix<'a>(
    environment: &'a Environment,
    prefix: &'static str,
) -> impl Iterator<Item = (String, &'a str)> + 'a {
    environment
        .iter()
        .filter(move |(key, value)| key.starts_with(prefix) && !value.is_empty())
        .map(|(key, value)| (key.to_ascii_lowercase(), value.as_str()))
}

fn is_true(environment: &Environment, name: &str) -> bool {
    environment
        .get(name)
        .is_some_and(|value| matches!(value.to_ascii_lowercase().as_str(), "1" | "true" | "yes"))
}
