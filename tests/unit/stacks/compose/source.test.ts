import { describe, expect, it } from 'vitest';
import { composeOf, refusalOf } from '../../../support/composeFiles.ts';

const environmentOf = async (lines: string): Promise<unknown> => {
  const { project } = await composeOf(`services:\n  a:\n    image: x\n    environment:\n${lines}`);
  return project.services['a']?.environment;
};

describe('words of YAML', () => {
  it('are what Compose takes them for: octal, hexadecimal, with underscores, yes as a text, dates as moments', async () => {
    const lines = ['O: 0755', 'H: 0x1F', 'B: 0b11', 'U: 1_000', 'F: 1.10', 'S: 0.00001', 'Y: yes', 'T: True', 'N: ~']
      .concat(['D: 2024-1-5', 'M: 2024-01-01T10:00:00.120+02:00', 'V: 1.2.3', 'Q: "0755"', 'L: 12345678901234567'])
      .map((line) => `      ${line}\n`)
      .join('');
    expect(await environmentOf(lines)).toEqual({
      O: '493',
      H: '31',
      B: '3',
      U: '1000',
      F: '1.1',
      S: '1e-05',
      Y: 'yes',
      T: 'true',
      N: null,
      D: '2024-01-05 00:00:00 +0000 UTC',
      M: '2024-01-01 10:00:00.12 +0200 +0200',
      V: '1.2.3',
      Q: '0755',
      L: '12345678901234567',
    });
  });

  it('are what their tags say, or refused', async () => {
    expect(await environmentOf('      A: !!str 0755\n      B: !!binary aGVsbG8=\n      C: !!int "3"\n')).toEqual({
      A: '0755',
      B: 'hello',
      C: '3',
    });
    expect(await refusalOf('services:\n  a:\n    scale: !!int three\n')).toContain(
      'compose.yaml:3:18: services.a.scale: `three` is not what its tag says.',
    );
  });
});

describe('anchors', () => {
  it('stand for what they name; `<<` gives way to what is written, and of two the first counts', async () => {
    const { project } = await composeOf(`
x-base: &base { image: one, restart: always, environment: &env { A: a, B: b } }
x-other: &other { image: two, tty: true }
services:
  a:
    <<: [*base, *other]
    environment:
      <<: *env
      B: own
  b:
    image: three
    <<: *other
`);
    expect(project.services['a']).toMatchObject({
      image: 'one',
      restart: 'always',
      tty: true,
      environment: { A: 'a', B: 'own' },
    });
    expect(project.services['b']).toMatchObject({ image: 'three', tty: true });
  });

  it('may be named anew; what was said before keeps its meaning', async () => {
    const { project } = await composeOf(`
x-a: &image one
x-m: &service { image: *image }
x-b: &image two
services: { a: *service, b: { image: *image } }
`);
    expect([project.services['a']?.image, project.services['b']?.image]).toEqual(['one', 'two']);
  });

  it('replace no variable in what is not taken over', async () => {
    const { project, warnings } = await composeOf(`
services:
  a: { <<: { image: "x:\${TAG:?a tag}", command: "$UNSET" }, image: y, command: z }
`);
    expect([project.services['a']?.image, warnings]).toEqual(['y', []]);
  });

  it('are refused when they are not there, when they stand within themselves, when `<<` takes something else', async () => {
    expect(await refusalOf('services:\n  a: *nope\n')).toContain('compose.yaml:2:6:');
    expect(await refusalOf('services:\n  a: &a\n    image: x\n    x-me: *a\n')).toContain(
      'compose.yaml:4:11: services.a.x-me: `*a` stands within what it names: a cycle.',
    );
    expect(await refusalOf('services:\n  a:\n    <<: word\n')).toContain('`<<` takes a mapping');
  });

  it('that would blow up are refused with the place, before memory is filled', async () => {
    const levels = Array.from({ length: 12 }, (_, level) =>
      level === 0
        ? 'x-0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]'
        : `x-${String(level)}: &a${String(level)} [${Array.from({ length: 10 }, () => `*a${String(level - 1)}`).join(', ')}]`,
    );
    expect(await refusalOf(`${levels.join('\n')}\nservices: {}\n`)).toMatch(
      /^compose\.yaml:\d+:\d+: x-\d.*aliases stand for too much here/,
    );
  });
});

