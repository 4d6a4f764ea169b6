//! The endpoint that an app mounts so that its pages can upload.
//!
//! A page asks here for an upload URL, once per attempt. These routes read what it says,
//! have the app decide ([`UploadRoutes::new`] takes that decision as a function, and there are
//! no routes without one), and ask Ittybit. What the page itself wishes for reaches the app and
//! nobody else: only what the app grants goes to Ittybit, and, where the app says so, a key that
//! tells the file from others ([`UploadRoutes::passing_on_keys`]) and some of the page's wishes
//! ([`UploadRoutes::taking_props`]).
//!
//! Files that are too large for one piece go in parts to the app's own store where the routes
//! have one ([`UploadRoutes::with_storage`]), and else in chunks to Ittybit.

mod body;
mod cors;
mod create;
mod grant;
mod head;
mod limits;
mod multipart;
mod origin;
mod owner;
mod props;
mod refusal;
mod request;
mod same_file;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::http::request::Parts;
use axum::routing::post;
use axum::{Router, middleware};

use multipart::Multipart;
use origin::Origins;
use owner::Owners;
use same_file::IdempotencyKeys;

pub use grant::{Grant, Handover, Protocol};
pub use limits::Limits;
pub use origin::OriginError;
pub use props::{PageProp, PagePropError};
pub use refusal::Refusal;
pub use request::UploadRequest;

use crate::service::Service;
use crate::storage::Storage;

type Decision<T> = Pin<Box<dyn Future<Output = Result<T, Refusal>> + Send>>;
type Authorize = dyn Fn(Parts, UploadRequest) -> Decision<Grant> + Send + Sync;
type Identify = dyn Fn(Parts) -> Decision<Option<String>> + Send + Sync;

/// The routes that create upload URLs for an app's own pages.
///
/// ```no_run
/// use axum::Router;
/// use axum::http::request::Parts;
/// use ittybit_uploader_backend::{
///     Metadata, NewUpload, Refusal, Service, UploadRequest, UploadRoutes,
/// };
///
/// /// Your own rules: who is this, and may they store this file?
/// async fn authorize(request: Parts, file: UploadRequest) -> Result<NewUpload, Refusal> {
///     let Some(user) = signed_in_user(&request) else {
///         return Err(Refusal::unauthorized("Please sign in to upload."));
///     };
///     if !file.mime.starts_with("image/") {
///         return Err(Refusal::forbidden("Only pictures can be uploaded here."));
///     }
///     Ok(NewUpload {
///         metadata: Some(Metadata::default().with("user", user)),
///         ..NewUpload::default()
///     })
/// }
/// # fn signed_in_user(request: &Parts) -> Option<String> {
/// #     Some(request.headers.get("x-user")?.to_str().ok()?.into())
/// # }
///
/// # fn app() -> Result<Router, Box<dyn std::error::Error>> {
/// let service = Service::from_env()?; // ITTYBIT_API_KEY
/// let uploads = UploadRoutes::new(service, authorize);
/// let app = Router::new().nest("/api/uploads", uploads.into_router());
/// # Ok(app) }
/// ```
#[derive(Clone)]
pub struct UploadRoutes {
    service: Service,
    authorize: Arc<Authorize>,
    owners: Owners,
    name: String,
    passes_on_keys: bool,
    storage: Option<Storage>,
    handover: Handover,
    origins: Arc<Origins>,
    props: Arc<[PageProp]>,
    limits: Arc<Limits>,
}

/// What every request is answered with.
struct Routes {
    service: Service,
    authorize: Arc<Authorize>,
    owners: Owners,
    /// Where keys are passed on.
    keys: Option<IdempotencyKeys>,
    multipart: Option<Multipart>,
    props: Arc<[PageProp]>,
    limits: Arc<Limits>,
}

impl UploadRoutes {
    /// Routes on which `authorize` decides about every upload.
    ///
    /// It is given the request without its body (headers, and the extensions that the app's own
    /// middleware left) and what the page said about the file, well-formed but not to be
    /// trusted: anyone can send any of it. It answers with the properties to create the upload
    /// with, or with a refusal. A [`Grant`] says besides how the bytes travel; where the
    /// properties alone are granted, the file's size decides. Where it panics, the answer is 500
    /// and nothing is created.
    ///
    /// It is not asked about pages of other servers: they are refused before, by what their browser
    /// says of them, so that none can upload with a visitor's cookies
    /// ([`Self::allowing_origins`] names exceptions). A request that comes from no browser tells
    /// nothing of where it is from, and is asked about.
    ///
    /// It is asked again for every attempt, with the same [`UploadRequest::idempotency_key`] as
    /// long as it is for the same file. The parts of one attempt are not asked about:
    /// [`Self::identifying`] says whose they are.
    pub fn new<A, F, G>(service: Service, authorize: A) -> Self
    where
        A: Fn(Parts, UploadRequest) -> F + Send + Sync + 'static,
        F: Future<Output = Result<G, Refusal>> + Send + 'static,
        G: Into<Grant>,
    {
        let authorize = move |parts, request| -> Decision<Grant> {
            let decision = authorize(parts, request);
            Box::pin(async move { decision.await.map(Into::into) })
        };
        Self {
            service,
            authorize: Arc::new(authorize),
            owners: Owners::default(),
            name: String::new(),
            passes_on_keys: false,
            storage: None,
            handover: Handover::default(),
            origins: Arc::default(),
            props: Arc::default(),
            limits: Arc::default(),
        }
    }

