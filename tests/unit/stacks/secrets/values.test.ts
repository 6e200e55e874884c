import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeValue } from '../../../../src/stacks/secrets/values.ts';

/** What is drawn from chance and how much of it there is in a value. */

describe('values that nobody has to think of', () => {
  it('has at least 32 random bytes in each of them, as texts that need no quotes [S0-132]', async () => {
    expect(await makeValue('hex', 32)).toMatch(/^[0-9a-f]{64}$/);
    expect(Buffer.from(await makeValue('base64', 48), 'base64')).toHaveLength(48);
    const password = await makeValue('password', 32);
    expect(password).toMatch(/^[A-Za-z0-9]+$/);
    expect(password.length * Math.log2(62)).toBeGreaterThanOrEqual(256);
    expect((await makeValue('password', 64)).length).toBeGreaterThan(password.length);
    expect(await makeValue('uuid', 32)).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it('makes another one each time, of all letters', async () => {
    const made = await Promise.all(Array.from({ length: 50 }, () => makeValue('password', 32)));
    expect(new Set(made).size).toBe(50);
    expect(new Set(made.join('')).size).toBe(62);
  });

  it('makes keys that others read', async () => {
    expect(createPrivateKey(await makeValue('ed25519', 32)).asymmetricKeyType).toBe('ed25519');
    const rsa = createPrivateKey(await makeValue('rsa', 32));
    expect(rsa.asymmetricKeyDetails?.modulusLength).toBeGreaterThanOrEqual(3_072);
  });
});
