//! The endpoint that an app mounts for its pages' uploads.
//!
//! A page requests an upload URL here, once per attempt. These routes validate the request, let the app
//! decide (through the required function of [`UploadRoutes::new`]), and call Ittybit. The properties that
//! a page asks for reach only the app. Ittybit gets what the app grants, and if the app enables it, a key
//! that identifies the file ([`UploadRoutes::passing_on_keys`]) and some of the page's properties
//! ([`UploadRoutes::taking_props`]).
//!
//! Files that are too large for one request are uploaded in parts to the app's own store, if the routes
//! have one ([`UploadRoutes::with_storage`]), and otherwise in chunks to Ittybit.

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

/// The settings and clients that all requests share.
struct Routes {
    service: Service,
    authorize: Arc<Authorize>,
    owners: Owners,
    /// Set if idempotency keys are passed on to the service.
    keys: Option<IdempotencyKeys>,
    multipart: Option<Multipart>,
    props: Arc<[PageProp]>,
    limits: Arc<Limits>,
}

impl UploadRoutes {
    /// Creates routes on which `authorize` decides about every upload.
    ///
    /// `authorize` gets the request without its body (headers, and the extensions of the app's own
    /// middleware) and what the page says about the file, which is well-formed but must not be trusted:
    /// anyone can send any of it. It returns the properties to create the upload with, or a refusal.
    /// With a [`Grant`] it also chooses the protocol; otherwise the file's size does. If it panics, the
    /// page gets a 500 and nothing is created.
    ///
    /// Pages of other origins are refused before `authorize` is called, so that they can't upload with
    /// a visitor's cookies ([`Self::allowing_origins`] adds exceptions). Their browser says where a
    /// request is from. A request that doesn't come from a browser has no origin, and is passed to
    /// `authorize`.
    ///
    /// It is called again for every attempt, with the same [`UploadRequest::idempotency_key`] for the
    /// same file. It is not called for the parts of an attempt, which [`Self::identifying`] protects.
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

    /// Makes each upload belong to the person who began it. `identify` returns the id of the user who
    /// sends the request, a text of 1 to 256 characters, for example by the request's cookie. It
    /// returns `None` if nobody is signed in.
    ///
    /// It is called when an upload begins, after `authorize` has granted it, and its result is sealed
    /// in the upload id. It is called again for every later request about the upload. Unless it returns
    /// the same user, the request gets a 404, as if the upload didn't exist. If it returns a
    /// [`Refusal`], the page gets that: a session that has ended should be a 401, not a lost upload.
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
    /// Without it, anyone who has an upload id can continue that upload for 24 hours. With it, only the
    /// owner can, for seven days.
    #[must_use]
    pub fn identifying<I, F>(self, identify: I) -> Self
    where
        I: Fn(Parts) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Option<String>, Refusal>> + Send + 'static,
    {
        let identify = move |request| -> Decision<Option<String>> { Box::pin(identify(request)) };
        Self { owners: Owners::by(Arc::new(identify)), ..self }
    }

    /// Separates these routes from others of the app with the same secret, bucket and prefix: they
    /// don't accept upload ids of routes with another name. The name must be the same on all instances.
    /// Default: empty.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// Uploads files that are too large for one request to the app's own store, in parts that pages
    /// send there directly. When all have arrived, the service fetches the file from a signed URL;
    /// [`Self::handing_over`] changes that.
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
    ///     // Videos always go to the store. For other files, the size decides.
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
    /// `authorize` is called when an upload begins. For seven days from then on, the owner, whom
    /// [`Self::identifying`] determines, can send the parts of that file, list the parts that have
    /// arrived, complete and abort the upload. Without `identifying`, anyone who has the upload id can,
    /// for 24 hours.
    ///
    /// An id can't be guessed, read or changed, and is bound to the size of the file. Routes with another
    /// secret, bucket, prefix, handover or [name](Self::named) don't accept it. It is sealed with
    /// [`StorageSettings::upload_secrets`](crate::StorageSettings::upload_secrets).
    ///
    /// Completing an upload again returns its media object again, if the request lists the right parts.
    /// These routes check that against the store's ETag or checksum of the whole object. If the store
    /// doesn't compute either from the parts, as S3 does, a repeated completion gets a 404.
    ///
    /// # What stays behind
    ///
    /// An upload that a page abandons without aborting it stays in the store until a lifecycle rule of
    /// the bucket aborts it (`AbortIncompleteMultipartUpload`; use seven days). So does an upload whose
    /// creation was repeated after a lost answer, because each creation is a new upload, even with the
    /// same idempotency key. A completion that is repeated after a lost answer returns the same media
    /// object. So does a new attempt with the same idempotency key, with [`Self::passing_on_keys`].
    #[must_use]
    pub fn with_storage(self, storage: Storage) -> Self {
        Self { storage: Some(storage), ..self }
    }

