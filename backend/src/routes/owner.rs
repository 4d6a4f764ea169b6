//! The owner of an upload. `identify` returns the user who sends a request. The owner is sealed in the
//! upload id, and nobody else can continue the upload.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::http::StatusCode;
use axum::http::request::Parts;
use futures_util::FutureExt;

use super::{Identify, Refusal};

/// In characters.
const LONGEST_OWNER: usize = 256;

/// The app's `identify`, if it has one.
#[derive(Clone, Default)]
pub(super) struct Owners(Option<Arc<Identify>>);

impl Owners {
    pub(super) fn by(identify: Arc<Identify>) -> Self {
        Self(Some(identify))
    }

    /// Returns the owner of a new upload. Returns `None` if the app doesn't identify users.
    pub(super) async fn of_new(
        &self,
        request: Parts,
        granted: Option<String>,
    ) -> Result<Option<String>, Refusal> {
        if granted.as_deref().is_some_and(|owner| !is_owner(owner)) {
            return Err(app_error(
                "the `owner` that `authorize` grants must be a text of 1 to 256 characters",
            ));
        }
        let Some(identify) = &self.0 else {
            return match granted {
                None => Ok(None),
                Some(_) => Err(app_error(
                    "`authorize` grants an `owner`, so the routes must have an `identify`: give \
                     UploadRoutes::identifying() a function that returns the user of a request",
                )),
            };
        };
        let Some(user) = user_of(&**identify, request).await? else {
            return Err(Refusal::forbidden("This upload is not allowed."));
        };
        if granted.is_some_and(|granted| granted != user) {
            return Err(app_error(
                "the `owner` that `authorize` grants must be the user that `identify` returns",
            ));
        }
        Ok(Some(user))
    }

    /// Checks that the sender can continue an upload: its owner, or without `identify` anyone who has
    /// the id of an upload without an owner. All others get a 404.
    pub(super) async fn check(&self, request: &Parts, owner: Option<&str>) -> Result<(), Refusal> {
        let is_allowed = match (&self.0, owner) {
            (None, None) => true,
            (Some(identify), Some(owner)) => {
                user_of(&**identify, request.clone()).await?.as_deref() == Some(owner)
            }
            (None, Some(_)) | (Some(_), None) => false,
        };
        if is_allowed { Ok(()) } else { Err(Refusal::gone()) }
    }
}

async fn user_of(identify: &Identify, request: Parts) -> Result<Option<String>, Refusal> {
    let found = call_app("identify", async { identify(request).await }).await?;
    let found = found.filter(|owner| !owner.is_empty());
    if found.as_deref().is_none_or(is_owner) {
        return Ok(found);
    }
    Err(app_error(
        "`identify` must return a text of 1 to 256 characters, or nothing if nobody is signed in",
    ))
}

fn is_owner(text: &str) -> bool {
    // Counts no more characters than an owner may have.
    (1..=LONGEST_OWNER).contains(&text.chars().take(LONGEST_OWNER + 1).count())
}

/// Awaits a function of the app. If it panics, returns a refusal with status 500.
pub(super) async fn call_app<T>(
    name: &str,
    decision: impl Future<Output = Result<T, Refusal>>,
) -> Result<T, Refusal> {
    // The app's state is not used after a panic.
    AssertUnwindSafe(decision).catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!("`{name}` failed: it panicked");
        let message = "The app's backend could not decide about the upload.";
        Err(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, message))
    })
}

/// Logs a mistake of the app, and returns the refusal for the page.
fn app_error(message: &str) -> Refusal {
    tracing::error!("{message}");
    Refusal::unprepared()
}
