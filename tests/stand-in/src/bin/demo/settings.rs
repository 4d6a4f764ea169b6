//! Reads and checks the settings from environment variables, before anything is opened.

use std::env;
use std::fmt::Display;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use ittybit_uploader_backend::{Checksums, StorageConfigError};
use ittybit_uploader_stand_in::host::DEFAULT_URL_TTL;

/// The demo's settings and their variables.
pub struct Settings {
    /// `PORT`: the port of the pages and the app's backend. 0 is any free port.
    pub port: u16,
    /// `STAND_IN_PORT`: the port of the stand-in. Default: the next port.
    pub stand_in_port: u16,
    /// `S3_PORT`: the port of the local store for files in parts. Default: the next port. Not used if
    /// `S3_BUCKET` and related variables name another store.
    pub s3_port: u16,
    /// `STAND_IN_DIR`: the folder for the data of the stand-in and the local store.
    pub stand_in_dir: PathBuf,
    /// `STAND_IN_URL_TTL`, in seconds: how long its upload URLs work.
    pub url_ttl: Duration,
    /// `STAND_IN_FAULTS`, 0 or 1: whether the stand-in and the local store fail on demand, by the plans
    /// at their `/faults`. For tests.
    pub stand_in_faults: bool,
    /// `S3_CHECKSUMS`, also for the local store.
    pub checksums: Checksums,
    /// Whether `ITTYBIT_API_KEY` is set, so that Ittybit itself is used.
    pub has_api_key: bool,
}

impl Settings {
    /// Reads the environment.
    pub fn from_env() -> Result<Self, String> {
        let port: u16 = number("PORT", "a port")?.unwrap_or(8080);
        let next = |port: u16| if port == 0 { Some(0) } else { port.checked_add(1) };
        let stand_in_port = number("STAND_IN_PORT", "a port")?
            .or(next(port))
            .ok_or("There is no port after PORT; set STAND_IN_PORT.")?;
        Ok(Self {
            port,
            stand_in_port,
            s3_port: number("S3_PORT", "a port")?
                .or(next(stand_in_port))
                .ok_or("There is no port after STAND_IN_PORT; set S3_PORT.")?,
            stand_in_dir: text("STAND_IN_DIR").unwrap_or_else(|| ".stand-in".into()).into(),
            url_ttl: number::<u32>("STAND_IN_URL_TTL", "a number of seconds")?
                .map_or(DEFAULT_URL_TTL, |seconds| Duration::from_secs(seconds.into())),
            stand_in_faults: match text("STAND_IN_FAULTS").as_deref() {
                None | Some("0") => false,
                Some("1") => true,
                Some(_) => return Err("STAND_IN_FAULTS is neither 0 nor 1.".into()),
            },
            checksums: match text("S3_CHECKSUMS") {
                None => Checksums::default(),
                Some(text) => {
                    text.parse().map_err(|error: StorageConfigError| error.to_string())?
                }
            },
            has_api_key: text("ITTYBIT_API_KEY").is_some(),
        })
    }
}

fn text(variable: &str) -> Option<String> {
    env::var(variable).ok().filter(|value| !value.trim().is_empty())
}

fn number<T: FromStr<Err: Display>>(variable: &str, what: &str) -> Result<Option<T>, String> {
    text(variable)
        .map(|value| value.trim().parse())
        .transpose()
        .map_err(|error| format!("{variable} is not {what}: {error}."))
}
