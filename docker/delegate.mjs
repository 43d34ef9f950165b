// Tells parent nodes where their children answer, over the interface that every operator has. Each argument is one
// delegation: "PARENT_URL TOKEN_VARIABLE PREFIX CHILD_URL". One that exists stays as it is: it may be suspended by now.
import { argv, env, stdout } from 'node:process';

for (const argument of argv.slice(2)) {
  const [parent, variable, prefix, url] = argument.split(' ');
  if (url === undefined) throw new Error(`"${argument}" is not PARENT_URL TOKEN_VARIABLE PREFIX CHILD_URL`);
  // biome-ignore lint/style/noProcessEnv: a script of its own, outside of the program and its src/config.
  const headers = { authorization: `Bearer ${env[variable]}`, 'content-type': 'application/json' };
  const address = `${parent}/api/v1/prefixes/${prefix}`;
  if ((await fetch(address, { headers })).ok) {
    stdout.write(`${parent}: ${prefix} is there already\n`);
    continue;
  }
  const answer = await fetch(address, { method: 'PUT', headers, body: JSON.stringify({ url }) });
  if (!answer.ok) throw new Error(`${parent} refuses ${prefix}: ${answer.status} ${await answer.text()}`);
  stdout.write(`${parent}: ${prefix} is answered by ${url}\n`);
}
