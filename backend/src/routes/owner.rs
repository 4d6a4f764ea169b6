//! Whose upload it is. `identify` says who asks; the owner is sealed in the upload id, and nobody
//! else goes on with that upload.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::http::StatusCode;
use axum::http::request::Parts;
use futures_util::FutureExt;

use super::{Identify, Refusal};

/// Characters.
const LONGEST_OWNER: usize = 256;

/// The app's way to say who asks, if it has one.
#[derive(Clone, Default)]
pub(super) struct Owners(Option<Arc<Identify>>);

impl Owners {
    pub(super) fn by(identify: Arc<Identify>) -> Self {
        Self(Some(identify))
    }

    /// Who owns an upload that begins. `None` where the app has no owners.
    pub(super) async fn of_new(
        &self,
        request: Parts,
        granted: Option<String>,
    ) -> Result<Option<String>, Refusal> {
        if granted.as_deref().is_some_and(|owner| !is_owner(owner)) {
            return Err(mistaken(
                "what `authorize` granted has a wrong `owner`: it must be a text of 1 to 256 \
                 characters",
            ));
        }
        let Some(identify) = &self.0 else {
            return match granted {
                None => Ok(None),
                Some(_) => Err(mistaken(
                    "`authorize` granted an `owner`, but the routes have no `identify`: give \
                     UploadRoutes::identifying() a function of the request that returns the same \
                     owner",
                )),
            };
        };
        let Some(asking) = asking(&**identify, request).await? else {
            return Err(Refusal::forbidden("This upload is not allowed."));
        };
        if granted.is_some_and(|granted| granted != asking) {
            return Err(mistaken(
                "`identify` and the `owner` that `authorize` granted name different people: both \
                 must return the same id of the same user",
            ));
        }
        Ok(Some(asking))
    }

    /// Lets through who may go on with an upload: its owner. Without `identify`, whoever has the id
    /// of an upload that nobody owns. To all others there is no such upload.
    pub(super) async fn check(&self, request: &Parts, owner: Option<&str>) -> Result<(), Refusal> {
        let is_theirs = match (&self.0, owner) {
            (None, None) => true,
            (Some(identify), Some(owner)) => {
                asking(&**identify, request.clone()).await?.as_deref() == Some(owner)
            }
            (None, Some(_)) | (Some(_), None) => false,
        };
        if is_theirs { Ok(()) } else { Err(Refusal::gone()) }
    }
}

async fn asking(identify: &Identify, request: Parts) -> Result<Option<String>, Refusal> {
    let found = decided("identify", async { identify(request).await }).await?;
    let found = found.filter(|owner| !owner.is_empty());
    if found.as_deref().is_none_or(is_owner) {
        return Ok(found);
    }
    Err(mistaken(
        "`identify` must return a text of 1 to 256 characters, or nothing where nobody is signed in",
    ))
}

fn is_owner(text: &str) -> bool {
    // No more of it is looked at than could be one.
    (1..=LONGEST_OWNER).contains(&text.chars().take(LONGEST_OWNER + 1).count())
}

/// What a function of the app's decides. A panic in it is a no, and the page learns that there was
/// one.
pub(super) async fn decided<T>(
    name: &str,
    decision: impl Future<Output = Result<T, Refusal>>,
) -> Result<T, Refusal> {
    // Nothing of the app's is touched after it has panicked.
    AssertUnwindSafe(decision).catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!("`{name}` failed: it panicked");
        let message = "The app's backend could not decide about the upload.";
        Err(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, message))
    })
}

/// The app's own mistake: its log has it in words that a developer can act on.
fn mistaken(words: &str) -> Refusal {
    tracing::error!("{words}");
    Refusal::unprepared()
}
