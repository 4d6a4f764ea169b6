//! A local store that speaks S3, for development and tests: what a multipart upload from a page
//! needs, with no account.
//!
//! `s3s` and `s3s-fs` bring the protocol, the signatures and the disk. What they leave out and real
//! stores do is here: a part's checksums are verified while it streams in, parts are listed with
//! their ETags, and pages of other origins may send. It refuses to be more, and is not made to face
//! the internet.

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

/// How the local store is set up.
#[derive(Clone)]
pub struct Settings {
    /// The folder for objects and parts. It is made where it is missing.
    pub dir: PathBuf,
    /// The one bucket. It is made where it is missing. A name has three characters or more.
    pub bucket: String,
    /// The key that requests are signed with: made up, and worth nothing elsewhere.
    pub access_key_id: String,
    /// Its secret.
    pub secret_access_key: String,
    /// Whether it fails on demand, for tests: anyone who reaches it may then put a plan of faults
    /// to `/faults`.
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

/// The local store, with its folder open.
#[derive(Clone)]
pub struct StandInStore {
    service: S3Service,
    /// Where what is noted of unfinished uploads is, if it fails on demand.
    faults: Option<PathBuf>,
}

impl StandInStore {
    /// Opens the folder; what was stored there before is there again, unfinished uploads too.
    ///
    /// # Errors
    ///
    /// Where the folder cannot be written.
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

    /// Answers what arrives at `listener`, for as long as the future is polled.
    ///
    /// # Errors
    ///
    /// Where the listener fails.
    pub async fn serve(self, listener: TcpListener) -> io::Result<()> {
        let router = server::router(self.service);
        match self.faults {
            Some(uploads) => faults::serve(listener, router, uploads).await,
            None => axum::serve(listener, router.layer(server::foreign_pages())).await,
        }
    }
}
