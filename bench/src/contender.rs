//! What a contender is told to do, and what it answers. Each is a process that connects by itself at
//! its start.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::{
    task::JoinSet,
    time::{Duration, timeout},
};

/// How long a call may take.
pub const LIMIT: Duration = Duration::from_secs(10);

/// What to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Order {
    /// Run a tool many times.
    Call {
        /// What to run.
        what: Call,
        /// How often.
        times: usize,
        /// How many are under way at once.
        in_flight: usize,
    },
    /// Begin to run a tool, and answer at once.
    Begin {
        /// What to run.
        what: Call,
    },
    /// Give up what was begun.
    Cancel,
}

/// A tool and what it has to say.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Call {
    /// Its name.
    pub tool: String,
    /// A JSON object.
    pub arguments: Value,
    /// How many bytes of text a right answer has.
    pub bytes: usize,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "told", rename_all = "snake_case")]
pub enum Told {
    /// The tools are listed.
    Connected {
        /// How many there are.
        tools: usize,
    },
    /// The calls are over.
    Called(Called),
    /// It is begun, or was given up.
    Done,
    /// It cannot go on.
    Failed {
        /// Why.
        why: String,
    },
}

/// Calls that are over.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Called {
    /// What each right answer took, in nanoseconds.
    pub nanos: Vec<u64>,
    /// How many came to nothing, or to a wrong answer.
    pub failed: usize,
    /// Why the first of them did.
    pub why: Option<String>,
}

impl Called {
    /// Adds one.
    pub fn add(&mut self, nanos: u64, outcome: Result<(), String>) {
        match outcome {
            Ok(()) => self.nanos.push(nanos),
            Err(why) => {
                self.failed += 1;
                self.why.get_or_insert(why);
            }
        }
    }

    /// Adds others.
    pub fn merge(&mut self, other: Self) {
        self.nanos.extend(other.nanos);
        self.failed += other.failed;
        self.why = self.why.take().or(other.why);
    }
}

impl Call {
    /// Whether this many bytes are the right answer.
    pub fn check(&self, bytes: usize) -> Result<(), String> {
        if bytes == self.bytes {
            Ok(())
        } else {
            Err(format!("{bytes} bytes came, not {}", self.bytes))
        }
    }
}

/// Calls so many times, with so many under way at once, and takes the time of each.
pub async fn timed<F>(
    times: usize,
    in_flight: usize,
    call: impl Fn() -> F + Clone + Send + 'static,
) -> Called
where
    F: Future<Output = Result<(), String>> + Send + 'static,
{
    let taken = Arc::new(AtomicUsize::new(0));
    let mut callers = JoinSet::new();
    for _ in 0..in_flight {
        let (taken, call) = (Arc::clone(&taken), call.clone());
        callers.spawn(async move {
            let mut called = Called::default();
            while taken.fetch_add(1, Ordering::Relaxed) < times {
                let begin = Instant::now();
                let late = |_| Err(format!("no answer within {} s", LIMIT.as_secs()));
                let outcome = timeout(LIMIT, call()).await.unwrap_or_else(late);
                let nanos = begin.elapsed().as_nanos();
                called.add(u64::try_from(nanos).unwrap_or(u64::MAX), outcome);
            }
            called
        });
    }
    let mut all = Called::default();
    while let Some(called) = callers.join_next().await {
        match called {
            Ok(called) => all.merge(called),
            Err(error) => all.add(0, Err(error.to_string())),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_call_is_made_once_and_failures_are_told() {
        let made = Arc::new(AtomicUsize::new(0));
        let called = timed(10, 3, move || {
            let number = made.fetch_add(1, Ordering::Relaxed);
            async move {
                if number == 4 {
                    Err("no".to_owned())
                } else {
                    Ok(())
                }
            }
        })
        .await;
        assert_eq!((called.nanos.len(), called.failed), (9, 1));
        assert_eq!(called.why.as_deref(), Some("no"));
    }
}
