//! The backend over real HTTP, on loopback ports that the system picks.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod demo;
mod demo_parts;
mod faults;
mod faults_plan;
mod idempotency;
mod origins;
mod protocols;
mod recipe;
mod resumable;
mod routes;
mod rules;
mod s3;
mod s3_claims;
mod s3_cluster;
mod s3_failures;
mod s3_faults;
mod s3_store;
mod s3_support;
mod service;
mod stand_in;
mod stand_in_limits;
mod support;
mod upload_from_server;
