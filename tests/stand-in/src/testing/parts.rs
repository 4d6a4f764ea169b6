//! A store for tests, and a page that sends a file to it in parts.
//!
//! The store is the local one. With `S3_TESTS=1` it is the store that the environment describes, and the
//! same tests run with that store (`npm run test:s3`).

use std::env;

use crate::store::{Settings, StandInStore};
use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use crc_fast::CrcAlgorithm::Crc32Iscsi;
use ittybit_uploader_backend::{
    Grant, Handover, Metadata, NewUpload, Protocol, Refusal, Storage, StorageSettings,
    UploadRequest, UploadRoutes, Uuid,
};
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use super::{Server, client, read, serve, serve_with, service};

/// The secret of the app, at least as long as the backend requires for sealing upload ids.
pub const SECRET: &str = "secret-of-the-store-that-signs-and-seals";
/// The bytes of a mebibyte.
pub const MIB: usize = 1 << 20;

/// A store, local or real.
pub struct Store {
    /// The settings with which the backend reaches it.
    pub settings: StorageSettings,
    local: Option<(Server, TempDir)>,
}

impl Store {
    /// Opens the store that the environment describes, or else the local one.
    pub async fn new() -> Self {
        if env::var("S3_TESTS").is_ok_and(|value| value == "1") {
            let settings = StorageSettings::from_variables(|name| env::var(name).ok());
            return Self { settings: settings.unwrap().expect("S3_BUCKET"), local: None };
        }
        Self::local().await
    }

    /// Opens the local store, for tests that no other store can run.
    pub async fn local() -> Self {
        let dir = tempdir().unwrap();
        let store = StandInStore::open(&Settings {
            dir: dir.path().into(),
            bucket: "bucket".into(),
            access_key_id: "key".into(),
            secret_access_key: SECRET.into(),
            faults: true,
        })
        .unwrap();
        let server = serve_with(|listener| store.serve(listener)).await;
        let settings = StorageSettings::new(&server.url, "local", "bucket", "key", SECRET);
        Self { settings, local: Some((server, dir)) }
    }

    /// Returns the backend's client for the store.
    pub fn storage(&self) -> Storage {
        Storage::new(self.settings.clone()).unwrap()
    }

    /// Returns the local store's files that belong to unfinished uploads.
    pub fn left_over(&self) -> Vec<String> {
        let Some((_, dir)) = &self.local else { return Vec::new() };
        let names = |dir: &str| {
            let dir = self.local.as_ref().unwrap().1.path().join(dir);
            std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name())
        };
        assert!(dir.path().exists());
        names("objects")
            .chain(names("uploads"))
            .map(|name| name.to_string_lossy().into_owned())
            .filter(|name| !name.starts_with(".bucket-") && name != "bucket")
            .collect()
    }

    /// Serves an app with this store. The app accepts every file, uses parts of 5 MiB, and creates its own
    /// media objects.
    pub async fn app(&self) -> Server {
        app(self.storage(), "http://127.0.0.1:9", Handover::Own).await
    }
}

/// Serves an app with this store and the service at `ittybit`.
pub async fn app(storage: Storage, ittybit: &str, handover: Handover) -> Server {
    serve(routes(storage, ittybit, handover).into_router()).await
}

/// Returns the routes of [`app`].
pub fn routes(storage: Storage, ittybit: &str, handover: Handover) -> UploadRoutes {
    let authorize = |_: Parts, _: UploadRequest| async {
        let metadata = Metadata::default().with("user", "42");
        Ok::<_, Refusal>(Grant {
            upload: NewUpload { metadata: Some(metadata), ..NewUpload::default() },
            protocol: Some(Protocol::Multipart),
            part_size: Some(5 << 20),
            ..Grant::default()
        })
    };
    UploadRoutes::new(service(ittybit), authorize).with_storage(storage).handing_over(handover)
}

/// Returns bytes that differ from part to part.
pub fn content(size: usize) -> Vec<u8> {
    let mut content = Vec::with_capacity(size + 4);
    for word in (0_u32..).take(size.div_ceil(4)) {
        content.extend_from_slice(&word.wrapping_mul(0x9E37_79B9).to_le_bytes());
    }
    content.truncate(size);
    content
}

/// Returns a part's checksum in base64, as the requests have it.
pub fn crc32c(bytes: &[u8]) -> String {
    BASE64.encode(&crc_fast::checksum(Crc32Iscsi, bytes).to_be_bytes()[4..])
}

