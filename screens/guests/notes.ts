import type { GuestConfig } from '../../src/operations/guest-config.ts';

/** The notes of a guest, a line each, without the blank ones at the end. */
export const notesOf = (config: GuestConfig): readonly string[] => {
  const text = String(config['description'] ?? '').trimEnd();
  return text === '' ? [] : text.split('\n');
};
