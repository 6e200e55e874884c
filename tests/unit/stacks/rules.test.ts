import { describe, expect, it } from 'vitest';
import { settingSchema } from '../../../src/models/stack.ts';
import { isPlaceholder } from '../../../src/stacks/placeholder.ts';
import { violation } from '../../../src/stacks/rules.ts';

/** What a value must be, and what only stands in for one. */

describe('placeholders', () => {
  it.each([
    ['changeme', 'CHANGE_ME', 'change-me-123', 'changeme123!', 'please-change-this', 'replace_me', 'your-api-key-here'],
    ['your_token', 'YOUR_LONG_LIVED_ACCESS_TOKEN', 'my secret key', '<token>', '{{ api_key }}', 'xxxx', 'sk-xxxxxxxx'],
    ['TODO', 'password', 'Password1', 'secret', 'admin123', 'yourdomain.com', '12345678', '********'],
  ])('are %s, %s and such [S0-132]', (...values) => {
    expect(values.filter((value) => !isPlaceholder(value))).toEqual([]);
  });

  it.each([
    ['aG93IG5vdyBicm93biBjb3c', 'sk-proj-8Jd92kSs0', 'info', 'https://api.openai.com/v1', 'redis:6379', ''],
    ['correct horse battery staple', 'exchange-memory', 'gpt-4o', 'ollama', 'Information', '127.0.0.1'],
  ])('are not %s, %s and such', (...values) => {
    expect(values.filter(isPlaceholder)).toEqual([]);
  });
});

describe('rules of a setting', () => {
  it.each([
    [{ type: 'url' }, ['https://a.example/v1', 'redis://cache:6379'], ['a.example', 'https:', '/path', '']],
    [{ type: 'integer', min: 1, max: 9 }, ['1', '9'], ['0', '10', '1.5', 'x']],
    [{ type: 'boolean' }, ['true', 'False'], ['yes', '1']],
    [{ type: 'port' }, ['1', '65535'], ['0', '65536', '80/tcp']],
    [{ type: 'host' }, ['db', 'a.example', '10.0.0.1', '::1'], ['a b', '-a', 'a..b', 'http://a']],
    [{ type: 'duration' }, ['30s', '1m30s', '00:01:30', '1.00:00:00'], ['30', 'soon']],
    [{ type: 'choice', values: ['a', 'b'] }, ['a'], ['c', 'A', '']],
    [{ minLength: 3 }, ['abc'], ['ab', '']],
    // The whole value, not a part of it.
    [{ pattern: 'a|b' }, ['a', 'b'], ['ab', 'xa']],
    [{ pattern: '^https?://.+$' }, ['http://x'], ['see http://x', 'http://']],
  ] as const)('%o', (rule, good, bad) => {
    const setting = settingSchema.parse({ description: 'x', ...rule });
    expect(good.filter((value) => violation(setting, value) !== undefined)).toEqual([]);
    expect(bad.filter((value) => violation(setting, value) === undefined)).toEqual([]);
  });

  it('never tells the value', () => {
    const setting = settingSchema.parse({ description: 'x', pattern: 'a+', minLength: 3, type: 'url' });
    expect(violation(setting, 'hunter22')).not.toContain('hunter22');
  });
});