/// An upload that has begun, as a page knows it.
pub struct Page<'a> {
    /// The app that the page asks.
    pub app: &'a Server,
    /// The upload's id.
    pub id: String,
    /// The size of a part, in bytes.
    pub part_size: usize,
    /// The file.
    pub content: Vec<u8>,
}

impl<'a> Page<'a> {
    /// Asks the app for an upload of `content`.
    pub async fn begin(app: &'a Server, content: Vec<u8>) -> Self {
        let request = json!({ "filename": "../a \"😀\".mp4", "filesize": content.len(), "type": "video/mp4" });
        let response = post(&app.url, &request)
            .header("idempotency-key", Uuid::new_v4().to_string())
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["cache-control"], "no-store");
        let answer = read(response).await;
        assert_eq!(answer["protocol"], "multipart");
        let part_size = answer["part_size"].as_u64().unwrap().try_into().unwrap();
        Self { app, id: answer["upload_id"].as_str().unwrap().into(), part_size, content }
    }

    /// Returns the number of the file's parts.
    pub fn part_count(&self) -> usize {
        self.content.len().div_ceil(self.part_size).max(1)
    }

    /// Returns the bytes of a part. Parts are numbered from 1.
    pub fn part(&self, number: usize) -> &[u8] {
        let rest = &self.content[(number - 1) * self.part_size..];
        &rest[..rest.len().min(self.part_size)]
    }

    /// Asks the app for URLs of `parts`.
    pub async fn sign(&self, parts: &Value) -> Response {
        post(&format!("{}/{}/parts", self.app.url, self.id), &json!({ "parts": parts }))
            .send()
            .await
            .unwrap()
    }

    /// Returns one signed part: its URL and headers.
    pub async fn signed(&self, number: usize) -> Value {
        let checksum = crc32c(self.part(number));
        let response = self.sign(&json!([{ "part_number": number, "checksum": checksum }])).await;
        assert_eq!(response.status(), 200);
        read(response).await["parts"][0].take()
    }

    /// Sends a part as a page does. Returns what `complete` needs to know about it.
    pub async fn send(&self, number: usize) -> Value {
        let response = put(&self.signed(number).await, self.part(number).to_vec()).await;
        assert_eq!(response.status(), 200, "part {number}");
        let etag = response.headers()["etag"].to_str().unwrap();
        json!({ "part_number": number, "etag": etag, "checksum": crc32c(self.part(number)) })
    }

    /// Sends every part. Returns what `complete` needs to know about them.
    pub async fn send_all(&self) -> Value {
        let mut parts = Vec::new();
        for number in 1..=self.part_count() {
            parts.push(self.send(number).await);
        }
        parts.into()
    }

    /// Asks the app for the stored parts.
    pub async fn list(&self) -> Response {
        let url = format!("{}/{}/parts", self.app.url, self.id);
        client().get(url).send().await.unwrap()
    }

    /// Asks the app to complete the upload with `parts`.
    pub async fn complete(&self, parts: &Value) -> Response {
        post(&format!("{}/{}/complete", self.app.url, self.id), &json!({ "parts": parts }))
            .send()
            .await
            .unwrap()
    }

    /// Aborts the upload.
    pub async fn abort(&self) -> Response {
        client().delete(format!("{}/{}", self.app.url, self.id)).send().await.unwrap()
    }
}

/// Creates a `POST` request with JSON.
pub fn post(url: &str, body: &Value) -> RequestBuilder {
    client().post(url).header("content-type", "application/json").body(body.to_string())
}

/// Sends bytes to a signed part, with exactly the headers that came with its URL.
pub async fn put(signed: &Value, bytes: Vec<u8>) -> Response {
    let mut request = client().put(signed["url"].as_str().unwrap());
    if bytes.is_empty() {
        // Browsers send this header (Fetch standard, "HTTP-network-or-cache fetch"), but this client does not.
        request = request.header("content-length", 0);
    }
    request = request.body(bytes);
    for (name, value) in signed["headers"].as_object().unwrap() {
        request = request.header(name, value.as_str().unwrap());
    }
    request.send().await.unwrap()
}

/// Checks a refusal of the routes, and returns its message.
pub async fn refused(response: Response, status: u16) -> String {
    let (is, headers) = (response.status(), response.headers().clone());
    let answer = read(response).await;
    assert_eq!(is, status, "{answer}");
    assert_eq!(headers["cache-control"], "no-store");
    answer["error"]["message"].as_str().unwrap().into()
}

/// Downloads the file of a media object.
pub async fn bytes_of(media: &Value) -> Vec<u8> {
    let response = client().get(media["url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.bytes().await.unwrap().to_vec()
}
