import { expect, it } from "vitest";
import { checkAddress, withScheme } from "./address";

it.each([
  ["", "empty"],
  ["mcp", "incomplete"],
  ["https://", "incomplete"],
  ["https://mcp", "incomplete"],
  ["https://mcp.example.com/mcp?x=1", "valid"],
  ["  https://mcp.example.com  ", "valid"],
  ["http://mcp.example.com", "insecure"],
  ["http://127.0.0.1:8000/mcp", "valid"],
  ["http://[::1]:8000/mcp", "valid"],
  ["http://localhost:8000", "valid"],
  ["https://localhost:8000", "valid"],
  ["http://127.evil.example", "insecure"],
  ["ftp://mcp.example.com", "incomplete"],
  ["javascript:alert(1)", "incomplete"],
])("the address %j is %s", (text, verdict) => expect(checkAddress(text)).toBe(verdict));

it.each([
  ["mcp.example.com", "https://mcp.example.com"],
  ["mcp.example.com:8443", "https://mcp.example.com:8443"],
  ["mcp.example.com/mcp?x=1", "https://mcp.example.com/mcp?x=1"],
  ["localhost", "http://localhost"],
  ["Localhost:8080/mcp", "http://Localhost:8080/mcp"],
  ["127.0.0.1:8080/mcp", "http://127.0.0.1:8080/mcp"],
  ["[::1]:8080", "http://[::1]:8080"],
  ["10.0.0.1:8080/mcp", "https://10.0.0.1:8080/mcp"],
  ["a.example:99999", null],
  ["https://mcp.example.com", null],
  ["javascript:alert(1)", null],
  ["localhost:", null],
  ["notion", null],
  ["github/mcp", null],
])("%j, with the scheme that goes without saying, is %j", (text, whole) => expect(withScheme(text)).toBe(whole));
