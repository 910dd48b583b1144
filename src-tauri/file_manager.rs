//! The program in which a person looks at folders.

use std::path::PathBuf;

/// Shows a file in its folder. The file manager may have to start first.
///
/// What `tauri_plugin_opener` asks first, without the weight of its D-Bus proxies in the package.
#[cfg(target_os = "linux")]
pub(crate) async fn show(path: PathBuf) -> zbus::Result<()> {
    const NAME: &str = "org.freedesktop.FileManager1";
    let place = url::Url::from_file_path(&path)
        .map_err(|()| zbus::Error::Failure(format!("{} is no place", path.display())))?;
    let bus = zbus::Connection::session().await?;
    let files = (vec![place.as_str()], "");
    let path = "/org/freedesktop/FileManager1";
    bus.call_method(Some(NAME), path, Some(NAME), "ShowItems", &files)
        .await?;
    Ok(())
}

/// Shows a file in its folder.
#[cfg(not(target_os = "linux"))]
pub(crate) async fn show(path: PathBuf) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let shown =
        tauri::async_runtime::spawn_blocking(|| tauri_plugin_opener::reveal_item_in_dir(path));
    Ok(shown.await??)
}
