//! The S3 operations that an upload in parts needs, as strict as in real stores.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use crc_fast::CrcAlgorithm::Crc32Iscsi;
use s3s::dto::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, CompleteMultipartUploadInput,
    CompleteMultipartUploadOutput, CompletedPart, CreateMultipartUploadInput,
    CreateMultipartUploadOutput, ETag, GetObjectInput, GetObjectOutput, HeadObjectInput,
    HeadObjectOutput, ListPartsInput, ListPartsOutput, Part, StreamingBlob, UploadPartInput,
    UploadPartOutput,
};
use s3s::{S3, S3Request, S3Response, S3Result, s3_error};
use s3s_fs::FileSystem;
use tokio::sync::Mutex;

use super::notes::{Notes, PartNote};
use super::verified::Verified;

/// The most parts in one list, as in real stores.
const MOST_LISTED: i32 = 1000;

/// The only algorithm that each part must have if the upload promised it.
const CRC32C: &str = "CRC32C";

pub(super) struct Strict {
    files: Arc<FileSystem>,
    /// The folder in which `files` stores parts.
    objects: PathBuf,
    notes: Notes,
    /// Completes one upload at a time, so that a second request finds the upload completed.
    completing: Mutex<()>,
}

impl Strict {
    pub(super) fn new(files: FileSystem, objects: PathBuf, notes: PathBuf) -> io::Result<Self> {
        Ok(Self {
            files: Arc::new(files),
            objects,
            notes: Notes::open(notes)?,
            completing: Mutex::default(),
        })
    }

    fn parts(&self, upload_id: &str) -> S3Result<Vec<PartNote>> {
        self.notes.list(upload_id).ok().flatten().ok_or_else(|| s3_error!(NoSuchUpload))
    }

    /// Checks that the parts to complete are those that have arrived.
    fn check(&self, upload_id: &str, wanted: &[CompletedPart]) -> S3Result<()> {
        let arrived = self.parts(upload_id)?;
        for part in wanted {
            let found = arrived.iter().find(|found| Some(found.number) == part.part_number);
            let is_it = found.is_some_and(|found| {
                part.e_tag.as_ref().is_none_or(|etag| etag.value() == found.etag)
                    && part
                        .checksum_crc32c
                        .as_ref()
                        .is_none_or(|sum| Some(sum) == found.crc32c.as_ref())
            });
            if !is_it {
                return Err(s3_error!(InvalidPart));
            }
        }
        Ok(())
    }
}

#[async_trait]
impl S3 for Strict {
    async fn create_multipart_upload(
        &self,
        request: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        let algorithm = request.input.checksum_algorithm.clone();
        let response = self.files.create_multipart_upload(request).await?;
        let upload_id = response.output.upload_id.as_deref().unwrap_or_default();
        self.notes
            .begin(upload_id, algorithm.as_ref().map(|algorithm| algorithm.as_str()))
            .map_err(|error| s3_error!(error, InternalError))?;
        Ok(response)
    }

    async fn upload_part(
        &self,
        mut request: S3Request<UploadPartInput>,
    ) -> S3Result<S3Response<UploadPartOutput>> {
        let input = &mut request.input;
        let upload_id = input.upload_id.clone();
        let number = input.part_number;
        if !(1..=10_000).contains(&number) {
            return Err(s3_error!(InvalidArgument, "Part numbers are 1 to 10000."));
        }
        let algorithm = self.notes.algorithm(&upload_id).ok_or_else(|| s3_error!(NoSuchUpload))?;
        let crc32c = input.checksum_crc32c.clone();
        if algorithm == CRC32C && crc32c.is_none() {
            return Err(s3_error!(InvalidRequest, "This upload's parts need a CRC32C each."));
        }
        let size = input.content_length.ok_or_else(|| s3_error!(MissingContentLength))?;
        let body = input.body.take().unwrap_or_else(|| StreamingBlob::from(s3s::Body::empty()));
        let (body, verdict) = Verified::new(
            body,
            crc32c.clone(),
            input.content_md5.clone(),
            input.checksum_sha256.clone(),
        );
        input.body = Some(StreamingBlob::new(body));
        let mut response = match self.files.upload_part(request).await {
            Err(_) if verdict.differs() => return Err(s3_error!(BadDigest)),
            other => other?,
        };
        let etag = response.output.e_tag.as_ref().map(|etag| etag.value().to_owned());
        let note =
            PartNote { number, size, etag: etag.unwrap_or_default(), crc32c: crc32c.clone() };
        if self.notes.add(&upload_id, &note).is_err() {
            // The upload was completed or aborted while the part was arriving.
            let part = self.objects.join(format!(".upload_id-{upload_id}.part-{number}"));
            let _ = std::fs::remove_file(part);
            return Err(s3_error!(NoSuchUpload));
        }
        response.output.checksum_crc32c = crc32c;
        Ok(response)
    }