    /// Sets what to do with a file in the store ([`Self::with_storage`]).
    #[must_use]
    pub fn handing_over(self, handover: Handover) -> Self {
        Self { handover, ..self }
    }

    /// Tells the service which requests are about the same file, so that after a lost answer a page
    /// gets the media object that is stored already instead of a second URL.
    ///
    /// Enable this only for a service that answers a repeated key in that way, as the stand-in does.
    /// Whether Ittybit does is not known (see [`Service::create_upload`]). A service that repeats its
    /// first answer would send every further attempt to a used URL. Without this, every attempt gets a
    /// new URL, and an answer that is lost after the file was stored leads to a second copy.
    ///
    /// With the app's own store, this always works, because the object's name is derived from what
    /// identifies the file.
    ///
    /// The service doesn't get the page's key, but an HMAC-SHA256 of it, the upload's owner, what the
    /// page says about the file, and what is granted. So with [`Self::identifying`], nobody can find
    /// another user's file by choosing a key. `authorize` must grant the same properties for the same
    /// key: other properties, such as the time of day, make it another file. Without `identifying`,
    /// anyone who sends a page's key, and says the same about the file, gets its media object.
    #[must_use]
    pub fn passing_on_keys(self) -> Self {
        Self { passes_on_keys: true, ..self }
    }

    /// Also accepts uploads from pages of these origins. All answers to them, including refusals, have
    /// CORS headers, and they may send cookies (`credentials: 'include'`). These routes need no other
    /// CORS layer.
    ///
    /// Behind a proxy that rewrites `Host`, list this server's own origin as pages see it, because
    /// `X-Forwarded-Host` is not trusted: anyone can send it. List an `http://` origin only in a
    /// network whose members are all trusted, because anyone on the way can act as its pages.
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
    /// Fails if one is not an origin as browsers write it: `https://` or `http://`, a host, and a port
    /// unless it is the default. `*` is not allowed.
    pub fn allowing_origins(
        self,
        origins: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Self, OriginError> {
        Ok(Self { origins: Arc::new(Origins::new(origins)?), ..self })
    }

    /// Lets pages set these properties of an upload in their `props`. What `authorize` grants takes
    /// precedence, in metadata for each note. Without this, pages can't set any. Other `props` only
    /// reach `authorize`.
    ///
    /// ```no_run
    /// # use ittybit_uploader_backend::{PageProp, UploadRoutes};
    /// # fn example(uploads: UploadRoutes) -> UploadRoutes {
    /// uploads.taking_props([PageProp::Alias, PageProp::Note("caption".into())])
    /// # }
    /// ```
    ///
    /// A value of the wrong type gets a 400.
    #[must_use]
    pub fn taking_props(self, props: impl IntoIterator<Item = PageProp>) -> Self {
        Self { props: props.into_iter().collect(), ..self }
    }

    /// Refuses files outside these limits, before `authorize` is called.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits: Arc::new(limits), ..self }
    }

    /// Returns the router. Nest it at the path of the pages' `endpoint`.
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
