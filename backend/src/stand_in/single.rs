//! `POST /store/single?key=…`: the simple upload, from a whole request to a media object.

use std::sync::Arc;
use std::time::Duration;

use axum::body::BodyDataStream;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::answer::{Failure, success};
use super::receive::{Received, receive};
use super::records::UploadUrl;
use super::{StandInError, media};
use crate::service::NewUpload;

/// How long the rest of a refused upload is still taken in.
const DRAIN_TIME: Duration = Duration::from_secs(30);

#[derive(Deserialize)]
pub(super) struct UploadKey {
    #[serde(default)]
    pub(super) key: String,
}

pub(super) async fn store(
    State(state): State<Arc<super::State>>,
    Query(UploadKey { key }): Query<UploadKey>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let mut body = body.into_data_stream();
    match state.store_single(key, &parts.headers, &mut body).await {
        Ok(media) => success(StatusCode::CREATED, media),
        Err(failure) => {
            drain(body);
            failure.into_response()
        }
    }
}

/// Reads the rest of a body that is answered already, and throws it away. A connection that is
/// closed while the client still sends is reset, and the reason is lost with it.
pub(super) fn drain(mut body: BodyDataStream) {
    tokio::spawn(tokio::time::timeout(DRAIN_TIME, async move {
        while let Some(Ok(_)) = body.next().await {}
    }));
}

impl super::State {
    async fn store_single(
        &self,
        key: String,
        headers: &HeaderMap,
        body: &mut BodyDataStream,
    ) -> Result<Value, Failure> {
        let props = match self.records.look_up(key.clone()).await? {
            UploadUrl::Usable(props) => props,
            UploadUrl::Used => return Err(used()),
            UploadUrl::Expired => {
                return Err(Failure::new(StatusCode::GONE, "This upload URL has expired."));
            }
            UploadUrl::Unknown => {
                return Err(Failure::new(StatusCode::NOT_FOUND, "There is no such upload URL."));
            }
        };
        let received = receive(headers, body, self.files.incoming()).await?;
        let id = format!("med_{}", Uuid::new_v4().simple());
        let (received, media) = self.media_object(&id, received, props).await?;
        let place = self.files.place(&id);
        let store = move || received.path.persist(place).map_err(|error| error.error);
        self.records.complete(key, id, media, store).await?.ok_or_else(used)
    }

    async fn media_object(
        &self,
        id: &str,
        received: Received,
        props: NewUpload,
    ) -> Result<(Received, Map<String, Value>), StandInError> {
        let (received, look) = tokio::task::spawn_blocking(move || {
            let look = media::look_at(&received.path, &received.mime);
            (received, look)
        })
        .await?;
        let look = look?;
        let mut media = Map::from_iter([
            ("id".to_owned(), id.into()),
            ("object".to_owned(), "media".into()),
            ("kind".to_owned(), look.kind.into()),
            (
                "filename".to_owned(),
                props.filename.as_ref().unwrap_or(&received.filename).as_str().into(),
            ),
            ("filesize".to_owned(), received.size.into()),
            ("content_type".to_owned(), look.content_type.into()),
            ("url".to_owned(), format!("{}/files/{id}", self.settings.base_url).into()),
            ("metadata".to_owned(), json!(props.metadata)),
            ("alias".to_owned(), json!(props.alias)),
        ]);
        if let Some((width, height)) = look.size {
            media.insert("width".into(), width.into());
            media.insert("height".into(), height.into());
        }
        Ok((received, media))
    }
}

fn used() -> Failure {
    Failure::new(StatusCode::GONE, "This upload URL was used already.")
}
