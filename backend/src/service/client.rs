//! The HTTP client: which certificates it trusts, its timeouts, and the size of its answers.

use std::error::Error;
use std::iter::successors;
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};

use super::ConfigError;

/// How long a connection may take to open.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long Ittybit or a store may take, from the request to the end of the answer.
///
/// ```
/// use std::time::Duration;
/// use ittybit_uploader_backend::Timeouts;
///
/// let hasty = Timeouts { answer: Duration::from_secs(5), ..Timeouts::default() };
/// # let _ = hasty;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For a request that is answered at once. Default: 30 seconds.
    pub answer: Duration,
    /// For a request after which Ittybit fetches a file, or a store combines its parts. Default: five
    /// minutes. Amazon S3 may take minutes.
    pub fetch: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { answer: Duration::from_secs(30), fetch: Duration::from_secs(300) }
    }
}

/// The longest answer, in bytes. No answer of the API is nearly as long.
const LONGEST_ANSWER: usize = 4 * 1024 * 1024;

/// Builds the client for the server at `base_url` and for the URLs that it returns.
pub(crate) fn build(base_url: &Url) -> Result<Client, ConfigError> {
    let mut builder = Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        // A key or a file must not be sent to where a redirect points.
        .redirect(Policy::none())
        .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
        .tls_backend_preconfigured(tls(base_url)?);
    if is_loopback(base_url) {
        // A proxy can't reach the servers on this machine's loopback addresses.
        builder = builder.no_proxy();
    }
    builder.build().map_err(|error| ConfigError::Client(reason(error)))
}

/// Configures TLS with its own provider, so that the app can choose the process's default.
fn tls(base_url: &Url) -> Result<ClientConfig, ConfigError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() && base_url.scheme() == "https" {
        return Err(ConfigError::NoCertificates);
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| ConfigError::Client(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost"
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Why an answer could not be read.
pub(crate) enum TextError {
    /// The connection broke or timed out.
    Broken(reqwest::Error),
    /// The answer is longer than any of the API.
    TooLong,
}

/// Reads an answer. Fails if it is too long.
pub(crate) async fn read_text(mut response: Response) -> Result<String, TextError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(TextError::Broken)? {
        if body.len() + chunk.len() > LONGEST_ANSWER {
            return Err(TextError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8_lossy(&body).into_owned())
}

/// Describes an error and its causes, without the URL, which may be a secret.
pub(crate) fn reason(error: reqwest::Error) -> String {
    let error = error.without_url();
    successors(Some(&error as &dyn Error), |&error| error.source())
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}
