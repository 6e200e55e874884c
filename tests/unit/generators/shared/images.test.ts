import { describe, expect, it } from 'vitest';
import { imageName, knownImage, pinned } from '../../../../generators/shared/images.ts';
import { bytesOf, secondsOf, sizeText } from '../../../../generators/shared/units.ts';

describe('the name of an image', () => {
  it.each([
    ['redis', 'redis', undefined],
    ['redis:8', 'redis', '8'],
    ['docker.io/library/redis:8', 'redis', '8'],
    ['registry.example:5000/a/b', 'registry.example:5000/a/b', undefined],
    ['registry.example:5000/a/b:1@sha256:00', 'registry.example:5000/a/b', '1'],
  ])('is taken apart: %s', (image, repository, tag) => {
    expect(imageName(image)).toMatchObject({ repository, tag });
  });

  it('gets its digest once', () => {
    expect(pinned('a:1', { 'a:1': 'sha256:00' })).toBe('a:1@sha256:00');
    expect(pinned('a:1@sha256:11', { 'a:1': 'sha256:00' })).toBe('a:1@sha256:11');
    expect(pinned('b:1', { 'a:1': 'sha256:00' })).toBe('b:1');
  });
});

describe('what is known of images', () => {
  it('follows the variant that the tag names', () => {
    expect(knownImage('redis:8-alpine')).toMatchObject({ user: '999:1000', datastore: true });
    expect(knownImage('redis:8')?.tools).not.toContain('wget');
    expect(knownImage('mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled')?.tools).not.toContain('sh');
  });

  it('is nothing for an image that nobody looked into, nor for words of JavaScript', () => {
    expect(knownImage('somebody/something:1')).toBeUndefined();
    expect(knownImage('constructor')).toBeUndefined();
  });
});

describe('sizes and durations', () => {
  it.each([
    ['512m', 512 * 1024 ** 2],
    ['1.5gb', 1.5 * 1024 ** 3],
    ['4GiB', 4 * 1024 ** 3],
    ['100', 100],
    ['', undefined],
    ['much', undefined],
  ])('%s in bytes', (text, bytes) => {
    expect(bytesOf(text)).toBe(bytes);
  });

  it('are written in the largest whole unit', () => {
    expect([512 * 1024 ** 2, 1024 ** 3, 1_536 * 1024 ** 2, 1_000].map(sizeText)).toEqual([
      '512M',
      '1G',
      '1536M',
      '1000',
    ]);
  });

  it.each([
    ['1m30s', 90],
    ['500ms', 0.5],
    ['2h', 7_200],
    ['soon', undefined],
  ])('%s in seconds', (text, seconds) => {
    expect(secondsOf(text)).toBe(seconds);
  });
});
