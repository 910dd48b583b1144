// The MCP server on the Python SDK: a process of its own, which ends with this one.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { introspector } from './authorization_server.mjs';

/** Starts it; `python` is the interpreter of the environment that `requirements.txt` describes. */
export async function pythonServer({ python, issuer }) {
  let process = await begin(python, { port: 0, issuer });
  const url = new URL(process.url);
  return {
    url,
    /** Nothing but a new process forgets everything. It listens before the old one goes: nobody is turned away. */
    async dropSessions() {
      const { child } = process;
      process = await begin(python, { port: Number(url.port), issuer });
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function begin(python, settings) {
  const child = spawn(python, ['mcp_server.py'], { stdio: ['pipe', 'pipe', 'inherit'] });
  // Not as an argument: everybody can read those.
  child.stdin.write(`${JSON.stringify({ ...settings, ...introspector })}\n`);
  for await (const line of createInterface({ input: child.stdout })) {
    return { child, url: JSON.parse(line).url };
  }
  throw new Error('the Python server did not start');
}
