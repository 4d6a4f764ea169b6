//! Serves the routes as one line of JSON on standard input configures them, for the tests that compare
//! them with the JavaScript handler (`tests/server`). Don't build a server on it.

use std::error::Error;
use std::io::{self, BufRead, Write};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::{COOKIE, HeaderMap};
use axum::http::request::Parts;
use ittybit_uploader_backend::{
    ApiKey, Checksums, ContentDisposition, Grant, Handover, Limits, NewUpload, Protocol, Refusal,
    Service, Storage, StorageSettings, Timeouts, UploadRequest, UploadRoutes,
};
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    api_key: String,
    api_url: String,
    #[serde(default)]
    props: Vec<String>,
    #[serde(default)]
    origins: Vec<String>,
    #[serde(default)]
    limits: LimitsConfig,
    #[serde(default)]
    pass_on_keys: bool,
    #[serde(default)]
    name: String,
    storage: Option<StorageConfig>,
    authorize: Rule,
    identify: Option<Identity>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct LimitsConfig {
    max_file_size: Option<u64>,
    min_file_size: Option<u64>,
    allowed_file_types: Vec<String>,
    /// In milliseconds, like the next two.
    answer_timeout: Option<u64>,
    fetch_timeout: Option<u64>,
    body_timeout: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StorageConfig {
    endpoint: String,
    public_endpoint: Option<String>,
    region: String,
    bucket: String,
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
    path_style: Option<bool>,
    prefix: Option<String>,
    /// In seconds.
    part_url_ttl: Option<u64>,
    upload_secret: Option<Secrets>,
    handover: Option<HandoverConfig>,
    content_disposition: Option<DispositionConfig>,
    #[serde(default)]
    checksums: Checksums,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Secrets {
    One(String),
    Several(Vec<String>),
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum HandoverConfig {
    Own,
    Service,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum DispositionConfig {
    Attachment,
    Inline,
}

/// What `authorize` decides.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Rule {
    Allow,
    Deny,
    Grant(GrantConfig),
    Refuse(RefusalConfig),
    /// Panics with these words.
    Panic(String),
    /// Grants uploads to requests with this cookie.
    Cookie(String),
    /// Grants every upload, to the owner in this header.
    OwnerFrom(String),
}

/// What `identify` returns.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Identity {
    /// The user in this header.
    Header(String),
    Refuse(RefusalConfig),
    /// Panics with these words.
    Panic(String),
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RefusalConfig {
    status: u16,
    message: String,
    /// Seconds.
    retry_after: Option<u64>,
}

#[derive(Clone, Deserialize)]
struct GrantConfig {
    #[serde(flatten)]
    upload: NewUpload,
    protocol: Option<ProtocolConfig>,
    part_size: Option<u64>,
    owner: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ProtocolConfig {
    Simple,
    Resumable,
    Multipart,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(io::stderr).init();
    let routes = match configured() {
        Ok(routes) => routes,
        Err(error) => {
            println!("refused: {error}");
            return ExitCode::from(2);
        }
    };
    match serve(routes).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn configured() -> Result<UploadRoutes, Box<dyn Error>> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    let config: Config = serde_json::from_str(&line)?;
    let LimitsConfig { max_file_size, min_file_size, allowed_file_types, .. } = config.limits;
    let usual = Limits::default();
    let body_timeout = config.limits.body_timeout.map_or(usual.body_timeout, Duration::from_millis);
    let limits = Limits { max_file_size, min_file_size, allowed_file_types, body_timeout };
    let usual = Timeouts::default();
    let timeouts = Timeouts {
        answer: config.limits.answer_timeout.map_or(usual.answer, Duration::from_millis),
        fetch: config.limits.fetch_timeout.map_or(usual.fetch, Duration::from_millis),
    };
    let service = Service::new(ApiKey::new(&config.api_key)?, &config.api_url)?;
    let rule = config.authorize;
    let authorize = move |parts: Parts, _: UploadRequest| {
        let decision = decide(&rule, &parts.headers);
        async { decision }
    };
    let props = config.props.iter().map(|name| name.parse()).collect::<Result<Vec<_>, _>>()?;
    let mut routes = UploadRoutes::new(service.with_timeouts(timeouts), authorize)
        .allowing_origins(config.origins)?
        .taking_props(props)
        .with_limits(limits)
        .named(config.name);
    if let Some(identity) = config.identify {
        routes = routes.identifying(move |parts: Parts| {
            let identified = identify(&identity, &parts.headers);
            async { identified }
        });
    }
    if config.pass_on_keys {
        routes = routes.passing_on_keys();
    }
    if let Some(storage) = config.storage {
        let handover = match storage.handover {
            None | Some(HandoverConfig::Service) => Handover::Service,
            Some(HandoverConfig::Own) => Handover::Own,
        };
        let storage = Storage::new(settings(storage))?.with_timeouts(timeouts);
        routes = routes.with_storage(storage).handing_over(handover);
    }
    Ok(routes)
}

fn settings(config: StorageConfig) -> StorageSettings {
    let StorageConfig { endpoint, region, bucket, access_key_id, secret_access_key, .. } = config;
    let usual = StorageSettings::new(endpoint, region, bucket, access_key_id, secret_access_key);
    StorageSettings {
        content_disposition: match config.content_disposition {
            None | Some(DispositionConfig::Attachment) => ContentDisposition::Attachment,
            Some(DispositionConfig::Inline) => ContentDisposition::Inline,
        },
        checksums: config.checksums,
        public_endpoint: config.public_endpoint,
        session_token: config.session_token,
        path_style: config.path_style.unwrap_or(usual.path_style),
        prefix: config.prefix.unwrap_or(usual.prefix),
        part_url_ttl: config.part_url_ttl.map_or(usual.part_url_ttl, Duration::from_secs),
        upload_secrets: match config.upload_secret {
            None => usual.upload_secrets,
            Some(Secrets::One(secret)) => vec![secret],
            Some(Secrets::Several(secrets)) => secrets,
        },
        ..usual
    }
}

#[expect(clippy::panic, reason = "what comes of it is tested")]
fn decide(rule: &Rule, headers: &HeaderMap) -> Result<Grant, Refusal> {
    match rule {
        Rule::Allow => Ok(Grant::default()),
        Rule::Deny => Err(Refusal::forbidden("This upload is not allowed.")),
        Rule::Grant(GrantConfig { upload, protocol, part_size, owner }) => Ok(Grant {
            upload: upload.clone(),
            protocol: protocol.map(|protocol| match protocol {
                ProtocolConfig::Simple => Protocol::Simple,
                ProtocolConfig::Resumable => Protocol::Resumable,
                ProtocolConfig::Multipart => Protocol::Multipart,
            }),
            part_size: *part_size,
            owner: owner.clone(),
        }),
        Rule::Refuse(config) => Err(refusal(config)),
        Rule::Panic(words) => panic!("{words}"),
        Rule::Cookie(name) if has_cookie(headers, name) => Ok(Grant::default()),
        Rule::Cookie(_) => Err(Refusal::unauthorized("Please sign in to upload.")),
        Rule::OwnerFrom(header) => Ok(Grant {
            owner: text_of(headers, header),
            protocol: Some(Protocol::Multipart),
            ..Grant::default()
        }),
    }
}

#[expect(clippy::panic, reason = "what comes of it is tested")]
fn identify(identity: &Identity, headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    match identity {
        Identity::Header(name) => Ok(text_of(headers, name)),
        Identity::Refuse(config) => Err(refusal(config)),
        Identity::Panic(words) => panic!("{words}"),
    }
}

fn refusal(RefusalConfig { status, message, retry_after }: &RefusalConfig) -> Refusal {
    let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::FORBIDDEN);
    let refusal = Refusal::new(status, message);
    match retry_after {
        Some(seconds) => refusal.retry_after(Duration::from_secs(*seconds)),
        None => refusal,
    }
}

fn text_of(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

fn has_cookie(headers: &HeaderMap, name: &str) -> bool {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|cookies| cookies.to_str().ok());
    let mut names = cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.split_once('='))
        .map(|(name, _)| name.trim());
    names.any(|sent| sent == name)
}

/// Serves the routes until standard input closes.
async fn serve(routes: UploadRoutes) -> io::Result<()> {
    let app = Router::new().nest("/api/uploads", routes.into_router());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(io::stdout(), "listening http://{}", listener.local_addr()?)?;
    let (closed, end) = oneshot::channel::<()>();
    thread::spawn(move || {
        // Ends on the end of the input and on an error alike, because both mean that the test has ended.
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        drop(closed);
    });
    tokio::select! {
        result = async { axum::serve(listener, app).await } => result,
        _ = end => Ok(()),
    }
}
