import { expect, it } from "vitest";
import { checkAddress } from "./address";

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
