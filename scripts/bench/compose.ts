import { parse } from 'yaml';
import { loadCompose } from '../../src/stacks/compose/load.ts';
import { cpuTime, summarize, type Summary } from './statistics.ts';

/** A long Compose file: what it takes to read it, against YAML's own parse of the same text. */
export interface Compose {
  readonly lines: number;
  readonly parse: Summary;
  readonly load: Summary;
  readonly ratio: Summary;
}

const wantedLines = 5_000;

/** A service as they are written: variables, short and long forms, 26 lines. */
const service = (index: number): string => `  service-${String(index)}:
    image: registry.example.org/team/service-${String(index)}:\${TAG:-1.${String(index)}}
    restart: unless-stopped
    command: ["serve", "--name", "service-${String(index)}"]
    environment:
      NAME: service-${String(index)}
      URL: https://\${HOST:-localhost}:\${PORT:-8080}/v1
      LEVEL: info
    ports:
      - "\${BASE:-127.0.0.1}:${String(10_000 + index)}:8080"
    volumes:
      - data-${String(index)}:/var/lib/service
      - ./config/${String(index)}.yaml:/etc/service.yaml:ro
    networks: [back]
    healthcheck:
      test: ["CMD", "wget", "--spider", "http://localhost:8080/health"]
      interval: 30s
      timeout: 5s
    deploy:
      resources:
        limits:
          cpus: "0.5"
          memory: 256M
    logging:
      options:
        max-size: 10m
`;

const textOfLines = (lines: number): string => {
  const count = Math.ceil(lines / 27);
  const each = (line: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => line(index)).join('');
  return `services:\n${each(service)}networks:\n  back:\nvolumes:\n${each((index) => `  data-${String(index)}:\n`)}`;
};

/** Parses and loads the same text in turn, so that a slow moment slows both; the first time is not counted. */
export async function measureCompose(runs: number): Promise<Compose> {
  const text = textOfLines(wantedLines);
  const bytes = new TextEncoder().encode(text);
  const load = async (): Promise<unknown> =>
    await loadCompose({
      folder: '/project',
      files: ['compose.yaml'],
      readFile: (file) => Promise.resolve(file === '/project/compose.yaml' ? bytes : undefined),
    });
  const parses: number[] = [];
  const loads: number[] = [];
  for (let run = 0; run <= runs; run += 1) {
    const [parsed, loaded] = [await cpuTime(() => parse(text)), await cpuTime(load)];
    if (run === 0) continue;
    parses.push(parsed);
    loads.push(loaded);
  }
  const ratios = loads.map((time, index) => time / (parses[index] ?? Number.NaN));
  return { lines: text.split('\n').length, parse: summarize(parses), load: summarize(loads), ratio: summarize(ratios) };
}
