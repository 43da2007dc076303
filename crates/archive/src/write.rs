//! A write in progress.

use std::ops::{Deref, DerefMut};

use sqlx::{Sqlite, SqliteConnection, Transaction};

use crate::seal::seal_rows;

/// A transaction of the one writer. What is not committed is rolled back.
pub(crate) struct Write(Transaction<'static, Sqlite>);

impl Write {
    pub(crate) fn new(transaction: Transaction<'static, Sqlite>) -> Self {
        Self(transaction)
    }

    /// Seals the rows that were written, and commits.
    pub(crate) async fn commit(mut self) -> Result<(), sqlx::Error> {
        seal_rows(&mut self.0).await?;
        self.0.commit().await
    }
}

impl Deref for Write {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.0
    }
}

impl DerefMut for Write {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.0
    }
}
