import { describe, expect, it } from 'vitest';
import { fit } from '../../../src/ui/fuzzy.ts';
import { PaletteSearch, type Entry } from '../../../src/ui/palette.ts';
import { Random } from '../../support/random.ts';

const entry = (title: string, over: Partial<Entry> = {}): Entry => ({
  id: title,
  kind: 'guest',
  title,
  detail: '',
  names: [title.toLowerCase()],
  about: '',
  run: () => undefined,
  ...over,
});

const names = [
  'opnsense',
  'traefik',
  'adguard',
  'vaultwarden',
  'postgres',
  'web-db-01',
  'relay-dev-primary',
  'uptime-kuma',
];

describe('fit', () => {
  it('ranks the same text, beginnings, beginnings of words, parts, and letters in order', () => {
    const texts = ['web', 'webserver', 'old-web', 'cobweb', 'w-e-b-01'];
    const scores = texts.map((text) => fit('web', text) ?? 0);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(new Set(scores).size).toBe(texts.length);
    expect(fit('web', 'nginx')).toBeUndefined();
  });

  it('takes letters at beginnings of words before letters in the middle', () => {
    expect(fit('wdb', 'web-db-01') ?? 0).toBeGreaterThan(fit('wdb', 'wildebeest') ?? 0);
    expect(fit('rdp', 'relay-dev-primary')).toBeGreaterThan(0);
  });

  it('does not take a coincidence in a long text for a find', () => {
    expect(fit('web', 'show the state of the subscription of a node, both')).toBeUndefined();
  });
});

describe('PaletteSearch', () => {
  it('finds each by its first three letters', () => {
    const entries = names.map((name) => entry(name));
    for (const name of names) expect(new PaletteSearch().find(entries, name.slice(0, 3), [])[0]?.title).toBe(name);
  });

  it('takes several words in any order, also from around the name', () => {
    const entries = [entry('web-01', { about: 'pve1 running' }), entry('web-02', { about: 'pve2 running' })];
    expect(new PaletteSearch().find(entries, 'pve2 web', []).map(({ title }) => title)).toEqual(['web-02']);
  });

  it('puts what was chosen lately before what is like it, and first when nothing is typed', () => {
    const entries = names.map((name) => entry(name));
    const search = new PaletteSearch();
    expect(
      search
        .find(entries, '', ['adguard', 'traefik'])
        .slice(0, 3)
        .map(({ title }) => title),
    ).toEqual(['adguard', 'traefik', 'opnsense']);
    const alike = [entry('web-1'), entry('web-2')];
    expect(search.find(alike, 'web', ['web-2'])[0]?.title).toBe('web-2');
  });

  it('puts what cannot be done behind what can', () => {
    const entries = [entry('stop a', { impossible: 'is not running' }), entry('stop b')];
    expect(new PaletteSearch().find(entries, 'stop', []).map(({ title }) => title)).toEqual(['stop b', 'stop a']);
  });

  it('finds the same letter by letter as at once, whatever is typed or erased', () => {
    const random = new Random(11);
    const entries = Array.from({ length: 300 }, (_, at) =>
      entry(`${names[at % names.length] ?? ''}-${String(at)}`, { about: at % 2 === 0 ? 'pve1' : 'pve2' }),
    );
    const search = new PaletteSearch();
    let typed = '';
    for (let step = 0; step < 400; step += 1) {
      const letters = 'weab-0123 pvrdt';
      typed =
        random.between(0, 4) === 0
          ? typed.slice(0, -1)
          : typed + (letters[random.between(0, letters.length - 1)] ?? '');
      if (typed.length > 6) typed = '';
      const again = new PaletteSearch().find(entries, typed, []);
      expect(search.find(entries, typed, []), typed).toEqual(again);
    }
  });

  it('looks only through what a shorter query left, among ten thousand', () => {
    let looked = 0;
    const entries = Array.from({ length: 10_000 }, (_, at) => {
      const name = `host-${String(at)}`;
      const made = entry(name);
      return Object.defineProperty({ ...made }, 'names', {
        get: () => {
          looked += 1;
          return [name];
        },
      });
    });
    const search = new PaletteSearch();
    search.find(entries, 'host-77', []);
    looked = 0;
    expect(search.find(entries, 'host-777', [])[0]?.title).toBe('host-777');
    expect(looked).toBeLessThan(3000);
  });
});
