//! The demo's server: pages and the app's backend on one port, the stand-in for Ittybit on another, and
//! a local S3 store on a third, so that a browser really crosses origins. With an API key in the
//! environment, uses Ittybit instead of the stand-in; with a bucket, uses its store instead of the
//! local one. For this machine only. Don't build a server on it.

mod authorize;
mod pages;
mod settings;
mod store;
mod visitor;

use std::error::Error;
use std::future::{Future, pending};
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use axum::{Router, middleware};
use ittybit_uploader_backend::{ApiKey, Service, UploadRoutes};
use ittybit_uploader_stand_in::host::{self, StandIn};
use tokio::net::TcpListener;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use settings::Settings;

#[tokio::main]
async fn main() -> ExitCode {
    // Doesn't log the store's libraries, because their messages could contain a signed URL.
    let filter = Targets::new()
        .with_default(LevelFilter::INFO)
        .with_targets([("s3s", LevelFilter::OFF), ("s3s_fs", LevelFilter::OFF)]);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_filter(filter);
    tracing_subscriber::registry().with(lines).init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The host of uploads.
struct UploadHost {
    service: Service,
    /// The origins to which pages send files and from which they show them, as CSP sources.
    sources: String,
    /// The line to print on the terminal.
    line: String,
    /// The stand-in, unless Ittybit is used.
    local: Option<(TcpListener, StandIn)>,
}

async fn run() -> Result<(), Box<dyn Error>> {
    let settings = Settings::from_env()?;
    let end = end_signal()?;
    let listener = listen(settings.port, "PORT").await?;
    let port = listener.local_addr()?.port();
    let host = if settings.has_api_key { ittybit()? } else { local_stand_in(&settings).await? };
    let uploads =
        UploadRoutes::new(host.service, authorize::authorize).identifying(visitor::identify);
    let uploads = if host.local.is_some() { uploads.passing_on_keys() } else { uploads };
    let store = store::open(&settings).await?;
    let (uploads, sources, lines) = match &store {
        None => (uploads, host.sources, host.line),
        Some(store) => (
            uploads.with_storage(store.storage.clone()).handing_over(store.handover),
            format!("{} {}", host.sources, store.storage.public_origin()),
            format!("{}\n{}", host.line, store.line),
        ),
    };
    let app = Router::new()
        .nest("/api/uploads", uploads.into_router())
        .merge(pages::router(&sources)?)
        .layer(middleware::from_fn(visitor::recognize));

    writeln!(io::stdout(), "demo: http://localhost:{port}/\n{lines}")?;
    let stand_in = async {
        match host.local {
            Some((listener, stand_in)) => stand_in.serve(listener).await,
            None => pending().await,
        }
    };
    let local_store = async {
        match store.and_then(|store| store.local) {
            Some((listener, store)) => store.serve(listener).await,
            None => pending().await,
        }
    };
    // Doesn't wait for uploads at the end, because an interrupted upload leaves nothing behind.
    tokio::select! {
        result = async { axum::serve(listener, app).await } => result?,
        result = stand_in => result?,
        result = local_store => result?,
        () = end => {}
    }
    Ok(())
}

fn ittybit() -> Result<UploadHost, Box<dyn Error>> {
    let service = Service::from_env()?;
    let api_origin = reqwest::Url::parse(service.api_url())?.origin().ascii_serialization();
    Ok(UploadHost {
        sources: format!("https://*.ittybit.com https://*.ittybit.net {api_origin}"),
        line: format!("uploads go to Ittybit at {}", service.api_url()),
        service,
        local: None,
    })
}

async fn local_stand_in(settings: &Settings) -> Result<UploadHost, Box<dyn Error>> {
    let listener = listen(settings.stand_in_port, "STAND_IN_PORT").await?;
    let port = listener.local_addr()?.port();
    let base_url = format!("http://localhost:{port}");
    let service = Service::new(ApiKey::new("demo")?, &format!("http://127.0.0.1:{port}"))?;
    let stand_in = StandIn::open(host::Settings {
        base_url: base_url.clone(),
        dir: settings.stand_in_dir.clone(),
        url_ttl: settings.url_ttl,
        api_key: None,
        faults: settings.stand_in_faults,
    })?;
    Ok(UploadHost {
        service,
        line: format!(
            "stand-in for Ittybit: {base_url}/ (takes any API key; files in {})",
            settings.stand_in_dir.display()
        ),
        sources: base_url,
        local: Some((listener, stand_in)),
    })
}

/// Binds a port of this machine.
async fn listen(port: u16, variable: &str) -> Result<TcpListener, String> {
    TcpListener::bind(("127.0.0.1", port)).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => {
            format!("Port {port} is taken. Set {variable} to another, or to 0 for any free one.")
        }
        _ => format!("Cannot listen on port {port} ({error}). Set {variable} to another."),
    })
}

/// Returns a future that completes when the process is asked to end. Registers the handlers at once, so
/// that no signal is missed.
#[cfg(unix)]
fn end_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Returns a future that completes when the process is asked to end. Registers the handlers at once, so
/// that no signal is missed.
#[cfg(windows)]
fn end_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