    async fn list_parts(
        &self,
        request: S3Request<ListPartsInput>,
    ) -> S3Result<S3Response<ListPartsOutput>> {
        let ListPartsInput { bucket, key, upload_id, max_parts, part_number_marker, .. } =
            request.input;
        let max_parts = max_parts.unwrap_or(MOST_LISTED).clamp(1, MOST_LISTED);
        let marker = part_number_marker.unwrap_or(0);
        let parts = self.parts(&upload_id)?;
        let mut after = parts.into_iter().filter(|part| part.number > marker);
        let count = usize::try_from(max_parts).unwrap_or_default();
        let page: Vec<_> = after.by_ref().take(count).map(listed).collect();
        Ok(S3Response::new(ListPartsOutput {
            bucket: Some(bucket),
            key: Some(key),
            upload_id: Some(upload_id),
            max_parts: Some(max_parts),
            part_number_marker,
            next_part_number_marker: page.last().and_then(|part| part.part_number),
            is_truncated: Some(after.next().is_some()),
            parts: Some(page),
            ..ListPartsOutput::default()
        }))
    }

    async fn complete_multipart_upload(
        &self,
        request: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        let _one_at_a_time = self.completing.lock().await;
        let upload_id = request.input.upload_id.clone();
        let wanted =
            request.input.multipart_upload.as_ref().and_then(|upload| upload.parts.as_deref());
        self.check(&upload_id, wanted.unwrap_or_default())?;
        let key = request.input.key.clone();
        let sum = composite(&self.parts(&upload_id)?);
        let files = Arc::clone(&self.files);
        // Runs to its end even if the client disconnects.
        let task = tokio::spawn(async move { files.complete_multipart_upload(request).await });
        let response = task.await.map_err(|error| s3_error!(error, InternalError))??;
        let noted = sum.map_or(Ok(()), |sum| self.notes.sum(&key, &sum));
        noted.map_err(|error| s3_error!(error, InternalError))?;
        self.notes.end(&upload_id).map_err(|error| s3_error!(error, InternalError))?;
        Ok(response)
    }

    async fn abort_multipart_upload(
        &self,
        request: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        let upload_id = request.input.upload_id.clone();
        self.parts(&upload_id)?;
        self.notes.end(&upload_id).map_err(|error| s3_error!(error, InternalError))?;
        self.files.abort_multipart_upload(request).await
    }

    async fn head_object(
        &self,
        request: S3Request<HeadObjectInput>,
    ) -> S3Result<S3Response<HeadObjectOutput>> {
        let asks = request.input.checksum_mode.is_some();
        let sum = asks.then(|| self.notes.sum_of(&request.input.key)).flatten();
        let mut response = self.files.head_object(request).await?;
        if sum.is_some() {
            response.output.checksum_crc32c = sum;
        }
        Ok(response)
    }

    async fn get_object(
        &self,
        request: S3Request<GetObjectInput>,
    ) -> S3Result<S3Response<GetObjectOutput>> {
        self.files.get_object(request).await
    }
}

/// Returns the CRC32C of the parts' checksums, and their number (S3: "composite checksum"), if each
/// part has one.
fn composite(parts: &[PartNote]) -> Option<String> {
    let sums = parts.iter().map(|part| BASE64.decode(part.crc32c.as_ref()?).ok());
    let sums = sums.collect::<Option<Vec<_>>>()?.concat();
    let mut digest = crc_fast::Digest::new(Crc32Iscsi);
    digest.update(&sums);
    Some(format!("{}-{}", BASE64.encode(&digest.finalize().to_be_bytes()[4..]), parts.len()))
}

fn listed(part: PartNote) -> Part {
    Part {
        part_number: Some(part.number),
        size: Some(part.size),
        e_tag: Some(ETag::Strong(part.etag)),
        checksum_crc32c: part.crc32c,
        ..Part::default()
    }
}
