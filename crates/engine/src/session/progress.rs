//! How far a tool is (MCP 2025-11-25, Progress).

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use drawbridge_oauth::clean;
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use tokio::sync::watch;

use crate::core::lock;

/// What a tool says of itself while it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// From 0 to 100, where it knows how much there is to do.
    pub percent: Option<u8>,
    /// What it does at the moment, in its own words: at most 250 characters.
    pub message: Option<String>,
}

/// Where it is told; what was told before it was read is overwritten.
pub(super) type Told = watch::Sender<Option<Progress>>;

/// The calls of one session that may tell how far they are.
#[derive(Debug, Clone, Default)]
pub(super) struct Progresses(Arc<Mutex<HashMap<ProgressToken, Told>>>);

impl Progresses {
    /// Hears of that call until what is returned is dropped.
    pub(super) fn follow(&self, token: ProgressToken, told: &Told) -> Followed {
        lock(&self.0).insert(token.clone(), told.clone());
        Followed {
            among: self.clone(),
            token,
        }
    }

    pub(super) fn hear(&self, said: &ProgressNotificationParam) {
        if let Some(told) = lock(&self.0).get(&said.progress_token) {
            told.send_replace(Some(progress(said)));
        }
    }
}

pub(super) struct Followed {
    among: Progresses,
    token: ProgressToken,
}

impl Drop for Followed {
    fn drop(&mut self) {
        lock(&self.among.0).remove(&self.token);
    }
}

fn progress(said: &ProgressNotificationParam) -> Progress {
    let share = said.total.map(|total| said.progress / total);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is between 0 and 100"
    )]
    let percent = |share: f64| (share * 100.0).clamp(0.0, 100.0) as u8;
    let message = said.message.as_deref().map(clean);
    Progress {
        percent: share.filter(|share| share.is_finite()).map(percent),
        message: message.filter(|words| !words.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use rmcp::model::NumberOrString;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(1.0, Some(4.0), Some(25))]
    #[case(2.0, Some(3.0), Some(66))]
    #[case(7.0, Some(3.0), Some(100))]
    #[case(-1.0, Some(3.0), Some(0))]
    #[case(1.0, Some(0.0), None)]
    #[case(5.0, None, None)]
    fn a_share_is_told_where_there_is_one(
        #[case] done: f64,
        #[case] total: Option<f64>,
        #[case] percent: Option<u8>,
    ) {
        let token = ProgressToken(NumberOrString::Number(1));
        let mut said = ProgressNotificationParam::new(token, done);
        said.total = total;
        said.message = Some("half\u{1b} done".into());
        let told = progress(&said);
        assert_eq!(told.percent, percent);
        assert_eq!(told.message.as_deref(), Some("half done"));
    }
}
