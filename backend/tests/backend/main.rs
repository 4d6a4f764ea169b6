//! The backend over real HTTP, on loopback ports that the system picks.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod origins;
mod protocols;
mod recipe;
mod routes;
mod rules;
mod s3;
mod s3_claims;
mod s3_cluster;
mod s3_failures;
mod service;
mod upload_from_server;
