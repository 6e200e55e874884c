import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProxdeckError } from '../../../src/models/error.ts';
import { ViewState, viewStateIn } from '../../../src/ui/viewState.ts';
import { Visits, type Place } from '../../../src/ui/visits.ts';

const place = (selected: string, over: Partial<Place> = {}): Place => ({
  screen: 'guests',
  list: { selected, filter: '', faultsOnly: false },
  tab: undefined,
  detailsOpen: false,
  focused: false,
  ...over,
});

describe('Visits', () => {
  it('goes back and forward, keeping what was changed meanwhile', () => {
    const visits = new Visits();
    visits.leave(place('a'));
    visits.leave(place('b', { screen: 'nodes' }));
    expect(visits.back(place('c'))).toEqual(place('b', { screen: 'nodes' }));
    expect(visits.back(place('b2', { screen: 'nodes' }))).toEqual(place('a'));
    expect(visits.back(place('a'))).toBeUndefined();
    expect(visits.forward(place('a'))).toEqual(place('b2', { screen: 'nodes' }));
    expect(visits.forward(place('b2'))).toEqual(place('c'));
    expect(visits.forward(place('c'))).toBeUndefined();
  });

  it('forgets what was ahead when one goes somewhere new', () => {
    const visits = new Visits();
    visits.leave(place('a'));
    visits.leave(place('b'));
    visits.back(place('c'));
    visits.leave(place('b'));
    expect(visits.forward(place('d'))).toBeUndefined();
    expect(visits.back(place('d'))).toEqual(place('b'));
  });

  it('keeps a bounded number of them, and the same one only once', () => {
    const visits = new Visits();
    for (let at = 0; at < 500; at += 1) visits.leave(place(String(Math.floor(at / 2))));
    let steps = 0;
    while (visits.back(place('x')) !== undefined) steps += 1;
    expect(steps).toBe(100);
  });
});

describe('ViewState', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'proxdeck-views-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is there again after a restart, readable by nobody else', () => {
    const views = viewStateIn(folder, () => undefined);
    views.update('guests', { sort: { column: 'cpu', descending: true }, columns: ['id', 'name'], wide: true });
    views.update('guests', { selected: 'lxc/104', tab: 'config' });
    views.remember('commands', 'guests web');
    views.remember('commands', 'node pve1');
    views.remember('commands', 'guests web');
    views.showed('nodes');
    views.close();
    const again = viewStateIn(folder, () => undefined);
    expect(again.screen('guests')).toEqual({
      sort: { column: 'cpu', descending: true },
      columns: ['id', 'name'],
      wide: true,
      selected: 'lxc/104',
      tab: 'config',
    });
    expect(again.memory('commands')).toEqual(['guests web', 'node pve1']);
    expect(again.lastScreen).toBe('nodes');
    expect(statSync(path.join(folder, 'ui.json')).mode & 0o077).toBe(0);
  });

  it.each(['', '{', '[]', 'null', '{"screens":{"guests":{"columns":"x","sort":7}},"memories":{"filters":[1,"a"]}}'])(
    'counts %j as nothing where it is not what was written',
    (text) => {
      writeFileSync(path.join(folder, 'ui.json'), text);
      const views = viewStateIn(folder, () => undefined);
      expect(views.screen('guests')).toEqual({});
      expect(views.memory('recent')).toEqual([]);
      views.remember('recent', 'a');
      views.close();
      expect(readFileSync(path.join(folder, 'ui.json'), 'utf8')).toContain('"recent":["a"]');
    },
  );

  it('tells once when it cannot be written, and goes on', () => {
    const told: ProxdeckError[] = [];
    writeFileSync(path.join(folder, 'file'), '');
    const views = viewStateIn(path.join(folder, 'file', 'below'), (error) => told.push(error));
    for (const line of ['a', 'b']) {
      views.remember('filters', line);
      views.close();
    }
    expect(told.map(({ code }) => code)).toEqual(['state']);
    expect(views.memory('filters')).toEqual(['b', 'a']);
  });

  it('writes nothing while nothing changes', () => {
    let writes = 0;
    const views = new ViewState('', () => {
      writes += 1;
    });
    views.update('guests', { wide: true });
    views.close();
    views.update('guests', { wide: true });
    views.close();
    expect(writes).toBe(1);
  });
});