describe('what is no Compose file', () => {
  it('is told with its place: YAML that is none, a list, nothing, a key twice, a key that is no text', async () => {
    expect(await refusalOf('services:\n  a: [\n')).toMatch(/^compose\.yaml:\d+:\d+: this is not YAML: /);
    expect(await refusalOf('services:\n\ta: 1\n')).toContain('compose.yaml:2:1: this is not YAML: Tabs');
    expect(await refusalOf('# hello\n- a\n')).toContain('compose.yaml:2:1: a Compose file is a mapping');
    expect(await refusalOf('')).toContain('compose.yaml:1:1: this Compose file is empty.');
    expect(await refusalOf('services:\n  a:\n    image: x\n    image: y\n')).toContain(
      'compose.yaml:4:5: services.a: the key `image` stands here a second time; line 3 has it already. Keep one.',
    );
    expect(await refusalOf('services:\n  8080:\n    image: x\n')).toContain(
      'compose.yaml:2:3: services: the key `8080` is not a text. Put it in quotes: "8080".',
    );
    expect(await refusalOf('services:\n  ? [a, b]\n  : 1\n')).toContain('a key must be a text');
    expect(await refusalOf('services:\n  __proto__: { image: x }\n')).toContain('`__proto__` cannot be a key');
  });

  it('is a file of more than 10 MB, or one nested without end', async () => {
    const large = `services: {}\n${'# filling\n'.repeat(1_100_000)}`;
    expect(await refusalOf(large)).toMatch(
      /^compose\.yaml:1:1: the file has \d{8} bytes; a Compose file has at most 10485760\./,
    );
    expect(await refusalOf(`services: ${'['.repeat(20_000)}`)).toContain('nested too deeply');
  });

  it('is one for another version of YAML than Compose reads', async () => {
    expect(await refusalOf('%YAML 1.2\n---\nservices: { a: { image: x } }\n')).toContain(
      'Compose does not read `%YAML 1.2`',
    );
    expect(
      (await composeOf('%YAML 1.1\n---\nx-a: &a { image: x }\nservices: { a: { <<: *a } }\n')).project.services['a']
        ?.image,
    ).toBe('x');
  });
});

describe('where the parser of Compose differs from other ones', () => {
  it('takes a comment right after a quote, keys of any length, lines that end with a carriage return, anchors of keys', async () => {
    const long = 'k'.repeat(1_100);
    expect(await environmentOf(`      A: "a"#c\r      B: b\n      ${long}: long\n      &key C: *key\n`)).toEqual({
      A: 'a',
      B: 'b',
      [long]: 'long',
      C: 'C',
    });
  });

  it('refuses control characters and dates as keys', async () => {
    expect(await refusalOf('services:\n  a:\n    image: "x\u0007"\n')).toContain(
      'compose.yaml:3:14: there is a control character here.',
    );
    expect(await refusalOf('services:\n  a:\n    labels: { 2026-11-21: x }\n')).toContain(
      'services.a.labels: the key `2026-11-21` is not a text.',
    );
  });
});

describe('encodings', () => {
  const text = 'services:\n  a:\n    image: x\n    environment: { NAME: größe }\n';
  const nameIn = async (bytes: Uint8Array): Promise<unknown> =>
    (await composeOf({ 'compose.yaml': bytes })).project.services['a']?.environment?.['NAME'];
  const utf16 = (order: 'le' | 'be', mark: boolean): Uint8Array => {
    const bytes = Buffer.from(mark ? `\uFEFF${text}` : text, 'utf16le');
    return order === 'le' ? bytes : bytes.swap16();
  };

  it('UTF-8 with a mark and UTF-16 of both orders, with and without a mark, are read [S3-009]', async () => {
    expect(await nameIn(Buffer.from(`\uFEFF${text}`))).toBe('größe');
    for (const order of ['le', 'be'] as const)
      for (const mark of [true, false]) expect(await nameIn(utf16(order, mark))).toBe('größe');
  });

  it('what is no UTF-8 is told with its place and its offset [S3-009]', async () => {
    const bytes = Buffer.from(text, 'latin1');
    expect(await refusalOf({ 'compose.yaml': bytes })).toContain(
      `compose.yaml:4:28: this is not UTF-8, at byte ${String(bytes.indexOf(0xf6))}. Save the file as UTF-8.`,
    );
  });

  it('texts that were read in the wrong encoding once are told, and taken as they stand [S3-009]', async () => {
    const broken = new TextDecoder('macintosh').decode(Buffer.from('größe'));
    const { warnings, project } = await composeOf(text.replace('größe', broken));
    expect(warnings).toEqual([
      `compose.yaml:4:28: \`${broken.slice(2, -1)}\` was UTF-8 and read as macintosh once: \`öß\` was meant.`,
    ]);
    expect(project.services['a']?.environment?.['NAME']).toBe(broken);
  });
});

describe('several documents in a file', () => {
  it('are laid one over the other', async () => {
    const { project } = await composeOf(
      'services: { a: { image: x, ports: ["1:1"] } }\n---\nservices: { a: { image: y } }\n',
    );
    expect(project.services['a']).toMatchObject({ image: 'y', ports: [{ target: 1 }] });
  });
});
