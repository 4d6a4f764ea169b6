//! A client for Ittybit's API, as far as uploads need it.
//!
//! It knows how an upload URL is asked for and how the answer reads. It refuses to know who may
//! upload what: that is the app's decision, made before anything here is called.

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

/// Where Ittybit's API is, unless `ITTYBIT_API_URL` says otherwise.
pub const DEFAULT_API_URL: &str = "https://api.ittybit.com";

/// The header that says which requests are about the same file.
pub(crate) const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Ittybit, as one account sees it. Cheap to clone: clones share their connections.
#[derive(Clone, Debug)]
pub struct Service {
    api_key: ApiKey,
    api_url: String,
    uploads_url: Url,
    client: Client,
    timeouts: Timeouts,
}

impl Service {
    /// A client that talks to the API at `base_url` with `api_key`.
    ///
    /// # Errors
    ///
    /// Where `base_url` is no URL that a key may be sent to (`https:`, or `http:` on this
    /// machine), or where the system has no certificates to trust.
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

    /// The same client, with other limits to its patience.
    #[must_use]
    pub fn with_timeouts(self, timeouts: Timeouts) -> Self {
        Self { timeouts, ..self }
    }

    /// A client as the environment describes it: `ITTYBIT_API_KEY` is the key, `ITTYBIT_API_URL`
    /// the API's address where it is not [`DEFAULT_API_URL`].
    ///
    /// # Errors
    ///
    /// Where the key is missing or malformed, and where [`Service::new`] fails.
    pub fn from_env() -> Result<Self, ConfigError> {
        let variable = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        let api_key = ApiKey::new(&variable("ITTYBIT_API_KEY").ok_or(ConfigError::KeyMissing)?)?;
        let base_url = variable("ITTYBIT_API_URL");
        Self::new(api_key, base_url.as_deref().unwrap_or(DEFAULT_API_URL))
    }

    /// Where the API is that this client talks to, without a slash at the end.
    #[must_use]
    pub fn api_url(&self) -> &str {
        &self.api_url
    }

    /// Creates an upload URL, which is short-lived and works once; or finds that the file is
    /// stored already.
    ///
    /// `idempotency_key` belongs to one file. It stays the same, and so must `upload`, over all
    /// attempts to upload that file. It is sent as the `Idempotency-Key` header. Ittybit documents
    /// that header for its `POST` requests in general: a key has 16 to 32 characters (so this one
    /// goes without its hyphens), is remembered for about 24 hours, and is refused with another
    /// body (<https://ittybit.com/api/idempotency>).
    ///
    /// Whether upload URLs take part in that is not documented, nor what a key is answered with
    /// that comes back. [`Created::Stored`] is what the stand-in answers, and is read from any
    /// service. Where Ittybit creates another upload URL instead, an answer that was lost after the
    /// file was stored leads to a second copy. Where it repeats the first URL, that one is used up
    /// or expires, and further attempts fail. An app that minds puts an id of its own into
    /// [`NewUpload::metadata`], the key for example: media objects that share it are of one file.
    ///
    /// # Errors
    ///
    /// What Ittybit refused, that it did not answer, or that its answer holds neither an upload
    /// URL nor a media object.
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

/// Whether what is sent to this URL can be read by nobody on the way: `https:`, or a server on
/// this very machine. Names and passwords inside a URL are refused, for they end up in logs.
pub(crate) fn may_carry_secrets(url: &Url) -> bool {
    let private = match url.scheme() {
        "https" => url.has_host(),
        "http" => client::is_loopback(url),
        _ => false,
    };
    private && url.username().is_empty() && url.password().is_none()
}
