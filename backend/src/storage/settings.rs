//! The settings of a store, from code or from environment variables.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use reqwest::Url;
use serde::{Deserialize, Serialize};

use super::StorageConfigError;
use super::url::LONGEST_URL_TTL;
use crate::secret::SHORTEST_SECRET;
use crate::service::may_carry_secrets;

/// How long the URL of a part works by default. The request must begin within that time, but may end
/// later.
const DEFAULT_PART_URL_TTL: Duration = Duration::from_secs(15 * 60);

/// The settings of a [`Storage`](super::Storage). `Debug` shows no credentials.
#[derive(Clone)]
pub struct StorageSettings {
    /// The URL of the store for this backend: `https://s3.eu-central-1.amazonaws.com`.
    pub endpoint: String,
    /// The URL of the store for pages, if that differs.
    pub public_endpoint: Option<String>,
    /// The region for which requests are signed. Stores without regions usually accept the one that
    /// they are configured with.
    pub region: String,
    /// The bucket's name.
    pub bucket: String,
    /// The name of the key that signs requests.
    pub access_key_id: String,
    /// The key that signs requests.
    pub secret_access_key: String,
    /// The session token of temporary credentials.
    pub session_token: Option<String>,
    /// Whether the bucket is the first part of the path, instead of the host name.
    pub path_style: bool,
    /// The prefix of all object keys, such as `uploads/`.
    pub prefix: String,
    /// How long a part's URL works, at most seven days.
    pub part_url_ttl: Duration,
    /// What a browser does when it opens a stored file.
    pub content_disposition: ContentDisposition,
    /// The checksum with which the store verifies each part.
    pub checksums: Checksums,
    /// The secrets with which upload ids are sealed, newest first. The first one seals, and all of them
    /// open, so that a secret can be replaced while uploads continue (keep the old one for seven days).
    /// Each must have at least 32 bytes; `openssl rand -base64 32` makes one. All instances of the
    /// backend need the same ones.
    ///
    /// If empty, the store's secret key is used, which must then have at least 32 bytes. If the
    /// credentials change, uploads can't be continued.
    pub upload_secrets: Vec<String>,
}

/// What a browser does when it opens a stored file. Objects are stored with this `Content-Disposition`,
/// and their signed URLs ask for it. `<img>`, `<video>` and the service can read the file in either
/// case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ContentDisposition {
    /// Saves the file.
    #[default]
    Attachment,
    /// Shows the file. A page that somebody uploaded then runs on the store's origin.
    Inline,
}

/// The checksum with which a store verifies each part. The page sends it when it requests the part's
/// URL, which is signed with it. Afterwards it is compared with what the store says about the parts. If
/// the store says nothing, the upload is completed, the media object of
/// [`Handover::Own`](crate::Handover::Own) has `verified: false`, and a warning is logged once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Checksums {
    /// CRC32C (`x-amz-checksum-crc32c`), which newer stores support.
    #[default]
    Crc32c,
    /// MD5 (`Content-MD5`), which all stores support.
    Md5,
    /// No checksum.
    None,
}

impl FromStr for Checksums {
    type Err = StorageConfigError;

    /// Parses the value of `S3_CHECKSUMS`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "crc32c" => Ok(Self::Crc32c),
            "md5" => Ok(Self::Md5),
            "none" => Ok(Self::None),
            _ => Err(StorageConfigError::Malformed {
                variable: "S3_CHECKSUMS",
                expected: "`crc32c`, `md5` or `none`",
            }),
        }
    }
}

impl ContentDisposition {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Attachment => "attachment",
            Self::Inline => "inline",
        }
    }
}

impl StorageSettings {
    /// Creates settings for a bucket at a custom endpoint, in path style, with defaults for everything
    /// else.
    #[must_use]
    pub fn new(
        endpoint: impl Into<String>,
        region: impl Into<String>,
        bucket: impl Into<String>,
        access_key_id: impl Into<String>,
        secret_access_key: impl Into<String>,
    ) -> Self {
        let secret_access_key = secret_access_key.into();
        Self {
            endpoint: endpoint.into(),
            public_endpoint: None,
            region: region.into(),
            bucket: bucket.into(),
            access_key_id: access_key_id.into(),
            upload_secrets: vec![secret_access_key.clone()],
            secret_access_key,
            session_token: None,
            path_style: true,
            prefix: "uploads/".into(),
            part_url_ttl: DEFAULT_PART_URL_TTL,
            content_disposition: ContentDisposition::default(),
            checksums: Checksums::default(),
        }
    }

