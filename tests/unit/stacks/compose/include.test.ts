import { describe, expect, it } from 'vitest';
import { composeOf, refusalOf } from '../../../support/composeFiles.ts';

describe('include', () => {
  it('brings a project with its own folder and its own variables', async () => {
    const { project, files } = await composeOf({
      'compose.yaml': 'include: [sub/compose.yaml]\nservices: { main: { image: "m${V:-none}", depends_on: [s] } }\n',
      'sub/compose.yaml':
        'include: [deep/compose.yaml]\nservices: { s: { image: "s${V}", volumes: ["./d:/d"], environment: [V] } }\n',
      'sub/.env': 'V=sub\n',
      'sub/deep/compose.yaml': 'services: { d: { image: "d${V}${W}", build: . } }\n',
      'sub/deep/.env': 'V=deep\nW=$V\n',
    });
    expect(project.services['main']?.image).toBe('mnone');
    expect(project.services['s']).toMatchObject({
      image: 'ssub',
      environment: { V: 'sub' },
      volumes: [{ source: '/project/sub/d' }],
    });
    expect(project.services['d']).toMatchObject({ image: 'dsubsub', build: { context: '/project/sub/deep' } });
    expect(files).toEqual([
      '/project/compose.yaml',
      '/project/sub/.env',
      '/project/sub/compose.yaml',
      '/project/sub/deep/.env',
      '/project/sub/deep/compose.yaml',
    ]);
  });

  it('takes several files as one, in a folder that is named, with files of variables that are named', async () => {
    const { project } = await composeOf({
      'compose.yaml':
        'include: [{ path: [o/a.yaml, o/b.yaml], project_directory: pd, env_file: [one.env, two.env] }]\n',
      'o/a.yaml': 'services: { o: { image: "o${V}", volumes: ["./d:/d"] } }\n',
      'o/b.yaml': 'services: { o: { environment: { R: "${W}" } } }\n',
      'one.env': 'V=1\n',
      'two.env': 'W=$V-2\n',
    });
    expect(project.services['o']).toMatchObject({
      image: 'o1',
      environment: { R: '1-2' },
      volumes: [{ source: '/project/pd/d' }],
    });
  });

  it('gives way to the file that includes, and says so', async () => {
    const { project, warnings } = await composeOf({
      'compose.yaml': 'include: [other.yaml]\nservices:\n  a:\n    image: x\n    ports: !override ["2:2"]\n',
      'other.yaml': 'services:\n  a: { image: y, ports: ["1:1"], tty: true }\n',
    });
    expect(project.services['a']).toMatchObject({ image: 'x', tty: true, ports: [{ target: 2 }] });
    expect(warnings).toEqual(['compose.yaml:3:3: services.a is in other.yaml:2:3 too; this one is laid over it.']);
  });

  it('is refused in a circle, with the way there', async () => {
    expect(
      await refusalOf({
        'compose.yaml': 'include: [a.yaml]\nservices: {}\n',
        'a.yaml': 'include:\n  - b.yaml\n',
        'b.yaml': 'include:\n  - a.yaml\n',
      }),
    ).toBe('b.yaml:2:5: `include` comes back to where it began: a.yaml → b.yaml → a.yaml. Take one of them away.');
  });

  it('is refused where a file is not there, lies elsewhere, or no list of files is given', async () => {
    expect(await refusalOf('include:\n  - nope.yaml\n')).toContain('compose.yaml:2:5: there is no file `nope.yaml`.');
    expect(
      await refusalOf({
        'compose.yaml': 'include:\n  - { path: a.yaml, env_file: no.env }\n',
        'a.yaml': 'services: {}\n',
      }),
    ).toContain('compose.yaml:2:5: there is no file `no.env`.');
    expect(await refusalOf('include:\n  - oci://example.org/app:1\n')).toContain(
      '`oci://example.org/app:1` is not loaded',
    );
    expect(await refusalOf('include: a.yaml\n')).toContain(
      'compose.yaml:1:1: include: a list of files is wanted here.',
    );
  });

  it('may leave the folder, and tells what lies outside', async () => {
    const { outside, files } = await composeOf({
      'compose.yaml':
        'include:\n  - ../shared/compose.yaml\nservices:\n  a:\n    build: ../src\n    volumes: ["./in:/in", "/etc/ssl:/ssl"]\n',
      '/shared/compose.yaml': 'services:\n  b: { image: x, volumes: ["./d:/d"] }\n',
    });
    expect(files).toContain('/shared/compose.yaml');
    expect(outside).toEqual([
      { path: '/shared/compose.yaml', place: 'compose.yaml:2:5' },
      { path: '/shared/d', place: '/shared/compose.yaml:2:28' },
      { path: '/src', place: 'compose.yaml:5:5' },
    ]);
  });
});