    /// Has each upload belong to the person who began it: `identify` says who asks, by the request's
    /// cookie for example, with a text of 1 to 256 characters, the user's id; or nothing where nobody
    /// is signed in.
    ///
    /// It is asked where an upload begins, after `authorize` said yes, and its answer is sealed in the
    /// upload id. It is asked again with every later request about that upload, which is answered 404,
    /// as one that does not exist, unless the answer is the same. A [`Refusal`] is passed on: a session
    /// that ended is a 401, not a lost upload.
    ///
    /// ```no_run
    /// use axum::http::request::Parts;
    /// use ittybit_uploader_backend::{NewUpload, Refusal, Service, UploadRequest, UploadRoutes};
    ///
    /// async fn authorize(request: Parts, _: UploadRequest) -> Result<NewUpload, Refusal> {
    ///     match signed_in_user(&request) {
    ///         Some(_) => Ok(NewUpload::default()),
    ///         None => Err(Refusal::unauthorized("Please sign in to upload.")),
    ///     }
    /// }
    ///
    /// # fn app() -> Result<UploadRoutes, Box<dyn std::error::Error>> {
    /// let uploads = UploadRoutes::new(Service::from_env()?, authorize)
    ///     .identifying(async |request: Parts| Ok(signed_in_user(&request)));
    /// # Ok(uploads) }
    /// # fn signed_in_user(request: &Parts) -> Option<String> {
    /// #     Some(request.headers.get("x-user")?.to_str().ok()?.into())
    /// # }
    /// ```
    ///
    /// Without it, whoever has an upload id may go on with that one upload, for 24 hours; with it, its
    /// owner may, for seven days.
    #[must_use]
    pub fn identifying<I, F>(self, identify: I) -> Self
    where
        I: Fn(Parts) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Option<String>, Refusal>> + Send + 'static,
    {
        let identify = move |request| -> Decision<Option<String>> { Box::pin(identify(request)) };
        Self { owners: Owners::by(Arc::new(identify)), ..self }
    }

    /// Tells these routes apart from others of the app that have the same secret, bucket and prefix:
    /// an upload id of one name is nothing to another. The name is empty unless set, and the same on
    /// all instances.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// Has files that are too large for one piece go to a store of the app's own, in parts that
    /// pages send there directly. Once all have arrived, the service fetches the file by a signed
    /// URL; [`Self::handing_over`] changes that.
    ///
    /// ```no_run
    /// use axum::Router;
    /// use axum::http::request::Parts;
    /// use ittybit_uploader_backend::{
    ///     Grant, NewUpload, Protocol, Refusal, Service, Storage, UploadRequest, UploadRoutes,
    /// };
    ///
    /// async fn authorize(_: Parts, file: UploadRequest) -> Result<Grant, Refusal> {
    ///     if file.filesize > 50_000_000_000 {
    ///         return Err(Refusal::too_large("Files may have 50 GB."));
    ///     }
    ///     // Videos go to the store whatever their size; the rest as its size has it.
    ///     let is_video = file.mime.starts_with("video/");
    ///     Ok(Grant {
    ///         upload: NewUpload::default(),
    ///         protocol: is_video.then_some(Protocol::Multipart),
    ///         ..Grant::default()
    ///     })
    /// }
    ///
    /// # fn app() -> Result<Router, Box<dyn std::error::Error>> {
    /// let uploads = UploadRoutes::new(Service::from_env()?, authorize);
    /// let uploads = match Storage::from_env()? { // S3_BUCKET and others
    ///     Some(storage) => uploads.with_storage(storage),
    ///     None => uploads,
    /// };
    /// let app = Router::new().nest("/api/uploads", uploads.into_router());
    /// # Ok(app) }
    /// ```
    ///
    /// # Who may do what
    ///
    /// `authorize` is asked when an upload begins. From then on its owner may send that one file's
    /// parts, see which have arrived, complete and abort, for seven days: who that is,
    /// [`Self::identifying`] says. Without that, whoever has the upload id may, for 24 hours.
    ///
    /// An id cannot be guessed, read or changed, is bound to the size that the page named, and is
    /// nothing to routes of another secret, bucket, prefix, handover or [name](Self::named). It is
    /// sealed with [`StorageSettings::upload_secrets`](crate::StorageSettings::upload_secrets).
    ///
    /// An upload that is complete is answered with its media object again to one who knows its parts,
    /// as the store's ETag or checksum of the whole object tells. A store that makes neither from
    /// those of the parts, as S3 does, answers a repeated completion 404.
    ///
    /// # What stays behind
    ///
    /// An upload that a page gives up without a word, and one whose creation was repeated after a
    /// lost answer (each is a new upload, also with the same idempotency key), stay in the store
    /// until a lifecycle rule of the bucket aborts them (`AbortIncompleteMultipartUpload`; seven
    /// days fit). A completion that is repeated after a lost answer has the same media object; so
    /// has a new attempt with the same idempotency key, with [`Self::passing_on_keys`].
    #[must_use]
    pub fn with_storage(self, storage: Storage) -> Self {
        Self { storage: Some(storage), ..self }
    }

