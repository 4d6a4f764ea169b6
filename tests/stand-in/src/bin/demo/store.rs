//! Opens the store for files in parts: the bucket in the environment variables, or the local store.

use std::error::Error;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use ittybit_uploader_backend::{Handover, Storage, StorageSettings};
use ittybit_uploader_stand_in::store::{self, StandInStore};
use tokio::net::TcpListener;
use uuid::Uuid;

use super::listen;
use super::settings::Settings;

const BUCKET: &str = "demo";
const ACCESS_KEY_ID: &str = "demo";

/// A store, and what to do with its files.
pub struct Store {
    pub storage: Storage,
    pub handover: Handover,
    /// The line to print on the terminal.
    pub line: String,
    /// The local store, unless another store is used.
    pub local: Option<(TcpListener, StandInStore)>,
}

/// Opens the store. Returns `None` if Ittybit is used, which can't fetch files from the local store.
pub async fn open(settings: &Settings) -> Result<Option<Store>, Box<dyn Error>> {
    match Storage::from_env()? {
        Some(storage) => Ok(Some(Store {
            line: format!("files in parts go to {}", storage.public_origin()),
            storage,
            // The stand-in can't fetch files.
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
    let store = StandInStore::open(&store::Settings {
        dir: dir.clone(),
        bucket: BUCKET.into(),
        access_key_id: ACCESS_KEY_ID.into(),
        secret_access_key: secret_access_key.clone(),
        faults: settings.stand_in_faults,
    })?;
    let settings = StorageSettings {
        checksums: settings.checksums,
        // Pages use the same host name for every server of the demo.
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

/// The shortest secret for upload ids, in bytes.
const SHORTEST_SECRET: usize = 32;

/// Returns the secret of the local store. Generates it once and keeps it, so that uploads can continue
/// after a restart. Replaces one that is too short.
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