    /// Reads settings from variables. Returns `None` if `S3_BUCKET` is not set. An empty variable
    /// counts as not set.
    ///
    /// | variable | |
    /// |---|---|
    /// | `S3_BUCKET` | the bucket's name |
    /// | `S3_REGION`, `AWS_REGION` or `AWS_DEFAULT_REGION` | the region |
    /// | `S3_ACCESS_KEY_ID` or `AWS_ACCESS_KEY_ID` | the name of the key |
    /// | `S3_SECRET_ACCESS_KEY` or `AWS_SECRET_ACCESS_KEY` | the key |
    /// | `AWS_SESSION_TOKEN` | the session token of temporary credentials, used with AWS's names |
    /// | `S3_ENDPOINT` or `AWS_ENDPOINT_URL_S3` | the URL of the store; default: Amazon S3 |
    /// | `S3_PUBLIC_ENDPOINT` | the URL of the store for pages, if that differs |
    /// | `S3_URL_STYLE` | `path` or `virtual-host`; default: `path` if an endpoint is set |
    /// | `S3_PREFIX` | the prefix of object keys; default: `uploads/` |
    /// | `S3_CHECKSUMS` | `crc32c`, `md5` or `none`; default: `crc32c` |
    /// | `S3_PART_URL_TTL` | how long a part's URL works, in seconds; default: 900 |
    /// | `UPLOAD_SECRET` | the secrets for upload ids, newest first, separated by commas; default: the secret key |
    ///
    /// # Errors
    ///
    /// Fails if a required variable is missing, or one is malformed.
    pub fn from_variables(
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, StorageConfigError> {
        let first = |names: &[&'static str]| {
            names.iter().find_map(|name| {
                variable(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
            })
        };
        let needed =
            |names: &[&'static str]| first(names).ok_or(StorageConfigError::Missing(names[0]));
        let Some(bucket) = first(&["S3_BUCKET"]) else {
            return Ok(None);
        };
        let region = needed(&["S3_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"])?;
        let custom_endpoint = first(&["S3_ENDPOINT", "AWS_ENDPOINT_URL_S3"]);
        let path_style = match first(&["S3_URL_STYLE"]).as_deref() {
            None => custom_endpoint.is_some(),
            Some("path") => true,
            Some("virtual-host") => false,
            Some(_) => {
                return Err(StorageConfigError::Malformed {
                    variable: "S3_URL_STYLE",
                    expected: "`path` or `virtual-host`",
                });
            }
        };
        let part_url_ttl = match first(&["S3_PART_URL_TTL"]).map(|text| text.parse::<u32>()) {
            None => DEFAULT_PART_URL_TTL,
            Some(Ok(seconds)) => Duration::from_secs(seconds.into()),
            Some(Err(_)) => return Err(TTL),
        };
        let checksums =
            first(&["S3_CHECKSUMS"]).map_or(Ok(Checksums::default()), |text| text.parse())?;
        // The session token belongs to the credentials with AWS's names.
        let session_token = if first(&["S3_ACCESS_KEY_ID"]).is_none() {
            first(&["AWS_SESSION_TOKEN"])
        } else {
            None
        };
        let endpoint =
            custom_endpoint.unwrap_or_else(|| format!("https://s3.{region}.amazonaws.com"));
        let access_key_id = needed(&["S3_ACCESS_KEY_ID", "AWS_ACCESS_KEY_ID"])?;
        let secret_access_key = needed(&["S3_SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY"])?;
        let settings = Self::new(endpoint, region, bucket, access_key_id, secret_access_key);
        Ok(Some(Self {
            public_endpoint: first(&["S3_PUBLIC_ENDPOINT"]),
            session_token,
            path_style,
            prefix: first(&["S3_PREFIX"]).unwrap_or(settings.prefix),
            part_url_ttl,
            checksums,
            upload_secrets: match first(&["UPLOAD_SECRET"]) {
                Some(secrets) => secrets.split(',').map(|secret| secret.trim().into()).collect(),
                None => settings.upload_secrets,
            },
            ..settings
        }))
    }

    pub(super) fn public_endpoint(&self) -> &str {
        self.public_endpoint.as_deref().unwrap_or(&self.endpoint)
    }

    /// Checks the settings before anything is signed.
    pub(super) fn check(&self) -> Result<(), StorageConfigError> {
        let parse = |endpoint: &str| {
            Url::parse(endpoint).ok().filter(|url| {
                matches!(url.scheme(), "http" | "https")
                    && url.has_host()
                    && url.username().is_empty()
                    && url.password().is_none()
                    && url.query().is_none()
                    && url.fragment().is_none()
            })
        };
        parse(&self.endpoint).ok_or(StorageConfigError::Endpoint)?;
        parse(self.public_endpoint())
            .filter(may_carry_secrets)
            .ok_or(StorageConfigError::PublicEndpoint)?;
        let is_word =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        let is_bucket = self.bucket.len() >= 3
            && self
                .bucket
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
        if !is_bucket {
            return Err(StorageConfigError::Bucket);
        }
        // URL parsers remove dot segments, but signatures include them.
        let is_outside = |part: &str| matches!(part, "." | "..");
        if self.prefix.split('/').any(is_outside) || self.prefix.contains(char::is_control) {
            return Err(StorageConfigError::Prefix);
        }
        let words = [&self.access_key_id, &self.secret_access_key, &self.region];
        if !words.into_iter().chain(&self.session_token).all(|text| is_word(text)) {
            return Err(StorageConfigError::Credentials);
        }
        let is_secret = |secret: &String| secret.len() >= SHORTEST_SECRET;
        if self.upload_secrets.is_empty() || !self.upload_secrets.iter().all(is_secret) {
            return Err(StorageConfigError::Secret);
        }
        if self.part_url_ttl.as_secs() == 0 || self.part_url_ttl > LONGEST_URL_TTL {
            return Err(TTL);
        }
        Ok(())
    }
}

const TTL: StorageConfigError = StorageConfigError::Malformed {
    variable: "S3_PART_URL_TTL",
    expected: "a number of seconds from 1 to 604800",
};

impl fmt::Debug for StorageSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("StorageSettings")
            .field("endpoint", &self.endpoint)
            .field("public_endpoint", &self.public_endpoint)
            .field("region", &self.region)
            .field("bucket", &self.bucket)
            .field("path_style", &self.path_style)
            .field("prefix", &self.prefix)
            .field("part_url_ttl", &self.part_url_ttl)
            .finish_non_exhaustive()
    }
}
