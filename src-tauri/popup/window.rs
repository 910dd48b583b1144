//! One popup window, and what a page in it may do: nothing but be a page.

use drawbridge_engine::{AttemptId, SignInPrompt};
use tauri::{
    AppHandle, Manager as _, Runtime, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent,
    webview::{NewWindowResponse, PageLoadEvent, PermissionResponse},
};
use url::Url;

use super::{
    Popups, label,
    navigation::{Verdict, closing_script, judge, shown_origin, stays_in_its_window},
    place,
};
use crate::{
    callback::{self, Door},
    main_window::MAIN,
    url_shape::UrlShape,
};

/// Makes the window of an attempt and begins to load its page.
pub(super) fn make<R: Runtime>(
    popups: &Popups<R>,
    prompt: &SignInPrompt,
) -> tauri::Result<WebviewWindow<R>> {
    let SignInPrompt {
        attempt,
        url,
        redirect,
        ..
    } = prompt;
    let app = &popups.app;
    let url = parsed(url.as_str())?;
    let redirect = parsed(redirect.as_str())?;
    if judge(&url, &redirect) != Verdict::Follow {
        return Err(tauri::Error::InvalidWebviewUrl("not for a popup"));
    }
    let label = label(attempt);
    let mut builder = WebviewWindowBuilder::new(app, &label, WebviewUrl::External(url.clone()))
        .title(shown_origin(&url).unwrap_or_default())
        .inner_size(place::SIZE.0, place::SIZE.1)
        .min_inner_size(360.0, 480.0)
        .prevent_overflow()
        .initialization_script(closing_script())
        .on_navigation(on_navigation(
            popups.clone(),
            attempt.clone(),
            redirect.clone(),
        ))
        .on_new_window(in_the_same_window(app.clone(), label.clone(), redirect))
        .on_download(|_, _| false)
        .on_permission_request(|_, _| PermissionResponse::Deny)
        .on_page_load(|window, page| {
            if page.event() == PageLoadEvent::Started
                && let Some(origin) = shown_origin(page.url())
            {
                let _ = window.set_title(&origin);
            }
        });
    if !popups.shared {
        builder = builder.incognito(!popups.pages.remember(prompt));
        if let Some(folder) = popups.pages.folder_for(prompt)? {
            builder = builder.data_directory(folder);
        }
    }
    if let Some(main) = app.get_webview_window(MAIN) {
        if let Some(position) = place::beside(&main, popups.open.others(attempt)) {
            builder = builder.position(position.x, position.y);
        }
        builder = builder.parent(&main)?;
    }
    let window = builder.build()?;
    #[cfg(target_os = "linux")]
    close_with_its_page(&window);
    let (popups, attempt) = (popups.clone(), attempt.clone());
    window.on_window_event(move |event| {
        if matches!(event, WindowEvent::Destroyed) {
            popups.gone(&attempt);
        }
    });
    Ok(window)
}

/// A page that is closed by one of its frames takes its window along, which would stay there empty.
#[cfg(target_os = "linux")]
fn close_with_its_page<R: Runtime>(window: &WebviewWindow<R>) {
    use webkit2gtk::glib::prelude::ObjectExt as _;

    use crate::main_window::log_failure;

    let empty = window.clone();
    let listening = window.with_webview(move |view| {
        // Of its `close`, the library hears first; nobody does after it.
        view.inner().connect_local("destroy", false, move |_| {
            let window = empty.clone();
            // It may be in the midst of closing already.
            tauri::async_runtime::spawn(async move { window.close() });
            None
        });
    });
    log_failure("follow the page of a sign-in window", listening);
}

fn parsed(url: &str) -> tauri::Result<Url> {
    Url::parse(url).map_err(|_| tauri::Error::InvalidWebviewUrl("not a URL"))
}

/// Runs on the thread of the user interface, so it decides and hands over, and never waits.
pub(super) fn on_navigation<R: Runtime>(
    popups: Popups<R>,
    attempt: AttemptId,
    redirect: Url,
) -> impl Fn(&Url) -> bool + Send + 'static {
    move |url| {
        let verdict = judge(url, &redirect);
        match verdict {
            Verdict::Follow => {}
            Verdict::Callback => callback::deliver(&popups.app, url.to_string(), Door::Popup),
            Verdict::HandOver => popups.leave_to_browser(&attempt),
            Verdict::Close => popups.close_with_its_page(&attempt),
            Verdict::Refuse => {
                tracing::warn!("a sign-in page wanted to go to {}", UrlShape(url.as_str()));
            }
        }
        verdict == Verdict::Follow
    }
}

/// A sign-in page that wants another window gets its page in the one it has.
fn in_the_same_window<R: Runtime, F>(
    app: AppHandle<R>,
    label: String,
    redirect: Url,
) -> impl Fn(Url, F) -> NewWindowResponse<R> + Send + 'static {
    move |url, _features| {
        if stays_in_its_window(&url, &redirect) {
            let (app, label) = (app.clone(), label.clone());
            // The webview is in the middle of asking: it is sent on afterwards, and judged again.
            tauri::async_runtime::spawn(async move {
                if let Some(window) = app.get_webview_window(&label) {
                    let _ = window.navigate(url);
                }
            });
        }
        NewWindowResponse::Deny
    }
}
