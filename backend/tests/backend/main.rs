//! Tests the backend over real HTTP, on free loopback ports.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't continue must fail")]

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
