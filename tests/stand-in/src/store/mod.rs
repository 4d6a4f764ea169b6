//! A local S3 store for development and tests: implements what a multipart upload from a page needs,
//! without an account.
//!
//! `s3s` and `s3s-fs` implement the protocol, the signatures and the storage on disk. This module adds
//! what real stores do besides: it verifies a part's checksums while it arrives, lists parts with their
//! ETags, and accepts requests from pages of other origins. It must not be exposed to the internet.

mod faults;
mod notes;
mod server;
mod strict;
mod verified;

use std::path::PathBuf;
use std::{fmt, fs, io};

use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tokio::net::TcpListener;

use strict::Strict;

/// The settings of the local store.
#[derive(Clone)]
pub struct Settings {
    /// The folder for objects and parts. It is created if it doesn't exist.
    pub dir: PathBuf,
    /// The name of the only bucket, of at least three characters. It is created if it doesn't exist.
    pub bucket: String,
    /// The name of the key that signs requests, invented and of no use elsewhere.
    pub access_key_id: String,
    /// The secret of the key.
    pub secret_access_key: String,
    /// Whether the store fails on demand, for tests. Anyone who can reach it can then set a plan of
    /// faults at `/faults`.
    pub faults: bool,
}

impl fmt::Debug for Settings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Settings")
            .field("dir", &self.dir)
            .field("bucket", &self.bucket)
            .finish_non_exhaustive()
    }
}

/// A local store with an open folder.
#[derive(Clone)]
pub struct StandInStore {
    service: S3Service,
    /// The folder with the notes about unfinished uploads, if the store fails on demand.
    faults: Option<PathBuf>,
}

impl StandInStore {
    /// Opens the folder, with everything that was stored in it before, including unfinished uploads.
    ///
    /// # Errors
    ///
    /// Fails if the folder can't be written.
    pub fn open(settings: &Settings) -> io::Result<Self> {
        let objects = settings.dir.join("objects");
        fs::create_dir_all(objects.join(&settings.bucket))?;
        let files = FileSystem::new(&objects).map_err(|error| {
            io::Error::other(format!("the store's folder cannot be used: {error:?}"))
        })?;
        let uploads = settings.dir.join("uploads");
        let strict = Strict::new(files, objects, uploads.clone())?;
        let mut builder = S3ServiceBuilder::new(strict);
        builder.set_auth(SimpleAuth::from_single(
            settings.access_key_id.clone(),
            settings.secret_access_key.clone(),
        ));
        Ok(Self { service: builder.build(), faults: settings.faults.then_some(uploads) })
    }

    /// Serves requests at `listener` while the future is polled.
    ///
    /// # Errors
    ///
    /// Fails if the listener fails.
    pub async fn serve(self, listener: TcpListener) -> io::Result<()> {
        let router = server::router(self.service);
        match self.faults {
            Some(uploads) => faults::serve(listener, router, uploads).await,
            None => axum::serve(listener, router.layer(server::foreign_pages())).await,
        }
    }
}
