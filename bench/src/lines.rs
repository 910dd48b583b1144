//! One JSON object a line: orders on standard input, answers on standard output.

use std::{
    io::{self, Write as _},
    marker::PhantomData,
};

use serde::{Serialize, de::DeserializeOwned};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines, Stdin, stdin};

/// The orders that come in.
#[derive(Debug)]
pub struct Orders<O> {
    lines: Lines<BufReader<Stdin>>,
    orders: PhantomData<O>,
}

impl<O: DeserializeOwned> Orders<O> {
    /// Listens from now on.
    #[must_use]
    pub fn new() -> Self {
        Self {
            lines: BufReader::new(stdin()).lines(),
            orders: PhantomData,
        }
    }

    /// The next one; `None` when nobody will give any more.
    pub async fn next(&mut self) -> io::Result<Option<O>> {
        let line = self.lines.next_line().await?;
        Ok(line.map(|line| serde_json::from_str(&line)).transpose()?)
    }
}

impl<O: DeserializeOwned> Default for Orders<O> {
    fn default() -> Self {
        Self::new()
    }
}

/// Answers.
pub fn tell(answer: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_string(answer)?;
    line.push('\n');
    let mut out = io::stdout().lock();
    out.write_all(line.as_bytes())?;
    out.flush()
}