    /// What becomes of a file in the store ([`Self::with_storage`]).
    #[must_use]
    pub fn handing_over(self, handover: Handover) -> Self {
        Self { handover, ..self }
    }

    /// Has the service know which questions are about the same file, so that a page whose answer
    /// was lost is given the media object that is stored already, not a second URL.
    ///
    /// Only for a service that answers a repeated key in that way, as the stand-in does. Of
    /// Ittybit this is not known (see [`Service::create_upload`]); a service that repeats its first
    /// answer would send every further attempt to a URL that is used up. Without this, every
    /// attempt gets a fresh URL, and an answer that was lost after the file was stored leads to a
    /// second copy.
    ///
    /// A store of the app's own always answers in that way: the object of a key's file is named after
    /// what makes it the same file, so it is found again.
    ///
    /// What is passed on is no page's key, but one that is made (HMAC-SHA256) of it, the upload's owner,
    /// what the page says of the file and what is granted. So nobody finds another's file with a key of
    /// theirs where the app says who asks ([`Self::identifying`]), and `authorize` must grant the same
    /// for the same key: other properties, the time of day for example, make it another file. Where
    /// the app does not say who asks, whoever brings a page's key, and says the same of the file, is
    /// answered with its media object.
    #[must_use]
    pub fn passing_on_keys(self) -> Self {
        Self { passes_on_keys: true, ..self }
    }

    /// Takes uploads from pages of these origins too, besides this server's own. They are answered
    /// with CORS headers, refusals as well, and may send cookies (`credentials: 'include'`); no
    /// other layer for CORS is needed around these routes.
    ///
    /// Behind a proxy that rewrites `Host`, name this server's own origin as pages see it, because
    /// `X-Forwarded-Host` is not believed: anyone can send it. An `http://` origin is for networks
    /// whose every member is trusted, because anyone on the way can act as its pages.
    ///
    /// ```no_run
    /// # use ittybit_uploader_backend::{OriginError, UploadRoutes};
    /// # fn example(uploads: UploadRoutes) -> Result<UploadRoutes, OriginError> {
    /// uploads.allowing_origins(["https://app.example.com"])
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Where one is no origin as browsers write it: `https://` or `http://`, a host, and a port
    /// unless it is the usual one. There is no `*`.
    pub fn allowing_origins(
        self,
        origins: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Self, OriginError> {
        Ok(Self { origins: Arc::new(Origins::new(origins)?), ..self })
    }

    /// Lets pages set these properties of an upload by themselves: what they say in their `props`.
    /// What `authorize` grants wins, in metadata note by note. Without this they set none; what is
    /// not named here reaches `authorize` and nobody else.
    ///
    /// ```no_run
    /// # use ittybit_uploader_backend::{PageProp, UploadRoutes};
    /// # fn example(uploads: UploadRoutes) -> UploadRoutes {
    /// uploads.taking_props([PageProp::Alias, PageProp::Note("caption".into())])
    /// # }
    /// ```
    ///
    /// A value of another type than the property's is answered 400.
    #[must_use]
    pub fn taking_props(self, props: impl IntoIterator<Item = PageProp>) -> Self {
        Self { props: props.into_iter().collect(), ..self }
    }

    /// Refuses files outside these limits, before `authorize` is asked.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits: Arc::new(limits), ..self }
    }

    /// The router to nest where the pages' `endpoint` points.
    pub fn into_router<S>(self) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        let create = post(create::create).fallback(async || Refusal::method_not_allowed());
        let routes = Router::new().route("/", create);
        let routes =
            if self.storage.is_some() { routes.merge(multipart::router()) } else { routes };
        let origins = Arc::clone(&self.origins);
        routes
            .fallback(async || Refusal::gone())
            .layer(middleware::from_fn_with_state(origins, cors::check))
            .layer(middleware::from_fn(head::guard))
            .with_state(Arc::new(self.into()))
    }
}

impl From<UploadRoutes> for Routes {
    fn from(app: UploadRoutes) -> Self {
        let UploadRoutes { service, name, handover, .. } = app;
        Self {
            keys: app.passes_on_keys.then(|| IdempotencyKeys::of(&service, &name)),
            multipart: app.storage.map(|storage| Multipart::new(storage, handover, &name)),
            service,
            authorize: app.authorize,
            owners: app.owners,
            props: app.props,
            limits: app.limits,
        }
    }
}
