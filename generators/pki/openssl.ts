import type { StackExtension } from '../../src/models/stack.ts';

/** What `secret generate` makes, as configuration of OpenSSL [config(5ossl), x509v3_config(5ossl)]. */

type Pki = NonNullable<StackExtension['pki']>;

/** `$`, `\`, quotes and `#` mean something there. */
const value = (text: string): string => text.replaceAll(/[\\$"'#;]/g, String.raw`\$&`);

const section = (name: string, entries: Readonly<Record<string, string>>): string =>
  `[ ${name} ]\n${Object.entries(entries)
    .map(([key, text]) => `${key} = ${text}\n`)
    .join('')}`;

const file = (comment: readonly string[], sections: readonly string[]): string =>
  `${comment.map((line) => (line === '' ? '#' : `# ${line}`)).join('\n')}\n\n${sections.join('\n')}`;

const request = section('req', {
  prompt: 'no',
  utf8: 'yes',
  string_mask: 'utf8only',
  distinguished_name: 'name',
});

/** Returns the authority: it may sign leaves and no further authorities. */
export const authorityConfiguration = ({ authority }: Pki): string =>
  file(
    [
      'The authority, by hand; `proxdeck secret generate` makes the same and keeps its key encrypted.',
      'Keep the key away from the servers, and its folder at mode 0700:',
      '',
      'umask 077 && mkdir -p authority',
      'openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -v2 aes-256-cbc -out authority/authority.key',
      `openssl req -x509 -new -config authority.cnf -extensions authority -key authority/authority.key -sha256 -days ${authority.days} -out authority/authority.crt`,
    ],
    [
      request,
      section('name', { CN: value(authority.commonName) }),
      section('authority', {
        basicConstraints: 'critical, CA:true, pathlen:0',
        keyUsage: 'critical, keyCertSign, cRLSign',
        subjectKeyIdentifier: 'hash',
      }),
    ],
  );

const numbered = (kind: 'DNS' | 'IP', names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name, index) => [`${kind}.${index + 1}`, value(name)]));

/** Returns a leaf: names as subject alternative names (RFC 9525), for servers. */
export const leafConfiguration = ({ name, hosts, addresses, days }: Pki['leaves'][number]): string =>
  file(
    [
      `The leaf ${name}, by hand, beside authority.cnf:`,
      '',
      'umask 077',
      `openssl ecparam -name prime256v1 -genkey -noout -out ${name}.key`,
      `openssl req -new -config leaves/${name}.cnf -key ${name}.key -out ${name}.csr`,
      `openssl x509 -req -in ${name}.csr -CA authority/authority.crt -CAkey authority/authority.key -sha256 -days ${days} -extfile leaves/${name}.cnf -extensions leaf -out ${name}.crt`,
      `cat ${name}.crt authority/authority.crt > ${name}-chain.crt`,
    ],
    [
      request,
      section('name', { CN: value(hosts[0] ?? name) }),
      section('leaf', {
        basicConstraints: 'critical, CA:false',
        keyUsage: 'critical, digitalSignature',
        extendedKeyUsage: 'serverAuth',
        subjectKeyIdentifier: 'hash',
        authorityKeyIdentifier: 'keyid',
        subjectAltName: '@names',
      }),
      section('names', { ...numbered('DNS', hosts), ...numbered('IP', addresses) }),
    ],
  );
