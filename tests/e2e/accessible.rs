//! What keeps people out of a screen, looked for in the real window, where colours are what they are.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use drawbridge_desk::{App, workspace};
use serde_json::json;

/// Runs axe on what is shown, in the light and in the dark.
const LOOK: &str = "
    const done = arguments[arguments.length - 1];
    const { dataset } = document.documentElement;
    const worn = dataset.theme;
    const dress = (theme) => {
        dataset.theme = theme;
        const changing = document.getAnimations()
            .filter((one) => Number.isFinite(one.effect.getComputedTiming().endTime));
        return Promise.allSettled(changing.map((one) => one.finished));
    };
    const look = async (theme) => {
        await dress(theme);
        const { violations, passes } = await axe.run();
        return {
            theme,
            rules: passes.map(({ id }) => id),
            violations: violations.flatMap(({ id, nodes }) =>
                nodes.map(({ html, failureSummary }) => `${id}: ${html}\\n${failureSummary}`)),
        };
    };
    look('light')
        .then(async (light) => [light, await look('dark')])
        .then((found) => dress(worn).then(() => done(found)), (error) => done(String(error)));
";

#[derive(serde::Deserialize)]
struct Found {
    theme: String,
    rules: Vec<String>,
    violations: Vec<String>,
}

/// Fails for whatever axe has against what is shown.
pub(crate) async fn accessible(app: &App, screen: &str) -> Result<()> {
    app.focus_main().await?;
    let there = app.client().execute("return 'axe' in window", vec![]);
    if there.await? == json!(false) {
        let axe = workspace().join("ui/node_modules/axe-core/axe.min.js");
        let axe = fs::read_to_string(&axe).with_context(|| axe.display().to_string())?;
        app.client().execute(&axe, vec![]).await?;
    }
    let found = app.client().execute_async(LOOK, vec![]).await?;
    let found: Vec<Found> = serde_json::from_value(found.clone())
        .with_context(|| format!("axe did not come to an end: {found}"))?;
    for Found {
        theme,
        rules,
        violations,
    } in found
    {
        ensure!(
            rules.iter().any(|rule| rule == "color-contrast"),
            "{screen}, {theme}: axe saw {rules:?} alone"
        );
        ensure!(
            violations.is_empty(),
            "{screen}, {theme}:\n{}",
            violations.join("\n")
        );
    }
    Ok(())
}

/// Takes the picture of a screen, and looks for what keeps people out.
pub(crate) async fn look(app: &App, screen: &str) -> Result<()> {
    app.screenshot(screen).await?;
    accessible(app, screen).await
}
