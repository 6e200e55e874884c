import { createStore } from 'zustand/vanilla';
import type { Desk, KnownContext, Setting } from '../../src/ui/desk.ts';

/** Settings and contexts without files: shows what it is given and remembers what was asked of it. */

export interface FakeDesk extends Desk {
  /** What was done, in order: `switch work`, `choose theme dark`, `preview theme light`, `end theme light`. */
  readonly done: string[];
}

const themes: Setting = {
  key: 'theme',
  title: 'theme',
  about: 'How everything is coloured.',
  value: 'terminal',
  origin: 'usual',
  choices: [
    { value: 'terminal', about: "the terminal's own" },
    { value: 'dark', about: 'light text on a dark ground' },
    { value: 'light', about: 'dark text on a light ground' },
  ],
};

const symbols: Setting = {
  key: 'symbols',
  title: 'symbols',
  about: 'Which characters stand for states.',
  value: 'ascii',
  origin: '--ascii',
  overruled: '--ascii goes before the file',
  choices: [
    { value: 'auto', about: 'what the locale says' },
    { value: 'ascii', about: '* o !' },
  ],
};

const contexts: readonly KnownContext[] = [
  {
    name: 'homelab',
    addresses: ['https://pve1:8006', 'https://pve2:8006'],
    identity: 'root@pam!main',
    secret: 'plain',
    prod: false,
    readOnly: false,
  },
  {
    name: 'work',
    addresses: ['https://dc1:8006'],
    identity: 'ada@pve',
    jump: 'ada@bastion',
    prod: true,
    readOnly: true,
    pictureAt: Date.UTC(2026, 10, 21, 9, 0, 0),
  },
];

/** Makes a desk; `over` replaces what one of its parts does. */
export const fakeDesk = (over: Partial<Desk['contexts']> = {}): FakeDesk => {
  const done: string[] = [];
  const list = createStore<readonly Setting[]>(() => [themes, symbols]);
  return {
    done,
    settings: {
      file: '/home/ada/.config/proxdeck/config.yaml',
      list,
      preview: (key, value) => {
        done.push(`preview ${key} ${value}`);
        return () => void done.push(`end ${key} ${value}`);
      },
      choose: async (key, value) => {
        done.push(`choose ${key} ${value}`);
        list.setState(
          (all) => all.map((one) => (one.key === key ? { ...one, value, origin: 'config.yaml:3' } : one)),
          true,
        );
      },
    },
    contexts: {
      list: createStore<readonly KnownContext[]>(() => contexts),
      read: async () => undefined,
      switchTo: async (name) => void done.push(`switch ${name}`),
      showAll: async () => void done.push('show all'),
      add: async () => {
        done.push('add');
        return undefined;
      },
      connect: async (name, login) => {
        done.push(`connect ${name} ${login}`);
        return true;
      },
      ...over,
    },
    edit: async (text) => {
      done.push('edit');
      return text;
    },
    editFile: async (file, line) => void done.push(`edit ${file}${line === undefined ? '' : `:${String(line)}`}`),
    lend: async (words) => {
      done.push(`lend ${words.join(' ')}`);
      return 0;
    },
    close: async () => undefined,
  };
};
