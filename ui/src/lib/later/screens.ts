export { default as AddServer } from "../components/add/AddServer.svelte";
export { default as DropTarget } from "../components/import/DropTarget.svelte";
export { default as ImportSheet } from "../components/import/ImportSheet.svelte";
export { default as PreferencesSheet } from "../components/preferences/PreferencesSheet.svelte";
export { default as QuestionSheet } from "../components/questions/QuestionSheet.svelte";
export { default as SettingsTab } from "../components/settings/SettingsTab.svelte";
export { default as TryPanel } from "../components/tools/TryPanel.svelte";
export { default as KeySheet } from "../components/vault/KeySheet.svelte";
