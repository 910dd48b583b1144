//! A list that is longer than the window: what is out of sight is not drawn, and nobody notices.

use anyhow::{Context as _, Result, ensure};
use drawbridge_desk::{App, Desk};
use fantoccini::{Locator, key::Key};
use serde_json::json;

use crate::story::APP;

/// More than are drawn as a whole.
const SERVERS: usize = 130;

/// Adds them as the window does, one after the other; answers with what went wrong.
const ADD: &str = "
    const [count, done] = arguments;
    const add = (number) => window.__TAURI_INTERNALS__.invoke('plugin:servers|add', { server: {
        url: `https://server-${number}.example/mcp`, name: `Server ${number}`, auth: 'oauth', headers: [],
    } });
    const all = async () => {
        for (let number = 1; number <= count; number += 1) await add(number);
    };
    all().then(() => done(null), (wrong) => done(JSON.stringify(wrong)));
";

/// Ends once the row of this name has the focus.
const FOCUSED: &str = "
    const [name, done] = arguments;
    const nameOf = (row) => row?.querySelector('.name')?.textContent.trim();
    const look = () => nameOf(document.activeElement?.closest('[data-row]')) === name;
    if (look()) return done(true);
    document.addEventListener('focusin', function hear() {
        if (!look()) return;
        document.removeEventListener('focusin', hear);
        done(true);
    });
";

/// The names in sight, from above.
const IN_SIGHT: &str = "
    const list = document.querySelector('[data-scrolls]').getBoundingClientRect();
    const at = (row) => row.getBoundingClientRect();
    const names = [...document.querySelectorAll('[data-row]')]
        .filter((row) => at(row).bottom > list.top + 1 && at(row).top < list.bottom - 1)
        .sort((one, other) => at(one).top - at(other).top)
        .map((row) => row.querySelector('.name').textContent.trim());
";

/// Turns the wheel down over the list, a notch for each picture, and answers with the places at which a
/// picture would have shown nothing where a row should be.
const SCROLLED: &str = "
    const [done] = arguments;
    const list = document.querySelector('[data-scrolls]');
    const all = list.querySelector('ul');
    const at = (element) => element.getBoundingClientRect();
    const hasHole = () => {
        const end = Math.min(at(list).bottom, at(all).bottom);
        let filled = Math.max(at(list).top, at(all).top);
        const rows = [...all.children].map(at).sort((one, other) => one.top - other.top);
        for (const row of rows) if (row.top < filled + 4) filled = Math.max(filled, row.bottom);
        return filled < end - 4;
    };
    const holes = [];
    const look = () => { if (hasHole()) holes.push(list.scrollTop); };
    const turn = () => {
        look();
        const before = list.scrollTop;
        list.scrollTop += 120;
        look();
        if (list.scrollTop === before) return done(holes);
        requestAnimationFrame(turn);
    };
    requestAnimationFrame(turn);
";

async fn focused(app: &App, name: &str) -> Result<()> {
    let focused = app.client().execute_async(FOCUSED, vec![json!(name)]);
    let focused = focused.await;
    focused.with_context(|| format!("{name} did not get the focus"))?;
    Ok(())
}

/// Waits until the names in sight are so, as JavaScript says it of `names`.
async fn in_sight(app: &App, so: &str) -> Result<()> {
    let condition = format!("{IN_SIGHT} return {so}");
    app.wait_in_page(&format!("{so} in sight"), &condition)
        .await?;
    Ok(())
}

fn times(key: Key, count: usize) -> String {
    String::from(char::from(key)).repeat(count)
}

async fn listing() -> Result<(Desk, App)> {
    let desk = Desk::start().await?;
    let app = desk.app(APP).launch().await?;
    app.see("welcome-add").await?;
    let wrong = app.client().execute_async(ADD, vec![json!(SERVERS)]);
    let wrong = wrong.await?;
    ensure!(wrong.is_null(), "{wrong}");
    let all_told = "const list = document.querySelector('[data-scrolls]');
        return list?.scrollHeight > args[0] * 40";
    app.wait_in_page_with("all of them", all_told, &[json!(SERVERS)])
        .await?;
    in_sight(&app, "names.length > 4").await?;
    let drawn = app.client().find_all(Locator::Css("[data-row]"));
    let drawn = drawn.await?.len();
    ensure!(drawn < SERVERS / 2, "{drawn} rows are drawn");
    Ok((desk, app))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keys_lead_through_a_long_list_and_the_focus_stays_with_its_server() -> Result<()> {
    let (_desk, app) = listing().await?;
    app.open_server("Server 1").await?;
    for number in 2..=21 {
        app.press(&times(Key::Down, 1)).await?;
        focused(&app, &format!("Server {number}")).await?;
    }
    // As from a key that is held down.
    app.press(&times(Key::Down, 20)).await?;
    focused(&app, "Server 41").await?;
    in_sight(
        &app,
        "names.includes('Server 41') && !names.includes('Server 1')",
    )
    .await?;

    // To another place, and with the focus.
    let alt_down = format!("{}{}", char::from(Key::Alt), times(Key::Down, 1));
    for above in ["Server 42", "Server 43"] {
        app.press(&alt_down).await?;
        let moved = format!("names[names.indexOf('Server 41') - 1] === '{above}'");
        in_sight(&app, &moved).await?;
        focused(&app, "Server 41").await?;
    }

    // Out of sight, it keeps the focus.
    let away = "document.querySelector('[data-scrolls]').scrollTop = 0";
    app.client().execute(away, vec![]).await?;
    in_sight(&app, "names[0] === 'Server 1'").await?;
    focused(&app, "Server 41").await?;

    app.press(&times(Key::End, 1)).await?;
    focused(&app, "Server 130").await?;
    in_sight(&app, "names.at(-1) === 'Server 130'").await?;
    app.press(&times(Key::Home, 1)).await?;
    focused(&app, "Server 1").await?;
    app.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_shows_in_rows_that_are_filled_anew_what_was_found_and_then_all_again()
-> Result<()> {
    let (_desk, app) = listing().await?;
    app.client()
        .find(Locator::Css("[inputmode=search]"))
        .await?
        .click()
        .await?;
    app.press("7").await?;
    let found = "names.length > 4 && names.every((name) => name.includes('7'))
        && names.slice(0, 5).every((name, at) => name === `Server ${10 * at + 7}`)";
    in_sight(&app, found).await?;
    app.press("7").await?;
    in_sight(&app, "names.join() === 'Server 77'").await?;
    app.press(&times(Key::Backspace, 2)).await?;
    let all = "names.length > 4 && names.every((name, at) => name === `Server ${at + 1}`)";
    in_sight(&app, all).await?;
    app.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_scrolled_shows_rows_in_every_picture() -> Result<()> {
    let (_desk, app) = listing().await?;
    let holes = app.client().execute_async(SCROLLED, vec![]).await?;
    in_sight(&app, "names.at(-1) === 'Server 130'").await?;
    ensure!(holes == json!([]), "nothing to be seen at {holes}");
    app.quit().await
}
