//! Where files in parts go: to the bucket that the environment describes, else to the local store.

use std::error::Error;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use ittybit_uploader_backend::stand_in_store::{self, StandInStore};
use ittybit_uploader_backend::{Handover, Storage, StorageSettings};
use tokio::net::TcpListener;
use uuid::Uuid;

use super::listen;
use super::settings::Settings;

const BUCKET: &str = "demo";
const ACCESS_KEY_ID: &str = "demo";

/// A store, and what becomes of what is in it.
pub struct Store {
    pub storage: Storage,
    pub handover: Handover,
    /// What the person at the terminal is told.
    pub line: String,
    /// The local store, where it is no other.
    pub local: Option<(TcpListener, StandInStore)>,
}

/// The store, or `None` where Ittybit is used and could not fetch from the local one.
pub async fn open(settings: &Settings) -> Result<Option<Store>, Box<dyn Error>> {
    match Storage::from_env()? {
        Some(storage) => Ok(Some(Store {
            line: format!("files in parts go to {}", storage.public_origin()),
            storage,
            // The stand-in fetches nothing.
            handover: if settings.has_api_key { Handover::Service } else { Handover::Own },
            local: None,
        })),
        None if settings.has_api_key => Ok(None),
        None => local(settings).await.map(Some),
    }
}

async fn local(settings: &Settings) -> Result<Store, Box<dyn Error>> {
    let listener = listen(settings.s3_port, "S3_PORT").await?;
    let port = listener.local_addr()?.port();
    let dir = settings.stand_in_dir.join("s3");
    let secret_access_key = secret(&dir)?;
    let store = StandInStore::open(&stand_in_store::Settings {
        dir: dir.clone(),
        bucket: BUCKET.into(),
        access_key_id: ACCESS_KEY_ID.into(),
        secret_access_key: secret_access_key.clone(),
        faults: settings.stand_in_faults,
    })?;
    let settings = StorageSettings {
        checksums: settings.checksums,
        // Pages are told the same name for every server of the demo.
        public_endpoint: Some(format!("http://localhost:{port}")),
        ..StorageSettings::new(
            format!("http://127.0.0.1:{port}"),
            "local",
            BUCKET,
            ACCESS_KEY_ID,
            secret_access_key,
        )
    };
    Ok(Store {
        storage: Storage::new(settings)?,
        handover: Handover::Own,
        line: format!(
            "local store for files in parts: http://localhost:{port}/ (in {})",
            dir.display()
        ),
        local: Some((listener, store)),
    })
}

/// Bytes. Upload ids are sealed with no shorter one.
const SHORTEST_SECRET: usize = 32;

/// The secret of the local store: made up once, and kept, so that an upload goes on after a restart.
/// One that is too short is replaced.
fn secret(dir: &Path) -> Result<String, Box<dyn Error>> {
    fs::create_dir_all(dir)?;
    let path = dir.join("secret");
    match fs::read_to_string(&path) {
        Ok(secret) if secret.len() >= SHORTEST_SECRET => Ok(secret),
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        Ok(_) | Err(_) => {
            let secret = Uuid::new_v4().simple().to_string();
            fs::write(&path, &secret)?;
            Ok(secret)
        }
    }
}
