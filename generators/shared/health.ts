import type { Check } from '../../src/models/stack.ts';
import { probe, type ImageFacts } from './images.ts';

/** How a question is asked from inside a container: only with what its image carries [compose-spec, healthcheck]. */

type Http = NonNullable<Check['http']>;

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const js = (text: string): string => JSON.stringify(text);

/** Programs that can ask over HTTP, the smallest first; each says what it can tell apart. */
const askers: readonly {
  readonly tool: string;
  readonly ask: (url: string, http: Http) => readonly string[] | undefined;
}[] = [
  {
    tool: probe.go,
    ask: (url, { status, contains }) => [probe.go, url, `${status}`, ...(contains === undefined ? [] : [contains])],
  },
  {
    tool: probe.dotnet,
    ask: (url, { status, contains }) => [
      'dotnet',
      probe.dotnet,
      url,
      `${status}`,
      ...(contains === undefined ? [] : [contains]),
    ],
  },
  {
    tool: 'curl',
    ask: (url, { status, contains }) => {
      if (contains !== undefined && status === 200)
        return ['sh', '-c', `curl --silent --show-error --fail ${quoted(url)} | grep -qF ${quoted(contains)}`];
      if (contains !== undefined) return undefined;
      if (status === 200) return ['curl', '--silent', '--show-error', '--fail', '--output', '/dev/null', url];
      return ['sh', '-c', `test "$(curl -s -o /dev/null -w '%{http_code}' ${quoted(url)})" = ${status}`];
    },
  },
  {
    // wget of BusyBox takes any answer below 400 for a success, and tells no status.
    tool: 'wget',
    ask: (url, { status, contains }) => {
      if (status !== 200) return undefined;
      return contains === undefined
        ? ['wget', '-q', '-O', '/dev/null', url]
        : ['sh', '-c', `wget -q -O - ${quoted(url)} | grep -qF ${quoted(contains)}`];
    },
  },
  {
    tool: 'node',
    ask: (url, { status, contains }) => [
      'node',
      '-e',
      contains === undefined
        ? `fetch(${js(url)}).then(r=>process.exit(r.status===${status}?0:1),()=>process.exit(1))`
        : `fetch(${js(url)}).then(async r=>process.exit(r.status===${status}&&(await r.text()).includes(${js(contains)})?0:1),()=>process.exit(1))`,
    ],
  },
  {
    tool: 'python3',
    ask: (url, { status, contains }) =>
      status >= 400
        ? undefined
        : [
            'python3',
            '-c',
            `import sys,urllib.request as u;r=u.urlopen(${js(url)},timeout=5);sys.exit(not(r.status==${status} and ${js(contains ?? '')}.encode() in r.read()))`,
          ],
  },
];

const knocks: Readonly<Record<string, (port: number) => readonly string[]>> = {
  nc: (port) => ['nc', '-z', '127.0.0.1', `${port}`],
  bash: (port) => ['bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${port}`],
  node: (port) => [
    'node',
    '-e',
    `require('net').connect(${port},'127.0.0.1',()=>process.exit(0)).on('error',()=>process.exit(1))`,
  ],
  python3: (port) => ['python3', '-c', `import socket;socket.create_connection(('127.0.0.1',${port}),5)`],
};

/** Returns the command, without a shell where none is needed; `undefined` where none of these programs can ask that. */
export const healthCommand = (check: Check, tools: readonly string[]): readonly string[] | undefined => {
  const { http, tcp, command } = check;
  if (command !== undefined) return command;
  if (http !== undefined) {
    const url = `http://127.0.0.1:${http.port}${http.path}`;
    for (const { tool, ask } of askers) {
      const asked = tools.includes(tool) ? ask(url, http) : undefined;
      if (asked !== undefined) return asked;
    }
  }
  if (tcp !== undefined)
    for (const [tool, knock] of Object.entries(knocks)) if (tools.includes(tool)) return knock(tcp.port);
  return undefined;
};

const programs = /^(\/[\w/.-]*\/)?(curl|wget|nc|bash|sh|node|python3?|redis-cli|valkey-cli|pg_isready|dotnet)$/;

/** Returns the programs that a health check of the Compose file calls and the image is known not to carry. */
export const missingTools = (test: readonly string[], facts: ImageFacts | undefined): readonly string[] => {
  if (facts === undefined) return [];
  const [form, ...words] = test;
  const isShell = form === 'CMD-SHELL' || /(^|\/)(ba|da)?sh$/.test(words[0] ?? '');
  const called = isShell
    ? words
        .join(' ')
        .split(/\s*(?:\|\|?|&&|;|\$\(|\(|\s)\s*/)
        .filter((word) => programs.test(word))
    : words.slice(0, 1);
  const named = form === 'CMD-SHELL' ? ['sh', ...called] : called;
  const names = named.map((word) => (facts.tools.includes(word) ? word : word.slice(word.lastIndexOf('/') + 1)));
  return [...new Set(names.filter((name) => !facts.tools.includes(name) && programs.test(name)))];
};

/** Returns what a health check by curl or wget asks, so that another program can ask it; `undefined` where it asks nothing of that kind. */
export const checkOf = (test: readonly string[]): Check | undefined => {
  const words = test.join(' ');
  if (!/(^|[\s/])(curl|wget)\s/.test(words)) return undefined;
  const match = /\bhttp:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::(\d+))?(\/[^\s'"|;&)]*)?/.exec(words);
  if (match === null) return undefined;
  const http = { path: match[2] ?? '/', port: Number(match[1] ?? 80), status: 200 };
  return { http, interval: '30s', timeout: '5s', retries: 3, startPeriod: '30s' };
};
