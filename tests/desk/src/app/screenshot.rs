//! Pictures of the app.

use std::{fs, path::PathBuf};

use anyhow::Result;

use super::App;

const SETTLED: &str = "
const done = arguments[arguments.length - 1];
const moving = document.getAnimations()
  .filter((one) => Number.isFinite(one.effect.getComputedTiming().endTime));
Promise.allSettled(moving.map((one) => one.finished))
  .then(() => requestAnimationFrame(() => requestAnimationFrame(() => done(true))));
";

impl App {
    /// Takes a picture of the main window: `NAME.png` in the folder of screens.
    pub async fn screenshot(&self, name: &str) -> Result<PathBuf> {
        self.focus_main().await?;
        self.save_screen(name).await
    }

    /// Gives the main window a size, in pixels.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        self.focus_main().await?;
        self.client().set_window_size(width, height).await?;
        Ok(())
    }

    /// Gives the main window the whole screen.
    pub async fn maximize(&self) -> Result<()> {
        self.focus_main().await?;
        Ok(self.client().maximize_window().await?)
    }

    pub(super) async fn save_screen(&self, name: &str) -> Result<PathBuf> {
        // What just changed is drawn, and what moves has arrived; a spinner never does.
        self.client().execute_async(SETTLED, vec![]).await?;
        let picture = self.client().screenshot().await?;
        fs::create_dir_all(&self.screens)?;
        let path = self.screens.join(name).with_extension("png");
        fs::write(&path, picture)?;
        Ok(path)
    }
}
