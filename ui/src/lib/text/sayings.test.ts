import { expect, it } from "vitest";
import { sayings } from "./sayings";

const say = sayings({
  "Cancelled.": "Abgebrochen.",
  "{url} cannot be reached: {why}.": "{url} ist nicht erreichbar: {why}.",
  "The key is left: {why}": "Der Schlüssel blieb: {why}",
  "The port {port} (of {name}) is taken.": "{name}: Port {port} ist belegt.",
  "the connection broke": "die Verbindung riss ab",
});

it("a sentence is said in the other language, with and without its full stop", () => {
  expect([say("Cancelled."), say("Cancelled")]).toEqual(["Abgebrochen.", "Abgebrochen"]);
});

it("values go over as they are, in the order of the other language", () => {
  expect(say("The port 80 (of a.b*c) is taken.")).toBe("a.b*c: Port 80 ist belegt.");
});

it("a reason is said in the other language, too", () => {
  expect(say("https://a.example cannot be reached: the connection broke.")).toBe("https://a.example ist nicht erreichbar: die Verbindung riss ab.");
  expect(say("The key is left: https://a.example cannot be reached: the connection broke.")).toBe(
    "Der Schlüssel blieb: https://a.example ist nicht erreichbar: die Verbindung riss ab.",
  );
});

it("a reason that nobody knows stays in its own words", () => {
  expect(say("https://a.example cannot be reached: tls went\nwrong.")).toBe("https://a.example ist nicht erreichbar: tls went\nwrong.");
});

it("what a server says is left alone", () => {
  expect(say("Unknown tool: greet.")).toBe("Unknown tool: greet.");
  expect(say("")).toBe("");
});

it("a value cannot bring a place of its own", () => {
  expect(say("{name} cannot be reached: {port}.")).toBe("{name} ist nicht erreichbar: {port}.");
});
