import type { Loss } from '../../src/models/artifact.ts';
import type { Stack } from '../../src/models/stack.ts';
import type { NamedRoute } from './routes.ts';

/** Configuration of nginx, as directives; one place knows how they are written [nginx.org/en/docs/dirindex.html]. */

type Directive =
  | readonly string[]
  | { readonly head: readonly string[]; readonly inside: readonly Directive[] }
  | string;

/** A word with blanks, `;` or braces is quoted; `$` begins a variable and is left to the caller. */
const word = (text: string): string =>
  text === '' || /[\s;{}"'#]/.test(text) ? `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"` : text;

const isBlock = (
  directive: Directive,
): directive is { readonly head: readonly string[]; readonly inside: readonly Directive[] } =>
  typeof directive === 'object' && 'head' in directive;

const written = (directives: readonly Directive[], depth = 0): string => {
  const pad = '    '.repeat(depth);
  return directives
    .map((directive) => {
      if (typeof directive === 'string') return directive === '' ? '\n' : `${pad}# ${directive}\n`;
      if (!isBlock(directive)) return `${pad}${directive.map(word).join(' ')};\n`;
      return `${pad}${directive.head.map(word).join(' ')} {\n${written(directive.inside, depth + 1)}${pad}}\n`;
    })
    .join('');
};

const block = (head: readonly string[], inside: readonly Directive[]): Directive => ({ head, inside });

const headers: readonly Directive[] = [
  ['add_header', 'Strict-Transport-Security', 'max-age=31536000; includeSubDomains', 'always'],
  ['add_header', 'X-Content-Type-Options', 'nosniff', 'always'],
  ['add_header', 'X-Frame-Options', 'DENY', 'always'],
  ['add_header', 'Referrer-Policy', 'strict-origin-when-cross-origin', 'always'],
];

/** Mozilla's intermediate profile: TLS 1.2 with forward secrecy and authentication, and TLS 1.3. */
const tls: readonly Directive[] = [
  ['ssl_protocols', 'TLSv1.2', 'TLSv1.3'],
  [
    'ssl_ciphers',
    'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305',
  ],
  ['ssl_prefer_server_ciphers', 'off'],
  ['ssl_session_cache', 'shared:tls:10m'],
  ['ssl_session_timeout', '1d'],
  ['ssl_session_tickets', 'off'],
];

const location = ({ route, upstream }: NamedRoute): Directive =>
  block(
    ['location', route.path],
    [
      // In a variable the name is asked for again when it is needed: nginx starts also while the service does not.
      ['set', '$upstream', upstream],
      ['proxy_pass', 'http://$upstream'],
      ...(route.websocket
        ? ([
            ['proxy_read_timeout', '1h'],
            ['proxy_send_timeout', '1h'],
            ['proxy_buffering', 'off'],
          ] satisfies readonly Directive[])
        : []),
      ...(route.basicAuth === undefined
        ? []
        : ([
            ['auth_basic', 'Restricted'],
            ['auth_basic_user_file', `secrets/${route.basicAuth}`],
          ] satisfies readonly Directive[])),
    ],
  );

/** Routes of one host stand in one server. */
const byHost = (routes: readonly NamedRoute[]): ReadonlyMap<string, readonly NamedRoute[]> =>
  Map.groupBy(routes, ({ route }) => route.host ?? '_');

const certificateName = (host: string, { leaf, route }: NamedRoute): string =>
  route.tls.by === 'internal' && leaf !== undefined ? leaf : host.replace(/^\*\./, '').replace(/^_$/, 'default');

const secureServer = (host: string, routes: readonly NamedRoute[]): Directive =>
  block(
    ['server'],
    [
      // `http2` as a word of `listen`: Debian 12 knows no other form, newer ones still take it.
      ['listen', '443', 'ssl', 'http2', ...(host === '_' ? ['default_server'] : [])],
      ['listen', '[::]:443', 'ssl', 'http2', ...(host === '_' ? ['default_server'] : [])],
      ['server_name', host],
      ['ssl_certificate', 'certificates/$certificate.crt'],
      ['ssl_certificate_key', 'certificates/$certificate.key'],
      ...headers,
      '',
      ...routes.map(location),
    ],
  );

const plainServer = (host: string, routes: readonly NamedRoute[]): Directive =>
  block(
    ['server'],
    [['listen', '80'], ['listen', '[::]:80'], ['server_name', host], ...headers.slice(1), '', ...routes.map(location)],
  );

const acme: Directive = block(['location', '/.well-known/acme-challenge/'], [['root', '/var/www/acme']]);

