//! What an export tells whoever waits for it, and asks of them.

/// Told how far an export is. Called from many threads.
pub trait ExportObserver: Sync {
    /// All that there is to do, in things that rows are made of: repositories, manifests,
    /// images, each once for every table.
    fn planned(&self, things: u64) {
        _ = things;
    }

    /// So many of them more are done.
    fn advanced(&self, things: u64) {
        _ = things;
    }

    /// A table is whole.
    fn finished(&self, table: &str, rows: u64, bytes: u64) {
        _ = (table, rows, bytes);
    }

    /// Whether to stop. Asked between some rows and the next.
    fn is_cancelled(&self) -> bool {
        false
    }
}

/// One that wants to know nothing and waits to the end.
impl ExportObserver for () {}
