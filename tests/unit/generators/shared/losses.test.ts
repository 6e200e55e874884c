import { describe, expect, it } from 'vitest';
import { keysNotIn } from '../../../../generators/shared/losses.ts';
import type { ComposeService } from '../../../../src/models/compose.ts';

const looking = {
  carried: ['image'],
  words: { shm_size: 'The pod has the shared memory of its node.' },
  otherwise: 'There is no word for it.',
} as const;

describe('losses', () => {
  it('tells every key that is not carried, with its own sentence where there is one', () => {
    const service: ComposeService = { image: 'nginx:1.29', shm_size: '67108864', tty: true };
    expect(keysNotIn(service, 'services.web', looking)).toEqual([
      { path: 'services.web.shm_size', message: 'The pod has the shared memory of its node.' },
      { path: 'services.web.tty', message: 'There is no word for it.' },
    ]);
  });

  it('takes nothing said and extensions for no loss', () => {
    const service: ComposeService = {
      command: null,
      entrypoint: null,
      dns: [],
      labels: {},
      'x-proxdeck': { once: true },
    };
    expect(keysNotIn(service, 'services.web', looking)).toEqual([]);
  });
});
