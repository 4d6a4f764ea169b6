//! The tables of the stand-in's database, and the migration of an older database.

use rusqlite::{Connection, TransactionBehavior};

/// The migration steps, in order. The database counts those that were done.
const STEPS: [&str; 3] = [
    // Databases that are older than the counter have these two tables.
    "CREATE TABLE IF NOT EXISTS media (
         id     TEXT PRIMARY KEY,
         object TEXT NOT NULL                     -- JSON
     ) STRICT;
     CREATE TABLE IF NOT EXISTS uploads (
         key        TEXT PRIMARY KEY,
         props      TEXT NOT NULL,                -- JSON
         expires_at REAL NOT NULL,                -- seconds since 1970
         media_id   TEXT REFERENCES media (id)    -- once there is one, the URL is used
     ) STRICT;",
    "ALTER TABLE uploads ADD COLUMN idempotency_key TEXT;
     CREATE INDEX uploads_of_idempotency_key ON uploads (idempotency_key);",
    "CREATE TABLE sessions (
         id    TEXT PRIMARY KEY,                  -- of the media object, once there is one
         total INTEGER                            -- bytes; known from the first chunk on
     ) STRICT;
     CREATE TABLE chunks (
         session TEXT NOT NULL REFERENCES sessions (id),
         first   INTEGER NOT NULL,                -- its first byte in the file
         last    INTEGER NOT NULL,                -- its last byte in the file
         PRIMARY KEY (session, first)
     ) STRICT, WITHOUT ROWID;
     ALTER TABLE uploads ADD COLUMN session TEXT REFERENCES sessions (id);
     CREATE INDEX uploads_of_session ON uploads (session);",
];

/// Creates the missing tables.
pub(super) fn bring_up_to_date(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done: u16 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for (step, number) in STEPS.iter().zip(1..).skip(done.into()) {
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", number)?;
    }
    transaction.commit()
}
