import { describe, expect, it } from 'vitest';
import { composeOf, refusalOf } from '../../../support/composeFiles.ts';

describe('what a service names', () => {
  it.each([
    ['networks: [bakc]', 'services.web.networks.bakc: there is no network `bakc`. Did you mean back?'],
    ['volumes: ["dta:/d"]', 'services.web.volumes[0]: there is no volume `dta`. Did you mean data?'],
    ['secrets: [pasword]', 'services.web.secrets[0]: there is no secret `pasword`. Did you mean password?'],
    ['configs: [{ source: mian }]', 'services.web.configs[0]: there is no config `mian`. Did you mean main?'],
    ['models: [lm]', 'services.web.models.lm: there is no model `lm`. Did you mean llm?'],
    ['build: { context: ., secrets: [pass] }', 'services.web.build.secrets[0]: there is no secret `pass`.'],
    ['depends_on: [dbb]', 'services.web.depends_on.dbb: there is no service `dbb`. Did you mean db?'],
    ['network_mode: "service:dc"', 'there is no service `dc`. Did you mean db?'],
    ['links: ["dbb:x"]', 'there is no service `dbb`. Did you mean db?'],
    [
      'build: { context: ., additional_contexts: { base: "service:db" } }',
      'services.web.build.additional_contexts.base: the service `db` is not built here.',
    ],
  ])('must be there: %s', async (written, message) => {
    const refusal = await refusalOf(`services:
  web:
    image: x
    ${written}
  db: { image: y }
networks: { back: }
volumes: { data: }
secrets: { password: { file: p } }
configs: { main: { file: m } }
models: { llm: { model: m } }
`);
    expect(refusal).toContain(message);
    expect(refusal).toMatch(/^compose\.yaml:[24]:\d+: /);
  });

  it('must not come back to it', async () => {
    expect(
      await refusalOf(`services:
  a: { image: x, depends_on: [b] }
  b: { image: x, depends_on: [c] }
  c:
    image: x
    depends_on:
      - b
`),
    ).toBe(
      'compose.yaml:7:9: services.c.depends_on.b: services depend on each other in a circle: b → c → b. Take one dependency of the circle away.',
    );
    expect(
      await refusalOf('services: { a: { image: x, network_mode: "service:b" }, b: { image: x, depends_on: [a] } }\n'),
    ).toContain('a → b → a');
  });

  it('may be a service of another profile only where it is not required', async () => {
    const file = (required: boolean): string =>
      `services:\n  a: { image: x, profiles: [extra] }\n  b: { image: y, depends_on: { a: { condition: service_started, required: ${String(required)} } } }\n`;
    expect(await refusalOf(file(true))).toContain(
      'the service `a` is needed here, but none of its profiles is active: extra.',
    );
    expect(Object.keys((await composeOf(file(false))).project.services)).toEqual(['b']);
    expect(Object.keys((await composeOf(file(true), { profiles: ['extra'] })).project.services)).toEqual(['a', 'b']);
  });
});
