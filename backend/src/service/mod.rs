//! A client for the part of Ittybit's API that uploads need.
//!
//! It requests upload URLs and reads the answers. It does not know who may upload what: the app must
//! decide that before it calls anything here.

mod answer;
mod byte_range;
mod client;
mod error;
mod key;
mod media;
mod new_upload;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Client, Url};
use uuid::Uuid;

pub use byte_range::ByteRange;
pub use client::Timeouts;
pub use error::{ConfigError, ServiceError};
pub use key::ApiKey;
pub use new_upload::{Created, Metadata, MetadataError, MetadataValue, NewUpload, UploadTarget};

pub(crate) use client::{TextError, build as build_client, read_text, reason};

/// The default URL of Ittybit's API, if `ITTYBIT_API_URL` is not set.
pub const DEFAULT_API_URL: &str = "https://api.ittybit.com";

/// The header that is the same for all requests about the same file.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// A client of Ittybit for one account. Cheap to clone: clones share their connections.
#[derive(Clone, Debug)]
pub struct Service {
    api_key: ApiKey,
    api_url: String,
    uploads_url: Url,
    client: Client,
    timeouts: Timeouts,
}

impl Service {
    /// Creates a client of the API at `base_url` with `api_key`.
    ///
    /// # Errors
    ///
    /// Fails if a key must not be sent to `base_url`, which must be `https:`, or `http:` on this
    /// machine, or if the system has no certificates to trust.
    pub fn new(api_key: ApiKey, base_url: &str) -> Result<Self, ConfigError> {
        let api_url = base_url.trim().trim_end_matches('/').to_owned();
        let uploads_url = Url::parse(&format!("{api_url}/uploads"))
            .ok()
            .filter(may_carry_secrets)
            .filter(|url| url.query().is_none() && url.fragment().is_none())
            .ok_or(ConfigError::BaseUrl)?;
        let client = client::build(&uploads_url)?;
        Ok(Self { api_key, api_url, uploads_url, client, timeouts: Timeouts::default() })
    }

    /// Returns the same client with other timeouts.
    #[must_use]
    pub fn with_timeouts(self, timeouts: Timeouts) -> Self {
        Self { timeouts, ..self }
    }

    /// Creates a client from environment variables: `ITTYBIT_API_KEY` is the key, and `ITTYBIT_API_URL`
    /// the URL of the API if it is not [`DEFAULT_API_URL`].
    ///
    /// # Errors
    ///
    /// Fails if the key is missing or malformed, or if [`Service::new`] fails.
    pub fn from_env() -> Result<Self, ConfigError> {
        let variable = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        let api_key = ApiKey::new(&variable("ITTYBIT_API_KEY").ok_or(ConfigError::KeyMissing)?)?;
        let base_url = variable("ITTYBIT_API_URL");
        Self::new(api_key, base_url.as_deref().unwrap_or(DEFAULT_API_URL))
    }

    /// Returns the URL of the API, without a slash at the end.
    #[must_use]
    pub fn api_url(&self) -> &str {
        &self.api_url
    }

    /// Creates an upload URL, which is short-lived and works once, or returns the media object if the
    /// file is stored already.
    ///
    /// `idempotency_key` and `upload` must be the same for every attempt to upload the same file. The
    /// key is sent as the `Idempotency-Key` header. Ittybit documents that header for its `POST`
    /// requests in general: a key has 16 to 32 characters (so this one is sent without its hyphens), is
    /// remembered for about 24 hours, and is refused with a different body
    /// (<https://ittybit.com/api/idempotency>).
    ///
    /// Whether this applies to upload URLs is not documented, nor is the answer to a repeated key. The
    /// stand-in answers with the stored media object, and this method reads such an answer from any
    /// service as [`Created::Stored`]. If Ittybit creates another upload URL instead, an answer that is
    /// lost after the file was stored leads to a second copy. If it repeats the first URL, that one is
    /// used or expires, and further attempts fail. To detect copies, an app can put its own id, such as
    /// the key, into [`NewUpload::metadata`]: media objects with the same id are of the same file.
    ///
    /// # Errors
    ///
    /// Fails if Ittybit refuses, does not answer, or its answer contains neither an upload URL nor a
    /// media object.
    pub async fn create_upload(
        &self,
        upload: &NewUpload,
        idempotency_key: Option<Uuid>,
    ) -> Result<Created, ServiceError> {
        let body = serde_json::to_vec(upload).map_err(ServiceError::Unsendable)?;
        let mut request = self
            .client
            .post(self.uploads_url.clone())
            .header(AUTHORIZATION, self.api_key.bearer())
            .header(CONTENT_TYPE, "application/json")
            .body(body)
            .timeout(self.timeouts.answer);
        if let Some(key) = idempotency_key {
            request = request.header(IDEMPOTENCY_KEY, key.simple().to_string());
        }
        let response = request.send().await.map_err(ServiceError::no_answer)?;
        let status = response.status();
        let retry_after = answer::retry_after(response.headers());
        let text = read_text(response).await.map_err(|error| match error {
            TextError::Broken(error) => ServiceError::no_answer(error),
            TextError::TooLong => ServiceError::NotAnUpload("it is far too long".into()),
        })?;
        answer::read_created(status, retry_after, &text, &self.api_key)
    }

    pub(crate) const fn api_key(&self) -> &ApiKey {
        &self.api_key
    }

    pub(crate) const fn client(&self) -> &Client {
        &self.client
    }
}

/// Returns whether secrets can be sent to this URL, because nobody on the way can read them: over
/// `https:`, or to a server on this machine. Refuses a URL with a user name or password, which would
/// end up in logs.
pub(crate) fn may_carry_secrets(url: &Url) -> bool {
    let private = match url.scheme() {
        "https" => url.has_host(),
        "http" => client::is_loopback(url),
        _ => false,
    };
    private && url.username().is_empty() && url.password().is_none()
}