const redirect = (routes: readonly NamedRoute[]): Directive =>
  block(
    ['server'],
    [
      ['listen', '80', 'default_server'],
      ['listen', '[::]:80', 'default_server'],
      ['server_name', '_'],
      ...(routes.some(({ route }) => route.tls.by === 'http-01') ? [acme] : []),
      block(['location', '/'], [['return', '308', 'https://$host$request_uri']]),
    ],
  );

/** Who asks for a name that is not served here gets no certificate and no answer. */
const refusal: Directive = block(
  ['server'],
  [
    ['listen', '443', 'ssl', 'default_server'],
    ['listen', '[::]:443', 'ssl', 'default_server'],
    ['server_name', '_'],
    ['ssl_reject_handshake', 'on'],
  ],
);

const certificates = (routes: readonly NamedRoute[]): Directive =>
  block(
    ['map', '$ssl_server_name', '$certificate'],
    [
      ['hostnames'],
      ...[...byHost(routes)].flatMap(([host, [first]]): readonly Directive[] =>
        first === undefined ? [] : [[host === '_' ? 'default' : host, certificateName(host, first)]],
      ),
    ],
  );

/** Returns the whole configuration. The log of requests is where nginx keeps it: in its images that is the container's output. */
export const nginxConfiguration = (stack: Stack, routes: readonly NamedRoute[]): string => {
  const secure = routes.filter(({ route }) => route.tls.by !== 'none');
  const plain = routes.filter(({ route }) => route.tls.by === 'none');
  const isCatchAll = secure.some(({ route }) => route.host === undefined);
  return written([
    `${stack.name}: nginx in front of its services. Certificates lie in certificates/ beside this file.`,
    ['worker_processes', 'auto'],
    ['pid', '/tmp/nginx.pid'],
    ['error_log', 'stderr', 'warn'],
    '',
    block(['events'], [['worker_connections', '1024']]),
    '',
    block(
      ['http'],
      [
        ['default_type', 'application/octet-stream'],
        ['server_tokens', 'off'],
        ['client_max_body_size', '64m'],
        ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => [`${kind}_temp_path`, `/tmp/${kind}`]),
        'The resolver of Docker.',
        ['resolver', '127.0.0.11', 'valid=10s'],
        '',
        ...tls,
        '',
        ['proxy_http_version', '1.1'],
        ['proxy_set_header', 'Host', '$host'],
        ['proxy_set_header', 'X-Real-IP', '$remote_addr'],
        ['proxy_set_header', 'X-Forwarded-For', '$remote_addr'],
        ['proxy_set_header', 'X-Forwarded-Host', '$host'],
        ['proxy_set_header', 'X-Forwarded-Proto', '$scheme'],
        // Here and not where they are needed: a place with headers of its own would take over none of these.
        ['proxy_set_header', 'Upgrade', '$http_upgrade'],
        ['proxy_set_header', 'Connection', '$connection_upgrade'],
        ['proxy_connect_timeout', '5s'],
        ['proxy_read_timeout', '60s'],
        '',
        block(
          ['map', '$http_upgrade', '$connection_upgrade'],
          [
            ['default', 'upgrade'],
            ['', 'close'],
          ],
        ),
        ...(secure.length > 0
          ? [
              '',
              'By a variable: it is read at every handshake, so a renewed certificate needs no reload.',
              certificates(secure),
              '',
              redirect(secure),
              ...(isCatchAll ? [] : ['', refusal]),
            ]
          : []),
        ...[...byHost(secure)].flatMap(([host, those]): readonly Directive[] => ['', secureServer(host, those)]),
        ...[...byHost(plain)].flatMap(([host, those]): readonly Directive[] => ['', plainServer(host, those)]),
      ],
    ),
  ]);
};

/** Returns what nginx cannot do by itself. */
export const nginxLosses = (routes: readonly NamedRoute[]): readonly Loss[] =>
  routes.flatMap((named): readonly Loss[] => {
    const { path, route } = named;
    const isPublic = route.tls.by === 'dns-01' || route.tls.by === 'http-01';
    const name = certificateName(route.host ?? '_', named);
    return [
      ...(route.sticky
        ? [
            {
              path: `${path}.sticky`,
              message:
                'nginx keeps no cookie for it without its commercial version; with one container it is the same.',
            },
          ]
        : []),
      ...(isPublic
        ? [
            {
              path: `${path}.tls`,
              message: `nginx gets no certificates: an ACME client writes certificates/${name}.crt and ${name}.key.`,
            },
          ]
        : []),
    ];
  });
